import Foundation
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import Tollgate
import TollgateHummingbird
import TollgateMock

/// A backend of one's own in the style of the AI Kit and of togo billing.
@Suite struct BackendQuickstarts {
    /// The AI Kit's pipeline: a call that is metered, counters on disk, and a flush to Stripe every 5 minutes.
    @Test(arguments: Front.allCases)
    func metersEveryFiveMinutes(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            try await TemporaryFolder.with { folder in
                let stripe = Stripe(
                    secretKey: mock.stripe.secretKey, webhookSecret: mock.stripe.webhookSecret,
                    baseURL: mock.stripe.baseURL, transport: transport)
                let meter = try Meter(
                    outbox: .sqlite(path: folder + "/usage.db"), sink: .stripe(stripe, meter: AIKit.Settings.meterName),
                    flushEvery: AIKit.Settings.flushInterval, time: mock.clock)

                let access = mock.providers.openAI
                let openAI = meter.openAI(
                    userID: "cus_1",
                    client: OpenAI(apiKey: access.apiKey, baseURL: access.baseURL, transport: transport),
                    keyID: "key_1")
                let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
                try await meter.record(
                    userID: "cus_1", .chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94),
                    keyID: "key_1")
                #expect(mock.stripe.meterEvents.isEmpty, "no request waits for Stripe")

                #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
                #expect(mock.stripe.meterEvents.count == 1, "one sum a customer")
                let total = try #require(answer.usage?.totalTokens) + 906
                #expect(mock.stripe.sum(of: "api_tokens", customer: "cus_1") == Decimal(total))
            }
        }
    }

    /// With metering switched off, use is recorded and nothing is sent.
    @Test func recordsWithoutSendingWhenMeteringIsOff() async throws {
        let mock = MockServer.inProcess()
        let settings = AIKit.Settings(isMeteringEnabled: false)
        let meter = Meter(
            outbox: .memory(), sink: .stripe(mock.stripe.client(), meter: AIKit.Settings.meterName),
            isSending: settings.isMeteringEnabled)
        try await meter.record(
            userID: "cus_1", .chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94), keyID: "key_1")
        try await meter.flush()
        #expect(mock.stripe.meterEvents.isEmpty)
        #expect(await meter.status.waiting == 1)
    }

    /// The AI Kit's webhook: each event once, and the month's count anew when it is paid.
    @Test func listensToStripeAndStoa() async throws {
        let mock = MockServer.inProcess()
        mock.clock.freeze()
        let (stripe, stoa) = (mock.stripe.client(), mock.stoa.client())
        let quotas = Quotas(time: mock.clock)
        let limits: [Quota] = [.tokens(100_000, per: .month)]
        try await quotas.withReservation(for: "cus_1", within: limits) { $0.report(tokens: 84_200) }
        let notes = Notes()

        let webhooks = Webhooks(stripe: stripe, stoa: stoa, log: .memory(), time: mock.clock)
        let router = Router(context: BasicRequestContext.self)
        router.post("/v1/webhooks") { request, _ in
            try await webhooks.handle(request) { event in
                switch event {
                case .stripe(.subscriptionCreated(let subscription)): notes.add("on \(subscription.customerID)")
                case .stripe(.subscriptionDeleted(let subscription)): notes.add("off \(subscription.customerID)")
                case .stripe(.invoicePaymentFailed(let invoice)): notes.add("mail \(invoice.customerEmail ?? "")")
                case .stripe(.invoicePaid(let invoice)):
                    try await quotas.restart(.month, of: invoice.customerID ?? "")
                case .stoa(.balanceDepleted(let notice)): notes.add("ask \(notice.userID)")
                default: break
                }
            }
        }
        try await Application(responder: router.buildResponder()).test(.live) { client async throws in
            let url = try #require(URL(string: "http://127.0.0.1:\(client.port ?? 0)/v1/webhooks"))
            let created = mock.stripe.webhook(.subscriptionCreated(customer: "cus_1"))
            for _ in 0..<2 { #expect(try await created.send(to: url) == 200) }
            mock.clock.advance(by: .seconds(1))
            let deleted = mock.stripe.webhook(.subscriptionDeleted(customer: "cus_1"))
            mock.clock.advance(by: .seconds(1))
            try await mock.stripe.send(.invoicePaymentFailed(customer: "cus_1"), to: url)
            try await mock.stripe.send(.invoicePaid(customer: "cus_1"), to: url)
            try await deleted.send(to: url)
            try await created.send(to: url)
            try await mock.stoa.send(.balanceDepleted(userID: "user_123"), to: url)
        }
        #expect(notes.all == ["on cus_1", "mail cus_1@example.com", "off cus_1", "ask user_123"])
        #expect(try await quotas.status(of: "cus_1", within: limits)[0].remaining == 100_000)
    }

    /// togo: keys with a quota, checked before and counted after.
    @Test func holdsKeysToTheirQuota() async throws {
        let (key, secret) = TogoBilling.APIKey.generate(userID: "u_1", name: "ci", scopes: ["read"], quota: 1_000)
        let keys = TogoBilling.MemoryKeyStore()
        await keys.insert(key, hash: TogoBilling.SecretHash(of: secret))
        let router = Router(context: BasicAPIKeyRequestContext.self)
        router.add(middleware: APIKeyMiddleware(store: keys))  // passes through when there is no valid key
        router.add(middleware: QuotaMiddleware(Quotas(), tokens: 600))
        router.post("answer") { _, context -> String in
            guard let key = context.apiKey, key.scopes.contains("read") else { throw HTTPError(.unauthorized) }
            context.quotaUse?.report(tokens: 500)
            try await keys.record(
                TogoBilling.UsageEvent("gpt-4o", with: key, inputTokens: 400, outputTokens: 100, cost: 0))
            return "done"
        }
        try await Application(responder: router.buildResponder()).test(.router) { client async throws in
            func post(_ secret: String) async throws -> Int {
                try await client.execute(uri: "/answer", method: .post, headers: [.authorization: "Bearer \(secret)"]) {
                    $0.status.code
                }
            }
            #expect(try await post(secret) == 200)
            #expect(try await post(secret) == 402, "500 are left, and a request may use 600")
            #expect(try await post("togo_unknown") == 401)
        }
        #expect(try await keys.isWithinQuota(key))
        #expect(await keys.summary(keyID: key.id).totalTokens == 500)
    }

    private final class Notes: Sendable {
        private let texts = Mutex<[String]>([])

        var all: [String] { texts.withLock { $0 } }

        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }
}
