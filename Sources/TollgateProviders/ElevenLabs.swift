import Configuration
import Foundation
import HTTPTypes
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
            provider: baseURL, transport: transport, credential: HeaderKey(.named("xi-api-key"), apiKey))
    }

    /// Makes a client from a configuration, by default the environment: `ELEVENLABS_API_KEY`, and optionally
    /// `ELEVENLABS_BASE_URL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let environment = ProviderEnvironment(configuration, service: "elevenlabs")
        self.init(
            apiKey: try environment.apiKey(), baseURL: try environment.baseURL() ?? ElevenLabs.defaultBaseURL,
            transport: transport)
    }
}
