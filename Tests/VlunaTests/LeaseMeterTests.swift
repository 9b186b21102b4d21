import Foundation
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateVluna

/// `gate.withLease(featureCode:meter:) { … }`, and metered calls inside of a lease.
@Suite struct LeaseMeterTests {
    private static let feature = "openai.gpt5.2"
    private let mock = MockServer.inProcess()
    private let acme: Vluna.ServiceClient
    private let meter: Meter
    private let usage = Usage.chatCompletion(model: "gpt5.2", inputTokens: 800, outputTokens: 200)

    init() throws {
        mock.clock.freeze()
        let vluna = try mock.vluna.serviceClient()
        acme = vluna.with(principalID: "org_acme")
        meter = Meter(outbox: .memory(), sink: .vluna(vluna), time: mock.clock)
    }

    @Test func commitsWhatMeteredCallsHaveMeasured() async throws {
        try await acme.gate.withLease(featureCode: Self.feature) { _ in
            try await meter.record(userID: "org_acme", usage)
            async let other = meter.record(userID: "org_acme", usage)
            _ = try await other
            try await meter.record([UsageRecord(userID: "org_acme", usage: usage)])
        }
        #expect(mock.vluna.ledger.map(\.quantityMinor) == [3_000])
        #expect(mock.vluna.balance(of: "org_acme") == 99_994_000)
        // The lease bills them: they are not ingested besides.
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
        #expect(mock.vluna.ledger.count == 1)
        // Outside of a lease they are.
        mock.vluna.setPrice(of: "openai.gpt5.2", Vluna.XUSD(millionths: 1))
        try await meter.record(userID: "org_acme", usage)
        try await meter.flush()
        #expect(mock.vluna.ledger.map(\.quantityMinor) == [3_000, 1_000])
    }

    @Test func whatTheBodyReportsGoesBeforeWhatWasMeasured() async throws {
        try await acme.gate.withLease(featureCode: Self.feature) { lease in
            try await meter.record(userID: "org_acme", usage)
            lease.report(quantityMinor: 7)
        }
        #expect(mock.vluna.ledger.map(\.quantityMinor) == [7])
    }

    @Test func aMeterOfAnotherServiceRecordsBesides() async throws {
        try mock.stoa.setBalance("5", of: "user_123")
        let stoa = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()), time: mock.clock)
        let chat = Usage.chatCompletion(model: "gpt-4o", inputTokens: 800, outputTokens: 200)
        try await acme.gate.withLease(featureCode: Self.feature) { _ in
            try await stoa.record(userID: "user_123", chat)
            try await stoa.track("report.exported", userID: "user_123")
        }
        try await stoa.flush()
        #expect(mock.vluna.ledger.map(\.quantityMinor) == [1_000])
        #expect(mock.stoa.events(of: "user_123").count == 2)
    }

    @Test func anUnknownUseIsNotTakenForNothing() async throws {
        let unknown = Usage.chatCompletion(model: "gpt5.2", inputTokens: 800, outputTokens: nil)
        let some = await #expect(throws: Vluna.CommitFailed.self) {
            try await acme.gate.withLease(featureCode: Self.feature) { _ in
                try await meter.record(userID: "org_acme", usage)
                try await meter.record(userID: "org_acme", unknown)
            }
        }
        guard case .incomplete(let commit)? = some?.cause else {
            throw LeaseTests.Unexpected("\(String(describing: some))")
        }
        #expect(commit.outcome.isCharged && some?.quantityMinor == 1_000)
        let none = await #expect(throws: Vluna.CommitFailed.self) {
            try await acme.gate.withLease(featureCode: Self.feature) { _ in
                try await meter.record(userID: "org_acme", unknown)
            }
        }
        guard case .notReported? = none?.cause else { throw LeaseTests.Unexpected("\(String(describing: none))") }
        #expect(mock.vluna.ledger.map(\.quantityMinor) == [1_000])
    }

    // MARK: - Commits that wait

    @Test(arguments: [MockFault.Moment.beforeApplied, .afterApplied])
    func aCommitThatIsNotDeliveredWaits(_ moment: MockFault.Moment) async throws {
        mock.inject(.reset(moment), into: .vluna.commit, next: 3)
        let text = try await acme.gate.withLease(featureCode: Self.feature, meter: meter, labels: ["team": "search"]) {
            $0.report(quantityMinor: 1_000)
            return "done"
        }
        #expect(text == "done")
        #expect(await meter.status.waiting == 1)
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
        // Charged once, whether or not the first commit had arrived.
        #expect(mock.vluna.ledger.filter(\.isCharged).map(\.quantityMinor) == [1_000])
        #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
        #expect(mock.vluna.ledger.count == 1)
    }

    /// In a batch Vluna would not tell, so a commit that was kept is sent alone.
    @Test func aKeptCommitThatIsNotChargedIsSetAside() async throws {
        mock.inject(.status(503), into: .vluna.commit, next: 3)
        try await acme.gate.withLease(featureCode: "brand.new", meter: meter) { $0.report(quantityMinor: 1_000) }
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
        #expect(mock.vluna.ledger.map(\.isCharged) == [false])
        #expect(mock.requests(of: .vluna.batchCommit).isEmpty)
    }

    @Test func aCommitThatWaitsTooLongIsNotReportedAsCharged() async throws {
        mock.inject(.status(503), into: .vluna.commit, next: 3)
        try await acme.gate.withLease(featureCode: Self.feature, meter: meter) { $0.report(quantityMinor: 1_000) }
        mock.clock.advance(by: .seconds(13 * 3600))
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
        #expect(mock.vluna.ledger.map(\.isCharged) == [false])
        #expect(try await meter.entries(.setAside)[0].reason?.contains("not charged") == true)
    }

    @Test func aQuarantinedCommitDoesNotWait() async throws {
        let error = await #expect(throws: Vluna.CommitFailed.self) {
            try await acme.gate.withLease(featureCode: "brand.new", meter: meter) { $0.report(quantityMinor: 1_000) }
        }
        guard case .quarantined(.notPriced)? = error?.cause else {
            throw LeaseTests.Unexpected("\(String(describing: error))")
        }
        #expect(await meter.status.waiting == 0)
    }

    @Test func anOutboxThatFailsIsNotTakenForOneThatKeeps() async throws {
        let full = Meter(
            outbox: .memory(), sink: .vluna(try mock.vluna.serviceClient()), capacity: 1, whenFull: .fail,
            time: mock.clock)
        mock.inject(.status(503), into: .operation(.vluna.commit), .always)
        try await acme.gate.withLease(featureCode: Self.feature, meter: full) { $0.report(quantityMinor: 1_000) }
        let error = await #expect(throws: Vluna.CommitFailed.self) {
            try await acme.gate.withLease(featureCode: Self.feature, meter: full) { $0.report(quantityMinor: 1_000) }
        }
        guard case .undelivered? = error?.cause else { throw LeaseTests.Unexpected("\(String(describing: error))") }
        #expect(await full.status.waiting == 1)
    }

    @Test func needsAMeterOfVlunaAndAPrincipal() async throws {
        let stoa = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()))
        await #expect(throws: ConfigurationError.self) {
            try await acme.gate.withLease(featureCode: Self.feature, meter: stoa) { $0.report(quantityMinor: 1) }
        }
        await #expect(throws: ConfigurationError.self) {
            try await acme.with(billingAccountID: mock.vluna.accountID(of: "org_acme")).gate.withLease(
                featureCode: Self.feature, meter: meter
            ) { $0.report(quantityMinor: 1) }
        }
        #expect(mock.requests(of: .vluna.authorize).isEmpty)
    }
}
