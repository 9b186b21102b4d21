import Foundation
import Synchronization
import Testing
import TollgateBackend
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgatePostgres
import TollgateStripe

/// What every store of quotas and of handled webhooks does.
@Suite struct BackendStoreTests {
    /// Makes two stores of one place, as two processes or machines have them.
    private func with(
        _ kind: OutboxKind,
        _ body: (any QuotaStore, any QuotaStore, any WebhookLog, any WebhookLog) async throws -> Void
    ) async throws {
        switch kind {
        case .memory:
            let (quotas, log) = (MemoryQuotaStore(), MemoryWebhookLog())
            try await body(quotas, quotas, log, log)
        case .sqlite:
            try await TemporaryFolder.with { folder in
                // In the file of an outbox.
                let outbox = try SQLiteOutbox(path: folder + "/usage.db")
                let first = try SQLiteBackendStore(path: folder + "/usage.db")
                let second = try SQLiteBackendStore(path: folder + "/usage.db")
                try await body(first, second, first, second)
                #expect(try await outbox.counts() == OutboxCounts(waiting: 0, setAside: 0))
            }
        case .postgres:
            let url = try PostgresServer.shared.get().newDatabase()
            let (first, second) = (try PostgresBackendStore(url), try PostgresBackendStore(url))
            try await body(first, second, first, second)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func nobodyGetsTheSameRoom(_ kind: OutboxKind) async throws {
        try await with(kind) { first, second, _, _ in
            let limits: [Quota] = [.tokens(1_000, per: .day), .requests(100_000, per: .minute)]
            let machines = [Quotas(store: first), Quotas(store: second)]
            let reported = Count()
            let granted = Count()
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<120 {
                    group.addTask {
                        do {
                            try await machines[index % 2].withReservation(for: "key", within: limits, tokens: 30) {
                                use in
                                granted.add(1)
                                await Task.yield()
                                reported.add(index % 31)
                                use.report(tokens: index % 31)
                            }
                        } catch {
                            #expect(error is QuotaExceeded)
                        }
                    }
                }
            }
            let used = try await machines[0].status(of: "key", within: limits)[0].used
            #expect(used == Int64(reported.value) && used <= 1_000)
            #expect(granted.value >= 33)
            // Each request counts once, be it for one machine or the other.
            #expect(
                try await machines[1].status(of: "key", within: [.requests(1, per: .day)])[0].used
                    == Int64(granted.value))
            #expect(try await machines[1].status(of: "other", within: limits)[0].used == 0)
        }
    }

