import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    func entitlements(ofPlan id: String) -> [Vluna.PlanEntitlement] {
        registry.entitlements.filter { $0.planID == id }
    }

    func listPlanEntitlements(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let entitlements = entitlements(ofPlan: try namedPlan(call).planID)
        let page = try call.page(of: entitlements) { $0.entitlementID }
        return MockReply(envelopeOf: Vluna.PlanEntitlementList(items: page.items, nextCursor: page.nextCursor))
    }

    mutating func upsertPlanEntitlements(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let plan = try namedPlan(call).planID
        let request = try call.read(Vluna.PlanEntitlementUpsertRequest.self)
        var wanted: [Vluna.PlanEntitlement] = []
        for item in request.items {
            wanted.append(try entitlement(item, inPlan: plan, at: call.now))
        }
        if request.mode == .replace {
            registry.entitlements.removeAll { old in
                old.planID == plan && !wanted.contains { $0.target == old.target }
            }
        }
        var hasAdded = false
        for entitlement in wanted where write(entitlement) { hasAdded = true }
        return MockReply(
            envelopeOf: Vluna.PlanEntitlementList(items: entitlements(ofPlan: plan)), status: hasAdded ? 201 : 200)
    }

    mutating func deletePlanEntitlement(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let plan = try namedPlan(call).planID
        let id = call.pathParameters["bpe_id"]
        let place = registry.entitlements.firstIndex { $0.planID == plan && $0.entitlementID == id }
        guard let place else { throw .missing("billing plan entitlement") }
        return MockReply(envelopeOf: registry.entitlements.remove(at: place))
    }

    /// Makes these features and families all that a plan allows; nil keeps those that it allows.
    mutating func allow(
        features: [String]?, families: [String]?, inPlan plan: String, at now: Date
    ) throws(VlunaFailure) {
        var wanted: [Vluna.PlanEntitlement] = []
        for code in features ?? [] {
            let input = Vluna.PlanEntitlementInput(featureCode: code, effect: .allow)
            wanted.append(try entitlement(input, inPlan: plan, at: now))
        }
        for code in families ?? [] {
            let input = Vluna.PlanEntitlementInput(featureFamilyCode: code, effect: .allow)
            wanted.append(try entitlement(input, inPlan: plan, at: now))
        }
        registry.entitlements.removeAll { old in
            let isListed = old.featureCode == nil ? families != nil : features != nil
            return old.planID == plan && old.effect == .allow && isListed
                && !wanted.contains { $0.target == old.target }
        }
        for entitlement in wanted { write(entitlement) }
    }

    /// The entitlement that a request describes.
    /// - Throws: ``VlunaFailure`` if what it is about is not there.
    private mutating func entitlement(
        _ input: Vluna.PlanEntitlementInput, inPlan plan: String, at now: Date
    ) throws(VlunaFailure) -> Vluna.PlanEntitlement {
        let family = try input.featureFamilyCode.map { code throws(VlunaFailure) in
            try self.family(id: nil, code: code)
        }
        guard let code = input.featureCode.map(Self.normalized) else {
            return Vluna.PlanEntitlement(
                entitlementID: random.uuid(), planID: plan, featureFamilyID: family?.featureFamilyID,
                featureFamilyCode: family?.featureFamilyCode, effect: input.effect, createdAt: now, updatedAt: now)
        }
        guard let feature = features[code] else { throw .notFound("feature") }
        guard family == nil || family?.featureFamilyCode == feature.family else {
            throw .invalid("the feature is not of the family")
        }
        return Vluna.PlanEntitlement(
            entitlementID: random.uuid(), planID: plan, featureID: feature.id, featureCode: code,
            effect: input.effect, createdAt: now, updatedAt: now)
    }

    /// Adds an entitlement; one that the plan has to the same thing gets its effect.
    /// - Returns: Whether it was added.
    @discardableResult
    private mutating func write(_ entitlement: Vluna.PlanEntitlement) -> Bool {
        let place = registry.entitlements.firstIndex {
            $0.planID == entitlement.planID && $0.target == entitlement.target
        }
        guard let place else {
            registry.entitlements.append(entitlement)
            return true
        }
        if registry.entitlements[place].effect != entitlement.effect {
            registry.entitlements[place].effect = entitlement.effect
            registry.entitlements[place].updatedAt = entitlement.updatedAt
        }
        return false
    }
}

extension Vluna.PlanEntitlement {
    /// What it is about.
    var target: MockEntitlementTarget {
        featureCode.map { .feature($0) } ?? .family(featureFamilyCode ?? "")
    }
}
