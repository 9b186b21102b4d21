import Foundation
import Testing
import TollgateAIKit
import TollgateCore
import TollgateStripe

@testable import TollgateMock

@Suite struct AIKitMockTests {
    @Test func countsWhatWasRecordedInATime() async throws {
        let mock = MockServer.frozen()
        let day = Duration.seconds(86_400)
        // 2025-12-31T23:59:59Z, 2026-01-01T00:00:00Z and now, 2026-01-02T03:04:05Z.
        mock.aikit.record(tokens: 1, at: Date.start.addingTimeInterval(-97_446))
        mock.aikit.record(tokens: 10, at: Date.start.addingTimeInterval(-97_445))
        mock.aikit.record(tokens: 100)
        let kit = mock.aikit.client()
        let month = try await kit.usage.get()
        #expect((month.tokensUsed, month.requests) == (110, 2))
        #expect(try month.periodStart == Date(jsonText: "\"2026-01-01T00:00:00Z\""))
        #expect(try month.periodEnd == Date(jsonText: "\"2026-01-31T23:59:59Z\""))
        #expect((month.rateLimitRemaining.perMinute, month.rateLimitRemaining.perDay) == (59, 9_999))
        #expect(try await kit.usage.get(period: .last30Days).tokensUsed == 111)
        let first = CalendarDate(year: 2025, month: 12, day: 31), last = CalendarDate(year: 2026, month: 1, day: 1)
        #expect(try await kit.usage.get(start: first, end: last).tokensUsed == 11)
        mock.clock.advance(by: day * 30)
        #expect(try await kit.usage.get().tokensUsed == 0)
    }

    @Test func aSubscriptionSwitchesKeysOnAndOff() async throws {
        let mock = MockServer.frozen()
        mock.aikit.setKey("key_1", customer: "cus_1")
        mock.aikit.setKey("key_2", customer: "cus_2", isUsable: true)
        func send(_ event: MockStripeEvent) async throws -> Int {
            try await mock.stripe.send(event, to: mock.aikit.webhookURL, through: mock.transport)
        }
        #expect(try await send(.subscriptionCreated(customer: "cus_1", status: .incomplete)) == 200)
        #expect(mock.aikit.isUsable("key_1") == false)
        #expect(try await send(.subscriptionCreated(customer: "cus_1", status: .trialing)) == 200)
        #expect(mock.aikit.isUsable("key_1") == true)
        #expect(try await send(.subscriptionDeleted(customer: "cus_1")) == 200)
        #expect(mock.aikit.isUsable("key_1") == false)
        #expect(mock.aikit.isUsable("key_2") == true)
        #expect(mock.aikit.isUsable("key_3") == nil)
    }

    @Test func anEventCountsOnce() async throws {
        let mock = MockServer.frozen()
        mock.aikit.record(tokens: 5)
        let paid = mock.stripe.webhook(.invoicePaid(customer: MockAIKit.customerID))
        let failed = mock.stripe.webhook(.invoicePaymentFailed(customer: "cus_1"))
        for webhook in [paid, failed, failed] {
            #expect(try await webhook.send(to: mock.aikit.webhookURL, through: mock.transport) == 200)
        }
        #expect(mock.aikit.warnings == ["cus_1@example.com"])
        mock.clock.advance(by: .seconds(1))
        mock.aikit.record(tokens: 7)
        #expect(try await paid.send(to: mock.aikit.webhookURL, through: mock.transport) == 200)
        #expect(try await mock.aikit.client().usage.get().tokensUsed == 7)
    }

    @Test func believesOnlyAFreshSignature() async throws {
        let mock = MockServer.frozen()
        let webhook = mock.stripe.webhook(.invoicePaid(customer: "cus_1"))
        let forged = mock.stripe.webhook(webhook.event, secret: "whsec_other")
        #expect(try await forged.send(to: mock.aikit.webhookURL, through: mock.transport) == 400)
        mock.clock.advance(by: .seconds(301))
        #expect(try await webhook.send(to: mock.aikit.webhookURL, through: mock.transport) == 400)
        let unsigned = try await mock.send(.post, "/v1/webhooks/stripe", "{}")
        #expect(unsigned.status == 400)
        #expect(try unsigned.json == ["detail": "Invalid signature"])
    }

    @Test func refusesWhatIsNoEvent() async throws {
        let mock = MockServer.frozen()
        let body = "{}"
        let signature = Stripe.WebhookSecret(mock.stripe.webhookSecret).signature(of: Array(body.utf8), at: .start)
        let answer = try await mock.send(
            .post, "/v1/webhooks/stripe", headers: [.stripeSignature: signature, .contentType: "application/json"], body
        )
        #expect(answer.status == 400)
        #expect(try answer.json == ["detail": "Invalid payload"])
    }
}
