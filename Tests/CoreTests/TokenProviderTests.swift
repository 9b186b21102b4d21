import Foundation
import Synchronization
import Testing

@testable import TollgateCore

/// Tokens that are fetched, kept and renewed.
@Suite struct TokenProviderTests {
    /// Issues `t1`, `t2`, …, when it is told to.
    private final class Issuer: Sendable {
        private let state = Mutex((issued: 0, asked: 0, failure: (any Error)?.none))
        private let lifetime: Duration?
        /// Waits for this before it issues a token.
        private let gate: (@Sendable () async -> Void)?

        init(lifetime: Duration? = nil, gate: (@Sendable () async -> Void)? = nil) {
            self.lifetime = lifetime
            self.gate = gate
        }

        var asked: Int { state.withLock { $0.asked } }

        func fail(_ error: (any Error)?) {
            state.withLock { $0.failure = error }
        }

        func issue() async throws -> AccessToken {
            state.withLock { $0.asked += 1 }
            await gate?()
            return try state.withLock { state in
                if let failure = state.failure { throw failure }
                state.issued += 1
                return AccessToken("t\(state.issued)", lifetime: lifetime)
            }
        }
    }

    private struct Refused: Error, Equatable {}

    private func provider(_ issuer: Issuer, _ time: any TimeSource = ManualTime()) -> TokenProvider {
        TokenProvider(time: time) { try await issuer.issue() }
    }

