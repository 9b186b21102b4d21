import Foundation
import TollgateCore

extension Vluna {
    /// An exact amount of money: a whole number of millionths of a US dollar. On the wire a string of digits.
    public struct XUSD: Hashable, Comparable, Sendable {
        /// In millionths of a US dollar.
        public var millionths: Int64

        public init(millionths: Int64) {
            self.millionths = millionths
        }

        /// The amount in US dollars, if it is a whole number of millionths and not too large.
        public init?(usd: Decimal) {
            let scaled = usd * 1_000_000
            guard scaled.magnitude <= Decimal(Int64.max) else { return nil }
            let millionths = NSDecimalNumber(decimal: scaled).int64Value
            guard Decimal(millionths) == scaled else { return nil }
            self.millionths = millionths
        }

        /// In US dollars, exactly.
        public var usd: Decimal { Decimal(millionths) / 1_000_000 }

        public static func < (first: XUSD, second: XUSD) -> Bool { first.millionths < second.millionths }
    }
}

extension Vluna.XUSD: AdditiveArithmetic {
    public static var zero: Self { Self(millionths: 0) }
    public static func + (first: Self, second: Self) -> Self { Self(millionths: first.millionths + second.millionths) }
    public static func - (first: Self, second: Self) -> Self { Self(millionths: first.millionths - second.millionths) }
}

extension Vluna.XUSD: ExpressibleByIntegerLiteral, CustomStringConvertible {
    public init(integerLiteral millionths: Int64) { self.init(millionths: millionths) }
    /// For people: `1.5 USD`.
    public var description: String { "\(usd) USD" }
}

extension Vluna.XUSD: JSONConvertible, Codable {
    public init(json: JSONElement) throws(JSONError) {
        self.init(millionths: try json.int64InString())
    }

    public func writeValue(to json: inout JSONWriter) {
        json.writeValue(inString: millionths)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let millionths = Int64(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number of XUSD")
        }
        self.init(millionths: millionths)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(millionths))
    }
}
