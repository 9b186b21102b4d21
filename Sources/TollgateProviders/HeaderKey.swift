import Foundation
import HTTPTypes
import TollgateCore

/// A fixed key in a header field of the provider's choice.
struct HeaderKey: Credential {
    private let name: HTTPField.Name
    private let value: String

    init(_ name: HTTPField.Name, _ value: String) {
        self.name = name
        self.value = value
    }

    func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
        request.headerFields[name] = value
    }
}

extension HeaderKey: CustomStringConvertible, CustomReflectable {
    /// Never the key.
    var description: String { "HeaderKey(redacted)" }

    var customMirror: Mirror { Mirror(self, children: []) }
}

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
