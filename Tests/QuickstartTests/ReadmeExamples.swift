import Configuration
import Foundation
import Logging
import ServiceLifecycle
import Testing
import Tollgate
import TollgateMock
import TollgateTransport

/// The README's examples, compiled and run. `readmeShowsWhatIsTested` holds them to the README's words.
@Suite struct ReadmeExamples {
    private let mock = MockServer.inProcess()

    /// What `tollgate-mock` prints, as the environment that the examples read.
    private func configuration(_ mock: MockServer) -> ConfigReader {
        ConfigReader(
            provider: EnvironmentVariablesProvider(
                environmentVariables: Dictionary(uniqueKeysWithValues: mock.environment.map { ($0.name, $0.value) })))
    }

    private func makeStoa() throws -> Stoa {
        try Stoa(configuration: configuration(mock), transport: mock.transport)
    }

    private func makeAcme() throws -> Vluna.ServiceClient {
        try Vluna.ServiceClient(configuration: configuration(mock), transport: mock.transport)
            .with(principalID: "org_acme")
    }

    @Test func clientsComeFromTheEnvironment() async throws {
        func stoaExample() throws -> Stoa {
            let stoa = try Stoa()  // STOA_API_KEY, STOA_APP_ID, STOA_BASE_URL
            return stoa
        }
        func vlunaExample() throws -> Vluna.ServiceClient {
            let vluna = try Vluna.ServiceClient()  // VLUNA_REALM_ID, VLUNA_SERVICE_KEY_ID, VLUNA_SERVICE_KEY_SECRET
            let acme = vluna.with(principalID: "org_acme")
            return acme
        }
        // The test's own environment has none of them, so both say what is missing.
        #expect(throws: ConfigurationError.self) { try stoaExample() }
        #expect(throws: ConfigurationError.self) { try vlunaExample() }
    }

    @Test func billsAUser() async throws {
        try mock.stoa.setBalance("5", of: "user_123")
        let stoa = try makeStoa()

        do {
            let receipt = try await stoa.record(.chat("gpt-4o", input: 812, output: 94), userID: "user_123")
            print("charged \(receipt.charged ?? 0) USD")
        } catch let error as Stoa.InsufficientBalance {
            print("Please top up \(error.required ?? 0) USD: \(error.topUpURL?.absoluteString ?? "")")
        }
        #expect(mock.stoa.balance(of: "user_123") == Decimal(string: "4.99703"))
    }

    @Test func asksTheGate() async throws {
        let acme = try makeAcme()

        let lease = try await acme.gate.authorize(featureCode: "openai.gpt5.2")
        let commit = try await acme.gate.commit(
            leaseToken: lease.leaseToken, featureCode: lease.featureCode, quantityMinor: 12_345)

        switch commit.outcome {
        case .charged(let amount): print("charged \(amount)")
        case .quarantined(let reason): print("recorded, not charged: \(reason)")
        }
        #expect(commit.outcome == .charged(26_000))
    }

    @Test func catchesErrors() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        let acme = try makeAcme()

