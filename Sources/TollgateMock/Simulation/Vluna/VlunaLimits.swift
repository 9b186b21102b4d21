import Foundation
import TollgateVluna

/// What a listing of limits is to show.
struct LimitQuery: Sendable {
    var features: Set<String> = []
    var families: Set<String> = []
    var meters: Set<String> = []
    /// The time to show the windows of.
    var time: Date
    var showsQuotas = false
    var showsRates = false
    var showsPrices = false
    var coverage: Coverage?

    struct Coverage: Sendable {
        /// The budget that the estimate is based on; nil for the account's balance.
        var budget: String?
        var isOptimistic: Bool
        var time: Date
    }
}

extension VlunaState {
    /// The features that the account may use, by code, and what is left of each.
    func featureLimits(_ query: LimitQuery, of account: Account) -> [Vluna.FeatureLimit] {
        usableFeatures(query, of: account).map { feature in
            Vluna.FeatureLimit(
                featureCode: feature.code, featureFamilyCode: feature.family,
                unit: feature.meters.first.flatMap { meters[$0]?.unit },
                quotas: query.showsQuotas ? quotas([feature], of: account, at: query.time) : nil,
                rates: query.showsRates ? rates([feature], of: account, at: query.time) : nil,
                meters: feature.meters)
        }
    }

    /// The meters of the features that the account may use, by code.
    func meterLimits(
        _ query: LimitQuery, of account: Account
    ) throws(VlunaFailure) -> [Vluna.MeterLimit] {
        let features = usableFeatures(query, of: account)
        let budget = try query.coverage?.budget.map { id throws(VlunaFailure) in try coveringBudget(id, of: account) }
        let codes = Set(features.flatMap(\.meters)).filter { query.meters.isEmpty || query.meters.contains($0) }
        return codes.sorted().compactMap { meters[$0] }.map { meter in
            let users = features.filter { $0.meters.contains(meter.code) }
            return Vluna.MeterLimit(
                meterCode: meter.code, unit: meter.unit, features: users.map(\.code),
                featureFamilyCodes: Set(users.map(\.family)).sorted(),
                quotas: query.showsQuotas ? quotas(users, of: account, at: query.time) : nil,
                rates: query.showsRates ? rates(users, of: account, at: query.time) : nil,
                pricing: query.showsPrices ? meter.priceView : nil,
                coverage: query.coverage.map { $0.estimate(of: meter, account: account, budget: budget) })
        }
    }

    private func usableFeatures(_ query: LimitQuery, of account: Account) -> [Feature] {
        features.values.filter { feature in
            guard feature.isActive, (try? checkEntitlement(to: feature, of: account)) != nil else { return false }
            let isAskedFor = query.features.isEmpty || query.features.contains(feature.code)
            return isAskedFor && (query.families.isEmpty || query.families.contains(feature.family))
        }
        .sorted { $0.code < $1.code }
    }

    private func quotas(_ features: [Feature], of account: Account, at time: Date) -> [Vluna.QuotaWindow] {
        features.flatMap { windows(.quota, of: $0.code, account: account.id, at: time) }.map { window in
            Vluna.QuotaWindow(
                windowStart: window.start, windowEnd: window.end, limitMinor: window.limit, usedMinor: window.used)
        }
    }

    private func rates(_ features: [Feature], of account: Account, at time: Date) -> [Vluna.RateWindow] {
        features.flatMap { windows(.rate, of: $0.code, account: account.id, at: time) }.map { window in
            Vluna.RateWindow(
                windowStart: window.start, windowEnd: window.end, limitMinor: window.limit, usedMinor: window.used)
        }
    }

    private func coveringBudget(_ id: String, of account: Account) throws(VlunaFailure) -> Budget {
        guard UUID(uuidString: id) != nil else { throw .invalid("coverage.budget_id must be a UUID") }
        do {
            return try budget(id, of: account)
        } catch {
            throw VlunaFailure(status: 404, code: error.code, message: error.message)
        }
    }
}

extension VlunaState.Meter {
    /// The price as it stands; empty without one.
    fileprivate var priceView: Vluna.MeterPriceView {
        guard let rates else { return Vluna.MeterPriceView(unit: unit) }
        return Vluna.MeterPriceView(
            unitPriceXUSD: Vluna.XUSD(millionths: rates.price.unitPrice), unitQuantityMinor: rates.price.unitQuantity,
            rounding: rates.price.rounding, effectiveAt: rates.effectiveAt,
            fingerprint: rates.price.fingerprint("pf"), unit: unit,
            unitCostXUSD: rates.cost.map { Vluna.XUSD(millionths: $0.unitPrice) },
            costUnitQuantityMinor: rates.cost?.unitQuantity, costRounding: rates.cost?.rounding)
    }
}

extension LimitQuery.Coverage {
    fileprivate func estimate(
        of meter: VlunaState.Meter, account: VlunaState.Account, budget: VlunaState.Budget?
    ) -> Vluna.MeterCoverage {
        let balance = max(budget?.remaining ?? account.balance, 0)
        let price = meter.rates?.price
        return Vluna.MeterCoverage(
            basis: budget == nil ? .balance : .budget, balanceXUSD: Vluna.XUSD(millionths: balance),
            maxQuantityMinorEstimated: price?.quantity(coveredBy: balance) ?? 0,
            optimisticQuantityMinor: isOptimistic ? price?.optimisticQuantity(coveredBy: balance) ?? 0 : nil,
            asOf: time, budgetID: budget?.id)
    }
}
