import Foundation
import Testing
import TollgateCore

/// Runs the code, which must throw a `JSONError`, and returns it.
func jsonError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Any
) throws -> JSONError {
    try #require(#expect(throws: JSONError.self, sourceLocation: sourceLocation) { _ = try body() })
}

@Suite struct JSONSyntaxTests {
    static let suite = URL(filePath: #filePath).appending(path: "../../../../shared/json-test-suite").standardized

    static func cases(_ prefix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: suite.path())) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted()
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: suite.appending(path: name)))
    }

    // MARK: - The JSON test suite

    @Test(.enabled(if: !cases("y_").isEmpty), arguments: cases("y_"))
    func acceptsAndKeepsWhatMustBeAccepted(name: String) throws {
        let value = try JSONValue(jsonBytes: Self.bytes(name))
        let written = value.jsonBytes()
        #expect(try JSONValue(jsonBytes: written) == value)
        #expect(try JSONValue(jsonBytes: written).jsonBytes() == written)
    }

    @Test(.enabled(if: !cases("n_").isEmpty), arguments: cases("n_"))
    func refusesWhatMustBeRefused(name: String) throws {
        let error = try jsonError { try JSONValue(jsonBytes: Self.bytes(name)) }
        guard case .syntax = error.reason else {
            Issue.record("\(name): \(error)")
            return
        }
    }

    /// These may be accepted or refused; what is accepted survives.
    @Test(.enabled(if: !cases("i_").isEmpty), arguments: cases("i_"))
    func survivesWhatIsUndefined(name: String) throws {
        guard let value = try? JSONValue(jsonBytes: Self.bytes(name)) else { return }
        #expect(try JSONValue(jsonBytes: value.jsonBytes()) == value)
    }

    @Test func findsTheWholeSuiteIfThereIsOne() {
        guard FileManager.default.fileExists(atPath: Self.suite.path()) else { return }
        #expect(Self.cases("y_").count >= 95)
        #expect(Self.cases("n_").count >= 187)
        #expect(Self.cases("i_").count >= 35)
    }

    // MARK: - Where the error is

    @Test(arguments: [
        ("", "the document is empty (line 1, column 1, byte 0)"),
        (" \n ", "the document is empty (line 2, column 2, byte 3)"),
        ("{\"a\": 1,\n \"b\": x}", "unexpected byte (line 2, column 7, byte 15)"),
        ("[1", "the document ends too early (line 1, column 3, byte 2)"),
        ("[1,]", "unexpected byte (line 1, column 4, byte 3)"),
        ("{\"a\" 1}", "unexpected byte (line 1, column 6, byte 5)"),
        ("{\"a\":1,}", "unexpected byte (line 1, column 8, byte 7)"),
        ("{a:1}", "unexpected byte (line 1, column 2, byte 1)"),
        ("\"a", "the document ends too early (line 1, column 3, byte 2)"),
        ("1 2", "there is something after the value (line 1, column 3, byte 2)"),
        ("01", "malformed number (line 1, column 3, byte 2)"),
        ("1.", "malformed number (line 1, column 3, byte 2)"),
        ("-", "malformed number (line 1, column 2, byte 1)"),
        ("+1", "unexpected byte (line 1, column 1, byte 0)"),
        ("nul", "the document ends too early (line 1, column 4, byte 3)"),
        ("\"\\x\"", "malformed escape in a string (line 1, column 2, byte 1)"),
        ("\"\\u12\"", "malformed escape in a string (line 1, column 2, byte 1)"),
        ("\"a\tb\"", "a control character stands unescaped in a string (line 1, column 3, byte 2)"),
    ])
    func saysWhereTheSyntaxIsWrong(text: String, message: String) throws {
        let error = try jsonError { try JSONValue(jsonText: text) }
        #expect(error.description == "not valid JSON: " + message)
    }

    // MARK: - Limits

    @Test func boundsTheDepth() throws {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        let value = try JSONValue(jsonText: deep)
        #expect(value.jsonText() == deep)
        let mixed = String(repeating: #"{"a":["#, count: 256) + String(repeating: "]}", count: 256)
        #expect(try JSONValue(jsonText: mixed).jsonText() == mixed)
        let error = try jsonError { try JSONValue(jsonText: "[" + deep + "]") }
        #expect(error.reason == .syntax(.tooDeep, offset: 512, line: 1, column: 513))
        let endless = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONElement(parsing: endless) }
    }

    @Test func skipsAByteOrderMarkOnlyAtTheBeginning() throws {
        #expect(try JSONValue(jsonBytes: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8)) == [1])
        #expect(throws: JSONError.self) {
            try JSONValue(jsonBytes: Array("[".utf8) + [0xEF, 0xBB, 0xBF] + Array("]".utf8))
        }
        #expect(throws: JSONError.self) { try JSONValue(jsonBytes: [0xEF, 0xBB, 0xBF]) }
        #expect(throws: JSONError.self) { try JSONValue(jsonBytes: [0xEF, 0xBB]) }
    }

    // MARK: - UTF-8

    /// Each stands at every place of an eight-byte word, because strings are scanned by words.
    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE1, 0x80],
            [0xE1, 0x80, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF1, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func refusesInvalidUTF8(sequence: [UInt8]) throws {
        for padding in 0..<9 {
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: padding)
            for rest in [[], text] {
                let bytes = Array("[\"".utf8) + text + sequence + rest + Array("\"]".utf8)
                let error = try jsonError { try JSONElement(parsing: bytes) }
                #expect(error.reason == .syntax(.invalidUTF8, offset: 2 + padding, line: 1, column: 3 + padding))
            }
            let cut = Array("\"".utf8) + text + sequence
            #expect(throws: JSONError.self) { try JSONElement(parsing: cut) }
        }
    }

    @Test(arguments: [
        "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{D7FF}", "\u{E000}", "\u{10000}", "\u{10FFFF}", "é漢😀",
    ])
    func acceptsEveryLengthOfUTF8(text: String) throws {
        for padding in 0..<9 {
            let text = String(repeating: "x", count: padding) + text + String(repeating: "y", count: 8 - padding)
            #expect(try String(jsonText: "\"\(text)\"") == text)
            #expect(text.jsonText() == "\"\(text)\"")
        }
    }

    // MARK: - Escapes

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u6F22\uD83D\uDE00""#, "Aé漢😀"),
        (#""\ud834\udd1e\u0000end""#, "\u{1D11E}\0end"),
        (#""plain text first, then \u2028 and \"quotes\"""#, "plain text first, then \u{2028} and \"quotes\""),
        (#""\uDBFF\uDFFF\uFFFF""#, "\u{10FFFF}\u{FFFF}"),
    ])
    func readsEscapes(text: String, value: String) throws {
        #expect(try String(jsonText: text) == value)
    }

    @Test(arguments: [
        #""\uD800""#, #""\uDC00""#, #""\uD800x""#, #""\uD800\n""#, #""\uD800\u0041""#, #""\uD800\uD800""#,
        #""\uDC00\uD800""#, #""\uD83D\uDE0""#, #""\uD83D"#, #""\uD83D\"#, #""\uD83D\u"#,
    ])
    func refusesLoneSurrogates(text: String) throws {
        let error = try jsonError { try String(jsonText: text) }
        guard case .syntax(.loneSurrogate, _, _, _) = error.reason else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func escapesOnlyWhatMustBe() throws {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0) }))
        let text = controls + "\"\\/\u{7F}\u{80}\u{2028}\u{2029}é😀<>&'"
        let expected =
            #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
            + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"#
            + "\\\"\\\\/\u{7F}\u{80}\u{2028}\u{2029}é😀<>&'\""
        #expect(text.jsonText() == expected)
        #expect(try String(jsonText: expected) == text)
    }
}
