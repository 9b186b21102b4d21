import Foundation
import Synchronization
import TollgateMockClient
import TollgateMockServer
import TollgateVluna

extension MockVluna {
    /// What Vluna keeps, as the control API tells it.
    public var snapshot: MockClient.VlunaSnapshot { simulation.snapshot(at: simulation.clock.now) }
}

extension VlunaSimulation {
    func snapshot(at now: Date) -> MockClient.VlunaSnapshot {
        world.withLock { world in
            let state = world.state
            let windows = state.openWindows(at: now)
            let limit = snapshotLimit
            return MockClient.VlunaSnapshot(
                isRealmActive: world.access.isRealmActive,
                accounts: state.accountsByPrincipal.keys.sorted().prefix(limit).compactMap { principal in
                    state.accountsByPrincipal[principal].flatMap { state.accounts[$0] }
                        .map { state.snapshot(of: $0, at: now) }
                }, accountsCount: state.accounts.count,
                grants: state.newestGrants(limit).map { state.snapshot(of: $0, at: now) },
                grantsCount: state.grants.count,
                leases: state.lastLeases(limit).map { state.snapshot(of: $0, at: now) },
                leasesCount: state.leases.count,
                budgets: state.budgetOrder.suffix(limit).compactMap { state.budgets[$0] }
                    .map { state.snapshot(of: $0, at: now) }, budgetsCount: state.budgetOrder.count,
                features: state.features.keys.sorted().prefix(limit).compactMap { state.features[$0] }
                    .map { MockClient.VlunaFeatureState($0) }, featuresCount: state.features.count,
                prices: state.meters.keys.sorted().prefix(limit).compactMap { state.meters[$0] }
                    .map { MockClient.VlunaPriceState($0, at: now) }, pricesCount: state.meters.count,
                limits: state.policies.prefix(limit).map { MockClient.VlunaLimitState($0) },
                limitsCount: state.policies.count, windows: Array(windows.prefix(limit)), windowsCount: windows.count,
                seats: state.firstSeats(limit), seatsCount: state.seats.count,
                checkouts: state.lastCheckouts(limit, at: now), checkoutsCount: state.store.checkouts.count,
                subscriptions: state.store.subscriptions.suffix(limit).map { subscription in
                    MockClient.VlunaSubscriptionState(
                        subscriptionID: subscription.id, principalID: state.principal(of: subscription.account),
                        status: subscription.status.rawValue)
                }, subscriptionsCount: state.store.subscriptions.count,
                serviceKeys: world.access.keys.keys.sorted().prefix(limit).compactMap { world.access.keys[$0] }
                    .map {
                        MockClient.VlunaServiceKeyState(keyID: $0.id, isEnabled: $0.isEnabled, expiresAt: $0.expiresAt)
                    }, serviceKeysCount: world.access.keys.count, commitsCount: state.ledger.count)
        }
    }
}

extension VlunaState {
    fileprivate func principal(of account: String) -> String {
        accounts[account]?.principalID ?? ""
    }

    func snapshot(of account: Account, at now: Date) -> MockClient.VlunaAccount {
        let mode: MockClient.VlunaBillingMode =
            switch billingMode(of: account, at: now) {
            case .prepaid: .prepaid
            case .postpaid: .postpaid
            case .hybrid: .hybrid
            }
        return MockClient.VlunaAccount(
            principalID: account.principalID, billingAccountID: account.id, billingMode: mode,
            balanceXUSD: balance(of: account.id, at: now), availableXUSD: available(to: account.id, at: now),
            outstandingXUSD: account.outstanding)
    }

    fileprivate func snapshot(of grant: Grant, at now: Date) -> MockClient.VlunaGrantState {
        MockClient.VlunaGrantState(
            grantID: grant.id, principalID: principal(of: grant.terms.account), kind: grant.terms.kind.rawValue,
            status: grant.status(at: now).rawValue, amountXUSD: grant.terms.amount,
            remainingXUSD: grant.remaining(at: now), startAt: grant.terms.start, endAt: grant.terms.end)
    }

    fileprivate func snapshot(of lease: Lease, at now: Date) -> MockClient.VlunaLeaseState {
        let state: MockClient.VlunaLeaseState.State =
            switch lease.state {
            case .active: lease.expiresAt > now ? .active : .expired
            case .closed: .closed
            case .canceled: .canceled
            }
        return MockClient.VlunaLeaseState(
            leaseID: lease.id, principalID: principal(of: lease.account), featureCode: lease.feature, state: state,
            expiresAt: lease.expiresAt, budgetID: lease.budget, seatID: lease.seat)
    }

