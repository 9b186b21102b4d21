/// Turns byte offsets into lines and columns, walking through the text once.
struct LineCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var line: UInt32 = 1
    private var column: UInt32 = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The place of a byte, which must not come before that of the call before.
    mutating func mark(at target: Int) -> Mark {
        while offset < target {
            let byte = bytes[offset]
            offset += 1
            let isCarriageReturnOfPair =
                byte == UInt8(ascii: "\r") && offset < bytes.count && bytes[offset] == UInt8(ascii: "\n")
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") && !isCarriageReturnOfPair {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Mark(line: line, column: column)
    }
}

extension Mark {
    /// The place of a byte of a text.
    init(ofByteAt offset: Int, in text: UnsafeBufferPointer<UInt8>) {
        var cursor = LineCursor(text)
        self = cursor.mark(at: offset)
    }
}
