import HTTPTypes

/// Proves to a service who is calling.
public protocol Credential: Sendable {
    /// Adds the proof to a request that is otherwise complete.
    ///
    /// It is called anew for each try, on a request without the previous proof, so that a signature is fresh each time.
    /// What it throws ends the call.
    func authorize(_ request: inout HTTPRequest, body: HTTPBody) async throws
}

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

extension BearerToken: CustomStringConvertible, CustomReflectable {
    /// Never the token.
    public var description: String { "BearerToken(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
