import Foundation
import TollgateConfiguration
import TollgateCore

extension APIClient {
    /// A client of an AI provider. Its calls may take up to 10 minutes, because models think; of a stream that is the
    /// time until it begins.
    init(
        provider baseURL: URL, transport: any HTTPTransport, credential: any Credential, headers: HTTPFields = [:]
    ) {
        self.init(
            baseURL: baseURL, transport: transport, credential: credential, headers: headers, timeout: .seconds(600))
        idleTimeout = .seconds(600)
    }
}

extension ServiceConfiguration {
    /// The key, which must be there: `OPENAI_API_KEY`.
    func apiKey() throws(ConfigurationError) -> String {
        try required("API_KEY", "the key that the provider gave you")
    }
}
