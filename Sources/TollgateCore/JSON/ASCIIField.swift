/// A stretch of memory that is filled with ASCII characters from the left.
struct ASCIIField {
    private let target: UnsafeMutableBufferPointer<UInt8>
    /// How many characters there are.
    private(set) var count = 0

    init(_ target: UnsafeMutableBufferPointer<UInt8>) {
        self.target = target
    }

    /// The characters that `fill` puts, at most `limit`.
    static func text(limit: Int, _ fill: (inout ASCIIField) -> Void) -> String {
        String(unsafeUninitializedCapacity: limit) { target in
            var field = ASCIIField(target)
            fill(&field)
            return field.count
        }
    }

    @inline(__always)
    mutating func put(_ character: UInt8) {
        precondition(count < target.count)
        target[count] = character
        count += 1
    }

    /// A number with leading zeros.
    @inline(__always)
    mutating func put(_ value: some BinaryInteger, width: Int) {
        precondition(count + width <= target.count)
        var rest = UInt64(truncatingIfNeeded: value)
        for position in (count..<(count + width)).reversed() {
            target[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += width
    }

    /// Two hexadecimal digits in lower case.
    @inline(__always)
    mutating func put(hexadecimal octet: UInt8) {
        put(HexDigits.lowercase(octet >> 4))
        put(HexDigits.lowercase(octet & 15))
    }

    /// Removes zeros from the end.
    mutating func dropTrailingZeros() {
        while count > 0, target[count - 1] == UInt8(ascii: "0") { count -= 1 }
    }
}
