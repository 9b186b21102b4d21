import Configuration
import Foundation
import Logging
import TollgateCore
import TollgateObservability

/// What a configuration, by default the environment, says of one service. Names are those of environment variables
/// without the service's prefix: `API_KEY` is `STOA_API_KEY` for Stoa, and `stoa.api.key` in other sources.
///
/// An empty value is none.
package struct ServiceConfiguration {
    private let reader: ConfigReader
    private let prefix: String

    /// - Parameters:
    ///   - configuration: Where to look.
    ///   - prefix: How the service's variables begin: `STOA`.
    package init(_ configuration: ConfigReader, prefix: String) {
        reader = configuration.scoped(to: Self.key(prefix))
        self.prefix = prefix
    }

    private static func key(_ name: String) -> ConfigKey {
        ConfigKey(name.lowercased().split(separator: "_").map(String.init))
    }

    /// The environment variable, for messages.
    package func variable(_ name: String) -> String { "\(prefix)_\(name)" }

    /// Everything is read as a secret, so that no log of a configuration shows it.
    package func text(_ name: String) -> String? {
        reader.string(forKey: Self.key(name), isSecret: true).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A text that must be there. `meaning` says what it is, as the end of a sentence that begins with "It is".
    package func required(_ name: String, _ meaning: String) throws(ConfigurationError) -> String {
        guard let text = text(name) else {
            throw ConfigurationError("\(variable(name)) is not set. It is \(meaning).")
        }
        return text
    }

    package func url(_ name: String) throws(ConfigurationError) -> URL? {
        try .configured(text(name), variable: variable(name))
    }

    /// An address that must be there.
    package func requiredURL(_ name: String, _ meaning: String) throws(ConfigurationError) -> URL {
        guard let url = try url(name) else {
            throw ConfigurationError("\(variable(name)) is not set. It is \(meaning).")
        }
        return url
    }

    /// One of few texts.
    package func choice<Value>(
        _ name: String, _ choices: KeyValuePairs<String, Value>
    ) throws(ConfigurationError) -> Value? {
        guard let text = text(name)?.lowercased() else { return nil }
        guard let choice = choices.first(where: { $0.key == text }) else {
            let names = choices.map(\.key).joined(separator: ", ")
            throw ConfigurationError("\(variable(name)) is none of \(names).")
        }
        return choice.value
    }

    /// A length of time in seconds.
    package func duration(_ name: String) throws(ConfigurationError) -> Duration? {
        guard let text = text(name) else { return nil }
        guard let seconds = Double(text), seconds > 0, seconds <= 1e9 else {
            throw ConfigurationError("\(variable(name)) is not a number of seconds, such as 30 or 0.5.")
        }
        return .seconds(seconds)
    }
}

extension ServiceConfiguration {
    /// Sets what is the same for every service, with the service's prefix before each name:
    ///
    /// | variable | sets |
    /// |---|---|
    /// | `TIMEOUT` | the limit on a whole call, in seconds |
    /// | `CONNECT_TIMEOUT` | the limit on opening a connection, in seconds |
    /// | `IDLE_TIMEOUT` | the limit on the silence within a streamed response, in seconds |
    /// | `RETRY_POLICY` | `standard`, `never`, or `official`, where the service's official client has a policy |
    /// | `MAX_RETRIES` | how many tries may follow the first |
    /// | `LOG_LEVEL` | logs calls, from this level on: `trace`, `debug`, `info`, … |
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is wrong.
    package func set(_ client: inout APIClient, official: RetryPolicy? = nil) throws(ConfigurationError) {
        if let limit = try duration("TIMEOUT") { client.timeout = limit }
        if let limit = try duration("CONNECT_TIMEOUT") { client.connectTimeout = limit }
        if let limit = try duration("IDLE_TIMEOUT") { client.idleTimeout = limit }
        let policy: RetryPolicy?
        if let official {
            policy = try choice("RETRY_POLICY", ["standard": .standard, "never": .never, "official": official])
        } else {
            policy = try choice("RETRY_POLICY", ["standard": .standard, "never": .never])
        }
        if let policy { client.retry = policy }
        if let text = text("MAX_RETRIES") {
            guard let number = Int(text), (0...100).contains(number) else {
                throw ConfigurationError("\(variable("MAX_RETRIES")) is not a number from 0 to 100.")
            }
            client.retry.maximumRetries = number
        }
        if let level = try logLevel() {
            var logger = Logger(label: "tollgate.\(prefix.lowercased())")
            logger.logLevel = level
            client.observer = CallLog(logger)
        }
    }

    private func logLevel() throws(ConfigurationError) -> Logger.Level? {
        guard let text = text("LOG_LEVEL") else { return nil }
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError("\(variable("LOG_LEVEL")) is none of \(names).")
        }
        return level
    }
}