    fileprivate func snapshot(of budget: Budget, at now: Date) -> MockClient.VlunaBudgetState {
        MockClient.VlunaBudgetState(
            budgetID: budget.id, principalID: principal(of: budget.account), name: budget.name,
            status: budget.status(at: now).rawValue, limitXUSD: budget.limit, usedXUSD: budget.consumed)
    }

    fileprivate func newestGrants(_ limit: Int) -> [Grant] {
        grants.values.sorted { ($0.createdAt, $0.number, $0.id) < ($1.createdAt, $1.number, $1.id) }.suffix(limit)
    }

    fileprivate func lastLeases(_ limit: Int) -> [Lease] {
        leases.values.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.suffix(limit)
    }

    /// The windows that are not over and in which something was used, by account and feature.
    fileprivate func openWindows(at now: Date) -> [MockClient.VlunaWindowState] {
        let seconds = Int64(now.timeIntervalSince1970.rounded(.down))
        let open = counters.filter { $0.key.kind != .seats && $0.key.start + $0.key.seconds > seconds }
        let windows = open.map { counter, used in
            let limit = policies(counter.kind, of: counter.feature).first { $0.seconds == counter.seconds }?.limit
            let window = Window(counter: counter, limit: limit ?? -1, used: used)
            return MockClient.VlunaWindowState(
                principalID: principal(of: counter.account), featureCode: counter.feature,
                kind: counter.kind == .rate ? .rate : .quota, start: window.start, end: window.end, used: used,
                limit: window.limit)
        }
        return windows.sorted {
            ($0.principalID, $0.featureCode, $0.kind.rawValue, $0.end)
                < ($1.principalID, $1.featureCode, $1.kind.rawValue, $1.end)
        }
    }

    fileprivate func firstSeats(_ limit: Int) -> [MockClient.VlunaSeatState] {
        let states = seats.map { name, seat in
            MockClient.VlunaSeatState(
                principalID: principal(of: name.account),
                featureCode: name.feature == Self.wildcardFeature ? nil : name.feature, seatID: name.seat,
                assignedAt: seat.assignedAt, lastSeenAt: seat.lastSeenAt, revokedAt: seat.revokedAt)
        }
        let sorted = states.sorted {
            ($0.principalID, $0.featureCode ?? "", $0.seatID) < ($1.principalID, $1.featureCode ?? "", $1.seatID)
        }
        return Array(sorted.prefix(limit))
    }

    fileprivate func lastCheckouts(_ limit: Int, at now: Date) -> [MockClient.VlunaCheckoutState] {
        store.checkouts.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.suffix(limit).map { checkout in
            let status: MockClient.VlunaCheckoutState.Status =
                switch checkout.status(at: now) {
                case .open: .open
                case .completed: .completed
                case .failed: .failed
                case .expired: .expired
                }
            return MockClient.VlunaCheckoutState(
                checkoutURL: checkout.page, principalID: principal(of: checkout.account), status: status,
                createdAt: checkout.createdAt)
        }
    }
}

extension MockClient.VlunaFeatureState {
    fileprivate init(_ feature: VlunaState.Feature) {
        self.init(
            featureCode: feature.code, featureFamilyCode: feature.family, isActive: feature.isActive,
            requiresEntitlement: feature.needsEntitlement, meters: feature.meters)
    }
}

extension MockClient.VlunaPriceState {
    fileprivate init(_ meter: VlunaState.Meter, at now: Date) {
        let price = meter.price(at: now)?.rates?.price
        self.init(
            meterCode: meter.code, unit: meter.unit, unitPriceXUSD: price?.unitPrice,
            unitQuantityMinor: price?.unitQuantity, rounding: price?.rounding.rawValue)
    }
}

extension MockClient.VlunaLimitState {
    fileprivate init(_ policy: VlunaState.Policy) {
        let kind: Kind =
            switch policy.kind {
            case .quota: .quota
            case .rate: .rate
            case .seats: .seats
            }
        self.init(
            featureCode: policy.feature == VlunaState.wildcardFeature ? nil : policy.feature, kind: kind,
            limit: policy.limit, windowSeconds: policy.kind == .seats ? nil : policy.seconds)
    }
}
