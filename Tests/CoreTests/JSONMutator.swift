import Foundation
import TollgateCore

/// Breaks JSON documents in small ways; from one seed always the same ones.
struct JSONMutator {
    private var generator: JSONPropertyTests.Generator
    private let documents: [[UInt8]]
    /// The longest document that is made, in bytes. Short ones are broken at more different places.
    private static let longest = 600

    init(seed: UInt64) {
        generator = JSONPropertyTests.Generator(state: seed)
        var documents = Self.written.map { Array($0.utf8) } + Self.suite
        for _ in 0..<200 { documents.append(generator.value(depth: 3).jsonBytes()) }
        self.documents = documents.filter { !$0.isEmpty && $0.count <= Self.longest }
    }

    /// The next document: sometimes a whole one, mostly one that was changed at one to four places.
    mutating func next() -> [UInt8] {
        var bytes = pick(documents)
        for _ in 0..<pick([0, 1, 1, 1, 1, 2, 3, 4]) { mutate(&bytes) }
        return bytes.count > Self.longest ? Array(bytes.prefix(Self.longest)) : bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let start = Int.random(in: 0...bytes.count, using: &generator)
        let length = min(Int.random(in: 0...8, using: &generator), bytes.count - start)
        let range = start..<start + length
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: bytes.removeSubrange(range)
        case 1: bytes.insert(contentsOf: bytes[range], at: Int.random(in: 0...bytes.count, using: &generator))
        case 2: bytes.replaceSubrange(range, with: Array(pick(Self.tokens).utf8))
        case 3: bytes.insert(contentsOf: pick(Self.rawBytes), at: start)
        case 4: bytes = Array(bytes[..<start])
        case 5:
            let other = pick(documents)
            bytes.replaceSubrange(start..., with: other[Int.random(in: 0..<other.count, using: &generator)...])
        case 6: bytes.insert(contentsOf: pick(documents), at: start)
        case 7: replaceNumber(in: &bytes)
        case 8 where start < bytes.count: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        default: bytes.insert(contentsOf: Array(pick(Self.tokens).utf8), at: start)
        }
    }

    /// Puts a number where a digit stands; where none stands, at the end.
    private mutating func replaceNumber(in bytes: inout [UInt8]) {
        let digits = bytes.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }
        let number = Bool.random(using: &generator) ? pick(Self.numbers) : generator.number().text
        let place = digits.randomElement(using: &generator)
        bytes.replaceSubrange(place.map { $0..<$0 + 1 } ?? bytes.count..<bytes.count, with: Array(number.utf8))
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &generator)]
    }
}

extension JSONMutator {
    private static let written = [
        #"{"ok":true,"code":"OK","data":[{"feature_code":"gpt","quantity_minor":"12345","budget_id":null}]}"#,
        #" { "a" : [ 1 , 2.5 , -3e-7 , 0 ] , "b" : { } , "c" : [ ] , "é" : "\u00e9\n\"\\\/" } "#,
        #"[[[[[[]]]]],{"a":{"a":{"a":{"a":null}}}},"a","a",true,false,null]"#,
        #"{"lease_token":"x","window_end":"2026-01-31T10:00:00.123Z","limit":9223372036854775807,"xusd":0.000001}"#,
        #"{"id":1,"id":2,"ID":3,"i\u0064":4,"":5," ":6}"#,
        #"["\uD83D\uDE00","😀","\ud834\udd1e","漢字","\u0000","\u2028","e\u0301","\u00e9"]"#,
        "[\n\t1,\r\n\t2\n]\n", "\u{FEFF}[true]", "\"text\"", "-0", "12345678901234567890.12345678901234567890",
    ]

    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\udc00", "\\u0000", "\\x", "/", "//", "/*", "'",
        "true", "false", "null", "nul", "True", "NaN", "Infinity", "0", "-", "+", ".", "e", "E", "e+", "00", "0x1F",
        " ", "\t", "\n", "\r", "\u{B}", "\u{C}", "\u{0}", "\u{1F}", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}",
        "\u{FEFF}", "é", "e\u{301}", "😀", "\u{FFFF}", "{}", "[]", "\"\"", ",\"a\":", "\"a\":1,", "[[[[", "]]]]",
    ]

    private static let numbers = [
        "0", "-0", "-0.0", "1", "-1", "00", "01", "-01", "1.", ".5", "1.0", "1e", "1e+", "1e5", "1E5", "1e-5", "0e999",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e308", "1.7976931348623158e308",
        "1e309", "-1e400", "4.9e-324", "1e-400", "1e99999999999999999999", "0.1", "0.30000000000000004",
        "123456789012345678901234567890", "1.00000000000000000000000000000000000000000000000000001",
        "99999999999999999999999999999999999999", "123456789012345678e-100", "12345678901234567890e200", "2.5e127",
    ]

    /// Halves of characters, overlong forms, surrogates, bytes that UTF-8 never has, marks of other encodings.
    private static let rawBytes: [[UInt8]] = [
        [0x00], [0x80], [0xBF], [0xC0, 0x80], [0xC2], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF],
        [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF8], [0xFE, 0xFF], [0xFF, 0xFE], [0xFF],
    ]

    /// The JSON test suite, if it is there.
    private static var suite: [[UInt8]] {
        ["y_", "n_", "i_"].flatMap(JSONSyntaxTests.cases).compactMap { try? JSONSyntaxTests.bytes($0) }
    }
}
