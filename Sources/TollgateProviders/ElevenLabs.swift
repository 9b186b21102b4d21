import Configuration
import Foundation
import HTTPTypes
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// ElevenLabs, as far as its use is metered: text to speech, speech to speech, and the making of voices.
///
/// A value is cheap to copy, and copies share connections.
public struct ElevenLabs: APIService {
    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://api.elevenlabs.io") }

    public var client: APIClient

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - apiKey: The workspace's API key.
    ///   - baseURL: The service, one of its regional addresses, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        apiKey: String, baseURL: URL = ElevenLabs.defaultBaseURL, transport: any HTTPTransport = .default
    ) {
        client = APIClient(
            provider: baseURL, transport: transport, credential: APIKey(apiKey, in: .header(.named("xi-api-key"))))
    }

    /// Makes a client from a configuration, by default the environment: `ELEVENLABS_API_KEY`, and optionally
    /// `ELEVENLABS_BASE_URL`.
    ///
    /// How calls behave is set by `ELEVENLABS_TIMEOUT`, `ELEVENLABS_CONNECT_TIMEOUT`, `ELEVENLABS_IDLE_TIMEOUT` (seconds),
    /// `ELEVENLABS_RETRY_POLICY` (`standard`, `never`), `ELEVENLABS_MAX_RETRIES` and `ELEVENLABS_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let environment = ServiceConfiguration(configuration, prefix: "ELEVENLABS")
        self.init(
            apiKey: try environment.apiKey(), baseURL: try environment.url("BASE_URL") ?? ElevenLabs.defaultBaseURL,
            transport: transport)
        try environment.set(&client)
    }
}
