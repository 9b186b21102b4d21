import Foundation
import Synchronization
import TollgateCore
import TollgateMockClient
import TollgateMockServer
import TollgateVluna

extension ControlService {
    /// The levers of Vluna for what can be used, and for what is sold.
    static let vlunaCatalogLevers: [MockClientOperation: Lever] = [
        .setVlunaFeature: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaFeatureRequest = try call.request()
            control.vluna.world.withLock { $0.state.setFeature(request, at: call.now) }
            return MockReply(status: 204)
        },
        .setVlunaFamily: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaFamilyRequest = try call.request()
            let code = call.pathParameters["feature_family_code"] ?? ""
            control.vluna.world.withLock { world in
                world.state.setFamily(code, needsEntitlement: request.requiresEntitlement, at: call.now)
            }
            return MockReply(status: 204)
        },
        .setVlunaPrice: { control, call throws(ControlFailure) in
            let price: MockClient.VlunaPrice = try call.request()
            let meter = call.pathParameters["meter_code"] ?? ""
            control.vluna.world.withLock { world in
                world.state.setRates(of: meter, price.rates(from: call.now), unit: price.unit, at: call.now)
            }
            return MockReply(status: 204)
        },
        .removeVlunaPrice: { control, call throws(ControlFailure) in
            let meter = call.pathParameters["meter_code"] ?? ""
            let isKnown = control.vluna.world.withLock { world in
                guard world.state.meters[VlunaState.normalized(meter)] != nil else { return false }
                world.state.setRates(of: meter, nil, unit: nil, at: call.now)
                return true
            }
            guard isKnown else { throw .notFound("There is no meter \(meter).") }
            return MockReply(status: 204)
        },
        .setVlunaLimits: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaLimitsRequest = try call.request()
            control.vluna.world.withLock { $0.state.setLimits(request) }
            return MockReply(status: 204)
        },
        .setVlunaProduct: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaProductRequest = try call.request()
            let id = call.pathParameters["product_id"] ?? ""
            control.vluna.world.withLock { world in
                world.state.store.set(MockProduct(request, id: id))
                for price in request.prices {
                    world.state.store.set(MockProductPrice(price, productID: id))
                }
            }
            return MockReply(status: 204)
        },
        .finishVlunaCheckout: { control, call throws(ControlFailure) in try control.finishCheckout(call) },
        .changeVlunaSubscription: { control, call throws(ControlFailure) in try control.changeSubscription(call) },
        .addVlunaReconciliation: { control, call throws(ControlFailure) in
            let request: MockClient.AddVlunaReconciliationRequest = try call.request()
            let item = control.vluna.world.withLock { world in
                world.state.addReconciliation(
                    Vluna.ReconciliationKind(rawValue: request.kind.rawValue), of: request.principalID,
                    status: Vluna.ReconciliationStatus(rawValue: request.status.rawValue),
                    difference: request.diff ?? [:], at: call.now)
            }
            return MockReply(json: MockClient.VlunaReconciliationReceipt(id: item.id))
        },
    ]

    private func finishCheckout(_ call: MockCall) throws(ControlFailure) -> MockReply {
        let request: MockClient.FinishVlunaCheckoutRequest = try call.request()
        let id = request.checkoutURL.lastPathComponent
        do {
            let checkout = try vluna.world.withLock { world throws(MockStoreError) in
                switch request.outcome {
                case .completed: try world.state.completeCheckout(id, at: call.now)
                case .failed: try world.state.failCheckout(id, at: call.now)
                case .expired, .unrecognized: try world.state.expireCheckout(id, at: call.now)
                }
            }
            return MockReply(
                json: MockClient.VlunaCheckoutResult(
                    invoiceID: checkout.invoiceID, paymentID: checkout.paymentID,
                    subscriptionID: checkout.subscriptionID))
        } catch {
            throw ControlFailure(error, "checkout")
        }
    }

    private func changeSubscription(_ call: MockCall) throws(ControlFailure) -> MockReply {
        let request: MockClient.ChangeVlunaSubscriptionRequest = try call.request()
        let id = request.subscriptionID.uuidString.lowercased()
        do {
            try vluna.world.withLock { world throws(MockStoreError) in
                switch request.change {
                case .canceled: try world.state.cancelSubscription(id, at: call.now)
                case let change: try world.state.renewSubscription(id, isPaid: change == .renewed, at: call.now)
                }
            }
            return MockReply(status: 204)
        } catch {
            throw ControlFailure(error, "subscription")
        }
    }
}