    @Test func manyCallsThatWaitFetchOnce() async throws {
        let (opened, open) = AsyncStream<Void>.makeStream()
        let issuer = Issuer { for await _ in opened { break } }
        let provider = provider(issuer)
        let transport = ScriptedTransport(.reply(200, [:], cog))
        let shop = Shop(transport).with(credential: provider)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try await shop.read() } }
            while issuer.asked == 0 { await Task.yield() }
            open.yield()
            try await group.waitForAll()
        }
        #expect(issuer.asked == 1)
        #expect(transport.sent.count == 100)
        #expect(transport.sent.allSatisfy { $0.request.headerFields[.authorization] == "Bearer t1" })
    }

    @Test func aTokenIsRenewedBeforeItExpires() async throws {
        let time = ManualTime()
        let issuer = Issuer(lifetime: .seconds(600))
        let provider = provider(issuer, time)
        for (step, token) in [(0, "t1"), (539, "t1"), (1, "t2"), (539, "t2"), (700, "t3")] {
            time.advance(by: .seconds(step))
            #expect(try await provider.token() == token)
        }
        #expect(issuer.asked == 3)
    }

    @Test(arguments: [(Duration.seconds(20), 10), (.seconds(100), 50), (.seconds(1000), 940)])
    func aShortLifeIsRenewedAtItsHalf(_ lifetime: Duration, _ renewal: Int) async throws {
        let time = ManualTime()
        let provider = provider(Issuer(lifetime: lifetime), time)
        #expect(try await provider.token() == "t1")
        time.advance(by: .seconds(renewal) - .milliseconds(1))
        #expect(try await provider.token() == "t1")
        time.advance(by: .milliseconds(1))
        #expect(try await provider.token() == "t2")
    }

    @Test func aTokenThatSaysWhenItEnds() async throws {
        let time = ManualTime()
        let end = time.now.addingTimeInterval(300)
        let count = Mutex(0)
        let provider = TokenProvider(time: time) {
            AccessToken("t\(count.withLock { $0 += 1; return $0 })", expiresAt: end)
        }
        #expect(try await provider.token() == "t1")
        time.advance(by: .seconds(239))
        #expect(try await provider.token() == "t1")
        time.advance(by: .seconds(1))
        #expect(try await provider.token() == "t2")
    }

    @Test func aRefusedTokenIsRenewedAndTheCallTriedOnceMore() async throws {
        let issuer = Issuer()
        let transport = ScriptedTransport(.reply(401), .reply(200, [:], cog))
        let shop = Shop(transport).with(credential: provider(issuer))
        let full = try await shop.response { try await $0.order() }
        #expect(full.call.tries == 2)
        #expect(transport.sent.map { $0.request.headerFields[.authorization] } == ["Bearer t1", "Bearer t2"])
    }

    @Test func whatIsRefusedAgainFailsAndRetriesAreCountedApart() async throws {
        let issuer = Issuer()
        let always = ScriptedTransport(.reply(401))
        let error = await #expect(throws: UnexpectedResponse.self) {
            try await Shop(always).with(credential: provider(issuer)).order()
        }
        #expect(error?.status == 401)
        #expect(always.sent.count == 2)
        #expect(issuer.asked == 2)

        let mixed = ScriptedTransport(.reply(503), .reply(401), .reply(503), .reply(200, [:], cog))
        _ = try await Shop(mixed).with(credential: provider(Issuer())).order()
        #expect(mixed.sent.count == 4)

        let once = ScriptedTransport(.reply(401))
        await #expect(throws: UnexpectedResponse.self) {
            try await Shop(once).with(credential: provider(Issuer())).with(retry: .never).order()
        }
        #expect(once.sent.count == 1)
    }

    @Test func manyCallsWhoseTokenIsRefusedRenewItOnce() async throws {
        let issuer = Issuer()
        let transport = TokenCheck(good: "t2")
        let shop = Shop(transport).with(credential: provider(issuer))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await shop.read() } }
            try await group.waitForAll()
        }
        #expect(issuer.asked == 2)
    }

    @Test func aFailureFailsAllWhoWaitAndTheNextCallFetchesAnew() async throws {
        let (opened, open) = AsyncStream<Void>.makeStream()
        let issuer = Issuer { for await _ in opened { break } }
        issuer.fail(Refused())
        let provider = provider(issuer)
        let tasks = (0..<20).map { _ in Task { try await provider.token() } }
        while await provider.waitingCount < 20 { await Task.yield() }
        open.yield()
        for task in tasks { await #expect(throws: Refused()) { try await task.value } }
        #expect(issuer.asked == 1)
        issuer.fail(nil)
        open.yield()
        #expect(try await provider.token() == "t1")
    }

    @Test func aTokenThatCannotBeRenewedIsUsedToItsEnd() async throws {
        let time = ManualTime()
        let issuer = Issuer(lifetime: .seconds(600))
        let provider = provider(issuer, time)
        #expect(try await provider.token() == "t1")
        issuer.fail(Refused())
        time.advance(by: .seconds(550))
        for _ in 0..<3 { #expect(try await provider.token() == "t1") }
        #expect(issuer.asked == 2)
        time.advance(by: .seconds(6))
        #expect(try await provider.token() == "t1")
        #expect(issuer.asked == 3)
        time.advance(by: .seconds(44))
        await #expect(throws: Refused()) { try await provider.token() }
    }

    @Test func cancellationEndsOneWaitAndNotTheOthers() async throws {
        let (opened, open) = AsyncStream<Void>.makeStream()
        let issuer = Issuer { for await _ in opened { break } }
        let provider = provider(issuer)
        let cancelled = Task { try await provider.token() }
        let other = Task { try await provider.token() }
        while await provider.waitingCount < 2 { await Task.yield() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        open.yield()
        #expect(try await other.value == "t1")
        #expect(issuer.asked == 1)
    }

    @Test func aTokenThatNobodyWaitsForAnyMoreIsKept() async throws {
        let (opened, open) = AsyncStream<Void>.makeStream()
        let issuer = Issuer { for await _ in opened { break } }
        let provider = provider(issuer)
        let cancelled = Task { try await provider.token() }
        while issuer.asked == 0 { await Task.yield() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        open.yield()
        #expect(try await provider.token() == "t1")
        #expect(issuer.asked == 1)
    }

    @Test func theLimitOnTheCallCoversTheToken() async throws {
        let time = ManualTime()
        let (never, hold) = AsyncStream<Void>.makeStream()
        let issuer = Issuer {
            await time.someoneWaits()
            time.advance(by: .seconds(30))
            for await _ in never {}
        }
        let transport = ScriptedTransport(.reply(200, [:], cog))
        let shop = Shop(transport, time: time).with(credential: provider(issuer, time))
        let error = await #expect(throws: TimeoutError.self) { try await shop.read() }
        #expect(error?.mayHaveBeenApplied == false)
        #expect(error?.call.tries == 0)
        #expect(transport.sent.isEmpty)
        hold.finish()
    }
}

/// Answers 401 to every token but one.
private struct TokenCheck: HTTPTransport {
    let good: String

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        await Task.yield()
        let isGood = request.headerFields[.authorization] == "Bearer \(good)"
        return HTTPReply(head: HTTPResponse(status: isGood ? .ok : .unauthorized), body: HTTPBody(cog))
    }
}
