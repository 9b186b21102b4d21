import Foundation
@_exported import TollgateMockServer

extension MockServer {
    /// Starts a server with all services on a TCP port.
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
        try await start(.all(seed: seed, settings: settings), host: host, port: port)
    }

    /// Makes a server with all services and without a socket: clients reach it through ``transport``.
    /// - Parameters:
    ///   - seed: What ids and tokens are made from.
    ///   - settings: How the simulated services are configured.
    /// - Returns: The server, which answers already.
    public static func inProcess(seed: UInt64 = 0, settings: MockSettings = MockSettings()) -> MockServer {
        inProcess(.all(seed: seed, settings: settings))
    }

    /// Stoa: its credentials, members and payments.
    public var stoa: MockStoa { MockStoa(simulation: service(), transport: transport, baseURL: url) }

    /// Vluna: its credentials, accounts, prices and ledger.
    public var vluna: MockVluna {
        MockVluna(
            simulation: service(), transport: transport, serviceBaseURL: url.appending(path: "mgt/v1"),
            bearerBaseURL: url.appending(path: "api/v1"))
    }

    /// togo billing: its keys and what was used with them.
    public var togo: MockTogo { MockTogo(simulation: service(), transport: transport, baseURL: url) }

    /// The AI Kit: its keys, their use, and its webhook.
    public var aikit: MockAIKit { MockAIKit(simulation: service(), transport: transport, baseURL: url) }

    /// Stripe: its meters, and the events that it sends.
    public var stripe: MockStripe { MockStripe(simulation: service(), transport: transport, baseURL: url) }

    /// The providers of AI models: their credentials, and what models answer.
    public var providers: MockProviders {
        let simulations = ProviderSimulations(
            openAI: service(), anthropic: service(), openRouter: service(), elevenLabs: service(), deepgram: service())
        return MockProviders(simulations: simulations, url: url)
    }

    /// What a client needs, under the names that the services' own clients give to it.
    public var environment: [(name: String, value: String)] {
        [
            ("STOA_BASE_URL", stoa.baseURL.absoluteString), ("STOA_API_KEY", stoa.apiKey),
            ("STOA_APP_ID", stoa.appID), ("STOA_REGISTRATION_SECRET", stoa.registrationSecret),
            ("STOA_CONNECT_SECRET", stoa.connectSecret), ("STOA_WEBHOOK_SECRET", stoa.webhookSecret),
            ("VLUNA_SERVICE_BASE_URL", vluna.serviceBaseURL.absoluteString),
            ("VLUNA_BEARER_BASE_URL", vluna.bearerBaseURL.absoluteString), ("VLUNA_REALM_ID", vluna.realmID),
            ("VLUNA_SERVICE_KEY_ID", vluna.serviceKeyID), ("VLUNA_SERVICE_KEY_SECRET", vluna.serviceKeySecret),
            ("TOGO_BASE_URL", togo.baseURL.absoluteString), ("TOGO_API_KEY", togo.apiKey),
            ("AI_KIT_BASE_URL", aikit.baseURL.absoluteString), ("AI_KIT_API_KEY", aikit.apiKey),
            ("STRIPE_BASE_URL", stripe.baseURL.absoluteString), ("STRIPE_SECRET_KEY", stripe.secretKey),
            ("STRIPE_WEBHOOK_SECRET", stripe.webhookSecret), ("STRIPE_METERED_PRICE_ID", MockStripe.priceID),
        ] + providers.environment
    }
}

extension MockServices {
    /// Everything that is simulated, and the levers for other languages.
    fileprivate static func all(seed: UInt64, settings: MockSettings) -> MockServices {
        let clock = MockClock()
        let stoa = StoaSimulation(clock: clock, seed: seed, settings: settings)
        let vluna = VlunaSimulation(clock: clock, seed: seed, settings: settings)
        let togo = TogoSimulation(clock: clock, seed: seed)
        let aikit = AIKitSimulation(clock: clock)
        let stripe = StripeSimulation(clock: clock, seed: seed)
        var services = MockServices(clock: clock)
        services.add(stoa)
        services.add(vluna)
        services.add(togo)
        services.add(aikit)
        services.add(stripe)
        services.add(ProviderSimulation<OpenAIProvider>(seed: seed))
        services.add(ProviderSimulation<AnthropicProvider>(seed: seed))
        services.add(ProviderSimulation<OpenRouterProvider>(seed: seed))
        services.add(ProviderSimulation<ElevenLabsProvider>(seed: seed))
        services.add(ProviderSimulation<DeepgramProvider>(seed: seed))
        services.add(ControlService(stoa: stoa, vluna: vluna))
        services.add(LeverService(togo: togo, aikit: aikit, stripe: stripe))
        return services
    }
}
