/// One event of a stream of server-sent events, as the WHATWG defines it.
public struct ServerSentEvent: Sendable, Hashable {
    /// The event's name (the field `event`); `message` if it has none.
    public var name: String
    /// The event's data: its lines, joined by line feeds.
    public var bytes: [UInt8]
    /// The last id that the stream named, with this event or before; empty if none.
    public var id: String
    /// How long the stream asks to wait before connecting again, as it last said; nil if it never did.
    public var retry: Duration?

    public init(name: String = "message", bytes: [UInt8], id: String = "", retry: Duration? = nil) {
        self.name = name
        self.bytes = bytes
        self.id = id
        self.retry = retry
    }

    public init(name: String = "message", data: String, id: String = "", retry: Duration? = nil) {
        self.init(name: name, bytes: Array(data.utf8), id: id, retry: retry)
    }

    /// The event's data as text.
    public var data: String { String(decoding: bytes, as: UTF8.self) }

    /// An event is longer than its reader accepts.
    public struct TooLarge: Error, Hashable, CustomStringConvertible {
        /// The most bytes that were accepted.
        public let limit: Int

        public var description: String { "an event of the stream is longer than \(limit) bytes" }
    }
}

/// How a response carries events.
public enum EventFormat: Sendable, Hashable {
    /// `text/event-stream`.
    case serverSentEvents
    /// One JSON value a line. A line is an event's data; empty lines mean nothing.
    case jsonLines

    var mediaType: String {
        switch self {
        case .serverSentEvents: "text/event-stream"
        case .jsonLines: "application/x-ndjson"
        }
    }
}
