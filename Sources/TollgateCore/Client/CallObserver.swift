import HTTPTypes

/// Watches the calls of a client: for logs, metrics and traces, or for a record of one's own.
///
/// A client has none unless it is given one, and then a call costs nothing more. The module TollgateObservability has one
/// for swift-log, swift-metrics and swift-distributed-tracing.
public protocol CallObserver: Sendable {
    /// A call begins. What is returned watches it to its end.
    func begin(_ call: ObservedCall) -> any CallObservation
}

/// Watches one call. The tries of a call follow one another; nothing here is called twice at a time.
public protocol CallObservation: Sendable {
    /// A try begins. Fields may be added to the request, such as the context of a trace; the credential's proof is not yet
    /// in it, but other fields may be secret: log ``HTTPTypes/HTTPFields/redacted`` only.
    /// - Parameters:
    ///   - request: What will be sent.
    ///   - number: The first is 1.
    func tryBegins(_ request: inout HTTPRequest, number: Int)

    /// A try is over: its response is there (of a stream, its beginning), or will never be.
    func tryEnded(_ outcome: TryOutcome)

    /// Another try will follow after a wait.
    func retryFollows(after wait: Duration)

    /// The call returns, or throws the error.
    func callEnded(_ summary: CallSummary, error: (any Error)?)

    /// The body of a response that is a stream was read to its end, broke off, or was dropped half read. Not called for
    /// a body that came whole with its response: then ``TryOutcome/bodyLength`` tells its length.
    func streamEnded(bytes: Int, error: (any Error)?)
}

extension CallObservation {
    public func tryBegins(_ request: inout HTTPRequest, number: Int) {}
    public func tryEnded(_ outcome: TryOutcome) {}
    public func retryFollows(after wait: Duration) {}
    public func callEnded(_ summary: CallSummary, error: (any Error)?) {}
    public func streamEnded(bytes: Int, error: (any Error)?) {}
}

/// A call as it may stand in logs, metrics and traces: no header field, no query, no path argument and no body.
public struct ObservedCall: Sendable, Hashable {
    /// The operation, `vluna.commit`.
    public var operation: String
    public var method: HTTPRequest.Method
    /// `https` or `http`.
    public var scheme: String
    public var host: String
    /// The port, the scheme's own if the base URL names none.
    public var port: Int
    /// The path with the names of path parameters in place of their values: `/mgt/v1/budgets/{budget_id}`.
    public var path: String
    /// The length of the request's body, if it is known.
    public var bodyLength: Int?
    /// Whether the call returns a stream.
    public var isStream: Bool

    public init(
        operation: String, method: HTTPRequest.Method, scheme: String, host: String, port: Int, path: String,
        bodyLength: Int? = nil, isStream: Bool = false
    ) {
        self.operation = operation
        self.method = method
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.bodyLength = bodyLength
        self.isStream = isStream
    }

    /// Scheme, authority and ``path``.
    public var url: String {
        let isUsual = port == (scheme == "http" ? 80 : 443)
        return isUsual ? "\(scheme)://\(host)\(path)" : "\(scheme)://\(host):\(port)\(path)"
    }
}

/// How one try ended.
public struct TryOutcome: Sendable {
    /// The HTTP status; nil if no response came.
    public var status: Int?
    /// The response's header fields.
    public var headers: HTTPFields
    /// The identifier to quote to the service's operators.
    public var requestID: String?
    /// How many bytes of the body came; nil if it is a stream that goes on, or no response came.
    public var bodyLength: Int?
    /// Why there is no response, or none that is complete.
    public var error: (any Error)?
    /// From the beginning of the try.
    public var duration: Duration

    public init(
        status: Int? = nil, headers: HTTPFields = [:], requestID: String? = nil, bodyLength: Int? = nil,
        error: (any Error)? = nil, duration: Duration
    ) {
        self.status = status
        self.headers = headers
        self.requestID = requestID
        self.bodyLength = bodyLength
        self.error = error
        self.duration = duration
    }
}
