import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// Batches, usage without a lease, cancelling and the listings of what is left.
@Suite struct VlunaBatchTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func item(_ token: String, _ key: String, quantity: Int64 = 1_000) -> Vluna.BatchCommitItem {
        Vluna.BatchCommitItem(
            leaseToken: token, featureCode: feature, quantityMinor: quantity, idempotencyKey: key)
    }

    @Test func itemsOfABatchMayShareALease() async throws {
        let client = try mock.vluna()
        let token = try await client.gate.authorize(featureCode: feature).leaseToken
        let batch = try await client.gate.batchCommit(items: [item(token, "a"), item(token, "b"), item(token, "c")])
        #expect(batch.items.map(\.status) == [.committed, .committed, .committed])
        #expect(batch.items.map(\.index) == [0, 1, 2])
        #expect(batch.committedCount == 3)
        #expect(batch.failedCount == 0)
        #expect(mock.vluna.balance(of: "org_acme") == 99_994_000)

        let late = try await client.gate.commit(leaseToken: token, featureCode: feature, quantityMinor: 1)
        #expect(late.outcome == .quarantined(.leaseClosed), "the lease is closed after the batch")
    }

    @Test func aBadItemSpoilsNoOther() async throws {
        let client = try mock.vluna()
        let token = try await client.gate.authorize(featureCode: feature).leaseToken
        let batch = try await client.gate.batchCommit(items: [
            item(token, "a", quantity: 0), item("forged", "b"), item(token, "c"),
        ])
        #expect(batch.items.map(\.status) == [.invalid, .invalid, .committed])
        #expect(batch.items[1].error?.type == "VALIDATION.INVALID_INPUT")
        #expect(batch.failedCount == 2)
        #expect(mock.vluna.ledger.count == 1)
    }

    @Test func aKeyOfAnItemCountsOnce() async throws {
        let client = try mock.vluna()
        let token = try await client.gate.authorize(featureCode: feature).leaseToken
        let first = try await client.gate.batchCommit(items: [item(token, "a")])
        let again = try await client.gate.batchCommit(items: [item(token, "a")])
        #expect(again.items.map(\.status) == [.committed], "a replay is told as committed")
        #expect(first.items.first?.commit?.commitID == again.items.first?.commit?.commitID)
        #expect(mock.vluna.ledger.count == 1)
    }

    @Test func refusesMoreThan100Items() async throws {
        let items = (0...100).map { item("lease", "k\($0)") }
        #expect(try #require(await refusal { try await mock.vluna().gate.batchCommit(items: items) }).status == 422)
    }

    @Test func ingestingAsksForNoRoom() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        mock.vluna.setQuota(0, of: feature)
        let client = try mock.vluna()
        let taken = try await client.gate.ingest(featureCode: feature, quantityMinor: 500)
        #expect(taken.amountXUSD == 2_000)
        #expect(mock.vluna.outstanding(of: "org_acme") == 2_000)

        mock.vluna.setFeature("vip", needsEntitlement: true)
        #expect(
            try #require(await refusal { try await client.gate.ingest(featureCode: "vip", quantityMinor: 1) })
                == (403, "ENTITLEMENT.REQUIRED"))
        #expect(try #require(await refusal { try await client.gate.ingest(featureCode: feature) }).status == 422)
        #expect(
            try #require(
                await refusal {
                    try await client.gate.ingest(featureCode: feature, quantityMinor: 1, budgetID: "no-uuid")
                }
            ).status == 422)
        let foreign = Vluna.MeterUsage(meterCode: "openai.gpt-4o", quantityMinor: 1)
        #expect(
            try #require(await refusal { try await client.gate.ingest(featureCode: feature, meters: [foreign]) })
                .status == 422)
    }

    @Test func usageIsBookedWhenItTookPlace() async throws {
        let then = Date.start - 3_600
        _ = try await mock.vluna().gate.ingest(featureCode: feature, quantityMinor: 500, occurredAt: then)
        #expect(mock.vluna.ledger.map(\.time) == [then])
    }

    @Test func cancelsAnActiveLeaseOnce() async throws {
        let client = try mock.vluna()
        let token = try await client.gate.authorize(featureCode: feature).leaseToken
        let first = try await client.gate.cancel(leaseToken: token)
        #expect(first.cancelled)
        #expect(first.releasedCap == 0)
        #expect(try await client.gate.cancel(leaseToken: token).cancelled == false)
        let unknown = "lease.00000000-0000-4000-8000-000000000000.0123456789abcdef"
        #expect(
            try #require(await refusal { try await client.gate.cancel(leaseToken: unknown) })
                == (422, "RESOURCE.NOT_FOUND"))
        #expect(try #require(await refusal { try await client.gate.cancel(leaseToken: "x") }).status == 422)
    }

    @Test func showsWhatIsLeft() async throws {
        mock.vluna.setQuota(-1, of: feature)
        mock.vluna.setRate(100, of: feature)
        let client = try mock.vluna()
        _ = try await client.gate.authorize(featureCode: feature)
        let limits = try await client.gate.limits(featureCode: [feature], expand: [.quotas, .rates])
        #expect(limits.first?.quotas?.map(\.limitMinor) == [-1], "-1 is no limit")
        #expect(limits.first?.rates?.map(\.usedMinor) == [1])

        let meters = try await client.gate.meters(
            meterCode: [feature], expand: [.pricing, .coverage], coverageBasis: .balance)
        let meter = try #require(meters.first)
        #expect(meter.coverage?.balanceXUSD == 100_000_000)
        let price = try #require(meter.pricing?.unitPriceXUSD)
        #expect(price > 0)
    }
}
