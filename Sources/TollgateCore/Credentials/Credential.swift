import HTTPTypes

/// Proves to a service who is calling.
public protocol Credential: Sendable {
    /// Adds the proof to a request that is otherwise complete.
    ///
    /// It is called anew for each try, on a request without the previous proof, so that a signature is fresh each time.
    /// What it throws ends the call.
    func authorize(_ request: inout HTTPRequest, body: HTTPBody) async throws

    /// The service answered a request with status 401. If this returns true, the call is tried once more, with what
    /// ``authorize(_:body:)`` adds then.
    /// - Parameter request: The request with the proof that was refused.
    /// - Returns: Whether there is, or can be had, another proof than the one that was refused.
    func renew(after request: HTTPRequest) async -> Bool
}

extension Credential {
    /// A fixed proof does not get better.
    public func renew(after request: HTTPRequest) async -> Bool { false }
}
