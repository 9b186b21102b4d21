import Foundation
import HTTPTypes

/// A fixed token in the `Authorization` field.
public struct BearerToken: Credential {
    private let token: String

    public init(_ token: String) {
        self.token = token
    }

    public func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
        request.headerFields[.authorization] = "Bearer \(token)"
    }
}

/// A user name and a password in the `Authorization` field, as RFC 7617 has it.
public struct BasicCredential: Credential {
    private let field: String

    /// - Parameters:
    ///   - username: Without a colon, which would be read as its end.
    ///   - password: Any text.
    public init(username: String, password: String) {
        field = "Basic " + Data("\(username):\(password)".utf8).base64EncodedString()
    }

    public func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
        request.headerFields[.authorization] = field
    }
}

/// A fixed key where the service wants it.
public struct APIKey: Credential {
    /// Where a key stands in a request.
    public enum Place: Sendable, Hashable {
        /// A header field whose value is the key.
        case header(HTTPField.Name)
        /// A parameter of the query.
        case query(String)
        case cookie(String)
    }

    private let key: String
    private let place: Place

    public init(_ key: String, in place: Place) {
        self.key = key
        self.place = place
    }

    public func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
        switch place {
        case .header(let name):
            request.headerFields[name] = key
        case .query(let name):
            let path = request.path ?? "/"
            request.path = path + (path.contains("?") ? "&" : "?") + "\(name.percentEncoded)=\(key.percentEncoded)"
        case .cookie(let name):
            let others = request.headerFields[.cookie].map { $0 + "; " } ?? ""
            request.headerFields[.cookie] = "\(others)\(name)=\(key)"
        }
    }
}

/// Several credentials, for a service that wants all of them.
public struct CombinedCredential: Credential {
    private let credentials: [any Credential]

    public init(_ credentials: any Credential...) {
        self.credentials = credentials
    }

    public func authorize(_ request: inout HTTPRequest, body: HTTPBody) async throws {
        for credential in credentials { try await credential.authorize(&request, body: body) }
    }

    /// Whether one of them can do better.
    public func renew(after request: HTTPRequest) async -> Bool {
        var isRenewed = false
        for credential in credentials where await credential.renew(after: request) { isRenewed = true }
        return isRenewed
    }
}

extension BearerToken: CustomStringConvertible, CustomReflectable {
    /// Never the token.
    public var description: String { "BearerToken(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension BasicCredential: CustomStringConvertible, CustomReflectable {
    /// Never the password.
    public var description: String { "BasicCredential(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension APIKey: CustomStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "APIKey(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
