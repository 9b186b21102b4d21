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
        case .reply(let first):
            let reply = await first.later?() ?? first
            let clock = handler.services.clock
            try await reply.delivery.delay?.wait(clock)
            try await reply.delivery.headPause?.wait(clock)
            let head = HTTPResponse(status: .init(code: reply.status), headerFields: reply.headers)
            return HTTPReply(head: head, body: HTTPBody(reply, clock: clock))
        case .reset:
            throw ConnectionError(.reset, mayHaveBeenApplied: true)
        }
    }
}

extension HTTPBody {
    fileprivate init(_ reply: MockReply, clock: MockClock) {
        switch reply.body {
        case .whole(let bytes) where reply.delivery.hasMalformedChunks:
            self.init(stream: Pieces(pieces: [bytes], delivery: reply.delivery, clock: clock))
        case .whole(let bytes): self.init(bytes)
        case .pieces(let pieces): self.init(stream: Pieces(pieces: pieces, delivery: reply.delivery, clock: clock))
        }
    }
}

/// The pieces of a streamed answer. Whoever reads them lets others run in between, as on a network.
private struct Pieces: AsyncSequence, Sendable {
    let pieces: [[UInt8]]
    let delivery: MockReply.Delivery
    let clock: MockClock

    func makeAsyncIterator() -> Iterator { Iterator(rest: pieces[...], delivery: delivery, clock: clock) }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<[UInt8]>
        let delivery: MockReply.Delivery
        let clock: MockClock

        mutating func next() async throws -> [UInt8]? {
            await Task.yield()
            try Task.checkCancellation()
            if let piece = rest.popFirst() {
                try await delivery.pause?.wait(clock)
                return piece
            }
            if delivery.hasMalformedChunks { throw ConnectionError(.malformed, mayHaveBeenApplied: true) }
            if delivery.isBrokenOff { throw ConnectionError(.closed, mayHaveBeenApplied: true) }
            return nil
        }
    }
}
