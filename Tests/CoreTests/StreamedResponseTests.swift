import Synchronization
import Testing

@testable import TollgateCore

/// Responses whose body is returned as it comes.
@Suite struct StreamedResponseTests {
    static let audio = Endpoint<HTTPBody>(
        "shop.audio", .post, "/audio", accept: "audio/mpeg", errors: [.init(409, Shop.OutOfStock.self)])

    @Test func theBodyIsReturnedBeforeItHasCome() async throws {
        let (chunks, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let transport = ScriptedTransport(.stream([:], HTTPBody(stream: chunks, length: 3)))
        let body = try await Shop(transport).client.send(APIRequest(Self.audio))
        #expect(transport.sent.first?.request.headerFields[.accept] == "audio/mpeg")
        #expect(body.length == 3 && !body.isReplayable && body.bytes == nil)
        var iterator = body.makeAsyncIterator()
        for chunk in [[1], [2, 3]] as [[UInt8]] {
            source.yield(chunk)
            #expect(try await iterator.next() == chunk)
        }
        source.finish()
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
    }

    @Test func errorsAreDecoded() async throws {
        let transport = ScriptedTransport(.reply(409, [:], #"{"left":2}"#))
        let error = await #expect(throws: Shop.OutOfStock.self) {
            _ = try await Shop(transport).with(retry: .never).client.send(APIRequest(Self.audio))
        }
        #expect(error?.left == 2)
    }

    /// A stream that breaks off is the caller's: it has read the beginning, so that nothing is sent again.
    @Test func aStreamThatBreaksOff() async throws {
        let transport = ScriptedTransport(
            .broken(200, "beginning", ConnectionError(.closed, mayHaveBeenApplied: false)))
        let body = try await Shop(transport).client.send(APIRequest(Self.audio))
        var iterator = body.makeAsyncIterator()
        #expect(try await iterator.next() == Array("beginning".utf8))
        let error = try await #require(throws: ConnectionError.self) { _ = try await iterator.next() }
        #expect(error.kind == .closed && error.mayHaveBeenApplied)
        #expect(error.operation == "shop.audio" && error.call.tries == 1)
        #expect(try await iterator.next() == nil)
        #expect(transport.sent.count == 1)
    }

    @Test func theLimitOnTheCallIsForTheBeginningOnly() async throws {
        let time = ManualTime()
        let (chunks, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let transport = ScriptedTransport(.stream([:], HTTPBody(stream: chunks)))
        let body = try await Shop(transport, time: time).client.send(APIRequest(Self.audio))
        var iterator = body.makeAsyncIterator()
        for count in 1...5 {
            time.advance(by: .seconds(50))
            source.yield([UInt8(count)])
            #expect(try await iterator.next() == [UInt8(count)])
        }
    }

    @Test func theLimitOnSilence() async throws {
        let time = ManualTime()
        let (chunks, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let transport = ScriptedTransport(.stream([:], HTTPBody(stream: chunks)))
        let shop = Shop(transport, time: time).with(idleTimeout: .seconds(7))
        let body = try await shop.client.send(APIRequest(Self.audio))
        let reading = Task {
            var iterator = body.makeAsyncIterator()
            _ = try await iterator.next()
        }
        await time.someoneWaits()
        time.advance(by: .seconds(7))
        let error = try await #require(throws: TimeoutError.self) { try await reading.value }
        #expect(error.limit == .idle && error.duration == .seconds(7))
        #expect(
            error.description == """
                shop.audio failed: nothing more of the response within 7 s (POST https://shop.test/api/audio; 1 try in \
                0 s). The service may have carried it out. Check before calling again.
                """)
        source.finish()
    }

    @Test func theLimitUntilTheBeginning() async throws {
        let time = ManualTime()
        let transport = ScriptedTransport(
            .hang {
                await time.someoneWaits()
                time.advance(by: .seconds(30))
            })
        let error = await #expect(throws: TimeoutError.self) {
            _ = try await Shop(transport, time: time).client.send(APIRequest(Self.audio))
        }
        #expect(error?.limit == .call)
    }

    @Test(arguments: [nil, Duration.seconds(60)])
    func cancellationWhileReading(_ limit: Duration?) async throws {
        let (chunks, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let transport = ScriptedTransport(.stream([:], HTTPBody(stream: chunks)))
        let body = try await Shop(transport).with(idleTimeout: limit).client.send(APIRequest(Self.audio))
        let (starts, start) = AsyncStream<Void>.makeStream()
        let reading = Task {
            start.yield()
            for try await _ in body {}
        }
        for await _ in starts { break }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        source.finish()
    }

    /// A response's body that goes on for ever, and what ends when somebody lets go of its source.
    private func endless() async throws -> (HTTPBody, ends: AsyncStream<Void>) {
        let (chunks, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let (ends, end) = AsyncStream<Void>.makeStream()
        source.onTermination = { _ in end.finish() }
        source.yield([1])
        let transport = OneReply(HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(stream: chunks)))
        return (try await Shop(transport).client.send(APIRequest(Self.audio)), ends)
    }

    @Test func theSourceIsLetGoWhenTheLoopIsLeft() async throws {
        let (body, ends) = try await endless()
        for try await chunk in body {
            #expect(chunk == [1])
            break
        }
        for await _ in ends {}
        // The body is still there, and holds nothing.
        await #expect(throws: HTTPBody.AlreadyRead.self) { try await body.collect(upTo: 1) }
    }

    @Test func theSourceIsLetGoWhenNobodyReads() async throws {
        let ends = try await endless().ends
        for await _ in ends {}
    }
}

/// Answers once, and keeps nothing.
private final class OneReply: HTTPTransport {
    private let reply: Mutex<HTTPReply?>

    init(_ reply: HTTPReply) { self.reply = Mutex(reply) }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        guard let reply = reply.withLock({ $0.take() }) else { throw CancellationError() }
        return reply
    }
}
