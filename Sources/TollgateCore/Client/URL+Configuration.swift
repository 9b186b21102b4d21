import Foundation

extension URL {
    /// An address that stands in the source.
    public static func literal(_ text: StaticString) -> URL {
        guard let url = URL(string: text.description) else { preconditionFailure("\(text) is not a URL") }
        return url
    }

    /// An address with some of its parts left open: `https://{region}.example.com`.
    ///
    /// - Parameters:
    ///   - template: The address with the names of the parts in braces.
    ///   - variables: The parts, by their names.
    /// - Returns: The address.
    /// - Throws: ``ConfigurationError`` if it is none with these parts.
    public static func server(_ template: String, _ variables: [String: String]) throws(ConfigurationError) -> URL {
        let text = variables.reduce(template) { $0.replacing("{\($1.key)}", with: $1.value) }
        guard let url = URL(string: text), url.host?.isEmpty == false else {
            throw ConfigurationError("\(text) is not an address like https://host/path.")
        }
        return url
    }

    /// An address from a configuration; `nil` if it is not set.
    ///
    /// - Parameters:
    ///   - text: What the configuration says.
    ///   - variable: The environment variable to name in the error.
    /// - Returns: The address, or `nil` for no text or an empty one.
    /// - Throws: ``ConfigurationError`` if it is no address that requests can be sent to.
    public static func configured(_ text: String?, variable: String) throws(ConfigurationError) -> URL? {
        guard let text, !text.isEmpty else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty
        else {
            throw ConfigurationError("\(variable) is not an address like https://host/path.")
        }
        return url
    }
}
