import Foundation
import Synchronization
import Testing

@testable import TollgateCore

/// Calls that return a stream of events.
@Suite struct EventStreamTests {
    static let ticks = Endpoint<EventStream<Shop.Widget>>(
        "shop.ticks", .post, "/ticks", end: "[DONE]", errors: [.init(409, Shop.OutOfStock.self)])
    static let lines = Endpoint<EventStream<Shop.Widget>>("shop.lines", .get, "/lines", format: .jsonLines)
    static let eventStream: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .requestID: "rq-3"]

    private func stream(_ text: String, _ fields: HTTPFields = eventStream) -> ScriptedTransport {
        let bytes = Array(text.utf8)
        let chunks = AsyncStream<[UInt8]> { continuation in
            for start in stride(from: 0, to: bytes.count, by: 5) {
                continuation.yield(Array(bytes[start..<min(start + 5, bytes.count)]))
            }
            continuation.finish()
        }
        return ScriptedTransport(.stream(fields, HTTPBody(stream: chunks)))
    }

    private func ticks(_ transport: ScriptedTransport) async throws -> EventStream<Shop.Widget> {
        try await Shop(transport).client.send(APIRequest(Self.ticks))
    }

    /// What a stream yields before it throws.
    private func read<Event>(_ stream: EventStream<Event>) async -> ([Event], (any Error)?) {
        var events: [Event] = []
        do {
            for try await event in stream { events.append(event) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    private static let two = "data: {\"name\":\"a\",\"size\":1}\n\n: ping\n\ndata: {\"name\":\"b\",\"size\":2}\n\n"

    @Test(arguments: ["data: [DONE]\n\n", "data: [DONE]\n\ndata: after\n\n", "", "data: {\"na"])
    func eventsAreDecoded(_ ending: String) async throws {
        let transport = stream(Self.two + ending)
        let (events, error) = await read(try await ticks(transport))
        #expect(events == [Shop.Widget(name: "a", size: 1), Shop.Widget(name: "b", size: 2)])
        #expect(error == nil)
        #expect(transport.sent.first?.request.headerFields[.accept] == "text/event-stream")
        #expect(transport.sent.first?.timeouts.idle == .seconds(60))
    }

    @Test func theEventsAsTheyCame() async throws {
        let raw = try await ticks(stream("event: tick\nid: 4\ndata: x\n\ndata: [DONE]\n\n")).raw
        var events: [ServerSentEvent] = []
        for try await event in raw { events.append(event) }
        #expect(
            events == [ServerSentEvent(name: "tick", data: "x", id: "4"), ServerSentEvent(data: "[DONE]", id: "4")])
    }

    @Test func aStreamIsReadOnce() async throws {
        let ticks = try await ticks(stream(Self.two))
        #expect(await read(ticks).0.count == 2)
        #expect(await read(ticks).1 is HTTPBody.AlreadyRead)
    }

    @Test func linesOfJSON() async throws {
        let transport = stream(
            "{\"name\":\"a\",\"size\":1}\n{\"name\":\"b\",\"size\":2}", [.contentType: "application/json"])
        let lines = try await Shop(transport).client.send(APIRequest(Self.lines))
        #expect(await read(lines).0.map(\.size) == [1, 2])
        #expect(transport.sent.first?.request.headerFields[.accept] == "application/x-ndjson")
    }

    @Test func anEventThatCannotBeReadSaysWhich() async throws {
        let bad = "event: delta\ndata: {\"name\":\"hunter22\",\"size\":\"x\"}\n\n"
        let (events, error) = await read(try await ticks(stream(Self.two + bad + Self.two)))
        #expect(events.count == 2)
        let failure = try #require(error as? DecodingFailure)
        #expect(failure.event == DecodingFailure.Event(number: 3, name: "delta"))
        #expect(failure.path == "$.size")
        #expect(failure.body == Array(#"{"name":"hunter22","size":"x"}"#.utf8))
        #expect(failure.requestID == "rq-3")
        #expect(
            failure.description.hasPrefix("shop.ticks succeeded, but event 3 (delta) of its stream cannot be read: "))
        #expect(!failure.description.contains("hunter22"))
    }

    @Test(arguments: [
        (
            #"event: error|data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}||"#,
            "overloaded_error", "Overloaded"
        ),
        (
            #"data: {"id":"g","error":{"code":502,"message":"upstream key-abcdefgh"},"choices":[]}||"#, "502",
            "upstream [redacted]"
        ),
        (#"event: error|data: {"type":"error","code":"rate_limit","message":"Slow"}||"#, "rate_limit", "Slow"),
        ("event: error|data: went wrong||", nil, nil),
    ])
    func anErrorInTheCourseOfAStream(_ event: String, _ code: String?, _ message: String?) async throws {
        var shop = Shop(stream(Self.two + event.replacing("|", with: "\n") + Self.two))
        shop.client.credential = BearerToken("key-abcdefgh")
        let (events, error) = await read(try await shop.client.send(APIRequest(Self.ticks)))
        #expect(events.count == 2)
        let failure = try #require(error as? StreamFailure)
        #expect(failure.code == code && failure.message == message)
        #expect(failure.status == 200 && failure.requestID == "rq-3" && failure.operation == "shop.ticks")
        #expect(failure.description.hasPrefix("shop.ticks failed: the stream broke off with an error"))
        #expect(!failure.description.contains("key-abcdefgh"))
    }

    @Test func anErrorThatIsNullIsNone() async throws {
        let text = "data: {\"name\":\"a\",\"size\":1,\"error\":null}\n\n"
        #expect(await read(try await ticks(stream(text))).0.count == 1)
    }

    @Test func anEventBeyondTheLimit() async throws {
        var shop = Shop(stream(Self.two + "data: \(String(repeating: "x", count: 100))\n\n"))
        shop.client.bodyLimit = 60
        let (events, error) = await read(try await shop.client.send(APIRequest(Self.ticks)))
        #expect(events.count == 2)
        #expect((error as? UnexpectedResponse)?.reason == .tooLong(limit: 60))
        #expect((error as? UnexpectedResponse)?.operation == "shop.ticks")
    }

    @Test func aResponseThatIsNoStream() async throws {
        let page = "<html>signed in?</html>"
        let transport = ScriptedTransport(.reply(200, [.contentType: "text/html; charset=utf-8"], page))
        let error = await #expect(throws: UnexpectedResponse.self) { try await ticks(transport) }
        #expect(error?.reason == .noStream(mediaType: "text/html"))
        #expect(error?.body == Array(page.utf8))
        #expect(transport.sent.count == 1)
    }

    @Test func errorsBeforeTheStreamAreDecodedAndRetried() async throws {
        let transport = ScriptedTransport(
            .reply(503), .stream(Self.eventStream, HTTPBody(Self.two)), .reply(409, [:], #"{"left":2}"#))
        let shop = Shop(transport)
        let full = try await shop.response { try await $0.client.send(APIRequest(Self.ticks)) }
        #expect(full.call.tries == 2 && full.status == 200 && full.requestID == "rq-3")
        #expect(await read(full.payload).0.count == 2)
        let error = await #expect(throws: Shop.OutOfStock.self) {
            _ = try await shop.with(retry: .never).client.send(APIRequest(Self.ticks))
        }
        #expect(error?.left == 2)
    }

    @Test func aStreamThatNoCallReturned() async throws {
        let events = EventStream<Shop.Widget>(HTTPBody(Self.two + "data: END\n\n"), end: "END")
        #expect(await read(events).0.map(\.name) == ["a", "b"])
        let broken = EventStream<Shop.Widget>(HTTPBody("data: {}\n\n"))
        #expect((await read(broken).1 as? DecodingFailure)?.event?.number == 1)
        let wrong = EventStream<Shop.Widget>(HTTPBody("event: error\ndata: {\"code\":\"x\"}\n\n"))
        #expect((await read(wrong).1 as? StreamFailure)?.code == "x")
    }
}
