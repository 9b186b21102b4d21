import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    struct Meter: Sendable {
        /// A UUID.
        let id: String
        var code: String
        var unit: String
        /// How many decimal places the smallest unit adds to the unit.
        var scale = 0.0
        var rounding = Vluna.MeterRounding.round
        var semanticKind = Vluna.SemanticKind.activity
        var isActive = true
        var metadata = Vluna.MeterMetadata()
        /// What it costs, by the time from when on; the earliest first.
        var prices: [Vluna.MeterPrice] = []
        let createdAt: Date
        var updatedAt: Date

        init(id: String, code: String, unit: String, at now: Date) {
            self.id = id
            self.code = code
            self.unit = unit
            createdAt = now
            updatedAt = now
        }

        /// The price that holds at a time.
        func price(at time: Date) -> Vluna.MeterPrice? {
            prices.last { $0.begins <= time }
        }
    }

    /// What the customer pays for a meter and what it costs the realm's owner.
    struct Rates: Sendable, Hashable {
        var price: Rate
        var cost: Rate?
        /// From when on they hold.
        var effectiveAt = Self.foundingTime

        /// 2026-01-01T00:00:00Z, when the mock's realm was set up.
        static let foundingTime = Date(timeIntervalSince1970: 1_767_225_600)
    }

    /// Adds those meters that are new, without a price.
    mutating func addMeters(_ codes: [String], at now: Date) {
        for code in codes where meters[code] == nil {
            meters[code] = Meter(id: random.uuid(), code: code, unit: "token", at: now)
        }
    }

    /// The feature that counts its use by a meter.
    func feature(ofMeter code: String) -> Feature? {
        features.values.filter { $0.meters.contains(code) }.min { $0.code < $1.code }
    }

    /// The meter as the registry shows it.
    func view(of meter: Meter, at now: Date) -> Vluna.Meter {
        let feature = feature(ofMeter: meter.code)
        return Vluna.Meter(
            meterID: meter.id, meterCode: meter.code, featureID: feature?.id, featureCode: feature?.code,
            unit: meter.unit, scale: meter.scale, rounding: meter.rounding, semanticKind: meter.semanticKind,
            active: meter.isActive, metadata: meter.metadata, price: meter.price(at: now),
            createdAt: meter.createdAt, updatedAt: meter.updatedAt)
    }
}

// MARK: - Prices

extension Vluna.MeterPrice {
    init(_ rates: VlunaState.Rates) {
        self.init(
            unitPriceXUSD: Vluna.XUSD(millionths: rates.price.unitPrice), unitQuantityMinor: rates.price.unitQuantity,
            rounding: rates.price.rounding, unitCostXUSD: rates.cost.map { Vluna.XUSD(millionths: $0.unitPrice) },
            costUnitQuantityMinor: rates.cost?.unitQuantity, costRounding: rates.cost?.rounding,
            effectiveAt: rates.effectiveAt)
    }

    /// From when on it holds.
    var begins: Date { effectiveAt ?? .distantPast }

    /// What the gate charges by it; nil if it does not say what the customer pays.
    var rates: VlunaState.Rates? {
        guard let amount = unitPrice else { return nil }
        let price = VlunaState.Rate(
            unitPrice: amount, unitQuantity: unitQuantityMinor ?? 1, rounding: rounding ?? .ceil)
        let cost = unitCostXUSD.map { cost in
            VlunaState.Rate(
                unitPrice: cost.millionths, unitQuantity: costUnitQuantityMinor ?? 1, rounding: costRounding ?? .ceil)
        }
        return VlunaState.Rates(price: price, cost: cost, effectiveAt: begins)
    }

    private var unitPrice: Int64? {
        if let unitPriceXUSD { return unitPriceXUSD.millionths }
        guard let base = unitPriceBaseXUSD?.millionths else { return nil }
        let (sum, overflow) = base.addingReportingOverflow(unitPriceDynamicXUSD?.millionths ?? 0)
        return overflow ? nil : sum
    }

