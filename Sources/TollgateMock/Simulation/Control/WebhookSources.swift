import Foundation
import Synchronization
import TollgateCore
import TollgateMockClient
import TollgateMockServer
import TollgateStoa
import TollgateStripe

extension ControlService {
    static let signatureLevers: [MockClientOperation: Lever] = [
        .signWebhook: { control, call throws(ControlFailure) in
            let request: MockClient.SignWebhookRequest = try call.request()
            let source = try control.webhookSource(request.service)
            let body = try source.webhookBody(request.event, data: request.data ?? [:], at: call.now)
            let fields = source.webhookHeaders(signing: body, at: call.now).map { ($0.name.canonicalName, $0.value) }
            return MockReply(
                json: MockClient.SignedWebhook(
                    headers: Dictionary(fields) { first, _ in first }, body: String(decoding: body, as: UTF8.self)))
        }
    ]
}

extension StoaSimulation: WebhookSource {
    func webhookBody(
        _ event: String, data: [String: JSONValue], at now: Date
    ) throws(ControlFailure) -> [UInt8] {
        let data = WebhookData(members: data)
        let happening: MockStoaEvent
        switch event {
        case "balance.low": happening = .balanceLow(userID: try data.text("user_id"))
        case "balance.depleted": happening = .balanceDepleted(userID: try data.text("user_id"))
        case "payment.succeeded":
            happening = .paymentSucceeded(try payment(data), amount: try data.amount("amount") ?? 20)
        case "payment.failed":
            happening = .paymentFailed(try payment(data), amount: try data.amount("amount") ?? 20)
        case "subscription.updated":
            let status = data["status"] == nil ? "active" : try data.text("status")
            happening = .subscriptionUpdated(userID: try data.text("user_id"), status: status)
        default:
            throw .invalid("/event", "must be an event that Stoa tells: \(Self.webhookEvents.joined(separator: ", "))")
        }
        return webhook(happening).body
    }

    private static let webhookEvents = [
        "balance.low", "balance.depleted", "payment.succeeded", "payment.failed", "subscription.updated",
    ]

    private func payment(_ data: WebhookData) throws(ControlFailure) -> MockPayment {
        let id = try data.text("payment_id")
        let now = clock.now
        guard let payment = read({ state in state.payments.first { $0.id == id } }) else {
            throw .notFound("There is no payment \(id).")
        }
        return MockPayment(payment, at: now)
    }

    func webhookHeaders(signing body: [UInt8], at now: Date) -> HTTPFields {
        let id = (try? JSONValue(jsonBytes: body))?["id"]?.text ?? ""
        return StoaWebhookSignature.headers(of: body, id: id, secret: MockStoa.webhookSecret, at: now)
    }
}

extension StripeSimulation: WebhookSource {
    func webhookBody(
        _ event: String, data: [String: JSONValue], at now: Date
    ) throws(ControlFailure) -> [UInt8] {
        let data = WebhookData(members: data)
        let customer = try data.text("customer")
        let amount = try data.whole("amount") ?? 2_000
        let happening: MockStripeEvent =
            switch event {
            case "customer.subscription.created":
                .subscriptionCreated(
                    customer: customer,
                    status: .init(rawValue: data["status"] == nil ? "active" : try data.text("status")))
            case "customer.subscription.deleted": .subscriptionDeleted(customer: customer)
            case "invoice.paid":
                .invoicePaid(
                    customer: customer, amount: amount,
                    reason: data["billing_reason"] == nil
                        ? .subscriptionCycle : .init(rawValue: try data.text("billing_reason")))
            case "invoice.payment_failed":
                .invoicePaymentFailed(
                    customer: customer, amount: amount, attempt: Int(clamping: try data.whole("attempt") ?? 1))
            default: .other(event, object: ["object": "customer", "id": .string(customer)])
            }
        return webhook(happening).body
    }

    func webhookHeaders(signing body: [UInt8], at now: Date) -> HTTPFields {
        MockWebhook.headers(
            signature: StripeSignatures.header(of: body, secret: MockStripe.webhookSecret, at: now))
    }
}

/// Whom and what a webhook is about.
private struct WebhookData {
    let members: [String: JSONValue]

    subscript(name: String) -> JSONValue? { members[name] }

    func text(_ name: String) throws(ControlFailure) -> String {
        guard let member = members[name] else { throw .invalid("/data/\(name)", "is required") }
        guard let text = member.string, !text.isEmpty else {
            throw .invalid("/data/\(name)", "must be a string with at least 1 character")
        }
        return text
    }

    func amount(_ name: String) throws(ControlFailure) -> Decimal? {
        guard let member = members[name] else { return nil }
        guard let amount = member.number?.decimal, amount >= 0 else {
            throw .invalid("/data/\(name)", "must be a number that is not negative")
        }
        return amount
    }

    func whole(_ name: String) throws(ControlFailure) -> Int64? {
        guard let member = members[name] else { return nil }
        guard let number = member.number?.int64, number >= 0 else {
            throw .invalid("/data/\(name)", "must be an integer that is not negative")
        }
        return number
    }
}
