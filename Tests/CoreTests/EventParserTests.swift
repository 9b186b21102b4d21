import Testing

@testable import TollgateCore

/// Server-sent events and lines of JSON, as bytes.
@Suite struct EventParserTests {
    private func parse(
        _ chunks: [[UInt8]], _ format: EventFormat = .serverSentEvents
    ) throws -> [ServerSentEvent] {
        var parser = EventParser(format: format)
        var events: [ServerSentEvent] = []
        for chunk in chunks { events += try parser.parse(chunk) }
        return events + [parser.finish()].compactMap { $0 }
    }

    private func parse(_ text: String, _ format: EventFormat = .serverSentEvents) throws -> [ServerSentEvent] {
        try parse([Array(text.utf8)], format)
    }

    /// Every rule of the grammar once; `|` is a line break.
    private static let sample = """
        \u{FEFF}: a comment|data: one||event: delta|data:two|data|data:  three|id: 7|retry: 1500||:ping||\
        unknown: x|data: grüße 🜁|id||id: no\u{0}id|data: {"a": 1}|event||data||event: lost||data: not ended
        """

    private static let events = [
        ServerSentEvent(data: "one"),
        ServerSentEvent(name: "delta", data: "two\n\n three", id: "7", retry: .milliseconds(1500)),
        ServerSentEvent(data: "grüße 🜁", retry: .milliseconds(1500)),
        ServerSentEvent(data: "{\"a\": 1}", retry: .milliseconds(1500)),
        ServerSentEvent(data: "", retry: .milliseconds(1500)),
    ]

    @Test(arguments: ["\n", "\r", "\r\n"])
    func theWholeGrammar(_ lineBreak: String) throws {
        let bytes = Array(Self.sample.replacing("|", with: lineBreak).utf8)
        #expect(try parse([bytes]) == Self.events)
        #expect(try parse(bytes.map { [$0] }) == Self.events)
        for first in 0...bytes.count {
            #expect(try parse([Array(bytes[..<first]), Array(bytes[first...])]) == Self.events, "at \(first)")
        }
        for first in stride(from: 0, to: bytes.count, by: 7) {
            for second in first...bytes.count {
                let chunks = [bytes[..<first], bytes[first..<second], bytes[second...]].map { Array($0) }
                #expect(try parse(chunks) == Self.events, "at \(first) and \(second)")
            }
        }
    }

    @Test func lineBreaksMayBeMixed() throws {
        #expect(try parse("data: a\r\ndata: b\rdata: c\n\r\n").map(\.data) == ["a\nb\nc"])
        #expect(try parse("data: a\r\rdata: b\n\n").map(\.data) == ["a", "b"])
        #expect(try parse("data: a\n\r\ndata: b\n\r").map(\.data) == ["a", "b"])
        let pieces = ["data: a\r", "\n", "\r", "\ndata: b\r", "\r"].map { Array($0.utf8) }
        #expect(try parse(pieces).map(\.data) == ["a", "b"])
    }

    @Test func oneByteOrderMarkIsSkipped() throws {
        #expect(try parse("\u{FEFF}data: a\n\n").map(\.data) == ["a"])
        #expect(try parse("\u{FEFF}\u{FEFF}data: a\n\n").isEmpty)
        #expect(try parse("data: \u{FEFF}a\n\n\u{FEFF}data: b\n\n").map(\.data) == ["\u{FEFF}a"])
    }

    @Test func anEventIsDispatchedWhenABlankLineComes() throws {
        var parser = EventParser()
        #expect(try parser.parse(Array("data: a\n".utf8)).isEmpty)
        #expect(try parser.parse(Array("\n".utf8)).map(\.data) == ["a"])
        #expect(try parser.parse(Array("data: b\r".utf8)).isEmpty)
        // The second carriage return ends the event; whether a line feed follows does not matter.
        #expect(try parser.parse(Array("\r".utf8)).map(\.data) == ["b"])
        #expect(try parser.parse([]).isEmpty)
        #expect(try parser.parse(Array("\ndata: c\n\n".utf8)).map(\.data) == ["c"])
        #expect(parser.finish() == nil)
    }

    @Test func idsAndRetriesStay() throws {
        let events = try parse("id: 1\n\ndata: a\n\nid: 2\nretry: x9\ndata: b\n\nid\nretry: 99999999999\ndata: c\n\n")
        #expect(events.map(\.id) == ["1", "2", ""])
        #expect(events.map(\.retry) == [nil, nil, .milliseconds(Int32.max)])
    }

    @Test func textThatIsNotUTF8IsReplaced() throws {
        let events = try parse([Array("data: a".utf8) + [0xFF] + Array("b\n\n".utf8)])
        #expect(events.map(\.data) == ["a\u{FFFD}b"])
    }

    @Test func anEventMayNotBeLongerThanTheLimit() throws {
        var parser = EventParser(limit: 20)
        for _ in 0..<10 { #expect(try parser.parse(Array("data: 12345678\n\n".utf8)).count == 1) }
        let error = #expect(throws: ServerSentEvent.TooLarge.self) {
            for _ in 0..<10 { _ = try parser.parse(Array("data: 12345\n".utf8)) }
        }
        #expect(error?.limit == 20)
        var other = EventParser(limit: 20)
        #expect(throws: ServerSentEvent.TooLarge.self) {
            for _ in 0..<10 { _ = try other.parse(Array(": a long".utf8)) }
        }
    }

    @Test func linesOfJSON() throws {
        let text = "{\"a\":1}\n\n {\"b\":\"\\r\"}\r\n  \n{\"c\":3}"
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            let events = try parse([Array(bytes[..<split]), Array(bytes[split...])], .jsonLines)
            let values = try events.map { try JSONValue(jsonBytes: $0.bytes) }
            #expect(values == [["a": 1], ["b": "\r"], ["c": 3]])
        }
        #expect(try parse("{}\n", .jsonLines).count == 1)
        #expect(try parse("", .jsonLines).isEmpty)
    }
}
