import Foundation
import TollgateVluna

extension VlunaState {
    /// Gives a lease, or says why not. The order of the checks is the service's.
    mutating func authorize(
        _ request: Vluna.AuthorizeRequest, of account: Account, at now: Date
    ) throws(VlunaFailure) -> (lease: Lease, hints: [Vluna.Hint]) {
        let code = Self.normalized(request.featureCode)
        let feature = try feature(code, family: request.featureFamilyCode)
        if let seat = request.seatID {
            try use(seat: seat, of: code, account: account.id, at: now)
        }
        try checkEntitlement(to: feature, of: account)
        try checkBalance(for: feature, of: account)
        let window = try openQuota(of: code, account: account.id, at: now)
        var hints = try countCall(of: code, account: account.id, at: now)
        let budget = try usableBudget(request, feature, of: account)
        if let estimate = request.estimatedQuantityMinor {
            hints += estimateHints(estimate, feature, of: account, budget: budget, at: now)
        }
        let lease = Lease(
            id: random.uuid(), secret: random.hex(bytes: 8), account: account.id, feature: code,
            family: feature.family, seat: request.seatID, budget: budget?.id,
            expiresAt: now.addingTimeInterval(settings.vlunaLeaseLifetime / .seconds(1)), windowStart: window.start,
            windowEnd: window.end)
        leases[lease.id] = lease
        return (lease, hints)
    }

    /// The first meter of a feature, which tells whether it has a price.
    private func firstMeter(of feature: Feature) -> Meter? {
        feature.meters.first.flatMap { meters[$0] }
    }

    private func checkBalance(for feature: Feature, of account: Account) throws(VlunaFailure) {
        guard account.mode == .prepaid, account.balance <= 0, firstMeter(of: feature)?.rates != nil else { return }
        throw VlunaFailure(status: 402, code: "SERVER.CONFIG", message: "grant balance exhausted")
    }

    /// The quota window that the work will count in: the shortest.
    private func openQuota(of feature: String, account: String, at now: Date) throws(VlunaFailure) -> Window {
        let quotas = windows(.quota, of: feature, account: account, at: now)
        guard let shortest = quotas.min(by: { $0.counter.seconds < $1.counter.seconds }) else {
            if policies(.rate, of: feature).isEmpty {
                throw VlunaFailure(
                    status: 422, code: "RESOURCE.NOT_FOUND", message: "policy window not found",
                    hints: [Vluna.Hint(kind: .policyWindowNotFound, featureCode: feature)])
            }
            throw VlunaFailure(status: 500, code: "SERVER.CONFIG", message: "quota window not configured")
        }
        if quotas.contains(where: { $0.isFinite && $0.remaining == 0 }) {
            throw VlunaFailure(status: 402, code: "SERVER.CONFIG", message: "quota limit exhausted")
        }
        return shortest
    }

    private func usableBudget(
        _ request: Vluna.AuthorizeRequest, _ feature: Feature, of account: Account
    ) throws(VlunaFailure) -> Budget? {
        guard let id = request.budgetID else { return nil }
        let budget = try budget(id, of: account)
        guard account.mode == .prepaid, budget.remaining == 0 else { return budget }
        // Chosen: what is missing is the price of the estimate, or else of the smallest quantity.
        let missing = price(ofFirstMeter: feature, request.estimatedQuantityMinor ?? 1, of: account)
        let hint = Vluna.Hint(kind: .budgetShortfall, shortfallXUSD: missing ?? 0, budgetID: budget.id)
        throw VlunaFailure(status: 402, code: "BUDGET.EXHAUSTED", message: "budget has no headroom", hints: [hint])
    }

    /// What a quantity of the feature would cost; nil if its first meter has no price.
    private func price(ofFirstMeter feature: Feature, _ quantity: Int64, of account: Account) -> Int64? {
        guard let meter = firstMeter(of: feature), let rates = meter.rates else { return nil }
        return try? price(quantity, of: meter.code, at: rates.price, for: account.id)
    }

    /// What an estimate lets foresee. It changes no decision.
    private func estimateHints(
        _ quantity: Int64, _ feature: Feature, of account: Account, budget: Budget?, at now: Date
    ) -> [Vluna.Hint] {
        var hints: [Vluna.Hint] = []
        let remaining = windows(.quota, of: feature.code, account: account.id, at: now).filter(\.isFinite)
            .map(\.remaining).min()
        if let remaining, quantity > remaining {
            hints.append(Vluna.Hint(kind: .quotaRemaining, maxQuantityMinor: remaining))
        }
        guard firstMeter(of: feature)?.rates != nil else {
            return hints + [Vluna.Hint(kind: .pricingNotConfigured, featureCode: feature.code, meters: feature.meters)]
        }
        guard account.mode == .prepaid, let amount = price(ofFirstMeter: feature, quantity, of: account) else {
            return hints
        }
        if amount > account.balance {
            hints.append(Vluna.Hint(kind: .fundingXUSDShortfall, shortfallXUSD: amount - account.balance))
        }
        if let budget, amount > budget.remaining {
            hints.append(
                Vluna.Hint(
                    kind: .budgetShortfall, shortfallXUSD: amount - budget.remaining, budgetID: budget.id))
        }
        return hints
    }
}
