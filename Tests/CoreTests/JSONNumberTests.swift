import Foundation
import Testing
import TollgateCore

@Suite struct JSONNumberTests {
    // MARK: - Integers

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("1.0", 1), ("1e3", 1_000), ("1E+3", 1_000), ("-2.50e2", -250),
            ("1000e-3", 1), ("0.0", 0), ("0e99", 0), ("-0.0e-99", 0), ("12.34e2", 1_234),
            ("100000000000000000000e-5", 1_000_000_000_000_000),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775807.0", .max),
            ("9.223372036854775807e18", .max), ("-92233720368547758080e-1", .min),
            ("1000000000000000000", 1_000_000_000_000_000_000),
        ] as [(String, Int64)])
    func readsIntegers(text: String, value: Int64) throws {
        #expect(try Int64(jsonText: text) == value)
        #expect(try Int(jsonText: text) == Int(value))
        #expect(JSONNumber(text)?.int64 == value)
        #expect(try JSONValue(jsonText: text) == .number(JSONNumber(value)))
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "9223372036854775808.0", "18446744073709551615",
        "18446744073709551616", "10000000000000000000", "1e19", "1e400", "-1e99999999999999999999",
        "123456789012345678901234567890123456789012345678901234567890",
    ])
    func refusesIntegersOutOfRange(text: String) throws {
        let error = try jsonError { try Int64(jsonText: text) }
        #expect(error.reason == .numberOutOfRange(type: "Int64"))
        #expect(try jsonError { try Int(jsonText: text) }.reason == .numberOutOfRange(type: "Int"))
        #expect(JSONNumber(text)?.int == nil)
    }

    @Test(arguments: [
        "1.5", "0.1", "1e-1", "-9223372036854775807.5", "9007199254740993.1", "1e-400",
        "1.00000000000000000000000000000000000000000000000001",
    ])
    func refusesFractions(text: String) throws {
        #expect(try jsonError { try Int64(jsonText: text) }.reason == .notAnInteger)
    }

    @Test(arguments: [0, 1, -1, 9, 10, 99, 100, 12_345, .max, .min, .max - 1, .min + 1] as [Int64])
    func writesIntegers(value: Int64) throws {
        #expect(value.jsonText() == String(value))
        #expect(try Int64(jsonText: value.jsonText()) == value)
    }

    @Test func writesIntegersOfEveryLength() {
        var value: Int64 = 1
        for _ in 0..<18 {
            #expect((value * 10 - 1).jsonText() == String(value * 10 - 1))
            #expect((-value).jsonText() == String(-value))
            value *= 10
        }
    }

    // MARK: - Integers and decimals in strings

    @Test(arguments: ["1.5", "abc", "", " 1", "1 ", "+1", "0x10", "1_000", "９", "01", "--1", "-", "nan"])
    func refusesOtherTextAsAnInteger(text: String) throws {
        let json = try JSONElement(parsing: text.jsonBytes())
        #expect(throws: JSONError.self) { try json.int64InString() }
    }

    @Test func readsNumbersInStrings() throws {
        let json = try JSONElement(
            parsing: Array(#"["-9223372036854775808","0.10","1\u0032","12345678901234567890.5"]"#.utf8))
        let elements = Array(try json.elements())
        #expect(try elements[0].int64InString() == .min)
        #expect(try elements[1].decimalInString() == Decimal(string: "0.1"))
        #expect(try elements[2].int64InString() == 12)
        #expect(try elements[3].decimalInString() == Decimal(string: "12345678901234567890.5"))
        #expect(throws: JSONError.self) { try elements[3].int64InString() }
        #expect(throws: JSONError.self) { try elements[0].int64() }
    }

    // MARK: - Decimals

    @Test(arguments: [
        "0", "0.1", "-0.1", "12345678901234567890.123456789", "99999999999999999999999999999999999999",
        "0.00000000000000000000000000000000000001", "-12345678901234567890123456789012345678", "1e-128",
        "3e127", "300e125", "1000000e-6", "0.10000000000000000000000000000000000000000000000000000000000000",
        "18446744073709551616",
    ])
    func readsDecimalsExactly(text: String) throws {
        let expected = try #require(JSONNumber(text))
        let value = try Decimal(jsonText: text)
        #expect(JSONNumber(value) == expected)
        #expect(try Decimal(jsonText: value.jsonText()) == value)
    }

    @Test func readsTheDecimalsOfTheDesign() throws {
        #expect(try Decimal(jsonText: "0.1").jsonText() == "0.1")
        #expect(try Decimal(jsonText: "12345678901234567890.123456789").jsonText() == "12345678901234567890.123456789")
        #expect(try Decimal(jsonText: "1.10") == Decimal(11) / Decimal(10))
    }

    @Test(arguments: [
        "123456789012345678901234567890123456789", "0.123456789012345678901234567890123456789", "1e-129", "1e128",
        "1e400",
        "100000000000000000000000000000000000001e150", "340282366920938463463374607431768211455e-1",
    ])
    func refusesDecimalsThatWouldBeRounded(text: String) throws {
        #expect(try jsonError { try Decimal(jsonText: text) }.reason == .numberOutOfRange(type: "Decimal"))
    }

    @Test(arguments: [
        "0", "7", "-7", "100", "1.5", "-0.05", "0.000000000000000001", "9223372036854775807", "9223372036854775808",
        "-9.223372036854775807", "18446744073709551615.5", "-100000000000000000000", "10.01", "922337203685477580.7",
        "0.0000000000000000001",
    ])
    func writesDecimalsAsFoundationDoes(text: String) throws {
        let value = try #require(Decimal(string: text))
        #expect(value.jsonText() == text)
        #expect(value.jsonText() == value.description)
        #expect((value / 3).jsonText() == (value / 3).description)
        #expect((value * 100 / 100).jsonText() == text)
    }

    @Test func writesDecimalsOfEveryForm() {
        #expect(Decimal(sign: .plus, exponent: -2, significand: 150).jsonText() == "1.5")
        #expect(Decimal(sign: .minus, exponent: 3, significand: 5).jsonText() == "-5000")
        #expect(Decimal(sign: .minus, exponent: -3, significand: 0).jsonText() == "0")
        #expect(Decimal.nan.jsonText() == "null")
        #expect(Decimal.greatestFiniteMagnitude.jsonText() == Decimal.greatestFiniteMagnitude.description)
    }

    // MARK: - Doubles

    @Test(
        arguments: [
            ("0", 0), ("-0", -0.0), ("0.1", 0.1), ("1e3", 1_000), ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0), ("9007199254740993", 9_007_199_254_740_992),
            ("123456789012345678", 123_456_789_012_345_680), ("0.3", 0.3),
            ("2.2250738585072011e-308", 0x1p-1022 - 0x1p-1074),
            ("179769313486231570000000000000000000000e270", .greatestFiniteMagnitude), ("-1.5", -1.5),
        ] as [(String, Double)])
    func readsTheNearestDouble(text: String, value: Double) throws {
        let read = try Double(jsonText: text)
        #expect(read == value)
        #expect(read.sign == value.sign)
    }

    @Test func refusesDoublesOutOfRange() throws {
        #expect(try jsonError { try Double(jsonText: "1e309") }.reason == .numberOutOfRange(type: "Double"))
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (0.1, "0.1"), (1e21, "1e+21"), (123_456_789, "123456789"),
            (.leastNonzeroMagnitude, "5e-324"), (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
        ] as [(Double, String)])
    func writesDoubles(value: Double, text: String) {
        #expect(value.jsonText() == text)
    }

    // MARK: - Numbers as they are written

    @Test func keepsTheText() throws {
        let text = "[1.0,1e5,-0,123456789012345678901234567890.00000000000000000000000000000000001,1E400]"
        #expect(try JSONValue(jsonText: text).jsonText() == text)
    }

    @Test(arguments: [
        ("1", "1.0"), ("10", "1e1"), ("0.010", "1E-2"), ("0", "-0.00e7"), ("-5", "-50e-1"), ("1e400", "10e399"),
    ])
    func comparesValues(left: String, right: String) throws {
        let (left, right) = (try #require(JSONNumber(left)), try #require(JSONNumber(right)))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }

    @Test(arguments: [
        ("1", "-1"), ("1", "1.00000000000000000000000000000000000000000000001"), ("1e400", "1e401"), ("0", "1e-400"),
    ])
    func tellsValuesApart(left: String, right: String) throws {
        #expect(try #require(JSONNumber(left)) != #require(JSONNumber(right)))
    }

    @Test(arguments: ["", "01", "1.", ".5", "+1", "1e", "NaN", " 1", "0x1", "1e+", "-", "--1", "1.e1"])
    func refusesTextThatIsNoNumber(text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test func survivesAbsurdExponents() throws {
        let huge = try #require(JSONNumber("10e9223372036854775807"))
        let other = try #require(JSONNumber("1e9223372036854775807"))
        #expect(huge == huge)
        #expect(huge != other)
        #expect(huge.int == nil)
        #expect(huge.decimal == nil)
        #expect(huge.double == .infinity)
        #expect(JSONNumber("0e9223372036854775807") == 0)
    }

    @Test func convertsNumbers() {
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Decimal.nan) == nil)
        #expect(JSONNumber(UInt64.max).text == "18446744073709551615")
        #expect(JSONNumber(UInt64.max).decimal == Decimal(UInt64.max))
        #expect((0.25 as JSONNumber).double == 0.25)
        #expect((3 as JSONNumber).int == 3)
    }
}
