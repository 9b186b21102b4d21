import Foundation
import TollgateCore
import TollgateStripe

/// Bodies as Stripe sends them, shortened.
enum Samples {
    static let subscription = #"""
        {"id":"sub_1","object":"subscription","customer":"cus_1","status":"incomplete","items":{"object":"list","data":[
        {"id":"si_1","object":"subscription_item","price":{"id":"price_1","object":"price","nickname":null},"quantity":2,
        "current_period_start":1730419200,"current_period_end":1733011200}],"has_more":false,"url":"/v1/x"},
        "cancel_at_period_end":false,"canceled_at":null,"ended_at":null,"metadata":{"plan":"pro"},"livemode":false}
        """#

    static let invoice = #"""
        {"id":"in_1","object":"invoice","customer":"cus_1","customer_email":"ada@example.com","status":"paid",
        "billing_reason":"subscription_cycle","amount_due":2000,"amount_paid":2000,"amount_remaining":0,"currency":"usd",
        "attempt_count":1,"next_payment_attempt":null,"hosted_invoice_url":"https://invoice.stripe.com/i/1",
        "period_start":1727740800,"period_end":1730419200,"parent":{"type":"subscription_details","quote_details":null,
        "subscription_details":{"subscription":"sub_1","metadata":{}}}}
        """#

    static func event(_ type: String, about object: String, id: String = "evt_1") -> [UInt8] {
        let text = #"""
            {"id":"\#(id)","object":"event","api_version":"2026-10-28.endive","created":1730419201,"livemode":false,
            "pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"type":"\#(type)","data":{"object":\#(object)}}
            """#
        return Array(text.utf8)
    }

    static let secret = "whsec_test_secret"

    /// Its clock shows when the samples were made.
    static func stripe(transport: any HTTPTransport = Recorder()) -> Stripe {
        var stripe = Stripe(secretKey: "sk_test_1", webhookSecret: secret, transport: transport)
        stripe.client.time = FixedTime(now: Date(timeIntervalSince1970: 1_730_419_202))
        return stripe
    }

    static func signature(of body: [UInt8]) -> String {
        Stripe.WebhookSecret(secret).signature(of: body, at: Date(timeIntervalSince1970: 1_730_419_201))
    }
}

/// A clock that stands still.
struct FixedTime: TimeSource {
    let now: Date

    func sleep(for duration: Duration) async throws {}

    /// Never: time does not pass.
    func expire(after limit: Duration) async throws {
        let (stream, _) = AsyncStream<Never>.makeStream()
        for await _ in stream {}
        throw CancellationError()
    }
}
