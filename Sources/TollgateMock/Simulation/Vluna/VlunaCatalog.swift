extension VlunaState {
    /// Adds a feature, or changes it. Its meters are added when they are new, without a price.
    mutating func setFeature(
        _ code: String, family: String, meters names: [String]?, isActive: Bool, needsEntitlement: Bool
    ) {
        let code = Self.normalized(code)
        var feature = Feature(code: code, family: family, meters: (names ?? [code]).map(Self.normalized))
        feature.isActive = isActive
        feature.needsEntitlement = needsEntitlement
        features[code] = feature
        for meter in feature.meters where meters[meter] == nil {
            meters[meter] = Meter(code: meter)
        }
    }

    /// Sets what a meter costs; nil for a meter without a price. A meter that is not known is added.
    mutating func setRates(of meter: String, _ rates: Rates?, unit: String?) {
        let code = Self.normalized(meter)
        meters[code, default: Meter(code: code)].rates = rates
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
