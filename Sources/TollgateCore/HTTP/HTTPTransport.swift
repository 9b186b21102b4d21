@_exported import HTTPTypes

/// Sends one request and receives one response: the client's way to the network.
///
/// A transport does not follow redirects, does not try again and does not interpret the status.
public protocol HTTPTransport: Sendable {
    /// Sends a request.
    ///
    /// The request has a scheme, an authority and a path. The transport adds what the framing of the message needs
    /// (`Host`, `Content-Length` or `Transfer-Encoding`).
    ///
    /// - Parameters:
    ///   - request: Method, URL and header fields.
    ///   - body: The body; ``HTTPBody/empty`` if there is none.
    ///   - timeouts: The limits for this request.
    /// - Returns: The response's head, as soon as it has arrived, and its body as it comes.
    /// - Throws: ``ConnectionError`` or ``TimeoutError``; ``ConfigurationError`` if it cannot work as it is set up;
    ///   `CancellationError`, promptly, when the task is cancelled. Any other ``TollgateError`` ends the call and reaches
    ///   the caller as it is, at the end of the reply's body as well.
    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply
}

/// How long a transport may take.
public struct HTTPTimeouts: Sendable, Hashable {
    /// To open a connection, TLS included.
    public var connect: Duration
    /// From sending the request to the response's head; nil for no limit.
    ///
    /// The client enforces its own limit on the whole call; this one lets a transport free its resources as well.
    public var response: Duration?
    /// Between two pieces of a response's body that is read as it comes; nil for no limit. The client enforces this one,
    /// too.
    public var idle: Duration?

    public init(connect: Duration = .seconds(5), response: Duration? = nil, idle: Duration? = nil) {
        self.connect = connect
        self.response = response
        self.idle = idle
    }
}

/// What came back for one request.
public struct HTTPReply: Sendable {
    /// Status and header fields.
    public var head: HTTPResponse
    /// The body, which may still be arriving.
    public var body: HTTPBody

    public init(head: HTTPResponse, body: HTTPBody = .empty) {
        self.head = head
        self.body = body
    }
}