    /// - Throws: ``VlunaFailure`` if nobody could be charged by it.
    func check() throws(VlunaFailure) {
        guard (unitPrice ?? 0) >= 0, (unitCostXUSD ?? 0) >= 0 else {
            throw .invalid("meter_prices: a price or cost must not be negative")
        }
        guard (unitQuantityMinor ?? 1) > 0, (costUnitQuantityMinor ?? 1) > 0 else {
            throw .invalid("meter_prices: a block has at least 1 unit")
        }
    }
}

// MARK: - Operations

extension VlunaState {
    func listMeters(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let meters = meters.values.map { view(of: $0, at: call.now) }.filter { meter in
            call.finds(in: meter.meterCode) && call.accepts("active", meter.active)
                && call.accepts("feature_code", meter.featureCode) && call.accepts("unit", meter.unit)
                && call.accepts("semantic_kind", meter.semanticKind.rawValue)
        }
        .sorted { $0.meterCode < $1.meterCode }
        let page = try call.page(of: meters) { $0.meterID }
        return MockReply(envelopeOf: Vluna.MeterList(items: page.items, nextCursor: page.nextCursor))
    }

    func getMeter(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: view(of: try namedMeter(call), at: call.now))
    }

    mutating func upsertMeter(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let input = try call.read(Vluna.MeterInput.self)
        let code = Self.normalized(input.meterCode ?? "")
        let isNew = meters[code] == nil
        let meter = try write(input, to: code, at: call.now)
        return MockReply(envelopeOf: view(of: meter, at: call.now), status: isNew ? 201 : 200)
    }

    mutating func updateMeter(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let old = try namedMeter(call)
        let input = try call.read(Vluna.MeterInput.self)
        let code = input.meterCode.map(Self.normalized) ?? old.code
        guard code == old.code || meters[code] == nil else { throw .conflict("meter_code is used by another meter") }
        // Under its old code first, so that nothing is renamed if something else is wrong.
        var meter = try write(input, to: old.code, at: call.now)
        if code != old.code {
            meters[old.code] = nil
            meter.code = code
            meters[code] = meter
            for feature in features.values {
                features[feature.code]?.meters = feature.meters.map { $0 == old.code ? code : $0 }
            }
        }
        return MockReply(envelopeOf: view(of: meter, at: call.now))
    }

    /// Adds a meter, or changes the one with this code.
    @discardableResult
    mutating func write(
        _ input: Vluna.MeterInput, to code: String, at now: Date
    ) throws(VlunaFailure) -> Meter {
        let owner = input.featureCode.map(Self.normalized)
        if let owner, features[owner] == nil { throw .notFound("feature") }
        try input.price?.check()
        var meter = meters[code] ?? Meter(id: random.uuid(), code: code, unit: "unit", at: now)
        meter.unit = input.unit ?? meter.unit
        meter.scale = input.scale ?? meter.scale
        meter.rounding = input.rounding ?? meter.rounding
        meter.semanticKind = input.semanticKind ?? meter.semanticKind
        meter.isActive = input.active ?? meter.isActive
        meter.metadata = input.metadata ?? meter.metadata
        if var price = input.price {
            price.effectiveAt = price.effectiveAt ?? now
            meter.prices.removeAll { $0.begins >= price.begins }
            meter.prices.append(price)
        }
        meter.updatedAt = now
        meters[code] = meter
        if let owner { link(code, to: owner) }
        return meter
    }

    /// Makes a meter one of this feature and of no other.
    private mutating func link(_ meter: String, to owner: String) {
        for (code, feature) in features where code != owner && feature.meters.contains(meter) {
            features[code]?.meters.removeAll { $0 == meter }
        }
        if features[owner]?.meters.contains(meter) == false { features[owner]?.meters.append(meter) }
    }

    private func namedMeter(_ call: MockCall) throws(VlunaFailure) -> Meter {
        let id = call.pathParameters["meter_id"]
        guard let meter = meters.values.first(where: { $0.id == id }) else { throw .missing("meter") }
        return meter
    }
}
