import TollgateCore

/// Reaches a mock server without a socket, whatever the address of a request says.
struct InProcessTransport: HTTPTransport {
    let handler: MockHandler

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        try Task.checkCancellation()
        let outcome: MockOutcome
        do {
            outcome = handler.handle(
                MockRequest(head: request, body: try await body.collect(upTo: MockHandler.bodyLimit)))
        } catch is HTTPBody.TooLarge {
            outcome = .reply(handler.refuseBody(of: MockRequest(head: request, body: [])))
        }
        switch outcome {
        case .reply(let reply):
            let head = HTTPResponse(status: .init(code: reply.status), headerFields: reply.headers)
            return HTTPReply(head: head, body: HTTPBody(reply.body))
        case .reset:
            throw ConnectionError(.reset, mayHaveBeenApplied: true)
        }
    }
}
