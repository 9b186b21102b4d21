import Foundation
import Testing
import TollgateAIKit
import TollgateCore
import TollgateMockClient
import TollgateStripe
import TollgateTogo

@testable import TollgateMock

@Suite struct LeversTogoTests {
    @Test func quotasChangeAndKeysAreRevoked() async throws {
        let mock = MockServer.frozen()
        let key = mock.togo.issueKey(userID: "u_1", quota: 100)
        let use = TogoBilling.UsageEvent(
            id: "1", keyID: key.id, userID: "u_1", model: "gpt-4o", inputTokens: 90, outputTokens: 10, cost: 1)
        mock.togo.record(use)
        #expect(mock.togo.isWithinQuota(key.id) == false)
        try mock.togo.setQuota(200, of: key.id)
        #expect(mock.togo.isWithinQuota(key.id) == true)
        try mock.togo.revokeKey(key.id)
        #expect(mock.togo.keys(of: "u_1").first?.revokedAt.date == .start)
        #expect(throws: MockError.self) { try mock.togo.revokeKey("key_x") }
        #expect(throws: MockError.self) { try mock.togo.setQuota(1, of: "key_x") }
    }

    @Test func theSeedMakesTheKeyAnew() {
        let mock = MockServer.frozen(seed: 3)
        let key = mock.togo.apiKey
        _ = mock.togo.issueKey(userID: "u")
        mock.reset(seed: 3)
        #expect(mock.togo.apiKey == key && mock.togo.snapshot.keysCount == 1)
        mock.reset(seed: 4)
        #expect(mock.togo.apiKey == MockServer.frozen(seed: 4).togo.apiKey)
    }

    @Test func leversWorkOverHTTP() async throws {
        try await withLevers { mock, levers in
            let key = try await levers.togo.issueKey(userID: "u_1", name: "ci", scopes: ["chat"], quota: 100)
            let receipt = try await levers.togo.recordUsage(
                userID: "u_1", model: "gpt-4o", inputTokens: 90, outputTokens: 10, id: "1", apiKeyID: key.id)
            #expect(receipt.withinQuota == false)
            #expect(try await mock.togo.client(apiKey: key.secret).usage.get().totalTokens == 100)
            let more = try await levers.togo.setQuota(id: key.id, quota: 200)
            #expect(more.quota == 200 && more.used == 100 && more.scopes == "chat" && more.revokedAt == nil)
            #expect(try await levers.togo.revokeKey(id: key.id).revokedAt == .start)
            await #expect(throws: TogoBilling.Failure.self) {
                try await mock.togo.client(apiKey: key.secret).usage.get()
            }
            #expect(try await levers.togo.listKeys().keys.map(\.name) == ["test", "ci"])
            #expect(try await levers.togo.listKeys(userID: "u_1").keys.map(\.id) == [key.id])
            #expect(try await problem { _ = try await levers.togo.revokeKey(id: "key_x") } == "404")
            #expect(try await problem { _ = try await levers.togo.setQuota(id: key.id, quota: -1) } == "400")
            #expect(try await levers.state.get().togo?.usesCount == 1)
        }
    }
}

@Suite struct LeversAIKitTests {
    @Test func resetBringsTheFirstKeyBack() {
        let mock = MockServer.frozen()
        mock.aikit.setKey("key_1", customer: "cus_1", isUsable: true)
        mock.aikit.setKey(MockAIKit.apiKey, customer: nil)
        mock.aikit.record(tokens: 5)
        #expect(mock.aikit.snapshot.keys.map(\.apiKey) == [MockAIKit.apiKey, "key_1"])
        #expect(mock.aikit.snapshot.keys.map(\.tokens) == [5, 0])
        mock.reset()
        #expect(mock.aikit.snapshot.keys.map(\.apiKey) == [MockAIKit.apiKey])
        #expect(mock.aikit.isUsable(MockAIKit.apiKey) == true && mock.aikit.snapshot.usesCount == 0)
    }

