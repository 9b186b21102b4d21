import Foundation
import Synchronization
import Testing

@testable import TollgateCore

/// Which failures are followed by another try, how often, and after how long.
@Suite struct ClientRetryTests {
    enum Call: String, CaseIterable, Sendable {
        case get, post, postWithKey

        func make(_ shop: Shop) async throws {
            switch self {
            case .get: _ = try await shop.read()
            case .post: _ = try await shop.order()
            case .postWithKey: try await shop.orderOnce()
            }
        }
    }

    @Test(arguments: [400, 401, 402, 403, 404, 408, 409, 410, 422, 429, 500, 501, 502, 503, 504, 301], Call.allCases)
    func triesByStatus(_ status: Int, _ call: Call) async throws {
        let always = [408, 429, 502, 503, 504]
        let whenRepeatable = [409, 500]
        let isRetried = always.contains(status) || (whenRepeatable.contains(status) && call != .post)
        let transport = ScriptedTransport(.reply(status))
        let time = ManualTime()
        let error = await error(of: { try await call.make(Shop(transport, time: time)) }) as? any APIError
        #expect(error?.status == status)
        #expect(transport.sent.count == (isRetried ? 3 : 1))
        #expect(error?.response.call.tries == transport.sent.count)
        #expect(time.waits == (isRetried ? [.milliseconds(500), .seconds(1)] : []))
        #expect(error?.response.call.end == (isRetried ? .noTriesLeft : .notRetryable))
    }

    @Test(arguments: Call.allCases)
    func connectionErrorsAreRetried(_ call: Call) async throws {
        let transport = ScriptedTransport(.fail(ConnectionError(.reset, mayHaveBeenApplied: true)))
        let error = await #expect(throws: ConnectionError.self) { try await call.make(Shop(transport)) }
        #expect(transport.sent.count == 3)
        #expect(error?.kind == .reset)
        #expect(error?.call.tries == 3)
        #expect(error?.call.operation.hasPrefix("shop.") == true)
    }

    @Test func connectTimeoutsAreRetried() async throws {
        let limit = TimeoutError(.connect, of: .seconds(5), mayHaveBeenApplied: false)
        let transport = ScriptedTransport(.fail(limit), .fail(limit), .reply(200, [:], cog))
        #expect(try await Shop(transport).order().size == 3)
        #expect(transport.sent.count == 3)
        #expect(transport.sent.allSatisfy { $0.timeouts.connect == .seconds(5) })
    }

    @Test(arguments: [(Call.get, 3), (.post, 1), (.postWithKey, 3)])
    func aSuccessThatBreaksOffIsRepeatedOnlyIfThatIsSafe(_ call: Call, _ tries: Int) async throws {
        let transport = ScriptedTransport(.broken(200, "{", ConnectionError(.closed, mayHaveBeenApplied: false)))
        let error = await #expect(throws: ConnectionError.self) { try await call.make(Shop(transport)) }
        #expect(transport.sent.count == tries)
        #expect(error?.mayHaveBeenApplied == true)
    }

    @Test func theSecondTryMaySucceed() async throws {
        let transport = ScriptedTransport(.reply(503), .reply(200, [:], cog))
        #expect(try await Shop(transport).read() == Shop.Widget(name: "cog", size: 3))
        #expect(transport.sent.count == 2)
    }

    @Test func theWaitDoublesUpToItsBound() async throws {
        var shop = Shop(ScriptedTransport(.reply(503)))
        let time = ManualTime()
        shop.client.time = time
        shop.client.timeout = nil
        shop.client.retry.maximumRetries = 7
        _ = await #expect(throws: UnexpectedResponse.self) { try await shop.read() }
        #expect(time.waits == [0.5, 1, 2, 4, 8, 8, 8].map { .seconds($0) })
    }

