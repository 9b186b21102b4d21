import Foundation
import Testing
import Tollgate
import TollgateMock

/// Keys and quotas as togo's users have them, usage as the AI Kit shows it, and Stripe's webhooks and meters.
@Suite struct KeyQuickstarts {
    @Test(arguments: Front.allCases)
    func issuesAndRevokesKeys(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let togo = TogoBilling(apiKey: mock.togo.apiKey, baseURL: mock.togo.baseURL, transport: transport)
            let created = try await togo.keys.create(name: "ci", scopes: ["read"], quota: 1_000_000)
            #expect(created.secret.hasPrefix(created.prefix))

            let keys = try await togo.keys.list()
            #expect(keys.contains { $0.id == created.id })
            try await togo.keys.revoke(id: created.id)

            let usage = try await togo.usage.get()
            #expect(usage.totalTokens == usage.inputTokens + usage.outputTokens)
        }
    }

    @Test func checksKeysAndQuotasItself() async throws {
        let (key, secret) = TogoBilling.APIKey.generate(userID: "u_1", name: "ci", scopes: ["read"], quota: 100)
        let keys = TogoBilling.MemoryKeyStore()
        await keys.insert(key, hash: TogoBilling.SecretHash(of: secret))
        let known = try #require(await keys.authenticate(secret))
        #expect(await keys.authenticate(secret + "x") == nil)
        #expect(try await keys.isWithinQuota(known))
        try await keys.record(
            TogoBilling.UsageEvent("gpt-4o", with: known, inputTokens: 60, outputTokens: 40, cost: 0))
        #expect(try await keys.isWithinQuota(known) == false)
    }

    @Test(arguments: Front.allCases)
    func metersAndListensToStripe(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stripe = Stripe(
                secretKey: mock.stripe.secretKey, webhookSecret: mock.stripe.webhookSecret,
                baseURL: mock.stripe.baseURL, transport: transport)
            for _ in 0..<2 {
                _ = try await stripe.billing.meterEvents.create(
                    eventName: "api_tokens", customerID: "cus_1", value: 906, identifier: "window-1")
            }
            #expect(mock.stripe.sum(of: "api_tokens", customer: "cus_1") == 906, "one identifier counts once")

            let sent = mock.stripe.webhook(.invoicePaid(customer: "cus_1"))
            switch try stripe.webhook(sent.body, signature: sent.signature) {
            case .invoicePaid(let invoice): #expect(invoice.customerID == "cus_1")
            default: Issue.record("another event came")
            }
            #expect(throws: Stripe.InvalidWebhook.self) {
                try stripe.webhook(sent.body + [32], signature: sent.signature)
            }
        }
    }

    @Test(arguments: Front.allCases)
    func showsUsageOfAPeriod(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            mock.aikit.record(tokens: 906)
            mock.aikit.record(tokens: 94)
            let kit = AIKit(apiKey: mock.aikit.apiKey, baseURL: mock.aikit.baseURL, transport: transport)
            let month = try await kit.usage.get(period: .currentMonth)
            #expect(month.tokensUsed == 1_000)
            #expect(month.requests == 2)
        }
    }
}
