/// The events of a streamed response, each decoded as it comes. It can be iterated once.
///
///     for try await chunk in try await openAI.chat.completions.stream(model: "gpt-4", messages: messages) { … }
///
/// Leaving the loop closes the connection. An event in which the service reports an error is thrown: one that is named
/// `error`, and one whose data is an object with a member `error` that is not null.
public struct EventStream<Event: JSONConvertible>: AsyncSequence, Sendable {
    /// The events as they came. Iterate these or the stream, not both.
    public let raw: ServerSentEvents
    /// The data of the event that ends the stream; nil if the response's end does.
    private let end: [UInt8]?

    init(_ reply: ReceivedReply, format: EventFormat, end: String?) {
        raw = ServerSentEvents(reply, format: format)
        self.end = end.map { Array($0.utf8) }
    }

    /// - Parameters:
    ///   - body: The stream.
    ///   - format: How it carries events.
    ///   - end: The data of the event that ends the stream, `[DONE]`; nil if the body's end does.
    ///   - limit: The longest event to accept, in bytes.
    public init(
        _ body: HTTPBody, format: EventFormat = .serverSentEvents, end: String? = nil, limit: Int = 64 << 20
    ) {
        self.init(ReceivedReply(of: body, limit: limit), format: format, end: end)
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(reply: raw.reply, events: raw.makeAsyncIterator(), end: end)
    }

    public struct Iterator: AsyncIteratorProtocol {
        private let reply: ReceivedReply
        /// Nil at the end.
        private var events: ServerSentEvents.Iterator?
        private let end: [UInt8]?
        private var count = 0

        fileprivate init(reply: ReceivedReply, events: ServerSentEvents.Iterator, end: [UInt8]?) {
            self.reply = reply
            self.events = events
            self.end = end
        }

        public mutating func next() async throws -> Event? {
            try await next(isolation: nil)
        }

        /// - Throws: A ``TollgateError``: ``StreamFailure`` if the service reports an error, ``DecodingFailure``,
        ///   ``ConnectionError``, ``TimeoutError``, ``UnexpectedResponse`` if an event is longer than the client accepts.
        ///   `CancellationError` when the task is cancelled. The sequence ends with that.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Event? {
            do {
                guard let event = try await events?.next(isolation: actor) else {
                    events = nil
                    return nil
                }
                if event.bytes == end {
                    try await events?.drain(isolation: actor)
                    events = nil
                    return nil
                }
                count += 1
                return try decode(event)
            } catch {
                events = nil
                throw error
            }
        }

        private func decode(_ event: ServerSentEvent) throws -> Event {
            let value: Event?
            do throws(JSONError) {
                value = try Self.value(of: event)
            } catch {
                throw reply.decodingFailure(error, in: event.bytes, event: (count, event.name))
            }
            guard let value else { throw StreamFailure(reply.failure(event.bytes)) }
            return value
        }

        /// The event's data, decoded; nil if it reports an error.
        private static func value(of event: ServerSentEvent) throws(JSONError) -> Event? {
            guard event.name != "error" else { return nil }
            let json = try JSONElement(parsing: event.bytes)
            if let error = json["error"], !error.isNull { return nil }
            return try Event(json: json)
        }
    }
}