    @Test func jitterStaysBelowTheBound() async throws {
        var policy = RetryPolicy.standard
        policy.minimumDelay = .milliseconds(10)
        var waits: Set<Duration> = []
        for _ in 0..<200 {
            let decision = policy.decision(after: .connection, tries: 2, isRepeatable: false)
            guard case .retry(let wait) = decision else {
                Issue.record("\(decision)")
                return
            }
            #expect(wait >= .milliseconds(10) && wait <= .seconds(1))
            waits.insert(wait)
        }
        #expect(waits.count > 100)
        #expect(waits.contains { $0 < .milliseconds(500) } && waits.contains { $0 > .milliseconds(500) })
    }

    static let waits: [(HTTPFields, Duration?)] = [
        ([.retryAfter: "7"], .seconds(7)),
        ([.retryAfter: "1.5"], .milliseconds(1500)),
        ([.retryAfter: "Fri, 02 Jan 2026 03:04:25 GMT"], .seconds(20)),
        ([.retryAfter: "Friday, 02-Jan-26 03:04:25 GMT"], .seconds(20)),
        ([.retryAfter: "Fri Jan  2 03:04:25 2026"], .seconds(20)),
        ([.named("retry-after-ms"): "250"], .milliseconds(250)),
        ([.named("retry-after-ms"): "250", .retryAfter: "7"], .milliseconds(250)),
        ([.retryAfter: "Thu, 01 Jan 2026 03:04:25 GMT"], .zero),
        ([.retryAfter: "0"], .zero),
        ([.retryAfter: "soon"], nil),
        ([.retryAfter: "-3"], nil),
        ([.retryAfter: "Fri, 32 Jan 2026 03:04:25 GMT"], nil),
        ([:], nil),
    ]

    @Test(arguments: waits)
    func retryAfterIsObeyed(_ headers: HTTPFields, _ wait: Duration?) async throws {
        let transport = ScriptedTransport(.reply(429, headers), .reply(200, [:], cog))
        let time = ManualTime()
        _ = try await Shop(transport, time: time).order()
        let expected = wait == .zero ? nil : wait
        #expect(time.waits == [expected ?? .milliseconds(500)])
        #expect(headers.retryAfter(now: ManualTime().now) == wait)
    }

    @Test func aLongRetryAfterFailsAtOnceAndSaysSo() async throws {
        let transport = ScriptedTransport(.reply(503, [.retryAfter: "61"]))
        let error = await #expect(throws: UnexpectedResponse.self) { try await Shop(transport).read() }
        #expect(transport.sent.count == 1)
        #expect(error?.retryAfter == .seconds(61))
        #expect(error?.response.call.end == .retryAfterTooLong(.seconds(61), limit: .seconds(60)))
        #expect(error?.description.contains("asks to wait 61 s, more than the 60 s") == true)
    }

    @Test func anAbsurdRetryAfterIsNoCrash() async throws {
        let transport = ScriptedTransport(.reply(503, [.retryAfter: String(repeating: "9", count: 300)]))
        let error = await #expect(throws: UnexpectedResponse.self) { try await Shop(transport).read() }
        #expect(transport.sent.count == 1)
        #expect((error?.retryAfter ?? .zero) > .seconds(1_000_000))
    }

    @Test func aWaitBeyondTheWholeLimitFailsAtOnce() async throws {
        let transport = ScriptedTransport(.reply(503, [.retryAfter: "45"]))
        let time = ManualTime()
        let error = await #expect(throws: UnexpectedResponse.self) { try await Shop(transport, time: time).read() }
        #expect(time.waits.isEmpty)
        #expect(error?.response.call.end == .noTimeLeft(wait: .seconds(45)))
        let patient = Shop(ScriptedTransport(.reply(503, [.retryAfter: "45"]), .reply(200, [:], cog)), time: time)
        #expect(try await patient.with(timeout: .seconds(90)).read().name == "cog")
    }

