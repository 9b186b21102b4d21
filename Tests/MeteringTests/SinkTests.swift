import Foundation
import Testing
import TollgateMetering
import TollgateMock
import TollgateStripe
import TollgateTogo
import TollgateVluna

/// The sinks besides Stoa's.
@Suite struct SinkTests {
    private let mock = MockServer.inProcess()
    private let usage = Usage.chatCompletion(model: "gpt-4o", inputTokens: 800, outputTokens: 200)

    // MARK: - Stripe

    @Test(arguments: OutboxKind.allCases)
    func reportsSumsOfCustomers(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let meter = Meter(
                outbox: outbox, sink: .stripe(mock.stripe.client(), meter: "api_tokens"), logger: .collecting())
            let start = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 300).rounded(.down) * 300 - 3000)
            for index in 0..<90 {
                // Three customers, two windows of 5 minutes.
                let time = start.addingTimeInterval(index < 45 ? 10 : 310)
                try await meter.record(userID: "cus_\(index % 3)", usage, at: time)
            }
            let unknown = try await meter.record(userID: "cus_1", .custom("pages"))
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
            #expect(try await meter.entries(.setAside).map(\.item.id) == [unknown])
            #expect(mock.stripe.meterEvents.count == 6)
            #expect(mock.stripe.sum(of: "api_tokens", customer: "cus_2") == 30_000)
            #expect(mock.stripe.sum(of: "api_tokens") == 90_000)
            let times = Set(mock.stripe.meterEvents.map(\.timestamp))
            #expect(times == Set([10, 310].map { Int64(start.timeIntervalSince1970) + $0 }))
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func aSumIsReportedAgainUnderItsIdentifier(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let meter = Meter(
                outbox: outbox, sink: .stripe(mock.stripe.client(), meter: "api_tokens"), logger: .collecting())
            for _ in 0..<10 { try await meter.record(userID: "cus_1", usage) }
            mock.inject(.reset(.afterApplied), into: .stripe.createMeterEvent, next: 2)
            for _ in 0..<10 { try await meter.flush() }
            for _ in 0..<5 { try await meter.record(userID: "cus_1", usage) }
            for _ in 0..<10 { try await meter.flush() }
            #expect(try await outbox.counts() == OutboxCounts(waiting: 0, setAside: 0))
            #expect(mock.stripe.sum(of: "api_tokens") == 15_000)
            let identifiers = mock.requests(of: .stripe.createMeterEvent).count
            #expect(identifiers > mock.stripe.meterEvents.count)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func aCrashBetweenReportAndMarkBillsOnce(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            // The sum is reported, and what would mark it as such never comes.
            let dying = ProbedOutbox(base: outbox) { call in
                if call == .settle { throw OutboxError(.unavailable, "the process has ended") }
            }
            let sink = StripeSink(mock.stripe.client(), meter: "api_tokens")
            let meter = Meter(outbox: dying, sink: sink, lease: .milliseconds(1), logger: .collecting())
            let time = Date()
            for _ in 0..<10 { try await meter.record(userID: "cus_1", usage, at: time) }
            try await meter.flush()
            #expect(mock.stripe.sum(of: "api_tokens") == 10_000)
            #expect(try await outbox.counts().waiting == 1)
            // Meanwhile there is more to bill.
            try await meter.record(userID: "cus_1", usage, at: time)
            let next = Meter(outbox: outbox, sink: sink)
            while try await next.flush().waiting > 0 { await Task.yield() }
            #expect(mock.stripe.sum(of: "api_tokens") == 11_000)
            #expect(mock.stripe.meterEvents.count == 2)
            #expect(mock.requests(of: .stripe.createMeterEvent).count >= 3)
        }
    }

    // MARK: - togo

    @Test func recordsInTogo() async throws {
        let store = TogoBilling.MemoryKeyStore()
        let (key, _) = try await store.create(userID: "u_1", name: "ci")
        let sink = TogoSink(store, price: { _ in Decimal(1) / 2 })
        let meter = Meter(outbox: .memory(), sink: sink, logger: .collecting())
        let id = try await meter.record(userID: "u_1", usage, keyID: key.id)
        try await meter.record(userID: "u_1", usage, keyID: key.id, id: id)
        try await meter.record(
            userID: "u_1", .chatCompletion(model: "gpt-4o", inputTokens: 1, outputTokens: nil), keyID: key.id)
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
        let summary = await store.summary(keyID: key.id)
        #expect(summary.events == 1 && summary.totalTokens == 1000 && summary.cost == Decimal(1) / 2)
    }

    // MARK: - Vluna

    init() {
        for feature in ["chat", "openai.gpt-4o"] { mock.vluna.setPrice(of: feature, Vluna.XUSD(millionths: 1)) }
    }

    @Test func ingestsAtVluna() async throws {
        let meter = Meter(
            outbox: .memory(), sink: .vluna(try mock.vluna.serviceClient()), logger: .collecting())
        for user in ["org_1", "org_2", "org_1"] { try await meter.record(userID: user, usage) }
        mock.inject(.reset(.afterApplied), into: .vluna.ingest)
        for _ in 0..<4 { try await meter.flush() }
        #expect(try await meter.outbox.counts().waiting == 0)
        #expect(mock.vluna.ledger.map(\.principalID).sorted() == ["org_1", "org_1", "org_2"])
        #expect(mock.vluna.ledger.allSatisfy { $0.featureCode == "openai.gpt-4o" && $0.quantityMinor == 1000 })
    }

    @Test func commitsLeasesAtVluna() async throws {
        let client = try mock.vluna.serviceClient()
        let meter = Meter(outbox: .memory(), sink: .vluna(client), logger: .collecting())
        var records: [UsageRecord] = []
        for index in 0..<7 {
            let user = "org_\(index % 2)"
            let lease = try await client.with(principalID: user).gate.authorize(featureCode: "chat")
            records.append(
                UsageRecord(
                    userID: user, usage: usage,
                    lease: .init(
                        token: lease.leaseToken, featureCode: "chat", quantityMinor: 1000, grantedAt: mock.clock.now)))
        }
        records[3].lease?.token = "lease.00000000-0000-4000-8000-000000000000.0123456789abcdef"
        try await meter.record(records)
        mock.inject(.reset(.afterApplied), into: .vluna.batchCommit)
        for _ in 0..<4 { try await meter.flush() }
        #expect(try await meter.outbox.counts() == OutboxCounts(waiting: 0, setAside: 1))
        #expect(try await meter.entries(.setAside).map(\.item.id) == [records[3].id])
        #expect(mock.vluna.ledger.count == 6)
        #expect(mock.requests(of: .vluna.commit).isEmpty)
    }

    @Test func aCommitThatIsNotChargedIsSetAside() async throws {
        let client = try mock.vluna.serviceClient()
        let meter = Meter(outbox: .memory(), sink: .vluna(client), logger: .collecting())
        let lease = try await client.with(principalID: "org_1").gate.authorize(featureCode: "chat")
        try await meter.record([
            UsageRecord(
                userID: "org_1", usage: usage,
                lease: .init(
                    token: lease.leaseToken, featureCode: "chat", quantityMinor: 1000, grantedAt: mock.clock.now))
        ])
        mock.clock.advance(by: .seconds(13 * 3600))
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
        #expect(try await meter.entries(.setAside)[0].reason?.contains("not charged") == true)
        #expect(mock.vluna.ledger.map(\.isCharged) == [false])
    }
}
