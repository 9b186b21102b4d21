import Configuration
import Foundation
import HTTPTypes
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// Deepgram, as far as its use is metered: listen and speak.
///
/// A value is cheap to copy, and copies share connections.
public struct Deepgram: APIService {
    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://api.deepgram.com") }

    public var client: APIClient

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The project's API key.
    ///   - baseURL: The service, or a mock of it.
    ///   - transport: How requests travel.
    public init(apiKey: String, baseURL: URL = Deepgram.defaultBaseURL, transport: any HTTPTransport = .default) {
        client = APIClient(
            provider: baseURL, transport: transport, credential: APIKey("Token \(apiKey)", in: .header(.authorization)))
    }

    /// Makes a client from a configuration, by default the environment: `DEEPGRAM_API_KEY`, and optionally
    /// `DEEPGRAM_BASE_URL`.
    ///
    /// How calls behave is set by `DEEPGRAM_TIMEOUT`, `DEEPGRAM_CONNECT_TIMEOUT`, `DEEPGRAM_IDLE_TIMEOUT` (seconds),
    /// `DEEPGRAM_RETRY_POLICY` (`standard`, `never`), `DEEPGRAM_MAX_RETRIES` and `DEEPGRAM_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let environment = ServiceConfiguration(configuration, prefix: "DEEPGRAM")
        self.init(
            apiKey: try environment.apiKey(), baseURL: try environment.url("BASE_URL") ?? Deepgram.defaultBaseURL,
            transport: transport)
        try environment.set(&client)
    }
}

extension Deepgram.ListenAnswer {
    /// The text; nil if it goes to a callback.
    public var transcription: Deepgram.Transcription? {
        if case .completed(let transcription) = self { transcription } else { nil }
    }
}
