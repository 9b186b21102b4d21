import Foundation
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// Adds a feature, or changes it. Its meters are added when they are new, without a price.
    mutating func setFeature(
        _ code: String, family: String, meters names: [String]?, isActive: Bool, needsEntitlement: Bool, at now: Date
    ) {
        let code = Self.normalized(code)
        self.family(family, at: now)
        var feature = features[code] ?? Feature(id: random.uuid(), code: code, family: family, at: now)
        feature.family = family
        feature.meters = (names ?? [code]).map(Self.normalized)
        feature.isActive = isActive
        feature.needsEntitlement = needsEntitlement
        feature.updatedAt = now
        features[code] = feature
        addMeters(feature.meters, at: now)
    }

    /// Sets what a meter costs; nil for a meter without a price. A meter that is not known is added.
    mutating func setRates(of meter: String, _ rates: Rates?, unit: String?, at now: Date) {
        let code = Self.normalized(meter)
        addMeters([code], at: now)
        meters[code]?.prices = rates.map { [Vluna.MeterPrice($0)] } ?? []
        meters[code]?.updatedAt = now
        if let unit { meters[code]?.unit = unit }
    }

    /// Puts one policy in the place of those of the same kind and feature.
    ///
    /// A `limit` of -1 is no limit, nil is no policy; a `feature` of nil means all that have no policy of their own.
    mutating func setPolicy(_ kind: PolicyKind, _ limit: Int64?, seconds: Int64, of feature: String?) {
        let feature = feature.map(Self.normalized) ?? Self.wildcardFeature
        policies.removeAll { $0.kind == kind && $0.feature == feature }
        guard let limit else { return }
        policies.append(Policy(feature: feature, kind: kind, seconds: seconds, limit: limit))
    }
}
