import Foundation
import Testing
import TollgateStripe

@Suite struct WebhookEventTests {
    private let stripe = Samples.stripe()

    private func webhook(_ type: String, about object: String) throws -> Stripe.WebhookEvent {
        let body = Samples.event(type, about: object)
        return try stripe.webhook(body, signature: Samples.signature(of: body))
    }

    @Test func subscriptionsAreTyped() throws {
        guard
            case .subscriptionCreated(let created) = try webhook(
                "customer.subscription.created", about: Samples.subscription),
            case .subscriptionDeleted(let deleted) = try webhook(
                "customer.subscription.deleted", about: Samples.subscription)
        else {
            Issue.record("an event of a subscription was taken for something else")
            return
        }
        #expect(created.customerID == "cus_1")
        #expect(created.status == .incomplete)
        #expect(created.items.data.first?.price.id == "price_1")
        #expect(created.items.data.first?.currentPeriodEnd == 1_733_011_200)
        #expect(created.metadata == ["plan": "pro"])
        #expect(deleted.id == "sub_1")
    }

    @Test func invoicesAreTyped() throws {
        guard case .invoicePaid(let paid) = try webhook("invoice.paid", about: Samples.invoice),
            case .invoicePaymentFailed(let failed) = try webhook("invoice.payment_failed", about: Samples.invoice)
        else {
            Issue.record("an event of an invoice was taken for something else")
            return
        }
        #expect(paid.amountPaid == 2000)
        #expect(paid.billingReason == .subscriptionCycle)
        #expect(paid.parent?.subscriptionDetails?.subscriptionID == "sub_1")
        #expect(failed.customerEmail == "ada@example.com")
    }

    @Test(arguments: [
        ("charge.succeeded", #"{"id":"ch_1","object":"charge"}"#),
        // An invoice that is not made yet has no id, and is none of our business.
        ("invoice.upcoming", #"{"customer":"cus_1","object":"invoice"}"#),
        ("v1.billing.meter.no_meter_found", "{}"),
    ])
    func everythingElseIsKeptAsItCame(_ type: String, _ object: String) throws {
        guard case .other(let event) = try webhook(type, about: object) else {
            Issue.record("\(type) was taken for something else")
            return
        }
        #expect(event.id == "evt_1")
        #expect(event.type.rawValue == type)
        #expect(event.data.object.jsonText() == object)
    }

    @Test func whatShouldBeAnInvoiceAndIsNoneIsNotPassedOver() {
        let body = Samples.event("invoice.paid", about: #"{"id":"in_1","object":"invoice","customer":"cus_1"}"#)
        let error = #expect(throws: Stripe.InvalidWebhook.self) {
            try stripe.webhook(body, signature: Samples.signature(of: body))
        }
        guard case .unreadable(let reason)? = error?.reason else {
            Issue.record("the reason is \(String(describing: error))")
            return
        }
        #expect(reason.path.contains("amount_due"))
    }

    @Test func nothingUnsignedIsRead() {
        let body = Samples.event("invoice.paid", about: Samples.invoice)
        #expect(throws: Stripe.InvalidWebhook.self) { try stripe.webhook(body, signature: nil) }
        #expect(throws: ConfigurationError.self) {
            try Stripe(secretKey: "sk_test_1").webhook(body, signature: Samples.signature(of: body))
        }
        let garbage = Array("{".utf8)
        #expect(throws: Stripe.InvalidWebhook.self) {
            try stripe.webhook(garbage, signature: Samples.signature(of: garbage))
        }
    }
}
