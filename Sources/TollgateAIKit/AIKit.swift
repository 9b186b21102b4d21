import Configuration
import Foundation
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// The billing layer of the FastAPI AI Kit, on the user's own server.
///
/// A value is cheap to copy, and copies share connections.
public struct AIKit: APIService {
    public var client: APIClient

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: One of the API keys that the server issues.
    ///   - baseURL: The server, without `/v1`.
    ///   - header: The header field that the server looks for the key in.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, baseURL: URL, header: HTTPField.Name = .apiKey, transport: any HTTPTransport = .default
    ) {
        client = APIClient(
            baseURL: baseURL, transport: transport, credential: APIKey(apiKey, in: .header(header)))
    }

    /// Makes a client from a configuration, by default the environment: `AI_KIT_API_KEY` and `AI_KIT_BASE_URL`.
    ///
    /// How calls behave is set by `AI_KIT_TIMEOUT`, `AI_KIT_CONNECT_TIMEOUT`, `AI_KIT_IDLE_TIMEOUT` (seconds),
    /// `AI_KIT_RETRY_POLICY` (`standard`, `never`), `AI_KIT_MAX_RETRIES` and `AI_KIT_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let kit = ServiceConfiguration(configuration, prefix: "AI_KIT")
        self.init(
            apiKey: try kit.required("API_KEY", "one of the API keys that the server issues"),
            baseURL: try kit.requiredURL("BASE_URL", "the address of the server"), transport: transport)
        try kit.set(&client)
    }
}

extension HTTPField.Name {
    /// `X-API-Key`.
    public static let apiKey = Self.named("X-API-Key")
}
