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

extension HTTPBody {
    fileprivate init(_ body: MockReply.Body) {
        switch body {
        case .whole(let bytes): self.init(bytes)
        case .pieces(let pieces, let isBrokenOff): self.init(stream: Pieces(pieces: pieces, isBrokenOff: isBrokenOff))
        }
    }
}

/// The pieces of a streamed answer. Whoever reads them lets others run in between, as on a network.
private struct Pieces: AsyncSequence, Sendable {
    let pieces: [[UInt8]]
    let isBrokenOff: Bool

    func makeAsyncIterator() -> Iterator { Iterator(rest: pieces[...], isBrokenOff: isBrokenOff) }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<[UInt8]>
        let isBrokenOff: Bool

        mutating func next() async throws -> [UInt8]? {
            await Task.yield()
            try Task.checkCancellation()
            if let piece = rest.popFirst() { return piece }
            if isBrokenOff { throw ConnectionError(.reset, mayHaveBeenApplied: true) }
            return nil
        }
    }
}
