/// Writes compact JSON into a buffer of bytes.
///
/// It puts the commas; the caller sees to it that members stand in objects and that each name gets one value.
/// What JSON cannot say is written as null: NaN, infinity, and times outside the years 0 to 9999.
public struct JSONWriter: ~Copyable {
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    /// Whether a value stands immediately before, at the same level.
    private var needsComma = false
    /// How many objects are open.
    private var depth = 0
    /// For the open objects that have a remainder: which of them it is, and where its members begin.
    private var restorations: [(depth: Int, start: Int, remainder: JSONRemainder)] = []

    public init() {
        capacity = 256
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
    }

    /// What was written.
    public consuming func finish() -> [UInt8] {
        copyOfBytes()
    }

    /// Borrows the writer, which therefore does not free the buffer before it is copied.
    private borrowing func copyOfBytes() -> [UInt8] {
        Array(UnsafeBufferPointer(start: buffer, count: count))
    }

    // MARK: - Bytes

    /// Makes sure that `extra` more bytes fit. Every store below is preceded by it.
    @inline(__always)
    private mutating func reserve(_ extra: Int) {
        if capacity &- count < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let newCapacity = max(capacity * 2, count + extra)
        let newBuffer = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        newBuffer.initialize(from: buffer, count: count)
        buffer.deallocate()
        buffer = newBuffer
        capacity = newCapacity
    }

    /// Stores a byte for which there is room.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        buffer[count] = byte
        count &+= 1
    }

    @inline(__always)
    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count)
        if let source = bytes.baseAddress { (buffer + count).initialize(from: source, count: bytes.count) }
        count &+= bytes.count
    }

    /// Begins a value, with room for `extra` bytes.
    @inline(__always)
    private mutating func beginValue(_ extra: Int) {
        reserve(extra &+ 1)
        if needsComma { put(UInt8(ascii: ",")) }
        needsComma = true
    }

    // MARK: - Structure

    @usableFromInline
    mutating func beginObject() {
        beginValue(1)
        put(UInt8(ascii: "{"))
        needsComma = false
        depth &+= 1
    }

    @usableFromInline
    mutating func endObject() {
        if !restorations.isEmpty { restore() }
        depth &-= 1
        reserve(1)
        put(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Makes the end of the object, whose members are to be written now, put back what came beside them.
    public mutating func restore(_ remainder: JSONRemainder) {
        if !remainder.isEmpty { restorations.append((depth, count, remainder)) }
    }

    private mutating func restore() {
        guard let open = restorations.last, open.depth == depth else { return }
        restorations.removeLast()
        var start = open.start
        if start < count, buffer[start] == UInt8(ascii: ",") { start += 1 }
        let members = open.remainder.restored(Array(UnsafeBufferPointer(start: buffer + start, count: count - start)))
        count = start
        // Where none is left, none needs the comma before it.
        if members.isEmpty, start > 0, buffer[start - 1] == UInt8(ascii: ",") { count -= 1 }
        members.withUnsafeBufferPointer { put($0) }
    }

    @usableFromInline
    mutating func beginArray() {
        beginValue(1)
        put(UInt8(ascii: "["))
        needsComma = false
    }

    @usableFromInline
    mutating func endArray() {
        reserve(1)
        put(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes the name of a member; its value must follow.
    public mutating func writeName(_ name: StaticString) {
        beginValue(0)
        putQuoted(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        reserve(1)
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes the name of a member; its value must follow.
    public mutating func writeName(_ name: String) {
        writeString(name)
        reserve(1)
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: - Scalars

    /// Writes null.
    public mutating func writeNull() {
        writeLiteral("null")
    }

    @usableFromInline
    mutating func writeLiteral(_ text: StaticString) {
        beginValue(text.utf8CodeUnitCount)
        put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @usableFromInline
    mutating func writeString(_ value: String) {
        beginValue(0)
        var value = value
        value.withUTF8 { putQuoted($0) }
    }

    /// Writes text as it is: the text of a number.
    mutating func writeRaw(_ text: String) {
        beginValue(0)
        var text = text
        text.withUTF8 { put($0) }
    }

    /// Writes a string of at most `limit` characters that need no escape.
    @inline(__always)
    mutating func writeField(limit: Int, _ fill: (inout ASCIIField) -> Void) {
        beginValue(limit &+ 2)
        put(UInt8(ascii: "\""))
        var field = ASCIIField(UnsafeMutableBufferPointer(start: buffer + count, count: limit))
        fill(&field)
        count &+= field.count
        put(UInt8(ascii: "\""))
    }

    @usableFromInline
    mutating func writeInteger(_ value: Int64) {
        beginValue(20)
        putInteger(value)
    }

    @usableFromInline
    mutating func writeQuotedInteger(_ value: Int64) {
        beginValue(22)
        put(UInt8(ascii: "\""))
        putInteger(value)
        put(UInt8(ascii: "\""))
    }

    /// Stores an integer; there is room for 20 bytes.
    private mutating func putInteger(_ value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var end = count + DecimalDigits.count(of: rest)
        count = end
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            end &-= 1
            buffer[end] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest != 0
    }

    // MARK: - Strings

    /// Stores a string with its quotes. Only `"`, `\` and control characters are escaped; other text stays UTF-8.
    @inline(__always)
    private mutating func putQuoted(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count &+ 2)
        put(UInt8(ascii: "\""))
        let clean = Self.cleanPrefix(of: text)
        put(UnsafeBufferPointer(rebasing: text[..<clean]))
        if clean < text.count { putEscaped(UnsafeBufferPointer(rebasing: text[clean...])) }
        reserve(1)
        put(UInt8(ascii: "\""))
    }

    /// How many bytes at the beginning need no escape.
    @inline(__always)
    private static func cleanPrefix(of text: UnsafeBufferPointer<UInt8>) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        var position = 0
        while position &+ 8 <= text.count {
            if ByteWord.mustEscape(raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) != 0 { break }
            position &+= 8
        }
        while position < text.count, !mustEscape(text[position]) { position &+= 1 }
        return position
    }

    @inline(__always)
    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func putEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count * 6)
        for byte in text {
            guard Self.mustEscape(byte) else {
                put(byte)
                continue
            }
            put(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
            case 0x08: put(UInt8(ascii: "b"))
            case 0x09: put(UInt8(ascii: "t"))
            case 0x0A: put(UInt8(ascii: "n"))
            case 0x0C: put(UInt8(ascii: "f"))
            case 0x0D: put(UInt8(ascii: "r"))
            default:
                for digit in [0x75, 0x30, 0x30, HexDigits.lowercase(byte >> 4), HexDigits.lowercase(byte & 15)] {
                    put(digit)
                }
            }
        }
    }
}
