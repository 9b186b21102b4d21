import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateVluna

/// The levers of a mock server for programs in other languages: the state of the services is set over HTTP.
struct ControlService: MockService {
    let stoa: StoaSimulation
    let vluna: VlunaSimulation
    let routes = Self.allRoutes
    let schemas = MockSchemas()
    let prefixes = ["/_tollgate/"]

    private static let allRoutes = MockRoutes.control()

    func answer(_ call: MockCall) -> MockReply {
        do {
            return try perform(call)
        } catch {
            return error.reply
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        problem.reply
    }

    private func perform(_ call: MockCall) throws(MockProblem) -> MockReply {
        let body: JSONValue = try call.body()
        switch ControlOperation(rawValue: call.operation.key) {
        case .stoaInstallToken: return installToken(body, call)
        case .stoaConnectToken: return connectToken(body, call)
        case .vlunaFeature: return setFeature(body, call)
        case .vlunaBudget: return addBudget(body, call)
        case .vlunaCheckout: return try checkout(body, call)
        case .vlunaSubscription: return try subscription(body, call)
        case .vlunaReconciliation: return addReconciliation(body, call)
        case .vlunaToken: return platformToken(body, call)
        case nil: throw .notFound
        }
    }

    // MARK: - Stoa

    private func installToken(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let token = stoa.world.withLock { world in
            world.state.installToken(
                email: body["email"]?.text ?? "", name: body["name"]?.text, avatarURL: body["avatar_url"]?.text,
                userID: body["external_id"]?.text, audience: body["app_id"]?.text, lifetime: lifetime(body),
                at: call.now)
        }
        return MockReply(json: ["token": .string(token)] as JSONValue)
    }

    private func connectToken(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let token = stoa.world.withLock { world in
            world.state.connectToken(
                userID: body["external_id"]?.text ?? "", state: body["state"]?.text ?? "", lifetime: lifetime(body),
                at: call.now)
        }
        return MockReply(json: ["token": .string(token)] as JSONValue)
    }

    private func lifetime(_ body: JSONValue) -> Duration {
        .seconds(body["expires_in"]?.number?.int64 ?? 600)
    }

    // MARK: - Vluna

    /// Replaces everything about a feature: what the body does not say is as for a feature that registers itself.
    private func setFeature(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let code = body["feature_code"]?.text ?? ""
        vluna.world.withLock { world in
            world.state.setFeature(
                code, family: body["feature_family_code"]?.text ?? VlunaState.defaultFamily, meters: nil,
                isActive: body["active"] != false, needsEntitlement: body["requires_entitlement"] == true, at: call.now)
            world.state.setRates(
                of: code, rates(body["price"], call), unit: body["price"]?["unit"]?.text, at: call.now)
            for (name, kind, seconds) in [("quota", VlunaState.PolicyKind.quota, 86_400), ("rate", .rate, 60)] {
                let limit = body[name]?["limit_minor"]?.text.flatMap { Int64($0) }
                let window = body[name]?["window_seconds"]?.number?.int64
                world.state.setPolicy(kind, limit, seconds: window ?? Int64(seconds), of: code)
            }
            world.state.setPolicy(.seats, body["seats"]?["limit"]?.number?.int64, seconds: 0, of: code)
        }
        return MockReply(status: 204)
    }

    private func rates(_ price: JSONValue?, _ call: MockCall) -> VlunaState.Rates? {
        guard let price else { return nil }
        let size = price["unit_quantity_minor"]?.text.flatMap { Int64($0) } ?? 1
        let rounding = Vluna.PriceRounding(rawValue: price["rounding"]?.text ?? "floor")
        func rate(_ name: String) -> VlunaState.Rate? {
            price[name]?.text.flatMap { Int64($0) }.map { amount in
                VlunaState.Rate(unitPrice: amount, unitQuantity: size, rounding: rounding)
            }
        }
        return rate("unit_price_xusd").map { base in
            VlunaState.Rates(price: base, cost: rate("unit_cost_xusd"), effectiveAt: call.now)
        }
    }

    private func addBudget(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let limit = body["limit_xusd"]?.text.flatMap { Int64($0) } ?? 0
        let id = vluna.world.withLock { world in
            world.state.addBudget(
                limit, of: body["principal_id"]?.text ?? "", id: body["budget_id"]?.text, at: call.now)
        }
        return MockReply(json: ["budget_id": .string(id)] as JSONValue)
    }

    /// Lets something become of a checkout. One that is not open is not found.
    private func checkout(_ body: JSONValue, _ call: MockCall) throws(MockProblem) -> MockReply {
        let id = URL(string: body["checkout_url"]?.text ?? "")?.lastPathComponent ?? ""
        do {
            let checkout = try vluna.world.withLock { world throws(MockStoreError) in
                switch body["outcome"]?.text {
                case "completed": try world.state.completeCheckout(id, at: call.now)
                case "failed": try world.state.failCheckout(id, at: call.now)
                default: try world.state.expireCheckout(id, at: call.now)
                }
            }
            let ids = [
                "invoice_id": checkout.invoiceID, "payment_id": checkout.paymentID,
                "subscription_id": checkout.subscriptionID,
            ]
            return MockReply(json: JSONValue.object(ids.compactMapValues { $0.map { .string($0) } }))
        } catch {
            throw .notFound
        }
    }

    /// Lets something become of a subscription. One that has ended is not found.
    private func subscription(_ body: JSONValue, _ call: MockCall) throws(MockProblem) -> MockReply {
        let id = body["subscription_id"]?.text ?? ""
        do {
            try vluna.world.withLock { world throws(MockStoreError) in
                switch body["change"]?.text {
                case "canceled": try world.state.cancelSubscription(id, at: call.now)
                case let change: try world.state.renewSubscription(id, isPaid: change == "renewed", at: call.now)
                }
            }
            return MockReply(status: 204)
        } catch {
            throw .notFound
        }
    }

    private func addReconciliation(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let item = vluna.world.withLock { world in
            world.state.addReconciliation(
                Vluna.ReconciliationKind(rawValue: body["kind"]?.text ?? ""), of: body["principal_id"]?.text ?? "",
                status: Vluna.ReconciliationStatus(rawValue: body["status"]?.text ?? "pending"),
                difference: body["diff"]?.members ?? [:], at: call.now)
        }
        return MockReply(json: ["id": .string(item.id)] as JSONValue)
    }

    private func platformToken(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let principal = body["principal_id"]?.text ?? ""
        let lifetime = Duration.seconds(body["expires_in"]?.number?.int64 ?? 900)
        let (token, account) = vluna.world.withLock { world in
            let token = world.issueToken(
                principalID: principal, userID: body["user_id"]?.text ?? "user_test", lifetime: lifetime, at: call.now)
            return (token, world.state.account(of: principal, at: call.now).id)
        }
        return MockReply(json: ["access_token": .string(token), "billing_account_id": .string(account)] as JSONValue)
    }
}
