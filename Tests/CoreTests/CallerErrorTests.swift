import Testing

@testable import TollgateCore

/// Errors that a transport throws about something else than the exchange: they end the call and reach the caller as they
/// are, from wherever they are thrown.
@Suite struct CallerErrorTests {
    private let refusal: Shop.OutOfStock

    init() throws {
        refusal = try Shop.OutOfStock(jsonText: #"{"left":2}"#)
    }

    private func body(_ chunks: [String], then error: any Error) -> HTTPBody {
        HTTPBody(
            stream: AsyncThrowingStream<[UInt8], any Error> { continuation in
                for chunk in chunks { continuation.yield(Array(chunk.utf8)) }
                continuation.finish(throwing: error)
            })
    }

    @Test func oneThatATransportThrows() async throws {
        let transport = ScriptedTransport(.fail(refusal))
        let error = await #expect(throws: Shop.OutOfStock.self) {
            _ = try await Shop(transport).client.send(APIRequest(StreamedResponseTests.audio))
        }
        #expect(error?.left == 2 && transport.sent.count == 1)
    }

    @Test func oneAtTheEndOfABodyThatIsReadAsAWhole() async throws {
        let endpoint = Endpoint<JSONValue>("shop.get", .get, "/things")
        let transport = ScriptedTransport(.stream([:], body(["{}"], then: refusal)))
        let error = await #expect(throws: Shop.OutOfStock.self) {
            _ = try await Shop(transport).client.send(APIRequest(endpoint))
        }
        #expect(error?.left == 2 && transport.sent.count == 1)
    }

    @Test func oneAtTheEndOfABodyThatIsReturned() async throws {
        let transport = ScriptedTransport(.stream([:], body(["a"], then: refusal)))
        let body = try await Shop(transport).client.send(APIRequest(StreamedResponseTests.audio))
        var iterator = body.makeAsyncIterator()
        #expect(try await iterator.next() == [UInt8(ascii: "a")])
        let error = await #expect(throws: Shop.OutOfStock.self) { try await body.rest(of: &iterator) }
        #expect(error?.left == 2)
    }

    /// Behind the event that ends a stream, where errors of the connection mean nothing.
    @Test func oneBehindTheEndOfAStream() async throws {
        let events = ["data: 1\n\n", "data: [DONE]\n\n"]
        for error in [refusal, ConnectionError(.reset, mayHaveBeenApplied: true)] as [any Error] {
            let stream = EventStream<Int>(body(events, then: error), end: "[DONE]")
            var iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next() == 1)
            if error is Shop.OutOfStock {
                await #expect(throws: Shop.OutOfStock.self) { try await iterator.next() }
            } else {
                #expect(try await iterator.next() == nil)
            }
            #expect(try await iterator.next() == nil)
        }
    }
}

extension HTTPBody {
    fileprivate func rest(of iterator: inout Iterator) async throws {
        while try await iterator.next() != nil {}
    }
}
