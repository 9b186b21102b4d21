import Foundation

/// A number as text, taken apart: (-1)^isNegative × significand × 10^exponent.
struct NumberText {
    private(set) var isNegative = false
    /// Without trailing zeros; 0 if the number is 0.
    private(set) var significand: UInt128 = 0
    private(set) var exponent = 0
    /// The number has more than 38 significant digits: `significand` holds the first ones only.
    private(set) var isTruncated = false

    enum Problem: Error {
        case notANumber, notAnInteger, outOfRange

        func reason(type: String) -> JSONError.Reason {
            switch self {
            case .notANumber: .invalid(format: type == "Decimal" ? "decimal number" : "integer")
            case .notAnInteger: .notAnInteger
            case .outOfRange: .numberOutOfRange(type: type)
            }
        }
    }

    /// Takes a JSON number apart; nil if the text is not one.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> NumberText? {
        var number = NumberText()
        return number.read(text) ? number : nil
    }

    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        if text.first == UInt8(ascii: "-") {
            isNegative = true
            position = 1
        }
        let firstDigit = position
        var zeros = 0
        position = readDigits(text, from: position, pendingZeros: &zeros)
        let wholeDigits = position - firstDigit
        guard wholeDigits == 1 || wholeDigits > 1 && text[firstDigit] != UInt8(ascii: "0") else { return false }
        if position < text.count, text[position] == UInt8(ascii: ".") {
            let fraction = position + 1
            position = readDigits(text, from: fraction, pendingZeros: &zeros)
            guard position > fraction else { return false }
            exponent -= position - fraction
        }
        guard let power = Self.readExponent(text, from: &position), position == text.count else { return false }
        exponent = significand == 0 ? 0 : exponent + zeros + power
        return true
    }

    /// Adds digits to the significand; zeros only once another digit follows them.
    private mutating func readDigits(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, pendingZeros zeros: inout Int
    ) -> Int {
        var position = start
        while position < text.count {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            position += 1
            if digit == 0 || isTruncated {
                zeros += significand == 0 ? 0 : 1
            } else {
                append(digit, after: zeros)
                zeros = isTruncated ? zeros + 1 : 0
            }
        }
        return position
    }

    private mutating func append(_ digit: UInt8, after zeros: Int) {
        let limit: UInt128 = 10_000_000_000_000_000_000_000_000_000_000_000_000
        var shifted = significand
        for _ in 0...zeros {
            guard shifted < limit else {
                isTruncated = true
                return
            }
            shifted *= 10
        }
        significand = shifted + UInt128(digit)
    }

    /// The power of ten after the `e`, if there is one; nil if it is malformed. Absurd powers are cut off.
    private static func readExponent(_ text: UnsafeBufferPointer<UInt8>, from position: inout Int) -> Int? {
        guard position < text.count, text[position] | 0x20 == UInt8(ascii: "e") else { return 0 }
        position += 1
        var isNegative = false
        if position < text.count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
            isNegative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        guard position < text.count else { return nil }
        var power: Int64 = 0
        while position < text.count {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            power = min(power * 10 + Int64(digit), 1_000_000_000)
            position += 1
        }
        return Int(isNegative ? -power : power)
    }

    // MARK: - Short numbers

    /// A number of at most 19 digits without an exponent, as most are: digits × 10^-fraction.
    private struct Short {
        let isNegative: Bool
        let digits: UInt64
        let fraction: Int
    }

    /// Takes a short number apart; nil if the text is anything else.
    @inline(__always)
    private static func short(_ text: UnsafeBufferPointer<UInt8>) -> Short? {
        guard let first = text.first, text.count <= 20 else { return nil }
        let start = first == UInt8(ascii: "-") ? 1 : 0
        var digits: UInt64 = 0
        var point: Int?
        for position in start..<text.count {
            let digit = text[position] &- UInt8(ascii: "0")
            if digit < 10 {
                digits = digits &* 10 &+ UInt64(digit)
            } else if text[position] == UInt8(ascii: "."), point == nil, position > start {
                point = position
            } else {
                return nil
            }
        }
        let count = text.count - start - (point == nil ? 0 : 1)
        guard 1...19 ~= count, point != text.count - 1 else { return nil }
        guard text[start] != UInt8(ascii: "0") || (point ?? text.count) == start + 1 else { return nil }
        return Short(isNegative: start == 1, digits: digits, fraction: point.map { text.count - $0 - 1 } ?? 0)
    }

    /// An integer as text: a JSON number without fraction.
    @inline(__always)
    static func integer<Value: FixedWidthInteger>(_ text: UnsafeBufferPointer<UInt8>) -> Result<Value, Problem> {
        if let short = short(text), short.fraction == 0, let magnitude = Value(exactly: short.digits) {
            return .success(short.isNegative ? 0 - magnitude : magnitude)
        }
        return parse(text)?.integer(Value.self) ?? .failure(.notANumber)
    }

    /// The nearest `Double`; nil if the number is larger than the largest one.
    static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        // Both operands are exact, so that the quotient is the nearest `Double`.
        if let short = short(text), short.digits < 1 << 53 {
            let value = Double(short.digits) / powersOfTen[short.fraction]
            return short.isNegative ? -value : value
        }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    ]

    // MARK: - Values

    func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Result<Value, Problem> {
        if isTruncated {
            let wholeDigits = exponent + String(significand).count
            return .failure(wholeDigits > 19 ? .outOfRange : .notAnInteger)
        }
        guard exponent >= 0 else { return .failure(.notAnInteger) }
        guard exponent <= 38 else { return .failure(.outOfRange) }
        var magnitude = significand
        for _ in 0..<exponent {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow else { return .failure(.outOfRange) }
            magnitude = product
        }
        guard let magnitude = Value.Magnitude(exactly: magnitude) else { return .failure(.outOfRange) }
        if isNegative {
            guard magnitude <= Value.min.magnitude else { return .failure(.outOfRange) }
            return .success(0 &- Value(truncatingIfNeeded: magnitude))
        }
        guard let value = Value(exactly: magnitude) else { return .failure(.outOfRange) }
        return .success(value)
    }

    func decimal() -> Result<Decimal, Problem> {
        guard !isTruncated, -128...127 ~= exponent else { return .failure(.outOfRange) }
        let unit: UInt128 = 10_000_000_000_000_000_000
        let (high, low) = significand.quotientAndRemainder(dividingBy: unit)
        var whole = Decimal(UInt64(low))
        if high > 0 { whole += Decimal(UInt64(high)) * Decimal(UInt64(unit)) }
        return .success(Decimal(sign: isNegative ? .minus : .plus, exponent: exponent, significand: whole))
    }
}
