import Foundation
import Testing
import TollgateCore
import TollgateStoa
import TollgateTransport
import TollgateVluna

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct FaultTests {
    @Test func aStatusMeetsTheNextRequestsOnly() async throws {
        let mock = MockServer.frozen()
        mock.inject(.status(503, retryAfter: .seconds(2)), into: .stoa.identifyUser, next: 2)
        let body = #"{"user_id": "u", "email": "a@b.c"}"#
        let first = try await mock.stoa(.post, "/v1/users:identify", body)
        #expect(first.status == 503)
        #expect(first.headers[.retryAfter] == "2")
        #expect(try first.json["error"]?["code"] == "unavailable")
        #expect(mock.stoa.balance(of: "u") == nil)
        #expect(try await mock.stoa(.get, "/v1/install/public-key").status == 200)
        #expect(try await mock.stoa(.post, "/v1/users:identify", body).status == 503)
        #expect(try await mock.stoa(.post, "/v1/users:identify", body).status == 200)
    }

    @Test func aStatusCanComeEveryNthTime() async throws {
        let mock = MockServer.frozen()
        mock.inject(.status(500), into: .stoa.getPublicKey, every: 3)
        var statuses: [Int] = []
        for _ in 0..<7 {
            statuses.append(try await mock.stoa(.get, "/v1/install/public-key").status)
        }
        #expect(statuses == [200, 200, 500, 200, 200, 500, 200])
        mock.removeFaults()
        for _ in 0..<3 {
            #expect(try await mock.stoa(.get, "/v1/install/public-key").status == 200)
        }
    }

    @Test func aFaultSpeaksAsItsService() async throws {
        let mock = MockServer.frozen()
        mock.inject(.status(502), into: .vluna.authorize)
        let vluna = try mock.vluna()
        let found = try await refusal { try await vluna.gate.authorize(featureCode: "openai.gpt5.2") }
        #expect(try #require(found) == (502, "SERVER.UPSTREAM"))
    }

    @Test(arguments: [MockFault.Moment.beforeApplied, .afterApplied], [true, false])
    func aResetLeavesNoAnswer(_ moment: MockFault.Moment, _ overSocket: Bool) async throws {
        let mock = overSocket ? try await MockServer.start() : MockServer.inProcess()
        let transport = overSocket ? DefaultTransport.shared as any HTTPTransport : mock.transport
        mock.inject(.reset(moment), into: .stoa.identifyUser)
        let stoa = Stoa(apiKey: mock.stoa.apiKey, baseURL: mock.stoa.baseURL, transport: transport)
        await #expect(throws: ConnectionError.self) {
            try await stoa.with(retry: .never).identify(userID: "u", email: "a@b.c")
        }
        #expect((mock.stoa.balance(of: "u") == nil) == (moment == .beforeApplied))
        #expect(mock.requests(of: .stoa.identifyUser).map(\.status) == [nil])
        try await stoa.identify(userID: "u", email: "a@b.c")
        #expect(mock.stoa.balance(of: "u") == 5)
        await mock.stop()
    }

    @Test func aClientOnTheMocksClockDoesNotReallyWait() async throws {
        let mock = MockServer.frozen()
        mock.inject(.status(429, retryAfter: .seconds(20)), into: .stoa.identifyUser)
        try await mock.stoa.client().identify(userID: "u", email: "a@b.c")
        #expect(mock.clock.now >= .start + 20)
        try mock.verify(.stoa.identifyUser, times: 2)
    }
}

@Suite struct JournalTests {
    @Test func keepsWhatCame() async throws {
        let mock = MockServer.frozen()
        _ = try await mock.stoa(.post, "/v1/users:identify?x=1", #"{"user_id": "u", "email": "a@b.c"}"#)
        _ = try await mock.send(.get, "/nowhere")
        let exchange = try #require(mock.requests(of: .stoa.identifyUser).first)
        #expect(exchange.number == 1)
        #expect(exchange.time == .start)
        #expect(exchange.method == "POST")
        #expect(exchange.target == "/v1/users:identify?x=1")
        #expect(exchange.headers[.authorization] == "Bearer stoa_app_test")
        #expect(String(decoding: exchange.body, as: UTF8.self) == #"{"user_id": "u", "email": "a@b.c"}"#)
        #expect(exchange.status == 200)
        #expect(!"\(exchange)".contains("stoa_app_test"))
        #expect(mock.exchanges.map(\.operation) == [.stoa.identifyUser, nil])
    }

    @Test func saysWhatCameInstead() async throws {
        let mock = MockServer.frozen()
        #expect(throws: MockVerificationError.self) { try mock.verify(.stoa.createEvent, times: 1) }
        _ = try await mock.stoa(.get, "/v1/install/public-key")
        try mock.verify(.stoa.createEvent, times: 0)
        do {
            try mock.verify(.stoa.createEvent, times: 2)
            Issue.record("there was no such request")
        } catch {
            #expect(
                error.description == """
                    stoa.createEvent: expected 2 requests, got 0. The server has seen:
                      1. GET /v1/install/public-key -> 200 (stoa.getPublicKey)
                    """)
        }
    }

    @Test func forgetsTheOldest() {
        let journal = MockJournal()
        let request = MockRequest(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"), body: [])
        for _ in 0..<(2 * MockJournal.limit + 5) {
            journal.record(MockExchange(request, operation: nil, at: .start, reply: MockReply(status: 404)))
        }
        let kept = journal.exchanges
        #expect(kept.count == MockJournal.limit)
        #expect(kept.last?.number == 2 * MockJournal.limit + 5)
        #expect(kept.first?.number == MockJournal.limit + 6)
    }
}

@Suite struct DeterminismTests {
    private func transcript(seed: UInt64) async throws -> [[UInt8]] {
        let mock = MockServer.frozen(seed: seed)
        let vluna = try mock.vluna().with(idempotencyKey: "key")
        let lease = try await vluna.response { try await $0.gate.authorize(featureCode: "openai.gpt5.2") }
        let commit = try await vluna.response {
            try await $0.gate.commit(
                leaseToken: lease.payload.leaseToken, featureCode: "openai.gpt5.2", quantityMinor: 12_345)
        }
        let token = mock.stoa.installToken(email: "ada@example.com")
        let payment = try await mock.stoa(
            .post, "/v1/payments", #"{"user_id": "u", "email": "a@b.c", "return_url": "https://a.b"}"#)
        let limits = try await vluna.response { try await $0.gate.meters(expand: [.pricing, .coverage, .limits]) }
        let refused = try await mock.send(.get, "/mgt/v1/gate/limits")
        return [lease.body, commit.body, Array(token.utf8), payment.bytes, limits.body, refused.bytes]
    }

    @Test func theSameSeedGivesTheSameBytes() async throws {
        #expect(try await transcript(seed: 3) == transcript(seed: 3))
    }

    @Test func anotherSeedGivesOtherIDs() async throws {
        let (first, second) = (try await transcript(seed: 3), try await transcript(seed: 4))
        #expect(first[0] != second[0])
        #expect(first[2] != second[2])
    }

    @Test func aFailedCallChangesNoID() async throws {
        func leaseID(failing: Bool) async throws -> String? {
            let mock = MockServer.frozen(seed: 1)
            let vluna = try mock.vluna()
            _ = mock.vluna.accountID(of: "org_acme")
            if failing { _ = try await mock.send(.get, "/mgt/v1/gate/limits") }
            return try await vluna.gate.authorize(featureCode: "openai.gpt5.2").leaseID
        }
        #expect(try await leaseID(failing: true) == leaseID(failing: false))
    }
}
