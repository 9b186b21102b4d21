import Foundation
import Testing
import TollgateCore
import TollgateStripe

@testable import TollgateMock

@Suite struct StripeMockTests {
    @Test func sumsUpByMeterAndCustomer() async throws {
        let mock = MockServer.frozen()
        let events = mock.stripe.client().billing.meterEvents
        try await events.create(eventName: "api_tokens", customerID: "cus_1", value: 100)
        try await events.create(eventName: "api_tokens", customerID: "cus_2", value: 20)
        try await events.create(eventName: "images", customerID: "cus_1", value: 3)
        #expect(mock.stripe.sum(of: "api_tokens", customer: "cus_1") == 100)
        #expect(mock.stripe.sum(of: "api_tokens") == 120)
        #expect(mock.stripe.meterEvents.map(\.eventName) == ["api_tokens", "api_tokens", "images"])
        #expect(mock.stripe.meterEvents.allSatisfy { $0.timestamp == 1_767_323_045 })
    }

    @Test func anIdentifierCountsOnceWithinADay() async throws {
        let mock = MockServer.frozen()
        let events = mock.stripe.client().billing.meterEvents
        func report() async throws {
            try await events.create(eventName: "api_tokens", customerID: "cus_1", value: 10, identifier: "flush-1")
        }
        try await report()
        try await report()
        #expect(mock.stripe.sum(of: "api_tokens") == 10)
        mock.clock.advance(by: .seconds(86_400))
        try await report()
        #expect(mock.stripe.sum(of: "api_tokens") == 20)
    }

    @Test func aLostAnswerIsNotCountedTwice() async throws {
        let mock = MockServer.frozen()
        mock.inject(.reset(.afterApplied), into: .stripe.createMeterEvent)
        try await mock.stripe.client().billing.meterEvents.create(
            eventName: "api_tokens", customerID: "cus_1", value: 10)
        try mock.verify(.stripe.createMeterEvent, times: 2)
        #expect(mock.stripe.sum(of: "api_tokens") == 10)
    }

    @Test(arguments: [(-35 * 86_400, true), (-35 * 86_400 - 1, false), (300, true), (301, false)])
    func takesATimestampThatIsNear(_ offset: Double, _ isTaken: Bool) async throws {
        let mock = MockServer.frozen()
        let events = mock.stripe.client().billing.meterEvents
        let time = Date.start.addingTimeInterval(offset)
        do {
            try await events.create(eventName: "api_tokens", customerID: "cus_1", value: 1, at: time)
            #expect(isTaken)
        } catch let failure as Stripe.Failure {
            #expect(!isTaken)
            #expect(failure.detail.parameter == "timestamp")
        }
    }

    @Test func findsOutLaterWhatIsNotCounted() async throws {
        let mock = MockServer.frozen()
        let events = mock.stripe.client().billing.meterEvents
        _ = try await events.create(eventName: "api_tokens", payload: ["value": "1"], identifier: "a")
        _ = try await events.create(
            eventName: "api_tokens", payload: ["stripe_customer_id": "cus_1", "value": "much"], identifier: "b")
        #expect(mock.stripe.meterErrors == ["a": "meter_event_no_customer_defined", "b": "meter_event_invalid_value"])
        #expect(mock.stripe.sum(of: "api_tokens") == 0)
    }

    @Test func signsWhatTheClientAccepts() throws {
        let mock = MockServer.frozen()
        let stripe = mock.stripe.client()
        for event in [
            MockStripeEvent.subscriptionCreated(customer: "cus_1"), .subscriptionDeleted(customer: "cus_1"),
            .invoicePaid(customer: "cus_1"), .invoicePaymentFailed(customer: "cus_1"),
        ] {
            let webhook = mock.stripe.webhook(event)
            let read = try stripe.event(webhook.body, signature: webhook.signature)
            #expect(read.type == webhook.event.type)
            #expect(throws: Stripe.InvalidWebhook.self) {
                try stripe.event(webhook.body + [0x20], signature: webhook.signature)
            }
        }
    }

    /// Computed with the official client.
    @Test func signsAsTheOfficialClientDoes() {
        let body = Array(#"{"id":"evt_1","object":"event","type":"invoice.paid"}"#.utf8)
        let header = StripeSignatures.header(
            of: body, secret: "whsec_test_secret", at: Date(timeIntervalSince1970: 1_700_000_000))
        #expect(
            header == "t=1700000000,v1=dfb4777aaaec4ea29ff455dd4df7fe6b2ef71096ad3a93a158db7e100109ea91")
    }

    @Test func sendsToAServer() async throws {
        let mock = try await MockServer.start()
        let status = try await mock.stripe.send(.invoicePaid(customer: "cus_1"), to: mock.aikit.webhookURL)
        #expect(status == 200)
        await mock.stop()
    }
}
