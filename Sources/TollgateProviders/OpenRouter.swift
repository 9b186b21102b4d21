import Configuration
import Foundation
import HTTPTypes
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// OpenRouter, as far as its use is metered: chat completions with models of many providers.
///
/// A value is cheap to copy, and copies share connections.
public struct OpenRouter: APIService {
    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://openrouter.ai/api/v1") }

    public var client: APIClient

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The API key, which begins with `sk-or-`.
    ///   - referer: The application's address, by which OpenRouter ranks applications.
    ///   - title: The application's name, as OpenRouter shows it.
    ///   - baseURL: The service, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, referer: String? = nil, title: String? = nil, baseURL: URL = OpenRouter.defaultBaseURL,
        transport: any HTTPTransport = .default
    ) {
        var headers: HTTPFields = [:]
        headers[.named("HTTP-Referer")] = referer
        headers[.named("X-OpenRouter-Title")] = title
        client = APIClient(
            provider: baseURL, transport: transport, credential: BearerToken(apiKey), headers: headers)
    }

    /// Makes a client from a configuration, by default the environment: `OPENROUTER_API_KEY`, and optionally
    /// `OPENROUTER_HTTP_REFERER`, `OPENROUTER_X_OPEN_ROUTER_TITLE` and `OPENROUTER_BASE_URL`.
    ///
    /// How calls behave is set by `OPENROUTER_TIMEOUT`, `OPENROUTER_CONNECT_TIMEOUT`, `OPENROUTER_IDLE_TIMEOUT` (seconds),
    /// `OPENROUTER_RETRY_POLICY` (`standard`, `never`), `OPENROUTER_MAX_RETRIES` and `OPENROUTER_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let environment = ServiceConfiguration(configuration, prefix: "OPENROUTER")
        self.init(
            apiKey: try environment.apiKey(), referer: environment.text("HTTP_REFERER"),
            title: environment.text("X_OPEN_ROUTER_TITLE"),
            baseURL: try environment.url("BASE_URL") ?? OpenRouter.defaultBaseURL, transport: transport)
        try environment.set(&client)
    }
}
