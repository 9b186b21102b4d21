/// No response came back, or none that is complete.
public struct ConnectionError: TollgateError {
    public var kind: Kind
    /// Whether the service may have carried out the call nevertheless. If not, calling again does it once.
    public var mayHaveBeenApplied: Bool
    /// What the transport says, without anything that the request contained.
    public var detail: String
    /// Which call failed, and how often it was tried. The client fills it in.
    public var call: CallSummary
    /// What was thrown, if it is an error of another kind: by a transport of your own, by the stream of a request's body.
    public var underlying: (any Error)?

    public init(
        _ kind: Kind, mayHaveBeenApplied: Bool, detail: String = "", underlying: (any Error)? = nil,
        call: CallSummary = CallSummary()
    ) {
        self.kind = kind
        self.mayHaveBeenApplied = mayHaveBeenApplied
        self.detail = detail
        self.underlying = underlying
        self.call = call
    }

    /// What failed.
    public enum Kind: String, Sendable, Hashable {
        /// Nobody listens at the address.
        case refused = "the connection was refused"
        /// There is no way to the address.
        case unreachable = "the host cannot be reached"
        /// The host's name has no address.
        case dns = "the host's name was not found"
        /// The certificate or the handshake.
        case tls = "the secure connection could not be established"
        /// The other side aborted the connection.
        case reset = "the connection was reset"
        /// The other side closed the connection before the response was complete.
        case closed = "the connection was closed before the response was complete"
        /// What came back is not HTTP.
        case malformed = "the response is not valid HTTP"
        case other = "the request could not be sent"
    }

    /// The operation, `vluna.commit`.
    public var operation: String { call.operation }

    public var description: String {
        let failure = detail.isEmpty ? kind.rawValue : "\(kind.rawValue): \(detail.forLog)"
        return call.description(of: failure, advice: advice)
    }

    private var advice: String {
        switch kind {
        case .refused, .unreachable, .dns:
            mayHaveBeenApplied ? call.repetition : "Nothing was carried out. Check the base URL and the network."
        case .tls: "Nothing was carried out. Check the certificate, the clock and the base URL."
        case .reset, .closed, .malformed, .other:
            mayHaveBeenApplied ? call.repetition : "Nothing was carried out; call again."
        }
    }
}

/// The call took too long.
public struct TimeoutError: TollgateError {
    /// Which limit ran out.
    public var limit: Limit
    /// How long the limit is.
    public var duration: Duration
    /// Whether the service may have carried out the call nevertheless. If not, calling again does it once.
    public var mayHaveBeenApplied: Bool
    /// Which call failed, and how often it was tried. The client fills it in.
    public var call: CallSummary

    public init(
        _ limit: Limit, of duration: Duration, mayHaveBeenApplied: Bool, call: CallSummary = CallSummary()
    ) {
        self.limit = limit
        self.duration = duration
        self.mayHaveBeenApplied = mayHaveBeenApplied
        self.call = call
    }

    /// A limit on time.
    public enum Limit: String, Sendable, Hashable {
        /// Opening a connection.
        case connect
        /// The whole call: all tries, and the waits between them.
        case call
        /// The silence between two pieces of a streamed response.
        case idle
    }

    /// The operation, `vluna.commit`.
    public var operation: String { call.operation }

    public var description: String {
        let what =
            switch limit {
            case .connect: "no connection"
            case .call: "no complete response"
            case .idle: "nothing more of the response"
            }
        return call.description(of: "\(what) within \(duration.inSeconds)", advice: advice)
    }

    private var advice: String {
        guard !mayHaveBeenApplied else { return call.repetition }
        return limit == .connect
            ? "Nothing was carried out. Check the base URL and the network." : "Nothing was carried out; call again."
    }
}