extension ControlFailure {
    fileprivate init(_ error: MockStoreError, _ thing: String) {
        switch error {
        case .unknown(let id): self = .notFound("There is no \(thing) \(id).")
        case .ended(let id): self = .conflict("The \(thing) \(id) is over.")
        }
    }
}

// MARK: - Models

extension VlunaState {
    /// Replaces everything about a feature: what is not said is as for a feature that registers itself.
    fileprivate mutating func setFeature(_ request: MockClient.SetVlunaFeatureRequest, at now: Date) {
        let code = request.featureCode
        setFeature(
            code, family: request.featureFamilyCode, meters: request.meters, isActive: request.isActive,
            needsEntitlement: request.requiresEntitlement, at: now)
        setRates(of: code, request.price?.rates(from: now), unit: request.price?.unit, at: now)
        setPolicy(.quota, request.quota?.limitMinor, seconds: request.quota?.windowSeconds ?? 86_400, of: code)
        setPolicy(.rate, request.rate?.limitMinor, seconds: request.rate?.windowSeconds ?? 60, of: code)
        setPolicy(.seats, request.seats?.limit, seconds: 0, of: code)
    }

    /// Changes what is said of the limits of a feature, or of all without limits of their own.
    fileprivate mutating func setLimits(_ request: MockClient.SetVlunaLimitsRequest) {
        change(.quota, request.quota.map { ($0.limitMinor, $0.windowSeconds) }, of: request.featureCode)
        change(.rate, request.rate.map { ($0.limitMinor, $0.windowSeconds) }, of: request.featureCode)
        change(.seats, request.seats.map { ($0.limit, 0) }, of: request.featureCode)
    }

    private mutating func change(_ kind: PolicyKind, _ limit: Patch<(Int64, Int64)>, of feature: String?) {
        switch limit {
        case .absent: break
        case .null: setPolicy(kind, nil, seconds: 0, of: feature)
        case .value(let (limit, seconds)): setPolicy(kind, limit, seconds: seconds, of: feature)
        }
    }
}

extension MockClient.VlunaPrice {
    fileprivate func rates(from time: Date) -> VlunaState.Rates {
        let rate = { (amount: Int64) in
            VlunaState.Rate(
                unitPrice: amount, unitQuantity: unitQuantityMinor ?? 1,
                rounding: Vluna.PriceRounding(rawValue: rounding.rawValue))
        }
        return VlunaState.Rates(price: rate(unitPriceXUSD), cost: unitCostXUSD.map(rate), effectiveAt: time)
    }
}

extension MockProduct {
    fileprivate init(_ request: MockClient.SetVlunaProductRequest, id: String) {
        self.init(
            id: id, name: request.name, kind: Vluna.CatalogProductKind(rawValue: request.kind.rawValue),
            status: request.isActive ? .active : .archived, families: request.families, group: request.group,
            isStackable: request.isStackable, currency: request.prices.first?.currency ?? "USD")
    }
}

extension MockProductPrice {
    fileprivate init(_ price: MockClient.VlunaProductPrice, productID: String) {
        self.init(
            id: price.catalogPriceID, productID: productID, amount: price.amount, currency: price.currency,
            interval: price.interval.map { Vluna.RecurringInterval(rawValue: $0.rawValue) },
            intervalCount: price.intervalCount, credit: price.creditXUSD.map { Vluna.XUSD(millionths: $0) },
            planCode: price.planCode, programCodes: price.programCodes)
    }
}
