import Configuration
import Foundation
import HTTPTypes
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// OpenAI, as far as its use is metered: chat completions, responses, embeddings, images, transcription and speech.
///
/// A value is cheap to copy, and copies share connections.
public struct OpenAI: APIService {
    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://api.openai.com/v1") }

    public var client: APIClient

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The project's API key, which begins with `sk-`.
    ///   - organization: The organization to bill, for keys that belong to several.
    ///   - project: The project to bill, for keys that belong to several.
    ///   - baseURL: The service, another one that speaks its language, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, organization: String? = nil, project: String? = nil, baseURL: URL = OpenAI.defaultBaseURL,
        transport: any HTTPTransport = .default
    ) {
        var headers: HTTPFields = [:]
        headers[.named("OpenAI-Organization")] = organization
        headers[.named("OpenAI-Project")] = project
        client = APIClient(
            provider: baseURL, transport: transport, credential: BearerToken(apiKey), headers: headers)
    }

    /// Makes a client from a configuration, by default the environment: `OPENAI_API_KEY`, and optionally
    /// `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID` and `OPENAI_BASE_URL`.
    ///
    /// How calls behave is set by `OPENAI_TIMEOUT`, `OPENAI_CONNECT_TIMEOUT`, `OPENAI_IDLE_TIMEOUT` (seconds),
    /// `OPENAI_RETRY_POLICY` (`standard`, `never`), `OPENAI_MAX_RETRIES` and `OPENAI_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let environment = ServiceConfiguration(configuration, prefix: "OPENAI")
        self.init(
            apiKey: try environment.apiKey(), organization: environment.text("ORG_ID"),
            project: environment.text("PROJECT_ID"), baseURL: try environment.url("BASE_URL") ?? OpenAI.defaultBaseURL,
            transport: transport)
        try environment.set(&client)
    }
}
