import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// The plan as it is shown: with what it allows.
    private func view(of plan: Vluna.Plan) -> Vluna.Plan {
        var plan = plan
        let allowed = entitlements(ofPlan: plan.planID).filter { $0.effect == .allow }
        plan.featureCodes = allowed.compactMap(\.featureCode)
        plan.featureFamilyCodes = allowed.filter { $0.featureCode == nil }.compactMap(\.featureFamilyCode)
        return plan
    }

    func namedPlan(_ call: MockCall) throws(VlunaFailure) -> Vluna.Plan {
        let id = call.pathParameters["plan_id"]
        guard let plan = registry.plans.first(where: { $0.planID == id }) else { throw .missing("billing plan") }
        return plan
    }

    private mutating func store(_ plan: Vluna.Plan) {
        if let place = registry.plans.firstIndex(where: { $0.planID == plan.planID }) {
            registry.plans[place] = plan
        } else {
            registry.plans.append(plan)
        }
    }

    func listPlans(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let plans = registry.plans.filter { plan in
            let period = plan.metadata.billingDefaults?.period
            return call.finds(in: plan.planCode, plan.name) && call.accepts("kind", plan.kind.rawValue)
                && call.accepts("active", plan.active) && call.isAbsent("plan_id", or: plan.planID)
                && call.isAbsent("plan_code", or: plan.planCode)
                && call.isAbsent("gate_bundle_key", or: plan.metadata.gateBundleKey)
                && call.isAbsent("issue_anchor", or: period?.issueAnchor)
                && call.isAbsent("billing_mode", or: period?.billingMode)
                && (call.text("grant_program_code").map(plan.programCodes.contains) ?? true)
                && hasEntitlements(plan, askedForBy: call)
        }
        let key = Vluna.PlanSortKey(rawValue: call.text("sort") ?? "plan_code")
        let rising = plans.sorted { $0.comes(before: $1, by: key) }
        let sorted = call.text("order") == "desc" ? rising.reversed() : rising
        let page = try call.page(of: sorted) { $0.planID }
        return MockReply(envelopeOf: Vluna.PlanList(items: page.items.map(view), nextCursor: page.nextCursor))
    }

    private func hasEntitlements(_ plan: Vluna.Plan, askedForBy call: MockCall) -> Bool {
        let entitlements = entitlements(ofPlan: plan.planID)
        let family = call.text("feature_family_code")
        let feature = call.text("feature_code").map(Self.normalized)
        return (family == nil || entitlements.contains { $0.featureCode == nil && $0.featureFamilyCode == family })
            && (feature == nil || entitlements.contains { $0.featureCode == feature })
    }

    func getPlan(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: view(of: try namedPlan(call)))
    }

    mutating func upsertPlan(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.PlanUpsertRequest.self)
        let known = registry.plans.first { $0.planCode == request.planCode }
        let plan = Vluna.Plan(
            planID: known?.planID ?? random.uuid(), planCode: request.planCode, name: request.name,
            kind: request.kind, priority: request.priority ?? known?.priority ?? 0,
            active: request.active ?? known?.active ?? true,
            metadata: request.metadata ?? known?.metadata ?? Vluna.PlanMetadata(),
            createdAt: known?.createdAt ?? call.now, updatedAt: call.now)
        try allow(
            features: request.featureCodes, families: request.featureFamilyCodes, inPlan: plan.planID, at: call.now)
        store(plan)
        return MockReply(envelopeOf: view(of: plan), status: known == nil ? 201 : 200)
    }

    mutating func updatePlan(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        var plan = try namedPlan(call)
        let request = try call.read(Vluna.PlanUpdateRequest.self)
        let others = registry.plans.filter { $0.planID != plan.planID }
        if let code = request.planCode, others.contains(where: { $0.planCode == code }) {
            throw .conflict("plan_code is used by another plan")
        }
        plan.planCode = request.planCode ?? plan.planCode
        plan.name = request.name ?? plan.name
        plan.kind = request.kind ?? plan.kind
        plan.priority = request.priority ?? plan.priority
        plan.active = request.active ?? plan.active
        plan.metadata = request.metadata ?? plan.metadata
        plan.updatedAt = call.now
        try allow(
            features: request.featureCodes, families: request.featureFamilyCodes, inPlan: plan.planID, at: call.now)
        store(plan)
        return MockReply(envelopeOf: view(of: plan))
    }
}

extension Vluna.Plan {
    /// The codes of the grant programs that come with the plan.
    var programCodes: [String] { metadata.grants?.compactMap(\.programCode) ?? [] }

    /// Plans of which a key says the same are in the order of their codes.
    fileprivate func comes(before other: Vluna.Plan, by key: Vluna.PlanSortKey) -> Bool {
        func isFirst<Value: Comparable>(_ value: KeyPath<Vluna.Plan, Value>) -> Bool {
            (self[keyPath: value], planCode) < (other[keyPath: value], other.planCode)
        }
        return switch key {
        case .planID: isFirst(\.planID)
        case .name: isFirst(\.name)
        case .kind: isFirst(\.kind.rawValue)
        case .priority: isFirst(\.priority)
        case .active: isFirst(\.activity)
        case .createdAt: isFirst(\.createdAt)
        case .updatedAt: isFirst(\.updatedAt)
        case .planCode, .unrecognized: planCode < other.planCode
        }
    }

    private var activity: Int { active ? 1 : 0 }
}
