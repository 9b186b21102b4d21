/// The events of a response as they come, undecoded. It can be iterated once, as the response's body can.
public struct ServerSentEvents: AsyncSequence, Sendable {
    public typealias Element = ServerSentEvent

    let reply: ReceivedReply
    private let format: EventFormat

    init(_ reply: ReceivedReply, format: EventFormat) {
        self.reply = reply
        self.format = format
    }

    /// - Parameters:
    ///   - body: The stream.
    ///   - format: How it carries events.
    ///   - limit: The longest event to accept, in bytes.
    public init(_ body: HTTPBody, format: EventFormat = .serverSentEvents, limit: Int = 64 << 20) {
        self.init(ReceivedReply(of: body, limit: limit), format: format)
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(
            reply: reply, chunks: reply.body.makeAsyncIterator(),
            parser: EventParser(format: format, limit: reply.limit))
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reply: ReceivedReply
        /// Nil at the end: what is behind the stream is let go.
        fileprivate var chunks: HTTPBody.Iterator?
        fileprivate var parser: EventParser
        private var waiting: ArraySlice<ServerSentEvent> = []

        fileprivate init(reply: ReceivedReply, chunks: HTTPBody.Iterator, parser: EventParser) {
            self.reply = reply
            self.chunks = chunks
            self.parser = parser
        }

        public mutating func next() async throws -> ServerSentEvent? {
            try await next(isolation: nil)
        }

        /// - Throws: ``ConnectionError``, ``TimeoutError``; ``UnexpectedResponse`` if an event is longer than the client
        ///   accepts. The sequence ends with that.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ServerSentEvent? {
            do {
                while waiting.isEmpty {
                    guard chunks != nil else { return nil }
                    if let chunk = try await chunks?.next(isolation: actor) {
                        waiting = try parser.parse(chunk)[...]
                    } else {
                        chunks = nil
                        return parser.finish()
                    }
                }
            } catch {
                chunks = nil
                guard let tooLarge = error as? ServerSentEvent.TooLarge else { throw error }
                throw UnexpectedResponse(reply.failure([]), reason: .tooLong(limit: tooLarge.limit))
            }
            return waiting.popFirst()
        }

        /// Reads to the end, so that the connection can serve again.
        mutating func drain(isolation actor: isolated (any Actor)?) async throws {
            waiting = []
            while chunks != nil {
                do {
                    if try await chunks?.next(isolation: actor) == nil { chunks = nil }
                } catch let error where !error.isForTheCaller {
                    chunks = nil
                }
            }
        }
    }
}
