import Foundation

/// Bytes to look for in others.
struct ByteMark: Sendable {
    let bytes: [UInt8]
    /// Which of them is looked for first: best one that is rare.
    private let anchor: Int

    init(_ text: String, anchor: Int = 0) {
        bytes = Array(text.utf8)
        self.anchor = anchor
    }

    /// Where the bytes stand first, from a position on.
    func offset(in other: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        guard let base = other.baseAddress else { return nil }
        return bytes.withUnsafeBytes { bytes in
            guard let mark = bytes.baseAddress else { return nil }
            let end = other.count - bytes.count + 1 + anchor
            var offset = start + anchor
            while offset < end, let found = memchr(base + offset, Int32(bytes[anchor]), end - offset) {
                offset = UnsafeRawPointer(found) - base
                if memcmp(base + offset - anchor, mark, bytes.count) == 0 { return offset - anchor }
                offset += 1
            }
            return nil
        }
    }

    func offset(in other: [UInt8], from start: Int = 0) -> Int? {
        other.withUnsafeBytes { offset(in: $0, from: start) }
    }
}
