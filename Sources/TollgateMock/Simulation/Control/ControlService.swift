import Synchronization
import TollgateCore
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
        case .vlunaBudget: return addBudget(body)
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
                isActive: body["active"] != false, needsEntitlement: body["requires_entitlement"] == true)
            world.state.setRates(of: code, rates(body["price"], call), unit: body["price"]?["unit"]?.text)
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

    private func addBudget(_ body: JSONValue) -> MockReply {
        let limit = body["limit_xusd"]?.text.flatMap { Int64($0) } ?? 0
        let id = vluna.world.withLock { world in
            world.state.addBudget(limit, of: body["principal_id"]?.text ?? "", id: body["budget_id"]?.text)
        }
        return MockReply(json: ["budget_id": .string(id)] as JSONValue)
    }

    private func platformToken(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let principal = body["principal_id"]?.text ?? ""
        let lifetime = Duration.seconds(body["expires_in"]?.number?.int64 ?? 900)
        let (token, account) = vluna.world.withLock { world in
            let token = world.issueToken(
                principalID: principal, userID: body["user_id"]?.text ?? "user_test", lifetime: lifetime, at: call.now)
            return (token, world.state.account(of: principal).id)
        }
        return MockReply(json: ["access_token": .string(token), "billing_account_id": .string(account)] as JSONValue)
    }
}
