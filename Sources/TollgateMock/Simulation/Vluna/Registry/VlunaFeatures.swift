import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    struct Feature: Sendable {
        /// A UUID.
        let id: String
        let code: String
        /// The code of its family.
        var family: String
        var name: String
        var description = ""
        var isActive = true
        var needsEntitlement = false
        /// What its quota counts; if it is not said, what the first meter does.
        var unit: String?
        var metadata = Vluna.FeatureMetadata()
        /// The first one gets the quantity of a commit that names no meters.
        var meters: [String] = []
        let createdAt: Date
        var updatedAt: Date

        init(id: String, code: String, family: String, at now: Date) {
            self.id = id
            self.code = code
            self.family = family
            name = code
            createdAt = now
            updatedAt = now
        }
    }

    /// The feature whose code, in the form that ``normalized(_:)`` gives, is `code`; registered if it is new.
    mutating func feature(_ code: String, family: String?, at now: Date) throws(VlunaFailure) -> Feature {
        if let feature = features[code] {
            guard feature.isActive else { throw .unprocessable("VALIDATION.INVALID_INPUT", "feature is not active") }
            return feature
        }
        guard settings.registersFeatures else { throw .unprocessable("RESOURCE.NOT_FOUND", "feature not found") }
        let family = self.family(family ?? Self.defaultFamily, registersItself: true, at: now)
        var feature = register(code, family: family.featureFamilyCode, rates: nil, at: now)
        feature.metadata.autoRegistry = Self.ownMark
        features[code] = feature
        return feature
    }

    /// Adds a feature with a meter of the same name.
    @discardableResult
    mutating func register(_ code: String, family: String, rates: Rates?, at now: Date) -> Feature {
        self.family(family, at: now)
        var feature = Feature(id: random.uuid(), code: code, family: family, at: now)
        feature.meters = [code]
        features[code] = feature
        addMeters([code], at: now)
        if let rates { meters[code]?.prices = [Vluna.MeterPrice(rates)] }
        return feature
    }

    /// A code as the service keeps it: trimmed, in small letters.
    static func normalized(_ code: String) -> String {
        let isNormal = code.utf8.allSatisfy { byte in
            byte > UInt8(ascii: " ") && byte < 0x7F && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        if isNormal { return code }
        return code.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }

    /// The meters of a feature that are in use, by code.
    func activeMeters(of feature: Feature) -> [String] {
        feature.meters.filter { meters[$0]?.isActive ?? false }
    }

    /// The feature as the registry shows it.
    private func view(of feature: Feature, at now: Date) -> Vluna.Feature {
        Vluna.Feature(
            featureID: feature.id, featureFamilyID: registry.families[feature.family]?.featureFamilyID ?? "",
            featureFamilyCode: feature.family, missingPriceReason: missingPrice(of: feature, at: now),
            featureCode: feature.code, name: feature.name, description: feature.description,
            entitlementRequired: feature.needsEntitlement, active: feature.isActive, metadata: feature.metadata,
            unit: feature.unit, meters: feature.meters.compactMap { meters[$0] }.map { view(of: $0, at: now) },
            createdAt: feature.createdAt, updatedAt: feature.updatedAt)
    }

    private func missingPrice(of feature: Feature, at now: Date) -> Vluna.MissingPriceReason? {
        let isUnpriced = feature.meters.contains { meters[$0]?.price(at: now) == nil }
        switch (feature.metadata.autoRegistry != nil, isUnpriced) {
        case (true, true): return .both
        case (true, false): return .autoRegistry
        case (false, true): return .missingPrice
        case (false, false): return nil
        }
    }
}

// MARK: - Operations

extension VlunaState {
    func listFeatures(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let features = features.values.filter { feature in
            call.finds(in: feature.code, feature.name) && call.accepts("active", feature.isActive)
                && call.accepts("feature_family_code", feature.family)
        }
        .sorted { $0.code < $1.code }
        let page = try call.page(of: features) { $0.id }
        let items = page.items.map { view(of: $0, at: call.now) }
        return MockReply(envelopeOf: Vluna.FeatureList(items: items, nextCursor: page.nextCursor))
    }

    func getFeature(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: view(of: try namedFeature(call), at: call.now))
    }

    mutating func upsertFeature(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.FeatureUpsertRequest.self)
        let code = Self.normalized(request.featureCode)
        let isNew = features[code] == nil
        let feature = try atomically { state throws(VlunaFailure) in
            let family = try state.family(id: request.featureFamilyID, code: request.featureFamilyCode)
            var feature =
                state.features[code]
                ?? Feature(id: state.random.uuid(), code: code, family: family.featureFamilyCode, at: call.now)
            feature.family = family.featureFamilyCode
            feature.name = request.name.flatMap { $0.isEmpty ? nil : $0 } ?? code
            feature.description = request.description ?? ""
            feature.needsEntitlement = request.entitlementRequired ?? feature.needsEntitlement
            feature.isActive = request.active ?? feature.isActive
            feature.metadata = request.metadata ?? feature.metadata
            feature.unit = request.unit ?? feature.unit
            return try state.write(feature, meters: request.meters ?? [], at: call.now)
        }
        return MockReply(envelopeOf: view(of: feature, at: call.now), status: isNew ? 201 : 200)
    }

    mutating func updateFeature(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.FeatureUpdateRequest.self)
        var feature = try namedFeature(call)
        if request.featureFamilyID != nil || request.featureFamilyCode != nil {
            feature.family = try family(id: request.featureFamilyID, code: request.featureFamilyCode).featureFamilyCode
        }
        feature.name = request.name ?? feature.name
        feature.description = request.description.applied(to: feature.description) ?? ""
        feature.needsEntitlement = request.entitlementRequired ?? feature.needsEntitlement
        feature.isActive = request.active ?? feature.isActive
        feature.metadata = request.metadata ?? feature.metadata
        feature.unit = request.unit ?? feature.unit
        for name in request.deleteMeters ?? [] {
            let code = meters.values.first { $0.id == name }?.code ?? Self.normalized(name)
            guard let place = feature.meters.firstIndex(of: code) else {
                throw .invalid("delete_meters: \(name) is no meter of the feature")
            }
            feature.meters.remove(at: place)
        }
        let changed = try atomically { [feature] state throws(VlunaFailure) in
            try state.write(feature, meters: request.meters ?? [], at: call.now)
        }
        return MockReply(envelopeOf: view(of: changed, at: call.now))
    }

    /// Stores a feature, and adds or changes the meters that were named with it.
    private mutating func write(
        _ feature: Feature, meters inputs: [Vluna.MeterInput], at now: Date
    ) throws(VlunaFailure) -> Feature {
        var feature = feature
        feature.updatedAt = now
        features[feature.code] = feature
        for var input in inputs {
            let owner = input.featureCode.map(Self.normalized) ?? feature.code
            guard owner == feature.code else { throw .invalid("meters: feature_code is of another feature") }
            input.featureCode = feature.code
            try write(input, to: input.meterCode.map(Self.normalized) ?? feature.code, at: now)
        }
        return features[feature.code] ?? feature
    }

    private func namedFeature(_ call: MockCall) throws(VlunaFailure) -> Feature {
        let id = call.pathParameters["feature_id"]
        guard let feature = features.values.first(where: { $0.id == id }) else { throw .missing("feature") }
        return feature
    }

    /// Lets a change happen as a whole or not at all.
    private mutating func atomically<Result>(
        _ change: (inout VlunaState) throws(VlunaFailure) -> Result
    ) throws(VlunaFailure) -> Result {
        var changed = self
        let result = try change(&changed)
        self = changed
        return result
    }
}
