import Foundation
import TollgateMockServer
import TollgateVluna

/// What a listing of limits is to show.
struct LimitQuery: Sendable {
    var features: Set<String> = []
    var families: Set<String> = []
    var meters: Set<String> = []
    /// The time to show windows and prices of.
    var time: Date
    var now: Date
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
                unit: feature.unit ?? activeMeters(of: feature).first.flatMap { meters[$0]?.unit },
                quotas: query.showsQuotas ? quotas([feature], of: account, at: query.time) : nil,
                rates: query.showsRates ? rates([feature], of: account, at: query.time) : nil,
                meters: activeMeters(of: feature))
        }
    }

    /// The meters of the features that the account may use, by code.
    func meterLimits(
        _ query: LimitQuery, of account: Account
    ) throws(VlunaFailure) -> [Vluna.MeterLimit] {
        let features = usableFeatures(query, of: account)
        let funds = try query.coverage.map { coverage throws(VlunaFailure) in try self.funds(coverage, of: account) }
        let codes = Set(features.flatMap(activeMeters)).filter { query.meters.isEmpty || query.meters.contains($0) }
        return codes.sorted().compactMap { meters[$0] }.map { meter in
            let users = features.filter { $0.meters.contains(meter.code) }
            let rates = quote(for: meter, account: account.id, at: query.time, now: query.now).rates
            return Vluna.MeterLimit(
                meterCode: meter.code, unit: meter.unit, features: users.map(\.code),
                featureFamilyCodes: Set(users.map(\.family)).sorted(),
                quotas: query.showsQuotas ? quotas(users, of: account, at: query.time) : nil,
                rates: query.showsRates ? self.rates(users, of: account, at: query.time) : nil,
                pricing: query.showsPrices ? Vluna.MeterPriceView(rates, unit: meter.unit) : nil,
                coverage: funds?.estimate(at: rates?.price))
        }
    }

    private func usableFeatures(_ query: LimitQuery, of account: Account) -> [Feature] {
        features.values.filter { feature in
            guard feature.isActive, (try? checkEntitlement(to: feature, of: account, at: query.time)) != nil else {
                return false
            }
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

    /// What an estimate is based on: the balance, or what a budget leaves of it.
    private func funds(_ coverage: LimitQuery.Coverage, of account: Account) throws(VlunaFailure) -> Funds {
        let available = available(to: account.id, at: coverage.time)
        guard let id = coverage.budget else { return Funds(query: coverage, amount: available) }
        guard UUID(uuidString: id) != nil else { throw .invalid("coverage.budget_id must be a UUID") }
        do {
            let budget = try activeBudget(id, of: account, at: coverage.time)
            return Funds(query: coverage, amount: budget.remaining ?? available, budget: budget.id)
        } catch {
            throw VlunaFailure(status: 404, code: error.code, message: error.message)
        }
    }

    private struct Funds {
        let query: LimitQuery.Coverage
        let amount: Int64
        var budget: String?

        func estimate(at price: Rate?) -> Vluna.MeterCoverage {
            Vluna.MeterCoverage(
                basis: budget == nil ? .balance : .budget, balanceXUSD: Vluna.XUSD(millionths: amount),
                maxQuantityMinorEstimated: price?.quantity(coveredBy: amount) ?? 0,
                optimisticQuantityMinor: query.isOptimistic ? price?.optimisticQuantity(coveredBy: amount) ?? 0 : nil,
                asOf: query.time, budgetID: budget)
        }
    }
}

extension Vluna.MeterPriceView {
    /// The price as it stands; empty without one.
    fileprivate init(_ rates: VlunaState.Rates?, unit: String) {
        guard let rates else {
            self.init(unit: unit)
            return
        }
        self.init(
            unitPriceXUSD: Vluna.XUSD(millionths: rates.price.unitPrice), unitQuantityMinor: rates.price.unitQuantity,
            rounding: rates.price.rounding, effectiveAt: rates.effectiveAt,
            fingerprint: rates.price.fingerprint("pf"), unit: unit,
            unitCostXUSD: rates.cost.map { Vluna.XUSD(millionths: $0.unitPrice) },
            costUnitQuantityMinor: rates.cost?.unitQuantity, costRounding: rates.cost?.rounding)
    }
}
