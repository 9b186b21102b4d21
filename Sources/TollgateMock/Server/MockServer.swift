import Foundation
import TollgateCore

/// A server that behaves like the billing services, for tests: no account, no network, no money.
///
/// Each instance is a world of its own. Given the same seed, clock and requests, it answers the same bytes.
public final class MockServer: Sendable {
    /// Where the server is. In process there is no such place; ``transport`` answers under any address.
    public let url: URL
    /// Answers in process, without a socket.
    public let transport: any HTTPTransport
    /// The time that the server lives by.
    public let clock: MockClock
    /// Stoa: its credentials, members and payments.
    public let stoa: MockStoa
    /// Vluna: its credentials, accounts, prices and ledger.
    public let vluna: MockVluna
    /// togo billing: its keys and what was used with them.
    public let togo: MockTogo
    /// The AI Kit: its keys, their use, and its webhook.
    public let aikit: MockAIKit
    /// Stripe: its meters, and the events that it sends.
    public let stripe: MockStripe
    /// The providers of AI models: their credentials, and what models answer.
    public let providers: MockProviders

    let handler: MockHandler
    private let front: SocketFront?

    private init(_ world: MockWorld, front: SocketFront?, host: String) {
        let url = Self.url(host: host, port: front?.port)
        let transport = InProcessTransport(handler: world.handler)
        self.url = url
        self.transport = transport
        clock = world.clock
        stoa = MockStoa(simulation: world.stoa, transport: transport, baseURL: url)
        vluna = MockVluna(
            simulation: world.vluna, transport: transport, serviceBaseURL: url.appending(path: "mgt/v1"),
            bearerBaseURL: url.appending(path: "api/v1"))
        togo = MockTogo(simulation: world.togo, transport: transport, baseURL: url)
        aikit = MockAIKit(simulation: world.aikit, transport: transport, baseURL: url)
        stripe = MockStripe(simulation: world.stripe, transport: transport, baseURL: url)
        providers = MockProviders(simulations: world.providers, url: url)
        handler = world.handler
        self.front = front
    }

    /// Starts a server on a TCP port.
    /// - Parameters:
    ///   - host: The name or address to listen at.
    ///   - port: The port; 0 for one that the system chooses.
    ///   - seed: What ids and tokens are made from.
    ///   - settings: How the simulated services are configured.
    /// - Returns: The server, which answers already.
    /// - Throws: What the system says when the port cannot be opened.
    public static func start(
        host: String = "127.0.0.1", port: Int = 0, seed: UInt64 = 0, settings: MockSettings = MockSettings()
    ) async throws -> MockServer {
        let world = MockWorld(seed: seed, settings: settings)
        let front = try await SocketFront.start(world.handler, host: host, port: port)
        return MockServer(world, front: front, host: host)
    }

    /// Makes a server without a socket: clients reach it through ``transport``.
    /// - Parameters:
    ///   - seed: What ids and tokens are made from.
    ///   - settings: How the simulated services are configured.
    /// - Returns: The server, which answers already.
    public static func inProcess(seed: UInt64 = 0, settings: MockSettings = MockSettings()) -> MockServer {
        MockServer(MockWorld(seed: seed, settings: settings), front: nil, host: "tollgate.mock")
    }

    /// What a client needs, under the names that the services' own clients give to it.
    public var environment: [(name: String, value: String)] {
        [
            ("STOA_BASE_URL", stoa.baseURL.absoluteString), ("STOA_API_KEY", stoa.apiKey),
            ("STOA_APP_ID", stoa.appID), ("STOA_REGISTRATION_SECRET", stoa.registrationSecret),
            ("STOA_CONNECT_SECRET", stoa.connectSecret),
            ("VLUNA_SERVICE_BASE_URL", vluna.serviceBaseURL.absoluteString),
            ("VLUNA_BEARER_BASE_URL", vluna.bearerBaseURL.absoluteString), ("VLUNA_REALM_ID", vluna.realmID),
            ("VLUNA_SERVICE_KEY_ID", vluna.serviceKeyID), ("VLUNA_SERVICE_KEY_SECRET", vluna.serviceKeySecret),
            ("TOGO_BASE_URL", togo.baseURL.absoluteString), ("TOGO_API_KEY", togo.apiKey),
            ("AI_KIT_BASE_URL", aikit.baseURL.absoluteString), ("AI_KIT_API_KEY", aikit.apiKey),
            ("STRIPE_BASE_URL", stripe.baseURL.absoluteString), ("STRIPE_SECRET_KEY", stripe.secretKey),
            ("STRIPE_WEBHOOK_SECRET", stripe.webhookSecret), ("STRIPE_METERED_PRICE_ID", MockStripe.priceID),
        ] + providers.environment
    }

    /// Closes the port, if there is one. ``transport`` goes on answering.
    public func stop() async {
        await front?.stop()
    }

    private static func url(host: String, port: Int?) -> URL {
        var components = URLComponents()
        components.scheme = "http"
        components.host = host
        components.port = port
        // A host that cannot stand in a URL cannot be listened at either.
        return components.url ?? URL(filePath: "/")
    }
}

/// What makes up a server, whichever front it gets.
private struct MockWorld {
    let clock = MockClock()
    let stoa: StoaSimulation
    let vluna: VlunaSimulation
    let togo: TogoSimulation
    let aikit: AIKitSimulation
    let stripe: StripeSimulation
    let providers: ProviderSimulations
    let handler: MockHandler

    init(seed: UInt64, settings: MockSettings) {
        stoa = StoaSimulation(clock: clock, seed: seed, settings: settings)
        vluna = VlunaSimulation(clock: clock, seed: seed, settings: settings)
        togo = TogoSimulation(clock: clock, seed: seed)
        aikit = AIKitSimulation(clock: clock)
        stripe = StripeSimulation(clock: clock, seed: seed)
        providers = ProviderSimulations(seed: seed)
        let control: [any MockService] = [
            ControlService(stoa: stoa, vluna: vluna), LeverService(togo: togo, aikit: aikit, stripe: stripe),
        ]
        handler = MockHandler(
            clock: clock, services: [stoa, vluna, togo, aikit, stripe] + providers.services + control)
    }
}
