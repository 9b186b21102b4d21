import Configuration
import Foundation
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// togo billing: API keys with scopes and quotas, and what was used with them.
///
/// A value is the client of a server that runs the plugin; it is cheap to copy, and copies share connections. A server of
/// one's own in Swift keeps its keys in a ``KeyStore``.
public struct TogoBilling: APIService {
    public var client: APIClient

    /// Makes a client that proves who is calling with an API key.
    ///
    /// - Parameters:
    ///   - apiKey: The plaintext of one of the user's keys.
    ///   - baseURL: The server, without `/api/billing`.
    ///   - transport: How requests travel.
    public init(apiKey: String, baseURL: URL, transport: any HTTPTransport = .default) {
        client = APIClient(baseURL: baseURL, transport: transport, credential: BearerToken(apiKey))
    }

    /// Makes a client that merely says who is calling, which servers believe in development only.
    ///
    /// - Parameters:
    ///   - userID: The user, sent as `X-User-Id`.
    ///   - baseURL: The server, without `/api/billing`.
    ///   - transport: How requests travel.
    public init(userID: String, baseURL: URL, transport: any HTTPTransport = .default) {
        client = APIClient(baseURL: baseURL, transport: transport, headers: [.userID: userID])
    }

    /// Makes a client from a configuration, by default the environment: `TOGO_BASE_URL`, and `TOGO_API_KEY` or, in
    /// development, `TOGO_USER_ID`.
    ///
    /// How calls behave is set by `TOGO_TIMEOUT`, `TOGO_CONNECT_TIMEOUT`, `TOGO_IDLE_TIMEOUT` (seconds),
    /// `TOGO_RETRY_POLICY` (`standard`, `never`), `TOGO_MAX_RETRIES` and `TOGO_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let togo = ServiceConfiguration(configuration, prefix: "TOGO")
        let baseURL = try togo.requiredURL("BASE_URL", "the address of the server that runs the plugin")
        if let userID = togo.text("USER_ID"), togo.text("API_KEY") == nil {
            self.init(userID: userID, baseURL: baseURL, transport: transport)
        } else {
            let apiKey = try togo.required("API_KEY", "an API key; in development TOGO_USER_ID will do")
            self.init(apiKey: apiKey, baseURL: baseURL, transport: transport)
        }
        try togo.set(&client)
    }

    /// A copy that says another user is calling. It counts only where there is no valid API key.
    public func with(userID: String) -> Self {
        var copy = self
        copy.client.headers[.userID] = userID
        return copy
    }
}

extension HTTPField.Name {
    static let userID = Self.named("X-User-Id")
}
