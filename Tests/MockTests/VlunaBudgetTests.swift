import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// Budgets as they are managed, and as the gate heeds them.
@Suite struct VlunaBudgetTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func budgets(_ principal: String = "org_acme") throws -> Vluna.ServiceClient.Billing.Budgets {
        try mock.vluna(principal).billing.budgets
    }

    private func use(_ budget: String, _ quantity: Int64 = 1_000, _ code: String? = nil) async throws {
        let client = try mock.vluna()
        let lease = try await client.gate.authorize(featureCode: code ?? feature, budgetID: budget)
        _ = try await client.gate.commit(
            leaseToken: lease.leaseToken, featureCode: code ?? feature, quantityMinor: quantity)
    }

    @Test func isCreatedShownAndSpent() async throws {
        let budget = try await budgets().create(
            name: "January", limitXUSD: 50_000, windowEnd: .start + 3_600, metadata: ["team": "research"])
        #expect(budget.status == .active)
        #expect(budget.scopeKind == .global)
        #expect(budget.remainingXUSD == 50_000)
        #expect(budget.createdAt == .start)
        try await use(budget.budgetID, 13_000)
        let spent = try await budgets().get(budgetID: budget.budgetID)
        #expect(spent.consumedXUSD == 26_000)
        #expect(spent.remainingXUSD == 24_000)
        #expect(spent.metadata == ["team": "research"])
        #expect(
            try #require(await refusal { try await budgets("org_other").get(budgetID: budget.budgetID) })
                == (404, "RESOURCE.NOT_FOUND"))
    }

    @Test func isCreatedOnceForOneKey() async throws {
        let client = try mock.vluna().with(idempotencyKey: "january").billing.budgets
        let first = try await client.create(name: "January", limitXUSD: 1)
        #expect(try await client.create(name: "January", limitXUSD: 1).budgetID == first.budgetID)
        #expect(
            try #require(await refusal { try await client.create(name: "February") })
                == (409, "WRITE.INVALID_PAYLOAD"))
        #expect(try await budgets().list().items.count == 1)
    }

    @Test func closesOnceAndForTheGateToo() async throws {
        let budget = try await budgets().create(limitXUSD: 50_000).budgetID
        let open = try await mock.vluna().gate.authorize(featureCode: feature, budgetID: budget)
        try await use(budget)
        let closed = try await budgets().close(budgetID: budget, Vluna.BudgetCloseRequest(reason: "over"))
        #expect(closed.consumedXUSD == 2_000)
        #expect(closed.remainingXUSD == 48_000)
        #expect(try await budgets().close(budgetID: budget).consumedXUSD == 2_000)
        #expect(try await budgets().get(budgetID: budget).status == .closed)
        #expect(try #require(await refusal { try await use(budget) }) == (422, "RESOURCE.NOT_FOUND"))

        _ = try await mock.vluna().gate.commit(
            leaseToken: open.leaseToken, featureCode: feature, quantityMinor: 1_000)
        #expect(try await budgets().get(budgetID: budget).consumedXUSD == 4_000, "what had begun still counts")
    }

    @Test func oneKeyClosesSeveralBudgets() async throws {
        let client = try mock.vluna().billing.budgets
        let ids = [try await client.create().budgetID, try await client.create().budgetID]
        let sameKey = try mock.vluna().with(idempotencyKey: "close").billing.budgets
        for id in ids {
            #expect(try await sameKey.close(budgetID: id).budgetID == id)
        }
        #expect(try await client.list(statuses: [.closed]).items.count == 2)
    }

    @Test func countsInItsTimeOnly() async throws {
        let budget = try await budgets().create(
            limitXUSD: 9_000, windowStart: .start + 60, windowEnd: .start + 120
        ).budgetID
        #expect(try #require(await refusal { try await use(budget) }).status == 422)
        mock.clock.advance(by: .seconds(60))
        try await use(budget)
        mock.clock.advance(by: .seconds(60))
        #expect(try #require(await refusal { try await use(budget) }).status == 422)
        #expect(try await budgets().get(budgetID: budget).status == .expired)
        #expect(try await budgets().list(statuses: [.expired]).items.map(\.budgetID) == [budget])
    }

    @Test func withoutALimitNothingIsRefused() async throws {
        let budget = try await budgets().create().budgetID
        try await use(budget, 1_000_000)
        let spent = try await budgets().get(budgetID: budget)
        #expect(spent.consumedXUSD == 2_000_000)
        #expect(spent.limitXUSD == nil)
        #expect(spent.remainingXUSD == nil)
    }

    @Test func aSetOfFeaturesLimitsTheseOnly() async throws {
        let budget = try await budgets().create(
            scopeKind: .featureSet, scopePayload: ["feature_set": ["OpenAI.gpt5.2"]], limitXUSD: 9_000
        ).budgetID
        try await use(budget)
        #expect(try #require(await refusal { try await use(budget, 1, "openai.gpt-4o") }).status == 422)
        #expect(
            try #require(await refusal { try await budgets().create(scopeKind: .featureSet) })
                == (422, "VALIDATION.INVALID_INPUT"))
        #expect(
            try #require(
                await refusal {
                    try await budgets().create(scopeKind: .feature, scopePayload: ["feature_id": "nothing"])
                }
            ) == (404, "RESOURCE.NOT_FOUND"))
        let id = try #require(await mock.vluna().billing.features.list(search: feature).items.first).featureID
        let own = try await budgets().create(scopeKind: .feature, scopePayload: ["feature_id": .string(id)])
        try await use(own.budgetID)
        #expect(try await budgets().list(feature: id).items.map(\.budgetID) == [own.budgetID])
    }

    @Test func refusesWhatCannotBe() async throws {
        #expect(try #require(await refusal { try await budgets().get(budgetID: "no-uuid") }).status == 422)
        let unknown = "ffffffff-ffff-4fff-8fff-ffffffffffff"
        #expect(try #require(await refusal { try await budgets().close(budgetID: unknown) }).status == 404)
        #expect(try #require(await refusal { try await budgets().create(limitXUSD: -1) }).status == 422)
        #expect(
            try #require(
                await refusal { try await budgets().create(windowStart: .start, windowEnd: .start) }
            ).status == 422)
    }

    @Test func listsTheNewestFirstPageByPage() async throws {
        for index in 0..<5 {
            mock.clock.advance(by: .seconds(1))
            _ = try await budgets().create(
                name: "Budget \(index)", windowStart: .start + Double(100 * index), windowEnd: .start + 1_000)
        }
        _ = try await budgets("org_other").create(name: "Budget 9")
        var names: [String?] = []
        for try await budget in try budgets().all(limit: 2) {
            names.append(budget.name)
        }
        #expect(names == (0..<5).reversed().map { "Budget \($0)" })
        let first = try await budgets().list(limit: 2)
        #expect(first.nextCursor == first.items.last?.budgetID)
        #expect(try await budgets().list(name: "Budget 3").items.count == 1)
        #expect(try await budgets().list(startingFrom: .start + 200, startingUntil: .start + 300).items.count == 2)
        #expect(try await budgets().list(createdUntil: .start + 2).items.count == 2)
        #expect(try #require(await refusal { try await budgets().list(limit: 201) }).status == 422)
    }

    @Test func usersHaveBudgetsToo() async throws {
        let client = mock.vluna.bearerClient(principalID: "org_acme").billing.budgets
        let budget = try await client.create(limitXUSD: 9_000)
        try await use(budget.budgetID)
        #expect(try await client.get(budgetID: budget.budgetID).consumedXUSD == 2_000)
        #expect(try await client.list().items.count == 1)
        #expect(try await client.close(budgetID: budget.budgetID).remainingXUSD == 7_000)
        let stranger = mock.vluna.bearerClient(principalID: "org_other").billing.budgets
        #expect(try #require(await refusal { try await stranger.get(budgetID: budget.budgetID) }).status == 404)
    }
}
