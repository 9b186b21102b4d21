import Foundation
import InMemoryLogging
import InMemoryTracing
import Logging
import MetricsTestKit
import Synchronization
import Testing
import TollgateAIKit
import TollgateCore
import TollgateMock
import TollgateObservability
import TollgateProviders
import TollgateStoa
import TollgateStripe
import TollgateTogo
import TollgateVluna
import Tracing

/// No secret that a client or a test uses comes out anywhere.
@Suite struct SecretTests {
    /// Calls of all services meet every fault; what is logged, measured, traced and thrown is searched.
    @Test(.timeLimit(.minutes(10))) func noCallTellsASecret() async throws {
        let said = Said()
        let mock = MockServer.inProcess()
        mock.clock.set(Stage.start)
        for fault in FaultCase.all {
            guard case .fault(let fault, takesTime: false) = fault.trouble else { continue }
            mock.removeFaults()
            mock.inject(fault, into: .everything, .every(2))
            for call in try Self.calls(of: mock, said) {
                do {
                    try await call()
                } catch {
                    said.note(error)
                }
            }
        }
        for exchange in mock.exchanges { said.note("\(exchange)") }
        for text in try Self.dumps(of: mock) { said.note(text) }
        let secrets = Secrets.all(of: mock)
        #expect(said.texts.count > 2_000, "much was said")
        #expect(Set(said.texts).filter { Secrets.isOne(of: secrets, in: $0) }.isEmpty)
    }

    /// Whatever a client is printed with.
    private static func dumps(of mock: MockServer) throws -> [String] {
        let clients: [any APIService] = [
            mock.stoa.client(), try mock.vluna.serviceClient(), mock.vluna.bearerClient(principalID: "org_acme"),
            mock.togo.client(), mock.aikit.client(), mock.stripe.client(),
        ]
        return clients.flatMap { client -> [String] in
            var dumped = ""
            dump(client, to: &dumped)
            return [dumped, "\(client)", String(reflecting: client), "\(client.client.credential as Any)"]
        }
    }

    /// What is recorded on disk has placeholders where secrets were.
    @Test func noFixtureHasASecret() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../Fixtures").standardized.resolvingSymlinksInPath()
        let secrets = Secrets.all(of: MockServer.inProcess())
        var count = 0
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        for case let file as URL in files where !file.hasDirectoryPath {
            let text = try String(contentsOf: file, encoding: .utf8)
            count += 1
            #expect(!Secrets.isOne(of: secrets, in: text), "\(file.lastPathComponent) has a secret in it")
        }
        #expect(count > 100)
    }

    /// The `secrets` beside this file searches the output of a whole test run for those of the list beside it;
    /// `UPDATE_SECRETS=1 swift test --filter SecretTests` writes the list.
    @Test func theListOfSecretsIsComplete() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "secrets.txt")
        let list = Set(Secrets.all(of: MockServer.inProcess())).sorted().map { $0 + "\n" }.joined()
        guard ProcessInfo.processInfo.environment["UPDATE_SECRETS"] == nil else {
            return try list.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == list)
    }

    /// Calls that carry a secret in each place where one may be.
    private static func calls(of mock: MockServer, _ said: Said) throws -> [@Sendable () async throws -> Void] {
        let stoa = said.observed(mock.stoa.client())
        let vluna = said.observed(try mock.vluna.serviceClient().with(principalID: "org_acme"))
        let bearer = said.observed(mock.vluna.bearerClient(principalID: "org_acme"))
        let togo = said.observed(mock.togo.client())
        let aikit = said.observed(mock.aikit.client())
        let stripe = said.observed(mock.stripe.client())
        let (one, two) = (mock.providers.openAI, mock.providers.anthropic)
        let openAI = said.observed(OpenAI(apiKey: one.apiKey, baseURL: one.baseURL, transport: mock.transport))
        let anthropic = said.observed(Anthropic(apiKey: two.apiKey, baseURL: two.baseURL, transport: mock.transport))
        let secret = mock.stoa.registrationSecret
        return [
            { _ = try await stoa.install.publicKey() },
            { try await stoa.identify(userID: "u", email: "a@b.c") },
            { try await stoa.registerMember(registrationSecret: secret, userID: "u", email: "a@b.c") },
            { _ = try await stoa.createPaymentSession(userID: "u", email: "a@b.c", returnURL: "https://a.b/") },
            { _ = try await vluna.gate.authorize(featureCode: "openai.gpt5.2") },
            { _ = try await vluna.gate.commit(leaseToken: "none", featureCode: "x", quantityMinor: 1) },
            { _ = try await bearer.billing.wallet.balance() },
            { _ = try await togo.usage.get() },
            { _ = try await aikit.usage.get(period: .currentMonth) },
            { _ = try await stripe.billing.meterEvents.create(eventName: "api_tokens", payload: ["value": "1"]) },
            { _ = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello")]) },
            { _ = try await anthropic.messages.create(model: "claude-haiku-4-5", maxTokens: 9, messages: []) },
        ]
    }
}

/// The secrets that the mock's clients use.
enum Secrets {
    /// Each as it is, and in the forms that it might come out in.
    static func all(of mock: MockServer) -> [String] {
        let given = mock.environment.filter { name, _ in
            name.hasSuffix("_API_KEY") || name.hasSuffix("_SECRET") || name.hasSuffix("SECRET_KEY")
        }
        return given.map(\.value).flatMap { secret in
            let bytes = Data(base64Encoded: secret) ?? Data(secret.utf8)
            let hexadecimal = bytes.map { String(format: "%02x", $0) }.joined()
            let escaped = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret
            return [secret, Data(secret.utf8).base64EncodedString(), hexadecimal, escaped]
        }
    }
}

extension Secrets {
    static func isOne(of secrets: [String], in text: String) -> Bool {
        let text = Data(text.utf8)
        return secrets.contains { text.range(of: Data($0.utf8)) != nil }
    }
}

/// Everything that is said while calls are made.
private final class Said: Sendable {
    private let log = InMemoryLogHandler()
    private let metrics = TestMetrics()
    private let tracer = InMemoryTracer()
    private let notes = Mutex<[String]>([])

    func observed<Service: APIService>(_ service: Service) -> Service {
        var logger = Logger(label: "said") { [log] _ in log }
        logger.logLevel = .trace
        return service.observed(logger: logger, metrics: metrics, tracer: tracer)
    }

    /// Notes an error, in all the ways that one may be shown.
    func note(_ error: any Error) {
        var dumped = ""
        dump(error, to: &dumped)
        let texts = ["\(error)", error.localizedDescription, String(reflecting: error), dumped]
        notes.withLock { $0 += texts }
    }

    func note(_ text: String) {
        notes.withLock { $0.append(text) }
    }

    var texts: [String] {
        let lines = log.entries.map { "\($0.message) \($0.metadata)" }
        let counters = metrics.counters.map { "\($0.label) \($0.dimensions)" }
        let timers = metrics.timers.map { "\($0.label) \($0.dimensions)" }
        let recorders = metrics.recorders.map { "\($0.label) \($0.dimensions)" }
        let spans = tracer.finishedSpans.map { span in
            let events = span.events.map { "\($0.name) \(Self.text(of: $0.attributes))" }
            return "\(span.operationName) \(Self.text(of: span.attributes)) \(events) \(span.errors)"
        }
        return notes.withLock { $0 } + lines + counters + timers + recorders + spans
    }

    private static func text(of attributes: SpanAttributes) -> String {
        var text = ""
        attributes.forEach { text += "\($0)=\($1) " }
        return text
    }
}
