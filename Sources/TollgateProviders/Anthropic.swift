import Configuration
import Foundation
import HTTPTypes
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// Anthropic, as far as its use is metered: messages.
///
/// A value is cheap to copy, and copies share connections.
public struct Anthropic: APIService {
    /// The version of the API that this client is written for, sent as `anthropic-version`.
    public static let version = "2026-10-21"

    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://api.anthropic.com") }

    public var client: APIClient

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The workspace's API key, which begins with `sk-ant-`.
    ///   - betas: Names of features to try out.
    ///   - baseURL: The service, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, betas: [String] = [], baseURL: URL = Anthropic.defaultBaseURL,
        transport: any HTTPTransport = .default
    ) {
        var headers: HTTPFields = [.named("anthropic-version"): Anthropic.version]
        if !betas.isEmpty { headers[.named("anthropic-beta")] = betas.joined(separator: ",") }
        client = APIClient(
            provider: baseURL, transport: transport, credential: BearerToken(apiKey), headers: headers)
    }

    /// Makes a client from a configuration, by default the environment: `ANTHROPIC_API_KEY`, and optionally
    /// `ANTHROPIC_BASE_URL`.
    ///
    /// How calls behave is set by `ANTHROPIC_TIMEOUT`, `ANTHROPIC_CONNECT_TIMEOUT`, `ANTHROPIC_IDLE_TIMEOUT` (seconds),
    /// `ANTHROPIC_RETRY_POLICY` (`standard`, `never`), `ANTHROPIC_MAX_RETRIES` and `ANTHROPIC_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let environment = ServiceConfiguration(configuration, prefix: "ANTHROPIC")
        self.init(
            apiKey: try environment.apiKey(), baseURL: try environment.url("BASE_URL") ?? Anthropic.defaultBaseURL,
            transport: transport)
        try environment.set(&client)
    }
}
