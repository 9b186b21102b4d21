import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// Plans and their assignments: what they allow, at the gate.
@Suite struct VlunaRegistryPlanTests {
    private let mock = MockServer.frozen()

    init() {
        mock.vluna.setFeature("vip.one", family: "vip", needsEntitlement: true)
        mock.vluna.setFeature("vip.two", family: "vip", needsEntitlement: true)
    }

    private func plans() throws -> Vluna.ServiceClient.Billing.Plans { try mock.vluna().billing.plans }

    private func plan(
        _ code: String = "pro", priority: Double = 0, features: [String]? = nil, families: [String]? = nil,
        metadata: Vluna.PlanMetadata? = nil
    ) async throws -> Vluna.Plan {
        try await plans().upsert(
            planCode: code, name: code, kind: .base, priority: priority, metadata: metadata, featureCodes: features,
            featureFamilyCodes: families)
    }

    private func assign(
        _ plan: Vluna.Plan, from start: Date = .start, until end: Date? = nil,
        metadata: Vluna.PlanAssignmentMetadata? = nil
    ) async throws -> Vluna.PlanAssignment {
        try await mock.vluna().billing.planAssignments.create(
            Vluna.PlanAssignmentCreateRequest(
                billingAccountID: mock.vluna.accountID(of: "org_acme"), planID: plan.planID, source: .opsManual,
                sourceRef: "ticket", windowStart: start, windowEnd: end, metadata: metadata))
    }

    /// Nil if the feature may be used, else the code of the refusal.
    private func denial(_ feature: String) async throws -> String? {
        try await refusal { try await mock.vluna().gate.authorize(featureCode: feature) }?.code
    }

    @Test func anAssignmentHoldsWithinItsWindow() async throws {
        _ = try await assign(plan(families: ["vip"]), from: .start + 60, until: .start + 120)
        #expect(try await denial("vip.one") == "ENTITLEMENT.REQUIRED")
        mock.clock.advance(by: .seconds(60))
        #expect(try await denial("vip.one") == nil)
        mock.clock.advance(by: .seconds(60))
        #expect(try await denial("vip.one") == "ENTITLEMENT.REQUIRED")
        let assignments = try mock.vluna().billing.planAssignments
        #expect(try await assignments.list(status: .expired).items.count == 1)
        #expect(try await assignments.list(status: .active).items.isEmpty)
    }

    @Test func pausingCancellingAndRetiringTakeEffectAtOnce() async throws {
        let plan = try await plan(features: ["VIP.one"])
        #expect(plan.featureCodes == ["vip.one"])
        let assignment = try await assign(plan)
        let assignments = try mock.vluna().billing.planAssignments
        #expect(try await denial("vip.one") == nil)
        #expect(try await denial("vip.two") == "ENTITLEMENT.REQUIRED")
        for status in [Vluna.AssignmentStatus.paused, .canceled] {
            _ = try await assignments.update(assignmentID: assignment.assignmentID, status: status)
            #expect(try await denial("vip.one") == "ENTITLEMENT.REQUIRED")
        }
        _ = try await assignments.update(assignmentID: assignment.assignmentID, status: .active)
        #expect(try await denial("vip.one") == nil)
        _ = try await plans().update(planID: plan.planID, active: false)
        #expect(try await denial("vip.one") == "ENTITLEMENT.REQUIRED")
    }

    @Test func theHighestPriorityDecidesThenADenialThenTheFeature() async throws {
        let basic = try await plan("basic", priority: 1, families: ["vip"])
        _ = try await assign(basic)
        let strict = try await plan("strict", priority: 1)
        _ = try await plans().upsertEntitlements(
            planID: strict.planID, mode: .append, items: [.init(featureCode: "vip.one", effect: .deny)])
        _ = try await assign(strict)
        #expect(try await denial("vip.one") == "ENTITLEMENT.DENIED")
        #expect(try await denial("vip.two") == nil)
        _ = try await plans().update(planID: basic.planID, priority: 1.5)
        #expect(try await denial("vip.one") == nil)
    }

