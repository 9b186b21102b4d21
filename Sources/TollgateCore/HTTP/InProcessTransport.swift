/// Answers requests with a closure, without a network: for tests, and for a service in the same program.
///
///     let transport = InProcessTransport { request, body in
///         HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(#"{"balance":"5.00"}"#))
///     }
///
/// It has no limits on time of its own; the client has.
public struct InProcessTransport: HTTPTransport {
    private let answer: @Sendable (HTTPRequest, HTTPBody) async throws -> HTTPReply

    /// - Parameter answer: What the service does. An error that is none of the library's is a connection that was closed.
    public init(_ answer: @escaping @Sendable (HTTPRequest, HTTPBody) async throws -> HTTPReply) {
        self.answer = answer
    }

    public func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        try Task.checkCancellation()
        do {
            let reply = try await answer(request, body)
            try Task.checkCancellation()
            return reply
        } catch {
            if Task.isCancelled { throw CancellationError() }
            guard error is any TollgateError else {
                throw ConnectionError(
                    .closed, mayHaveBeenApplied: true, detail: "\(type(of: error))", underlying: error)
            }
            throw error
        }
    }
}
