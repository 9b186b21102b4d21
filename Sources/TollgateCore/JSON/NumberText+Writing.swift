import Foundation

extension NumberText {
    /// The shortest text that reads back as the same (finite) number.
    static func text(of value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// All digits of a (finite) number, without an exponent and without zeros at the end of the fraction.
    static func text(of value: Decimal) -> String {
        let significand = value.magnitude.significand
        let units = NSDecimalNumber(decimal: significand).int64Value
        // Foundation's own conversion takes thirty times as long; it is left to numbers that are longer than usual.
        guard -18...0 ~= value.exponent, units >= 0, Decimal(units) == significand else { return value.description }
        var scale: Int64 = 1
        for _ in 0..<(-value.exponent) { scale *= 10 }
        let (whole, fraction) = units.quotientAndRemainder(dividingBy: scale)
        return ASCIIField.text(limit: 40) { field in
            if value.isSignMinus, units > 0 { field.put(UInt8(ascii: "-")) }
            field.put(whole, width: DecimalDigits.count(of: whole.magnitude))
            guard fraction > 0 else { return }
            field.put(UInt8(ascii: "."))
            field.put(fraction, width: -value.exponent)
            field.dropTrailingZeros()
        }
    }
}

enum DecimalDigits {
    /// How many decimal digits a number has.
    @inline(__always)
    static func count(of value: UInt64) -> Int {
        var count = 1
        var limit: UInt64 = 10
        while value >= limit {
            count &+= 1
            if count == 20 { return count }
            limit &*= 10
        }
        return count
    }
}