    @Test func entitlementsAreAppendedReplacedAndKeepTheirIDs() async throws {
        let plan = try await plan(features: ["vip.one"], families: ["vip"])
        let before = try await plans().listEntitlements(planID: plan.planID).items
        #expect(before.map(\.effect) == [.allow, .allow])

        let replaced = try await plans().upsertEntitlements(
            planID: plan.planID, mode: .replace, items: [.init(featureCode: "vip.one", effect: .deny)]
        ).items
        #expect(replaced.map(\.entitlementID) == [before[0].entitlementID])
        #expect(replaced.map(\.effect) == [.deny])
        #expect(try await plans().get(planID: plan.planID).featureCodes == [])
        _ = try await plans().upsertEntitlements(
            planID: plan.planID, mode: .append,
            items: [.init(featureFamilyCode: "vip", featureCode: "vip.two", effect: .allow)])
        #expect(mock.requests(of: .vluna.upsertPlanEntitlements).map(\.status) == [200, 201])

        let refused = try await refusal {
            try await plans().upsertEntitlements(
                planID: plan.planID, mode: .replace,
                items: [.init(featureCode: "vip.two", effect: .deny), .init(featureCode: "no.such", effect: .allow)])
        }
        #expect(try #require(refused).status == 422)
        #expect(try await plans().get(planID: plan.planID).featureCodes == ["vip.two"], "nothing was changed")

        _ = try await plans().update(planID: plan.planID, featureCodes: ["vip.one"])
        let codes = try await plans().listEntitlements(planID: plan.planID).items.map(\.featureCode)
        #expect(codes == ["vip.one"], "what it allows now takes the place of what it allowed")
    }

    @Test func anAssignmentSaysHowTheAccountPays() async throws {
        mock.vluna.setPrice(of: "openai.gpt5.2", 2_000)
        mock.vluna.setBalance(0, of: "org_acme")
        #expect(try await denial("openai.gpt5.2") == "SERVER.CONFIG")
        let period = Vluna.BillingPeriodSettings(billingMode: "postpaid")
        let postpaid = try await plan(
            metadata: Vluna.PlanMetadata(gateBundleKey: "big", billingDefaults: Vluna.BillingSettings(period: period)))
        _ = try await assign(postpaid)
        #expect(try await denial("openai.gpt5.2") == nil)
        _ = try await mock.vluna().use("openai.gpt5.2", 1)
        #expect(mock.vluna.outstanding(of: "org_acme") == 2_000)

        let own = Vluna.BillingSettings(period: Vluna.BillingPeriodSettings(billingMode: "prepaid"))
        _ = try await assign(postpaid, metadata: Vluna.PlanAssignmentMetadata(gateBundleKey: "small", billing: own))
        #expect(try await denial("openai.gpt5.2") == "SERVER.CONFIG", "the assignment counts more than the plan")
        let accounts = try await mock.vluna().billing.accounts.list(principalID: "org_acme").items
        #expect(accounts.count == 1)
    }

    @Test func plansAreSortedFilteredAndPaged() async throws {
        for (code, priority) in [("a", 3.0), ("b", 1), ("c", 2)] { _ = try await plan(code, priority: priority) }
        let byPriority = try await plans().list(sort: .priority, order: .descending).items.map(\.planCode)
        #expect(byPriority == ["a", "c", "b"])
        var all: [String] = []
        for try await plan in try plans().all(sort: .planCode, limit: 2) { all.append(plan.planCode) }
        #expect(all == ["a", "b", "c"])
        #expect(mock.requests(of: .vluna.listPlans).count == 3)

        let first = try await plans().list(limit: 1)
        _ = try await plan("0")
        let next = try await plans().list(limit: 1, cursor: first.nextCursor)
        #expect(next.items.map(\.planCode) == ["b"], "a page goes on behind the same plan, whatever was added")
        let refused = try await refusal { try await plans().list(cursor: "nonsense") }
        #expect(try #require(refused) == (422, "VALIDATION.INVALID_INPUT"))
        #expect(try #require(await refusal { try await plans().list(limit: 201) }).status == 422)
    }

    @Test func wrongAssignmentsAreRefused() async throws {
        let plan = try await plan()
        let windowRefused = try await refusal { try await assign(plan, from: .start, until: .start - 1) }
        #expect(try #require(windowRefused).status == 422)
        let stranger = Vluna.PlanAssignmentCreateRequest(
            billingAccountID: "ffffffff-ffff-4fff-8fff-ffffffffffff", planID: plan.planID, source: .opsManual,
            sourceRef: "t", windowStart: .start)
        let assignments = try mock.vluna().billing.planAssignments
        #expect(try #require(await refusal { try await assignments.create(stranger) }).status == 422)
        #expect(
            try #require(await refusal { try await assignments.update(assignmentID: "none", status: .paused) })
                == (404, "RESOURCE.NOT_FOUND"))
    }

    @Test func aKeyIsAnsweredOnceAndOnlyForTheSameBody() async throws {
        let plans = try mock.vluna().with(idempotencyKey: "key-1").billing.plans
        let first = try await plans.upsert(planCode: "pro", name: "Pro", kind: .base)
        mock.clock.advance(by: .seconds(60))
        let again = try await plans.upsert(planCode: "pro", name: "Pro", kind: .base)
        #expect(again.updatedAt == first.updatedAt)
        #expect(mock.requests(of: .vluna.upsertPlan).map(\.status) == [201, 201])
        let refused = try await refusal { try await plans.upsert(planCode: "pro", name: "Other", kind: .base) }
        #expect(try #require(refused) == (409, "idempotency_conflict"))
    }
}
