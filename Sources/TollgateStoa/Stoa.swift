import Configuration
import Foundation
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
    let publicKeys: PublicKeyCache

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The application's API key, which begins with `stoa_app_`.
    ///   - appID: Stoa's id of the application; needed for registration, connecting and tokens only.
    ///   - baseURL: The service, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, appID: String? = nil, baseURL: URL = Stoa.defaultBaseURL,
        transport: any HTTPTransport = .default
    ) {
        self.init(
            client: APIClient(baseURL: baseURL, transport: transport, credential: BearerToken(apiKey)), appID: appID)
    }

    /// Makes a client from a configuration, by default the environment: `STOA_API_KEY`, and optionally `STOA_APP_ID` and
    /// `STOA_BASE_URL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let stoa = configuration.scoped(to: "stoa")
        guard let apiKey = stoa.string(forKey: "api.key", isSecret: true), !apiKey.isEmpty else {
            throw ConfigurationError(
                "STOA_API_KEY is not set. It is the application's API key and begins with stoa_app_.")
        }
        self.init(
            apiKey: apiKey, appID: stoa.string(forKey: "app.id"),
            baseURL: try .configured(stoa.string(forKey: "base.url"), variable: "STOA_BASE_URL") ?? Stoa.defaultBaseURL,
            transport: transport)
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
