import Configuration
import Foundation
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
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let togo = configuration.scoped(to: "togo")
        guard let baseURL = try URL.configured(togo.string(forKey: "base.url"), variable: "TOGO_BASE_URL") else {
            throw ConfigurationError("TOGO_BASE_URL is not set. It is the address of the server that runs the plugin.")
        }
        if let apiKey = togo.string(forKey: "api.key", isSecret: true), !apiKey.isEmpty {
            self.init(apiKey: apiKey, baseURL: baseURL, transport: transport)
        } else if let userID = togo.string(forKey: "user.id"), !userID.isEmpty {
            self.init(userID: userID, baseURL: baseURL, transport: transport)
        } else {
            throw ConfigurationError("TOGO_API_KEY is not set. It is an API key; in development TOGO_USER_ID will do.")
        }
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
