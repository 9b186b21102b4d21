import Foundation
import HTTPTypes
import Synchronization
import TollgateCore

/// Passes requests on to a service, and lets the recorder and the contract watch look on. Nothing that passes changes.
struct ProxyTransport: HTTPTransport {
    /// The longest body of a request, and the most of a response's that is kept for those who look on, in bytes.
    static let bodyLimit = 32 << 20

    let upstream: MockUpstream
    let recorder: MockRecorder?
    let watch: ContractWatch?

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        if let reply = ownReply(to: request) { return reply }
        let bytes: [UInt8]
        do {
            bytes = try await body.collect(upTo: Self.bodyLimit)
        } catch let error as HTTPBody.TooLarge {
            return HTTPReply(MockProblem.bodyTooLarge(limit: error.limit).reply)
        }
        let seen = MockRequest(head: request, body: bytes)
        let exchange = ProxyExchange(
            request: seen, recorder: recorder, number: recorder?.begin(seen), watch: watch,
            check: watch?.check(seen))
        var reply = try await upstream.transport.send(
            upstream.request(for: request), body: HTTPBody(bytes), timeouts: timeouts)
        reply.head.headerFields = reply.head.headerFields.endToEnd
        if let whole = reply.body.bytes {
            exchange.end(reply.head, body: whole, isWhole: true)
        } else {
            let chunks = ObservedChunks(body: reply.body, head: reply.head, exchange: exchange)
            reply.body = HTTPBody(stream: chunks, length: reply.body.length)
        }
        return reply
    }

    /// What the proxy answers itself: `GET /_tollgate/violations`.
    private func ownReply(to request: HTTPRequest) -> HTTPReply? {
        guard let watch, request.method == .get, request.path?.prefix(while: { $0 != "?" }) == "/_tollgate/violations"
        else { return nil }
        return HTTPReply(watch.reply)
    }
}

extension HTTPReply {
    /// A reply that is sent as it is.
    init(_ reply: MockReply) {
        self.init(
            head: HTTPResponse(status: .init(code: reply.status), headerFields: reply.headers),
            body: HTTPBody(reply.bytes))
    }
}

/// One exchange on its way through the proxy.
struct ProxyExchange: Sendable {
    let request: MockRequest
    let recorder: MockRecorder?
    /// Of the recorder.
    let number: Int?
    let watch: ContractWatch?
    let check: ContractCheck?

    /// Tells those who look on what came.
    /// - Parameters:
    ///   - head: Status and header fields of the response.
    ///   - body: Nil if it was too much to keep.
    ///   - isWhole: Whether all of it came.
    func end(_ head: HTTPResponse, body: [UInt8]?, isWhole: Bool) {
        if let watch, let check { watch.add(check.ofResponse(head, body: body, isWhole: isWhole)) }
        guard let recorder, let number else { return }
        if let body, isWhole {
            recorder.record(request, head, body: body, number: number)
        } else {
            recorder.skip(request, because: isWhole ? "the answer is too long" : "the answer was broken off")
        }
    }
}

/// The chunks of a body, kept as they pass.
private struct ObservedChunks: AsyncSequence, Sendable {
    let body: HTTPBody
    let head: HTTPResponse
    let exchange: ProxyExchange

    func makeAsyncIterator() -> Iterator {
        Iterator(chunks: body.makeAsyncIterator(), ending: Ending(head: head, exchange: exchange), length: body.length)
    }

    struct Iterator: AsyncIteratorProtocol {
        var chunks: HTTPBody.Iterator
        let ending: Ending
        let length: Int?

        mutating func next() async throws -> [UInt8]? {
            guard let chunk = try await chunks.next() else {
                ending.end()
                return nil
            }
            // Whoever knows the length does not wait for the end.
            if ending.add(chunk) == length { ending.end() }
            return chunk
        }
    }

    /// What has passed. Whoever stops reading ends the exchange, too.
    final class Ending: Sendable {
        private let head: HTTPResponse
        private let exchange: ProxyExchange
        private let state = Mutex(State())

        private struct State {
            /// Nil when it is too much to keep.
            var bytes: [UInt8]? = []
            var count = 0
            var isOver = false
        }

        init(head: HTTPResponse, exchange: ProxyExchange) {
            self.head = head
            self.exchange = exchange
        }

        deinit {
            end(isWhole: false)
        }

        /// - Returns: How many bytes have come so far.
        func add(_ chunk: [UInt8]) -> Int {
            state.withLock { state in
                state.count += chunk.count
                if state.count > ProxyTransport.bodyLimit { state.bytes = nil }
                state.bytes?.append(contentsOf: chunk)
                return state.count
            }
        }

        func end(isWhole: Bool = true) {
            let (isOver, bytes) = state.withLock { state in
                defer { state = State(bytes: nil, count: state.count, isOver: true) }
                return (state.isOver, state.bytes)
            }
            if !isOver { exchange.end(head, body: bytes, isWhole: isWhole) }
        }
    }
}