    @Test func thePolicyIsSetPerCall() async throws {
        let transport = ScriptedTransport(.reply(503))
        let shop = Shop(transport)
        _ = await #expect(throws: UnexpectedResponse.self) { try await shop.with(retry: .never).read() }
        #expect(transport.sent.count == 1)
        _ = await #expect(throws: UnexpectedResponse.self) { try await shop.read() }
        #expect(transport.sent.count == 4)
    }

    @Test func theBudgetBoundsRetriesAndSuccessesFillItAgain() async throws {
        let transport = ScriptedTransport(.reply(503))
        var shop = Shop(transport)
        shop.client.retryBudget = RetryBudget(capacity: 10, cost: 5, refund: 1)
        _ = await #expect(throws: UnexpectedResponse.self) { try await shop.read() }
        #expect(transport.sent.count == 3)
        let copy = shop.with(requestID: "other")
        let spent = await #expect(throws: UnexpectedResponse.self) { try await copy.read() }
        #expect(transport.sent.count == 4)
        #expect(spent?.response.call.end == .budgetSpent)
        #expect(spent?.description.contains("retry budget") == true)

        var working = shop
        working.client.transport = ScriptedTransport(.reply(200, [:], cog))
        for _ in 0..<5 { _ = try await working.read() }
        _ = await #expect(throws: UnexpectedResponse.self) { try await shop.read() }
        #expect(transport.sent.count == 6)
    }

    @Test func everyTryCarriesTheSameKeyAndFreshProof() async throws {
        let credential = CountingCredential()
        let transport = ScriptedTransport(.reply(503), .reply(503), .reply(204, [:], ""))
        var shop = Shop(transport)
        shop.client.credential = credential
        try await shop.orderOnce()
        let keys = transport.sent.map { $0.request.headerFields[.idempotencyKey] ?? "none" }
        #expect(Set(keys).count == 1)
        #expect(UUID(uuidString: keys[0]) != nil)
        #expect(keys[0] == keys[0].lowercased())
        #expect(
            transport.sent.map { $0.request.headerFields[fields: .authorization].map(\.value) } == [
                ["1"], ["2"], ["3"],
            ])
        #expect(credential.keys == keys)

        try await shop.orderOnce()
        #expect(transport.sent.last?.request.headerFields[.idempotencyKey] != keys[0])
        try await shop.with(idempotencyKey: "mine").orderOnce()
        #expect(transport.sent.last?.request.headerFields[.idempotencyKey] == "mine")
    }

    @Test func aStreamedBodyIsSentOnceUnlessItCanBeReplayed() async throws {
        for isReplayable in [false, true] {
            let transport = ScriptedTransport(.reply(503))
            var request = APIRequest(Shop.orderOnce)
            request.body(HTTPBody(stream: Letters(), isReplayable: isReplayable), contentType: "text/plain")
            let sending = request
            let error = await #expect(throws: UnexpectedResponse.self) {
                try await Shop(transport).client.send(sending)
            }
            #expect(transport.sent.map(\.body) == (isReplayable ? ["abc", "abc", "abc"] : ["abc"]))
            #expect(error?.response.call.end == (isReplayable ? .noTriesLeft : .bodyNotReplayable))
        }
    }
}

/// Numbers its proofs, and keeps the idempotency keys of the requests it saw.
private final class CountingCredential: Credential {
    private let seen = Mutex<[String]>([])

    var keys: [String] { seen.withLock { $0 } }

    func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
        let key = request.headerFields[.idempotencyKey] ?? "none"
        let count = seen.withLock { seen in
            seen.append(key)
            return seen.count
        }
        request.headerFields.append(HTTPField(name: .authorization, value: "\(count)"))
    }
}

/// The same two chunks each time.
private struct Letters: AsyncSequence, Sendable {
    struct Iterator: AsyncIteratorProtocol {
        var chunks = ["ab", "c"]

        mutating func next() async -> [UInt8]? {
            chunks.isEmpty ? nil : Array(chunks.removeFirst().utf8)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator() }
}
