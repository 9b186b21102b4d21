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

    /// Makes a server as ``inProcess(seed:settings:)`` does, in the state of some scenarios, which add up.
    /// - Parameters:
    ///   - scenarios: The states.
    ///   - seed: What ids and tokens are made from.
    ///   - settings: How the simulated services are configured.
    /// - Returns: The server, which answers already.
    /// - Throws: ``MockScenarioError`` if a step cannot be done.
    public static func inProcess(
        scenarios: [MockScenario], seed: UInt64 = 0, settings: MockSettings = MockSettings()
    ) throws(MockScenarioError) -> MockServer {
        let mock = inProcess(seed: seed, settings: settings)
        for scenario in scenarios { try mock.run(scenario) }
        return mock
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

extension MockServer {
    /// The levers, as they are moved over HTTP.
    var control: ControlService { service() }

    /// Makes the server as new: its services are as at the start, the clock runs as the machine's, and there are no
    /// exchanges, faults, scripts and deliveries. The targets of webhooks stay.
    /// - Parameter seed: What ids and tokens are made from now on; as before if nil.
    public func reset(seed: UInt64? = nil) {
        control.reset(seed: seed)
    }

    /// What the services tell others.
    public var webhooks: MockWebhookLevers { MockWebhookLevers(control: control) }
}

extension MockServices {
    /// Everything that is simulated, and the levers for other languages.
    static func all(seed: UInt64 = 0, settings: MockSettings = MockSettings()) -> MockServices {
        let engine = MockEngine(seed: seed)
        let clock = engine.clock
        let stoa = StoaSimulation(clock: clock, seed: seed, settings: settings)
        let vluna = VlunaSimulation(clock: clock, seed: seed, settings: settings)
        let togo = TogoSimulation(clock: clock, seed: seed)
        let aikit = AIKitSimulation(clock: clock)
        let stripe = StripeSimulation(clock: clock, seed: seed)
        var services = MockServices(engine: engine)
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
        services.add(
            ControlService(
                engine: engine, stoa: stoa, vluna: vluna, togo: togo, aikit: aikit, stripe: stripe,
                webhooks: MockWebhooks(clock: clock), services: services.all))
        return services
    }
}
