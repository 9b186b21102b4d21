import Foundation
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// Gives a lease, or says why not. The order of the checks is the service's.
    mutating func authorize(
        _ request: Vluna.AuthorizeRequest, of account: Account, at now: Date
    ) throws(VlunaFailure) -> (lease: Lease, hints: [Vluna.Hint]) {
        let code = Self.normalized(request.featureCode)
        let feature = try feature(code, family: request.featureFamilyCode, at: now)
        if let seat = request.seatID {
            try use(seat: seat, of: code, account: account.id, at: now)
        }
        try checkEntitlement(to: feature, of: account, at: now)
        try checkBalance(for: feature, of: account, at: now)
        let window = try openQuota(of: code, account: account.id, at: now)
        var hints = try countCall(of: code, account: account.id, at: now)
        let budget = try usableBudget(request, feature, of: account, at: now)
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

    /// What an account pays for the first meter of a feature, which tells whether it has a price.
    private func firstRate(of feature: Feature, for account: Account, at now: Date) -> (meter: String, price: Rate)? {
        guard let meter = activeMeters(of: feature).first.flatMap({ meters[$0] }),
            let rates = quote(for: meter, account: account.id, at: now, now: now).rates
        else { return nil }
        return (meter.code, rates.price)
    }

    private func checkBalance(for feature: Feature, of account: Account, at now: Date) throws(VlunaFailure) {
        guard billingMode(of: account, at: now) == .prepaid, firstRate(of: feature, for: account, at: now) != nil,
            available(to: account.id, at: now) <= 0
        else { return }
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
        _ request: Vluna.AuthorizeRequest, _ feature: Feature, of account: Account, at now: Date
    ) throws(VlunaFailure) -> Budget? {
        guard let id = request.budgetID else { return nil }
        let budget = try activeBudget(id, of: account, at: now)
        guard covers(budget, feature) else { throw .invalid("the budget is not for this feature") }
        guard billingMode(of: account, at: now) == .prepaid, budget.remaining == 0 else { return budget }
        // Chosen: what is missing is the price of the estimate, or else of the smallest quantity.
        let missing = price(ofFirstMeter: feature, request.estimatedQuantityMinor ?? 1, of: account, at: now)
        let hint = Vluna.Hint(kind: .budgetShortfall, shortfallXUSD: missing ?? 0, budgetID: budget.id)
        throw VlunaFailure(status: 402, code: "BUDGET.EXHAUSTED", message: "budget has no headroom", hints: [hint])
    }

    /// What a quantity of the feature would cost; nil if its first meter has no price.
    private func price(
        ofFirstMeter feature: Feature, _ quantity: Int64, of account: Account, at now: Date
    ) -> Int64? {
        guard let rate = firstRate(of: feature, for: account, at: now) else { return nil }
        return try? price(quantity, of: rate.meter, at: rate.price, for: account.id)
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
        guard firstRate(of: feature, for: account, at: now) != nil else {
            return hints + [Vluna.Hint(kind: .pricingNotConfigured, featureCode: feature.code, meters: feature.meters)]
        }
        guard billingMode(of: account, at: now) == .prepaid,
            let amount = price(ofFirstMeter: feature, quantity, of: account, at: now)
        else { return hints }
        let available = available(to: account.id, at: now)
        if amount > available {
            hints.append(Vluna.Hint(kind: .fundingXUSDShortfall, shortfallXUSD: amount - available))
        }
        if let budget, let remaining = budget.remaining, amount > remaining {
            hints.append(
                Vluna.Hint(kind: .budgetShortfall, shortfallXUSD: amount - remaining, budgetID: budget.id))
        }
        return hints
    }
}