    @Test func leversWorkOverHTTP() async throws {
        try await withLevers { mock, levers in
            #expect(try await levers.aikit.setKey(apiKey: "key_1", customer: "cus_1").isUsable == false)
            try await levers.aikit.recordUsage(tokens: 7, apiKey: "key_1")
            try await levers.aikit.recordUsage(tokens: 2)
            // What is not said stays.
            #expect(try await levers.aikit.setKey(apiKey: "key_1", isUsable: true).isUsable)
            #expect(mock.aikit.isUsable("key_1") == true)
            let sent = try await levers.webhooks.sign(
                service: .stripe, event: "customer.subscription.deleted", data: ["customer": "cus_1"])
            var request = HTTPFields()
            for (name, value) in sent.headers {
                request[try #require(HTTPField.Name(name))] = value
            }
            let answer = try await mock.send(.post, "/v1/webhooks/stripe", headers: request, sent.body)
            #expect(answer.status == 200)
            #expect(mock.aikit.isUsable("key_1") == false)
            let keys = try await levers.aikit.listKeys()
            #expect(
                keys.keys.map(\.tokens) == [2, 7] && keys.usesCount == 2 && keys.keys.map(\.isUsable) == [true, false])
            #expect(try await mock.aikit.client(apiKey: "key_1").usage.get().tokensUsed == 7)
        }
    }
}

@Suite struct LeversStripeTests {
    @Test func resetForgetsMetersAndSubscriptions() async throws {
        let mock = MockServer.frozen()
        let events = mock.stripe.client().billing.meterEvents
        try await events.create(eventName: "api_tokens", customerID: "cus_1", value: 2)
        let first = mock.stripe.webhook(.subscriptionCreated(customer: "cus_1"))
        #expect(mock.stripe.snapshot.meters.map(\.sum) == [2])
        #expect(mock.stripe.snapshot.subscriptions.map(\.status) == ["active"])
        mock.reset()
        mock.clock.set(.start)
        #expect(mock.stripe.meterEvents.isEmpty && mock.stripe.snapshot.subscriptionsCount == 0)
        try await events.create(eventName: "api_tokens", customerID: "cus_1", value: 2)
        #expect(mock.stripe.webhook(.subscriptionCreated(customer: "cus_1")).body == first.body)
    }

    @Test func leversWorkOverHTTP() async throws {
        try await withLevers { mock, levers in
            let events = mock.stripe.client().billing.meterEvents
            try await events.create(eventName: "api_tokens", customerID: "cus_1", value: 2, identifier: "a")
            _ = try await events.create(eventName: "api_tokens", payload: ["value": "1"], identifier: "b")
            let sum = try await levers.stripe.sum(eventName: "api_tokens", customer: "cus_1")
            #expect(sum.sum == 2 && sum.events == 2)
            let list = try await levers.stripe.listMeterEvents()
            #expect(list.events.map(\.identifier) == ["a", "b"] && list.eventsCount == 2)
            #expect(list.events.map(\.error) == [nil, "meter_event_no_customer_defined"])
            #expect(try await levers.stripe.listMeterEvents(limit: 1).events.map(\.identifier) == ["b"])
            let sent = try await levers.webhooks.sign(
                service: .stripe, event: "invoice.payment_failed", data: ["customer": "cus_1", "attempt": 4])
            let event = try mock.stripe.client().event(
                Array(sent.body.utf8), signature: sent.headers["stripe-signature"])
            guard case .invoice(let invoice) = event.data.object else {
                Issue.record("no invoice")
                return
            }
            #expect(invoice.attemptCount == 4 && invoice.nextPaymentAttempt == nil)
            #expect(
                try await problem { _ = try await levers.webhooks.sign(service: .stripe, event: "invoice.paid") }
                    == "400")
            #expect(try await levers.state.get().stripe?.meters.map(\.sum) == [2])
        }
    }
}
