import Configuration
import Foundation
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
            baseURL: baseURL, transport: transport, credential: APIKeyField(name: header, key: apiKey))
    }

    /// Makes a client from a configuration, by default the environment: `AI_KIT_API_KEY` and `AI_KIT_BASE_URL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let kit = configuration.scoped(to: "ai.kit")
        guard let apiKey = kit.string(forKey: "api.key", isSecret: true), !apiKey.isEmpty else {
            throw ConfigurationError("AI_KIT_API_KEY is not set. It is one of the API keys that the server issues.")
        }
        guard let baseURL = try URL.configured(kit.string(forKey: "base.url"), variable: "AI_KIT_BASE_URL") else {
            throw ConfigurationError("AI_KIT_BASE_URL is not set. It is the address of the server.")
        }
        self.init(apiKey: apiKey, baseURL: baseURL, transport: transport)
    }
}

/// An API key in a header field of its own.
private struct APIKeyField: Credential, CustomStringConvertible, CustomReflectable {
    let name: HTTPField.Name
    let key: String

    func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
        request.headerFields[name] = key
    }

    /// Never the key.
    var description: String { "APIKeyField(\(name))" }

    var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPField.Name {
    /// `X-API-Key`.
    public static var apiKey: Self { .named("X-API-Key") }
}
