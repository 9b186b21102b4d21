import Foundation

/// A number as it is written, so that reading and writing it loses nothing.
///
/// Two numbers are equal if their values are: `1`, `1.0` and `10e-1` are equal, and so are `0` and `-0`.
public struct JSONNumber: Sendable {
    /// The number in JSON's own notation.
    public let text: String

    init(checkedText: String) {
        text = checkedText
    }

    /// Returns nil if the text is not a JSON number.
    public init?(_ text: String) {
        guard Array(text.utf8).withUnsafeBufferPointer({ NumberText.parse($0) }) != nil else { return nil }
        self.text = text
    }

    public init(_ value: some FixedWidthInteger) {
        text = String(value)
    }

    /// Returns nil for NaN and infinity.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = NumberText.text(of: value)
    }

    /// Returns nil for NaN.
    public init?(_ value: Decimal) {
        guard value.isFinite else { return nil }
        text = NumberText.text(of: value)
    }

    /// The value, if it is an integer in the range of `Int`.
    public var int: Int? { integer() }

    /// The value, if it is an integer in the range of `Int64`.
    public var int64: Int64? { integer() }

    /// The nearest `Double`; infinite if the number is larger than the largest one.
    public var double: Double { Double(text) ?? .nan }

    /// The value, if it has at most 38 digits.
    public var decimal: Decimal? { try? parsed?.decimal().get() }

    private func integer<Value: FixedWidthInteger>() -> Value? {
        try? parsed?.integer(Value.self).get()
    }

    private var parsed: NumberText? {
        Array(text.utf8).withUnsafeBufferPointer { NumberText.parse($0) }
    }

    /// What is equal for equal values.
    private struct Canonical: Hashable {
        var isNegative = false
        /// Without zeros at either end.
        var digits: [UInt8] = []
        var exponent: Int64 = 0
    }

    /// Nil if the exponent is absurd; such numbers are compared by their text.
    private var canonical: Canonical? {
        let utf8 = Array(text.utf8)
        let mark = utf8.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? utf8.endIndex
        var digits = utf8[..<mark].filter { $0 != UInt8(ascii: "-") }
        let point = digits.firstIndex(of: UInt8(ascii: "."))
        let fraction = point.map { digits.count - $0 - 1 } ?? 0
        if let point { digits.remove(at: point) }
        let zeros = digits.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeLast(zeros)
        digits.removeFirst(digits.prefix { $0 == UInt8(ascii: "0") }.count)
        if digits.isEmpty { return Canonical() }
        guard let power = mark < utf8.endIndex ? Int32(text.dropFirst(mark + 1)) : 0 else { return nil }
        let exponent = Int64(power) + Int64(zeros - fraction)
        return Canonical(isNegative: utf8.first == UInt8(ascii: "-"), digits: digits, exponent: exponent)
    }
}

extension JSONNumber: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        if left.text == right.text { return true }
        guard let value = left.canonical else { return false }
        return value == right.canonical
    }

    public func hash(into hasher: inout Hasher) {
        if let canonical { hasher.combine(canonical) } else { hasher.combine(text) }
    }
}

extension JSONNumber: CustomStringConvertible {
    public var description: String { text }
}

extension JSONNumber: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.number() }
    public func writeValue(to json: inout JSONWriter) { json.writeRaw(text) }
}

extension JSONNumber: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    public init(integerLiteral value: Int64) { self.init(value) }

    /// A literal beyond the range of `Double` is a programming error.
    public init(floatLiteral value: Double) {
        precondition(value.isFinite, "JSON has no infinite numbers")
        text = NumberText.text(of: value)
    }
}
