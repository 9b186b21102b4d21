import Configuration
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Testing
import Tollgate
import TollgateHummingbird
import TollgateMock
import TollgatePostgres
import TollgateTransport

/// The README's examples of metered calls, leases, quotas and webhooks, compiled and run.
@Suite struct ReadmeBackendExamples {
    private let mock = MockServer.inProcess()

    private var openAI: OpenAI {
        let access = mock.providers.openAI
        return OpenAI(apiKey: access.apiKey, baseURL: access.baseURL, transport: mock.transport)
    }

    @Test func paysAndGoesOn() async throws {
        let stoa = mock.stoa.client()
        try mock.stoa.setBalance("0", of: "user_123")
        func example() throws -> OpenAI {
            let openAI = try stoa.openAI(userID: "user_123")  // OPENAI_API_KEY
            return openAI
        }
        #expect(throws: ConfigurationError.self) { try example() }
        let openAI = stoa.openAI(userID: "user_123", client: openAI)

        do {
            let answer = try await openAI.chat.completions.create(model: "gpt-4", messages: [.user("Hello!")])
            print(answer.choices[0].message.content ?? "")
        } catch is Stoa.InsufficientBalance {
            let payment = try await stoa.createPaymentSession(
                userID: "user_123", email: "ada@example.com", returnURL: "https://app.example.com/billing/return")
            print("Please pay: \(payment.checkoutURL)")  // and then call again
        }
        #expect(mock.stoa.payments.count == 1)
    }