    /// What a request used until it was cancelled counts, and what it had reserved besides is free again.
    @Test(arguments: OutboxKind.allCases)
    func aCancelledRequestCounts(_ kind: OutboxKind) async throws {
        try await with(kind) { first, second, _, _ in
            let limits: [Quota] = [.tokens(1_000, per: .day)]
            let working = Task<Void, any Error> {
                try await Quotas(store: first).withReservation(for: "key", within: limits, tokens: 900) { use in
                    use.report(tokens: 7)
                    withUnsafeCurrentTask { $0?.cancel() }
                    try Task.checkCancellation()
                }
            }
            await #expect(throws: CancellationError.self) { try await working.value as Void }
            let status = try await Quotas(store: second).status(of: "key", within: limits)
            #expect(status.map(\.used) == [7])
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func aReservationIsSettledOnceAndLapses(_ kind: OutboxKind) async throws {
        try await with(kind) { first, second, _, _ in
            let now = Date(timeIntervalSince1970: 1_767_323_045)
            func reserve(_ tokens: Int64, at time: Date) async throws -> (QuotaReservation, QuotaExceeded?) {
                let reservation = QuotaReservation(subject: "key", tokens: tokens, time: time, expiry: time + 600)
                return (reservation, try await first.reserve(reservation, within: [.tokens(100, per: .month)]))
            }
            func used(at time: Date) async throws -> Int64? {
                try await second.used(by: "key", at: time)[.month]?.tokens
            }
            let (slow, none) = try await reserve(100, at: now)
            let exceeded = try await reserve(1, at: now + 1).1
            #expect(none == nil && exceeded?.used == 100)
            #expect(try await reserve(90, at: now + 601).1 == nil)
            #expect(try await used(at: now + 601) == 90)
            for _ in 0..<2 { try await second.settle(slow, tokens: 7) }
            #expect(try await used(at: now + 602) == 97)
            try await first.restart(.month, of: "key", at: now + 603)
            #expect(try await used(at: now + 603) == 90)
            #expect(try await used(at: now + 40 * 86_400) == nil)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func anEventIsHandledOnce(_ kind: OutboxKind) async throws {
        try await with(kind) { _, _, first, second in
            let now = Date(timeIntervalSince1970: 1_767_323_045)
            let logs = [first, second]
            @Sendable func event(
                _ id: String, _ subject: String? = "stripe:sub_1", at seconds: Double = 0, rank: Int = 0
            ) -> WebhookDelivery {
                WebhookDelivery(id: id, subject: subject, time: now + seconds, rank: rank)
            }
            let begun = Count()
            let others = Count()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let decision = try await logs[index % 2].begin(
                            event("evt_1", at: 5), lease: .seconds(300), at: now)
                        (decision == .handle ? begun : others).add(decision == .duplicate ? 1000 : 1)
                    }
                }
                try await group.waitForAll()
            }
            #expect(begun.value == 1 && others.value == 19)
            #expect(try await second.begin(event("evt_2", at: 9), lease: .seconds(300), at: now) == .inProgress)

            // Whoever began it has died; the other machine takes it over.
            let taken = event("evt_1", at: 5)
            #expect(try await second.begin(taken, lease: .seconds(300), at: now + 301) == .handle)
            try await second.end(taken, isHandled: true, at: now + 302)
            #expect(try await first.begin(event("evt_1", at: 5), lease: .seconds(300), at: now + 303) == .duplicate)
            #expect(try await first.begin(event("evt_0", at: 4), lease: .seconds(300), at: now + 303) == .outdated)
            #expect(try await first.begin(event("evt_0", at: 4), lease: .seconds(300), at: now + 303) == .duplicate)
            let failing = event("evt_2", at: 5, rank: 1)
            #expect(try await first.begin(failing, lease: .seconds(300), at: now + 303) == .handle)
            try await first.end(failing, isHandled: false, at: now + 304)
            #expect(
                try await second.begin(event("evt_2", at: 5, rank: 1), lease: .seconds(300), at: now + 305) == .handle)
            #expect(try await second.begin(event("evt_9", nil), lease: .seconds(300), at: now + 305) == .handle)
            #expect(try await first.begin(event("evt_9", nil), lease: .seconds(300), at: now + 305) == .inProgress)
        }
    }

    @Test(arguments: OutboxKind.durable)
    func whatIsOnDiskSurvives(_ kind: OutboxKind) async throws {
        let limits: [Quota] = [.tokens(100, per: .ever)]
        try await with(kind) { first, second, log, otherLog in
            let mock = MockServer.inProcess()
            mock.clock.freeze()
            let quotas = Quotas(store: first, time: mock.clock)
            try await quotas.withReservation(for: "kéy \"1\"\u{0}", within: limits, tokens: 60) {
                $0.report(tokens: 60)
            }
            let others = Quotas(store: second, time: mock.clock)
            #expect(try await others.status(of: "kéy \"1\"\u{0}", within: limits)[0].remaining == 40)

            func webhooks(_ log: any WebhookLog) -> Webhooks {
                Webhooks(stripe: mock.stripe.client(), stoa: mock.stoa.client(), log: log, time: mock.clock)
            }
            let created = mock.stripe.webhook(.subscriptionCreated(customer: "cus_1"))
            let deleted = mock.stripe.webhook(.subscriptionDeleted(customer: "cus_1"))
            func handle(_ sent: MockWebhook, _ webhooks: Webhooks) async throws -> Webhooks.Outcome {
                try await webhooks.handle(sent.body, headers: [.stripeSignature: sent.signature]) { _ in }
            }
            #expect(try await handle(deleted, webhooks(log)) == .handled)
            #expect(try await handle(deleted, webhooks(otherLog)) == .duplicate)
            #expect(try await handle(created, webhooks(otherLog)) == .outdated)
        }
    }
}

/// A number that several tasks count.
private final class Count: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add(_ count: Int) { number.withLock { $0 += count } }
}
