import Configuration
import Foundation
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// Stoa: membership, payment and usage events for the users of an AI application.
///
/// The calls that most applications need are methods of this type; everything else is in its groups, such as
/// ``events`` and ``payments``. A value is cheap to copy, and copies share connections and the cached public key.
public struct Stoa: APIService {
    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://api.onstoa.com") }
    /// Where the service's TypeScript client and its later Python clients look for it.
    public static var webBaseURL: URL { .literal("https://www.onstoa.com/api") }

    public var client: APIClient
    /// Stoa's id of the application, which begins with `app_`. Registration, connecting and tokens need it.
    public var appID: String?
    /// What the application's webhook is signed with; needed for webhooks only.
    public var webhookSecret: WebhookSecret?
    let publicKeys: PublicKeyCache

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The application's API key, which begins with `stoa_app_`.
    ///   - appID: Stoa's id of the application; needed for registration, connecting and tokens only.
    ///   - webhookSecret: The secret of the webhook's signatures, `whsec_…`; needed for webhooks only.
    ///   - baseURL: The service, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, appID: String? = nil, webhookSecret: String? = nil, baseURL: URL = Stoa.defaultBaseURL,
        transport: any HTTPTransport = .default
    ) {
        self.init(
            client: APIClient(baseURL: baseURL, transport: transport, credential: BearerToken(apiKey)), appID: appID)
        self.webhookSecret = webhookSecret.map { WebhookSecret($0) }
    }

    /// Makes a client from a configuration, by default the environment: `STOA_API_KEY`, and optionally `STOA_APP_ID`,
    /// `STOA_WEBHOOK_SECRET` and `STOA_BASE_URL`.
    ///
    /// How calls behave is set by `STOA_TIMEOUT`, `STOA_CONNECT_TIMEOUT`, `STOA_IDLE_TIMEOUT` (seconds),
    /// `STOA_RETRY_POLICY` (`standard`, `never`, `official`), `STOA_MAX_RETRIES` and `STOA_LOG_LEVEL`.
    ///
    /// `STOA_RETRY_WAIT_MULTIPLIER`, `STOA_RETRY_WAIT_MAX` and `STOA_RETRY_WAIT_MIN` set the bounds of the waits between
    /// tries, as they do for the official client: in seconds, and what is no number counts for nothing.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let stoa = ServiceConfiguration(configuration, prefix: "STOA")
        self.init(
            apiKey: try stoa.required("API_KEY", "the application's API key and begins with stoa_app_"),
            appID: stoa.text("APP_ID"), webhookSecret: stoa.text("WEBHOOK_SECRET"),
            baseURL: try stoa.url("BASE_URL") ?? Stoa.defaultBaseURL, transport: transport)
        try stoa.set(&client, official: .officialStoa)
        client.retry.setWaits(from: stoa)
    }

    init(client: APIClient, appID: String?) {
        self.client = client
        self.appID = appID
        publicKeys = PublicKeyCache()
    }

    func requiredAppID(for purpose: String) throws -> String {
        guard let appID, !appID.isEmpty else {
            throw ConfigurationError("STOA_APP_ID is not set. It is Stoa's id of the application; \(purpose) needs it.")
        }
        return appID
    }
}
