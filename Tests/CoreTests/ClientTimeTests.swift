import Synchronization
import Testing
import TollgateCore

/// Limits on time, and cancellation.
@Suite struct ClientTimeTests {
    @Test func theWholeCallHasALimit() async throws {
        let time = ManualTime()
        let transport = ScriptedTransport(
            .hang {
                await time.someoneWaits()
                time.advance(by: .seconds(30))
            })
        let error = await #expect(throws: TimeoutError.self) { try await Shop(transport, time: time).orderOnce() }
        #expect(error?.limit == .call)
        #expect(error?.duration == .seconds(30))
        #expect(error?.mayHaveBeenApplied == true)
        #expect(error?.call.operation == "shop.orderOnce")
        #expect(error?.call.tries == 1)
        #expect(transport.sent.count == 1)
        #expect(transport.sent.first?.timeouts == HTTPTimeouts(connect: .seconds(5), response: .seconds(30)))
        #expect(
            error?.description == """
                shop.orderOnce failed: no complete response within 30 s (POST https://shop.test/api/widgets; 1 try in \
                30 s). The service may have carried it out. Call again with the same idempotency key \
                (`call.idempotencyKey`).
                """)
    }

    @Test func theLimitIsSetPerCallAndCoversAllTries() async throws {
        let time = ManualTime()
        let transport = ScriptedTransport(
            .reply(503),
            .hang {
                await time.someoneWaits()
                time.advance(by: .seconds(2))
            })
        let shop = Shop(transport, time: time).with(timeout: .seconds(2))
        let error = await #expect(throws: TimeoutError.self) { try await shop.read() }
        #expect(error?.duration == .seconds(2))
        #expect(error?.call.tries == 2)
        #expect(transport.sent.map(\.timeouts.response) == [.seconds(2), .milliseconds(1500)])
    }

    @Test func aLimitThatTheTransportNoticesFirstIsTheSame() async throws {
        let limit = TimeoutError(.call, of: .seconds(29), mayHaveBeenApplied: true)
        let transport = ScriptedTransport(.fail(limit))
        let error = await #expect(throws: TimeoutError.self) { try await Shop(transport).read() }
        #expect(error?.duration == .seconds(30))
        #expect(error?.call.operation == "shop.read")
        #expect(transport.sent.count == 1)
    }

    @Test func aBodyThatStallsIsCoveredByTheLimit() async throws {
        let time = ManualTime()
        let transport = StallingTransport {
            await time.someoneWaits()
            time.advance(by: .seconds(30))
        }
        let error = await #expect(throws: TimeoutError.self) { try await Shop(transport, time: time).read() }
        #expect(error?.limit == .call)
    }

    @Test func cancellationWhileWaitingForTheResponse() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let transport = ScriptedTransport(.hang { arrival.yield() })
        let task = Task { try await Shop(transport).read() }
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.sent.count == 1)
    }

    @Test(arguments: [nil, Duration.seconds(30)])
    func cancellationWhileWaitingForTheNextTry(_ limit: Duration?) async throws {
        let time = ManualTime(skipsWaits: false)
        let transport = ScriptedTransport(.reply(503))
        let shop = Shop(transport, time: time).with(timeout: limit)
        let task = Task { try await shop.read() }
        while time.waits.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.sent.count == 1)
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        let shop = Shop(transport)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await shop.read()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.sent.isEmpty)
    }

    @Test func cancellationIsReportedWhateverTheTransportThrows() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let shop = Shop(RudeTransport { arrival.yield() })
        let task = Task { try await shop.read() }
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

/// Sends the head of a response, and never the rest of its body.
private struct StallingTransport: HTTPTransport {
    let reached: @Sendable () async -> Void

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let (chunks, continuation) = AsyncStream<[UInt8]>.makeStream()
        continuation.yield([0x7B])
        await reached()
        return HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(stream: Held(base: chunks, continuation)))
    }

    /// Keeps the continuation, so that the stream does not end.
    private struct Held: AsyncSequence, Sendable {
        let base: AsyncStream<[UInt8]>
        let continuation: AsyncStream<[UInt8]>.Continuation

        init(base: AsyncStream<[UInt8]>, _ continuation: AsyncStream<[UInt8]>.Continuation) {
            self.base = base
            self.continuation = continuation
        }

        func makeAsyncIterator() -> AsyncStream<[UInt8]>.Iterator { base.makeAsyncIterator() }
    }
}

/// Throws an error of its own when it is cancelled.
private struct RudeTransport: HTTPTransport {
    struct Aborted: Error {}

    let reached: @Sendable () -> Void

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        reached()
        while !Task.isCancelled { await Task.yield() }
        throw Aborted()
    }
}
