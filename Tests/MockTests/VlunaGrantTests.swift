import Foundation
import Synchronization
import Testing
import TollgateVluna

@testable import TollgateMock

/// Which grant is used up first, and what becomes of grants in time.
@Suite struct VlunaGrantTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func remaining() async throws -> [String: Vluna.XUSD] {
        let grants = try await mock.vluna().billing.grants.list().data.items
        return Dictionary(grants.map { ($0.displayLabel ?? "", $0.remainingXUSD ?? 0) }) { $0 + $1 }
    }

    @Test func theLowestPriorityIsUsedUpFirstAndOfOneTheFirstToEnd() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        mock.vluna.grant(5_000, to: "org_acme", priority: 20, label: "last")
        mock.vluna.grant(5_000, to: "org_acme", priority: 10, label: "second")
        mock.vluna.grant(5_000, to: "org_acme", priority: 10, until: .start + 60, label: "first")
        _ = try await mock.vluna().use(feature, 4_000)
        var left = try await remaining()
        #expect([left["first"], left["second"], left["last"]] == [0, 2_000, 5_000])

        _ = try await mock.vluna().billing.wallet.consume(amount: 4_000)
        left = try await remaining()
        #expect([left["first"], left["second"], left["last"]] == [0, 0, 3_000])
        #expect(try await mock.vluna().billing.wallet.balance().grants.map(\.name) == ["first", "second", "last"])
    }

    @Test func oneCommitMayDrawOnSeveralGrants() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        let ids = [mock.vluna.grant(3_000, to: "org_acme"), mock.vluna.grant(9_000, to: "org_acme")]
        _ = try await mock.vluna().use(feature, 5_000)
        let settlements = mock.vluna.simulation.world.withLock { $0.state.ledger.last?.settlements ?? [] }
        #expect(settlements.map(\.grant) == ids)
        #expect(settlements.map(\.allocated) == [3_000, 7_000])
        #expect(settlements.map(\.appliedCost) == [2_250, 5_250])
    }

    @Test func aGrantCountsInItsTimeOnly() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        let id = mock.vluna.grant(5_000, to: "org_acme", from: .start + 60, until: .start + 120)
        let grants = try mock.vluna().billing.grants
        #expect(mock.vluna.balance(of: "org_acme") == 0)
        #expect(try await grants.get(grantID: id).status == .ready)

        mock.clock.advance(by: .seconds(60))
        #expect(mock.vluna.balance(of: "org_acme") == 5_000)
        #expect(try await grants.get(grantID: id).status == .active)
        _ = try await mock.vluna().use(feature, 1_000)

        mock.clock.advance(by: .seconds(60))
        #expect(mock.vluna.balance(of: "org_acme") == 0)
        let closed = try await grants.get(grantID: id)
        #expect(closed.status == .closed)
        #expect(closed.closureKind == .forfeit)
        #expect(closed.closedAt == .start + 120)
        #expect(closed.closedRemainingXUSD == 3_000)
        #expect(closed.remainingXUSD == 0)
        #expect(closed.postedConsumedXUSD == 2_000)
        #expect(
            try #require(await refusal { try await mock.vluna().gate.authorize(featureCode: feature) })
                == (402, "SERVER.CONFIG"))
    }

    @Test func aCanceledGrantKeepsWhatItHasPaid() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        let id = mock.vluna.grant(5_000, to: "org_acme")
        _ = try await mock.vluna().use(feature, 1_000)
        mock.vluna.cancelGrant(id)
        let grant = try await mock.vluna().billing.grants.get(grantID: id)
        #expect(grant.status == .canceled)
        #expect(grant.postedConsumedXUSD == 2_000)
        #expect(grant.closedRemainingXUSD == 3_000)
        #expect(mock.vluna.balance(of: "org_acme") == 0)
    }

    @Test func listsTheGrantsOfTheRealmFilteredAndSorted() async throws {
        for (index, principal) in ["org_a", "org_b", "org_a"].enumerated() {
            mock.clock.advance(by: .seconds(1))
            mock.vluna.grant(
                Vluna.XUSD(millionths: Int64(index + 1) * 1_000), to: principal,
                kind: index == 1 ? .sponsorship : .promo, until: .start + Double(900 - index),
                label: "Spring \(index)")
        }
        let grants = try mock.vluna().billing.grants
        func labels(_ page: Vluna.GrantListEnvelope) -> [String?] { page.data.items.map(\.displayLabel) }
        let account = try #require(UUID(uuidString: mock.vluna.accountID(of: "org_a")))
        #expect(try await labels(grants.list(search: "SPRING")) == ["Spring 2", "Spring 1", "Spring 0"])
        #expect(
            try await labels(grants.list(billingAccountID: account, kind: [.promo])) == ["Spring 2", "Spring 0"])
        #expect(try await labels(grants.list(kind: [.sponsorship])) == ["Spring 1"])
        #expect(
            try await labels(grants.list(search: "spring", minAmountXUSD: 2_000, maxAmountXUSD: 2_999))
                == ["Spring 1"])
        #expect(
            try await labels(grants.list(kind: [.promo], sortBy: .amount, sortOrder: .ascending))
                == ["Spring 0", "Spring 2"])
        #expect(
            try await labels(grants.list(search: "spring", sortBy: .windowEnd)) == ["Spring 0", "Spring 1", "Spring 2"])
        #expect(try await labels(grants.list(search: "spring", createdAfter: .start + 2)) == ["Spring 2"])

        let page = try await grants.list(search: "spring", limit: 2)
        #expect(page.meta?.hasMore == true)
        let next = try await grants.list(search: "spring", limit: 2, cursor: page.meta?.nextCursor)
        #expect(labels(next) == ["Spring 0"])
        #expect(next.meta?.nextCursor == nil)
        #expect(try #require(await refusal { try await grants.list(cursor: "nowhere") }).status == 422)
        #expect(
            try #require(await refusal { try await grants.get(grantID: "nothing") }) == (404, "RESOURCE.NOT_FOUND"))
    }
}
