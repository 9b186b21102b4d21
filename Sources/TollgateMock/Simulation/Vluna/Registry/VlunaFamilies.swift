import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// The family with this code; made if it is new.
    @discardableResult
    mutating func family(_ code: String, registersItself: Bool = false, at now: Date) -> Vluna.FeatureFamily {
        if let family = registry.families[code] { return family }
        let family = Vluna.FeatureFamily(
            featureFamilyID: random.uuid(), featureFamilyCode: code, isFallback: code == Self.defaultFamily,
            name: code, description: "", entitlementRequired: false, active: true,
            metadata: Vluna.FeatureFamilyMetadata(autoRegistry: registersItself ? Self.ownMark : nil), createdAt: now,
            updatedAt: now)
        registry.families[code] = family
        return family
    }

    /// What the service keeps with families and features that it added by itself.
    static let ownMark: [String: JSONValue] = ["source": "gate"]

    /// Sets whether only accounts that are entitled to a family can use its features.
    mutating func setFamily(_ code: String, needsEntitlement: Bool, at now: Date) {
        family(code, at: now)
        registry.families[code]?.entitlementRequired = needsEntitlement
    }

    private func family(id: String) -> Vluna.FeatureFamily? {
        registry.families.values.first { $0.featureFamilyID == id }
    }

    /// The family that a request names by id, by code or by both.
    /// - Throws: ``VlunaFailure`` if there is none, or the names are of two.
    func family(id: String?, code: String?) throws(VlunaFailure) -> Vluna.FeatureFamily {
        let named = [id.map { family(id: $0) }, code.map { registry.families[$0] }].compactMap { $0 }
        guard let family = named.first ?? nil, named.allSatisfy({ $0 != nil }) else {
            throw .notFound("feature family")
        }
        guard named.allSatisfy({ $0?.featureFamilyID == family.featureFamilyID }) else {
            throw .invalid("feature_family_id and feature_family_code are of different families")
        }
        return family
    }
}

// MARK: - Operations

extension VlunaState {
    func listFeatureFamilies(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let families = registry.families.values
            .filter { call.finds(in: $0.featureFamilyCode, $0.name) && call.accepts("active", $0.active) }
            .sorted { $0.featureFamilyCode < $1.featureFamilyCode }
        let page = try call.page(of: families) { $0.featureFamilyID }
        return MockReply(envelopeOf: Vluna.FeatureFamilyList(items: page.items, nextCursor: page.nextCursor))
    }

    func getFeatureFamily(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: try namedFamily(call))
    }

    mutating func upsertFeatureFamily(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.FeatureFamilyUpsertRequest.self)
        let code = request.featureFamilyCode
        let isNew = registry.families[code] == nil
        var family = family(code, at: call.now)
        family.name = request.name.flatMap { $0.isEmpty ? nil : $0 } ?? code
        family.description = request.description ?? ""
        family.entitlementRequired = request.entitlementRequired ?? family.entitlementRequired
        family.active = request.active ?? family.active
        family.metadata = request.metadata ?? family.metadata
        family.updatedAt = call.now
        registry.families[code] = family
        return MockReply(envelopeOf: family, status: isNew ? 201 : 200)
    }

    mutating func updateFeatureFamily(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        var family = try namedFamily(call)
        let request = try call.read(Vluna.FeatureFamilyUpdateRequest.self)
        family.name = request.name ?? family.name
        family.description = request.description.applied(to: family.description) ?? ""
        family.entitlementRequired = request.entitlementRequired ?? family.entitlementRequired
        family.active = request.active ?? family.active
        family.metadata = request.metadata ?? family.metadata
        family.updatedAt = call.now
        registry.families[family.featureFamilyCode] = family
        return MockReply(envelopeOf: family)
    }

    private func namedFamily(_ call: MockCall) throws(VlunaFailure) -> Vluna.FeatureFamily {
        guard let family = family(id: call.pathParameters["feature_family_id"] ?? "") else {
            throw .missing("feature family")
        }
        return family
    }
}

extension Patch {
    /// What becomes of a member: it stays, is cleared, or gets a value.
    func applied(to old: Value?) -> Value? {
        switch self {
        case .absent: old
        case .null: nil
        case .value(let value): value
        }
    }

    func map<Other>(_ transform: (Value) -> Other) -> Patch<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(transform(value))
        }
    }
}