        do {
            _ = try await acme.gate.authorize(featureCode: "openai.gpt5.2")
        } catch let error as Vluna.GateDenied {
            print(error.reason, error.hints ?? [])  // balance, quota, budget, rate, entitlement, seat
        } catch let error as any APIError {
            print(error.status, error.code ?? "", error.requestID ?? "", error.retryAfter ?? .zero)
        } catch let error as DecodingFailure {
            print(error.operation, error.path)  // $.data.items[3].amount
        } catch let error as TimeoutError {
            print(error.limit, error.mayHaveBeenApplied)
        } catch let error as ConnectionError {
            print(error.kind, error.mayHaveBeenApplied)
        }
        #expect(mock.requests(of: .vluna.authorize).map(\.status) == [402])
    }

    @Test func showsTheWholeResponse() async throws {
        let acme = try makeAcme()

        let full = try await acme.response { try await $0.gate.authorize(featureCode: "openai.gpt5.2") }
        print(full.status, full.requestID ?? "", full.headers, full.payload.leaseToken)
        #expect(full.status == 200)
    }

    @Test func testsAgainstTheMock() async throws {
        let mock = MockServer.inProcess()
        let stoa = mock.stoa.client()

        try mock.stoa.setBalance("0.001", of: "user_123")
        await #expect(throws: Stoa.InsufficientBalance.self) {
            try await stoa.record(.chat("gpt-4", input: 900_000, output: 0), userID: "user_123")
        }

        try mock.stoa.setBalance("5.00", of: "user_123")
        mock.inject(.status(503), into: .stoa.createEvent, next: 2)  // tried again, applied once
        try await stoa.record(.chat("gpt-4o", input: 1_000, output: 0), userID: "user_123")
        #expect(mock.stoa.events(of: "user_123").count == 1)
        try mock.verify(.stoa.createEvent, times: 4)
    }

    @Test func readsTheWalletAndSells() async throws {
        let acme = try makeAcme()

        let balance = try await acme.billing.wallet.balance()
        print(balance.available.xusd)  // Vluna.XUSD, millionths of a US dollar
        let token = try await acme.billing.issuePlatformToken(
            principalID: "org_acme", userID: "u_1", scopes: [.checkout, .portal], sessionTTL: .seconds(900))
        #expect(balance.available.xusd == 100_000_000)

        func example() async throws {
            let customer = try Vluna.BearerClient(accessToken: token.accessToken)  // VLUNA_REALM_ID
            for try await product in customer.billing.catalog.products() { print(product.name) }
        }
        await #expect(throws: ConfigurationError.self) { try await example() }
        let customer = Vluna.BearerClient(
            accessToken: token.accessToken, realmID: mock.vluna.realmID, baseURL: mock.vluna.bearerBaseURL,
            transport: mock.transport)
        var count = 0
        for try await _ in customer.billing.catalog.products() { count += 1 }
        #expect(count > 0)
    }

    @Test func streamsAnAnswer() async throws {
        func example() throws -> OpenAI {
            let openAI = try OpenAI()  // OPENAI_API_KEY
            return openAI
        }
        #expect(throws: ConfigurationError.self) { try example() }
        let openAI = try OpenAI(configuration: configuration(mock), transport: mock.transport)

        let chunks = try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hello!")])
        for try await chunk in chunks {
            print(chunk.choices.first?.delta.content ?? "", terminator: "")
        }
        #expect(mock.requests(of: .openai.createChatCompletion).map(\.status) == [200])
    }

    @Test func listensToStripe() async throws {
        let stripe = try Stripe(configuration: configuration(mock), transport: mock.transport)
        let sent = mock.stripe.webhook(.invoicePaid(customer: "cus_1"))
        let (body, signature) = (sent.body, sent.signature)

        switch try stripe.webhook(body, signature: signature) {
        case .subscriptionCreated(let subscription): print(subscription.id)
        case .subscriptionDeleted(let subscription): print(subscription.id)
        case .invoicePaid(let invoice): print(invoice.id)
        case .invoicePaymentFailed(let invoice): print(invoice.id)
        case .other: break
        }
        _ = try await stripe.billing.meterEvents.create(
            eventName: "api_tokens", customerID: "cus_1", value: 906, identifier: "2026-01-02T03:05 cus_1")
        #expect(mock.stripe.sum(of: "api_tokens", customer: "cus_1") == 906)
    }

    @Test func renewsAToken() async throws {
        let acme = try makeAcme()
        let customer = Vluna.BearerClient(
            accessToken: "expired", realmID: mock.vluna.realmID, baseURL: mock.vluna.bearerBaseURL,
            transport: mock.transport)

        var vluna = customer
        vluna.client.credential = TokenProvider {
            let token = try await acme.billing.issuePlatformToken(principalID: "org_acme", userID: "u_1")
            return AccessToken(token.accessToken, lifetime: .seconds(900))
        }
        for _ in 0..<2 { #expect(try await vluna.billing.wallet.balance().available.xusd == 100_000_000) }
        #expect(mock.requests(of: .vluna.issuePlatformToken).count == 1)
    }

    @Test func clientsAreObservedAndConfigured() {
        func observed() throws -> Stoa {
            let stoa = try Stoa().observed()
            return stoa
        }
        func configured() throws -> Stoa {
            var settings = TransportConfiguration()
            settings.requestsPerHost = 50
            settings.trustRoots = .file("/etc/ssl/our-ca.pem")
            settings.proxy = .http(host: "proxy.example.com", port: 3128)
            let stoa = try Stoa(transport: AsyncHTTPTransport(settings))
            return stoa
        }
        #expect(throws: ConfigurationError.self) { try observed() }
        #expect(throws: ConfigurationError.self) { try configured() }
    }

    @Test func bodiesReportAndAreSaved() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let speech = HTTPBody(Array("Hello!".utf8))
        let count = try await speech.save(to: file, upTo: 100 << 20)  // speech: HTTPBody
        let upload = try HTTPBody(contentsOf: file).reporting { print($0.fraction ?? 0) }
        #expect(count == 6)
        #expect(try await upload.collect(upTo: 10) == Array("Hello!".utf8))
    }

    @Test func metersUses() async throws {
        struct Application: Service {
            func run() async throws { try await gracefulShutdown() }
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (stoa, app, logger) = (try makeStoa(), Application(), Logger(label: "readme"))
        func example() throws -> Meter {
            let meter = try Meter(outbox: .sqlite(path: "usage.db"), sink: .stoa(stoa))
            return meter
        }
        let path = folder.appending(path: "usage.db").path
        let meter = try Meter(outbox: .sqlite(path: path), sink: .stoa(stoa))
        let service = ServiceGroup(services: [meter, app], logger: logger)  // flushes; its shutdown is bounded
        try mock.stoa.setBalance("5", of: "user_123")
        async let running: Void = service.run()
        try await meter.record(userID: "user_123", .chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94))
        print(await meter.status)  // waiting, set aside, lost: 0
        await service.triggerGracefulShutdown()
        try await running
        #expect(mock.stoa.events(of: "user_123").count == 1)
    }

    @Test func readmeShowsWhatIsTested() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let files = ["ReadmeExamples.swift", "ReadmeBackendExamples.swift", "ReadmeMockExamples.swift"]
        let source = Set(
            try files.flatMap { file in
                try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n")
                    .map { $0.drop { $0 == " " } }
            })
        let root = folder.deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let blocks = readme.split(separator: "```swift\n").dropFirst().map { $0.prefix { $0 != "`" } }
        #expect(blocks.count == 27)
        for block in blocks where !block.hasPrefix(".package(") {
            for line in block.split(separator: "\n").map({ $0.drop { $0 == " " } }) {
                #expect(source.contains(line), "the README shows a line that no test runs: \(line)")
            }
        }
    }
}