    @Test func worksUnderALease() async throws {
        let acme = try mock.vluna.serviceClient().with(principalID: "org_acme")
        let prompt = "Hello!"

        let text = try await acme.gate.withLease(featureCode: "openai.gpt5.2") { lease in
            let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user(prompt)])
            lease.report(quantityMinor: answer.usage?.totalTokens ?? 0)
            return answer.choices[0].message.content
        }
        #expect(text != nil)
        #expect(mock.vluna.ledger.map(\.isCharged) == [true])
    }

    @Test func saysWhatIsNotCharged() async throws {
        let acme = try mock.vluna.serviceClient().with(principalID: "org_acme")
        func summarize(_ lease: Vluna.ActiveLease) async throws -> String {
            lease.report(quantityMinor: 1_000)
            return "done"
        }

        do {
            print(try await acme.gate.withLease(featureCode: "brand.new") { lease in try await summarize(lease) })
        } catch let error as Vluna.GateDenied {
            print(error.reason, error.hints ?? [])  // the work was not done
        } catch let error as Vluna.CommitFailed {
            print(error.cause, error.result)  // the work was done, and is not charged
        }
        #expect(mock.vluna.ledger.map(\.isCharged) == [false])
    }

    @Test func metersProviders() async throws {
        try mock.stoa.setBalance("5", of: "user_123")
        let meter = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()))
        func example() throws -> OpenAI {
            let openAI = try meter.openAI(userID: "user_123")  // OPENAI_API_KEY
            return openAI
        }
        #expect(throws: ConfigurationError.self) { try example() }
        let openAI = meter.openAI(userID: "user_123", client: openAI)

        let chunks = try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hello!")])
        for try await chunk in chunks { print(chunk.choices.first?.delta.content ?? "", terminator: "") }
        #expect(await meter.status.waiting == 1)

        let transport = meter.transport(wrapping: .default, provider: .anthropic, userID: "user_123")
        let access = mock.providers.anthropic
        // Nobody is there: what was not answered is not recorded.
        let nobody = Anthropic(
            apiKey: access.apiKey, baseURL: try #require(URL(string: "http://127.0.0.1:1")), transport: transport)
        await #expect(throws: ConnectionError.self) {
            _ = try await nobody.with(retry: .never).messages.create(
                model: "claude-sonnet-4-5", maxTokens: 100, messages: [.user("Hello!")])
        }
        #expect(await meter.status.waiting == 1)
        try await meter.flush()
        #expect(mock.stoa.events(of: "user_123").count == 1)
    }

    @Test func metersForStripe() async throws {
        func example(_ url: String, _ key: String) throws -> Meter {
            let meter = try Meter(outbox: .postgres(url), sink: .stripe(secretKey: key, meter: "api_tokens"))
            return meter
        }
        #expect(throws: OutboxError.self) { try example("postgres://127.0.0.1:1/none", "sk_test_1") }
        let meter = Meter(outbox: .memory(), sink: .stripe(mock.stripe.client(), meter: "api_tokens"))
        let metered = meter.openAI(userID: "cus_1", client: openAI, keyID: "key_1")
        _ = try await metered.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
        try await meter.flush()
        #expect(mock.stripe.sum(of: "api_tokens", customer: "cus_1") > 0)
    }

    @Test func checksQuotas() async throws {
        try await TemporaryFolder.with { folder in
            let (key, _) = TogoBilling.APIKey.generate(userID: "u_1", name: "ci", quota: 1_000_000)
            func example() throws -> Quotas {
                let quotas = try Quotas(store: .sqlite(path: "usage.db"))  // or .memory(), .postgres(url)
                return quotas
            }
            let quotas = try Quotas(store: .sqlite(path: folder + "/usage.db"))

            let limits: [Quota] = [.requests(60, per: .minute), .tokens(2_000_000, per: .month)]
            let answer = try await quotas.withReservation(for: key.id, within: limits, tokens: 4_000) { use in
                let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
                use.report(tokens: answer.usage?.totalTokens ?? 0)
                return answer
            }
            print(try await quotas.status(of: key.id, within: limits).map(\.remaining))
            #expect(
                try await quotas.status(of: key.id, within: limits)[1].used == Int64(answer.usage?.totalTokens ?? 0))
        }
    }

    @Test func servesKeysAndWebhooks() async throws {
        let keys = TogoBilling.MemoryKeyStore()
        let (_, secret) = try await keys.create(userID: "u_1", name: "ci", quota: 10_000)
        let quotas = Quotas(time: mock.clock)
        let (stripe, stoa) = (mock.stripe.client(), mock.stoa.client())
        let router = Router(context: BasicAPIKeyRequestContext.self)
        @Sendable func warn(_ address: String?) {}

        router.add(middleware: APIKeyMiddleware(store: keys))  // passes through when there is no valid key
        router.add(middleware: QuotaMiddleware(quotas, tokens: 4_000))  // 429 or 402 before the work, counts after it
        router.post("answer") { request, context -> String in
            guard context.apiKey != nil else { throw HTTPError(.unauthorized) }
            let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
            context.quotaUse?.report(tokens: answer.usage?.totalTokens ?? 0)
            return answer.choices[0].message.content ?? ""
        }

        let webhooks = Webhooks(stripe: stripe, stoa: stoa, log: .memory())  // or .sqlite(path:), .postgres(url)
        router.post("/v1/webhooks") { request, _ in
            try await webhooks.handle(request) { event in
                switch event {
                case .stripe(.invoicePaid(let invoice)):
                    try await quotas.restart(.month, of: invoice.customerID ?? "")
                case .stripe(.invoicePaymentFailed(let invoice)): warn(invoice.customerEmail)
                case .stoa(.balanceLow(let notice)): print("\(notice.userID) has \(notice.balance) USD left")
                default: break
                }
            }
        }

        try await Application(responder: router.buildResponder()).test(.live) { client async throws in
            let url = try #require(URL(string: "http://127.0.0.1:\(client.port ?? 0)/v1/webhooks"))
            try await mock.stripe.send(.invoicePaid(customer: "cus_1"), to: url)
            #expect(try await mock.stoa.send(.balanceLow(userID: "u_1"), to: url) == 200)
            let status = try await client.execute(
                uri: "/answer", method: .post, headers: [.authorization: "Bearer \(secret)"]
            ) { $0.status.code }
            #expect(status == 200)
        }
    }
}
