import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStripe
import TollgateTogo

/// More levers for programs in other languages: those of togo billing, the AI Kit and Stripe.
struct LeverService: MockService {
    let togo: TogoSimulation
    let aikit: AIKitSimulation
    let stripe: StripeSimulation
    let routes = Self.allRoutes
    let schemas = MockSchemas()
    let prefixes = ["/_tollgate/"]

    private static let allRoutes = MockRoutes.levers()

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
        switch Lever(rawValue: call.operation.key) {
        case .togoUsage: return recordTogoUsage(body, call)
        case .aikitKey: return setKitKey(body)
        case .aikitUsage: return recordKitUsage(body, call)
        case .stripeSum: return sum(body)
        case .stripeWebhook: return webhook(body, call)
        case nil: throw .notFound
        }
    }

    // MARK: - togo billing

    private func recordTogoUsage(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let keyID = body["api_key_id"]?.text
        let isWithinQuota = togo.state.withLock { state in
            state.record(
                TogoBilling.UsageEvent(
                    id: body["id"]?.text ?? UUID().uuidString, keyID: keyID, userID: body["user_id"]?.text ?? "",
                    model: body["model"]?.text ?? "", inputTokens: body["input_tokens"]?.number?.int64 ?? 0,
                    outputTokens: body["output_tokens"]?.number?.int64 ?? 0,
                    cost: body["cost"]?.number?.decimal ?? 0, createdAt: call.now))
            return keyID.flatMap { state.isWithinQuota($0) }
        }
        return MockReply(json: ["within_quota": isWithinQuota.map { .bool($0) } ?? .null] as JSONValue)
    }

    // MARK: - AI Kit

    private func setKitKey(_ body: JSONValue) -> MockReply {
        aikit.state.withLock { state in
            let name = body["api_key"]?.text ?? ""
            if state.keys[name] == nil || body["customer"] != nil {
                state.keys[name] = AIKitState.Key(
                    customerID: body["customer"]?.text, isUsable: body["usable"]?.bool ?? false)
            }
            return MockReply(
                json: [
                    "usable": .bool(state.keys[name]?.isUsable ?? false),
                    "warnings": .array(state.warnings.map { .string($0) }),
                ] as JSONValue)
        }
    }

    private func recordKitUsage(_ body: JSONValue, _ call: MockCall) -> MockReply {
        aikit.state.withLock { state in
            state.uses.append(
                AIKitState.Use(
                    key: body["api_key"]?.text ?? MockAIKit.apiKey, tokens: body["tokens"]?.number?.int64 ?? 0,
                    time: call.now))
        }
        return MockReply(status: 204)
    }

    // MARK: - Stripe

    private func sum(_ body: JSONValue) -> MockReply {
        let (sum, count) = stripe.state.withLock { state in
            (state.sum(body["event_name"]?.text ?? "", customerID: body["customer"]?.text), state.reports.count)
        }
        return MockReply(json: ["sum": .string("\(sum)"), "events": .number(JSONNumber(count))] as JSONValue)
    }

    /// What happens is told to the caller, who passes it on to a webhook.
    private func webhook(_ body: JSONValue, _ call: MockCall) -> MockReply {
        let customer = body["customer"]?.text ?? ""
        let amount = body["amount"]?.number?.int64 ?? 2_000
        let happening: MockStripeEvent =
            switch body["type"]?.text {
            case "customer.subscription.created":
                .subscriptionCreated(customer: customer, status: .init(rawValue: body["status"]?.text ?? "active"))
            case "customer.subscription.deleted": .subscriptionDeleted(customer: customer)
            case "invoice.paid":
                .invoicePaid(
                    customer: customer, amount: amount,
                    reason: .init(rawValue: body["billing_reason"]?.text ?? "subscription_cycle"))
            case "invoice.payment_failed": .invoicePaymentFailed(customer: customer, amount: amount)
            case let type: .other(type ?? "", object: ["object": "customer", "id": .string(customer)])
            }
        let event = stripe.state.withLock { $0.event(happening, at: call.now) }
        let bytes = event.jsonBytes()
        let signature = StripeSignatures.header(of: bytes, secret: MockStripe.webhookSecret, at: call.now)
        return MockReply(
            json: [
                "body": .string(String(decoding: bytes, as: UTF8.self)), "signature": .string(signature),
            ] as JSONValue)
    }
}

// MARK: - Routes

/// What the levers do.
private enum Lever: String {
    case togoUsage = "control.togoUsage"
    case aikitKey = "control.aikitKey"
    case aikitUsage = "control.aikitUsage"
    case stripeSum = "control.stripeSum"
    case stripeWebhook = "control.stripeWebhook"
}

extension MockRoutes {
    fileprivate static func levers() -> MockRoutes {
        var routes = MockRoutes()
        for (lever, path, schema) in [
            (Lever.togoUsage, "togo/usage", togoUsage), (.aikitKey, "aikit/keys", aikitKey),
            (.aikitUsage, "aikit/usage", aikitUsage), (.stripeSum, "stripe/sum", stripeSum),
            (.stripeWebhook, "stripe/webhook", stripeWebhook),
        ] {
            routes.add(MockOperation(lever.rawValue), "POST", "/_tollgate/\(path)", surface: "control") { route in
                route.body("application/json", isRequired: true, schema: schema)
            }
        }
        return routes
    }

    private static let togoUsage = """
        {"type": "object", "required": ["user_id", "model", "input_tokens", "output_tokens"],
          "additionalProperties": false, "properties": {
          "id": {"type": "string", "minLength": 1},
          "user_id": {"type": "string", "minLength": 1},
          "api_key_id": {"type": "string", "minLength": 1},
          "model": {"type": "string", "minLength": 1},
          "input_tokens": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
          "output_tokens": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
          "cost": {"type": "number", "minimum": 0}}}
        """

    private static let aikitKey = """
        {"type": "object", "required": ["api_key"], "additionalProperties": false, "properties": {
          "api_key": {"type": "string", "minLength": 1},
          "customer": {"type": "string", "minLength": 1},
          "usable": {"type": "boolean"}}}
        """

    private static let aikitUsage = """
        {"type": "object", "required": ["tokens"], "additionalProperties": false, "properties": {
          "api_key": {"type": "string", "minLength": 1},
          "tokens": {"type": "integer", "minimum": 0, "maximum": 1000000000000}}}
        """

    private static let stripeSum = """
        {"type": "object", "required": ["event_name"], "additionalProperties": false, "properties": {
          "event_name": {"type": "string", "minLength": 1},
          "customer": {"type": "string", "minLength": 1}}}
        """

    private static let stripeWebhook = """
        {"type": "object", "required": ["type", "customer"], "additionalProperties": false, "properties": {
          "type": {"type": "string", "minLength": 1},
          "customer": {"type": "string", "minLength": 1},
          "status": {"type": "string", "minLength": 1},
          "billing_reason": {"type": "string", "minLength": 1},
          "amount": {"type": "integer", "minimum": 0}}}
        """
}
