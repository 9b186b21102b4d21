import Configuration
import Foundation
import TollgateCore

/// What a configuration, by default the environment, says of one provider.
struct ProviderEnvironment {
    private let configuration: ConfigReader
    /// How the provider's variables begin: `OPENAI` for `OPENAI_API_KEY`.
    private let prefix: String

    /// - Parameters:
    ///   - configuration: Where to look.
    ///   - service: The provider's name in lower-case letters, such as `openai`.
    init(_ configuration: ConfigReader, service: String) {
        self.configuration = configuration.scoped(to: ConfigKey(service))
        prefix = service.uppercased()
    }

    /// The key, which must be there: `OPENAI_API_KEY`.
    func apiKey() throws(ConfigurationError) -> String {
        guard let key = configuration.string(forKey: "api.key", isSecret: true), !key.isEmpty else {
            throw ConfigurationError("\(prefix)_API_KEY is not set. It is the key that the provider gave you.")
        }
        return key
    }

    /// The address, if one is given: `OPENAI_BASE_URL`.
    func baseURL() throws(ConfigurationError) -> URL? {
        try .configured(configuration.string(forKey: "base.url"), variable: "\(prefix)_BASE_URL")
    }

    /// Any other text that is not secret and not empty: `org.id` is `OPENAI_ORG_ID`.
    func text(_ key: ConfigKey) -> String? {
        configuration.string(forKey: key).flatMap { $0.isEmpty ? nil : $0 }
    }
}
