import HTTPTypes

/// Which call an error is about, and how it went. It contains no header field, no query, no path argument and no body.
public struct CallSummary: Sendable, Hashable {
    /// The operation, `vluna.commit`.
    public var operation: String
    public var method: HTTPRequest.Method
    /// The URL without its query and with the names of path parameters in place of their values.
    public var url: String
    /// How many requests were sent, or begun.
    public var tries: Int
    /// How long the call took.
    public var elapsed: Duration
    /// The key that every try carried, if the operation takes one. A call repeated with it is done once.
    public var idempotencyKey: String?
    /// Whether the service may have carried out the call, by one of its tries. If not, calling again does it once.
    public var mayHaveBeenApplied: Bool
    /// Why no further try followed.
    public var end: End

    public init(
        operation: String = "unknown operation", method: HTTPRequest.Method = .get, url: String = "", tries: Int = 0,
        elapsed: Duration = .zero, idempotencyKey: String? = nil, mayHaveBeenApplied: Bool = false,
        end: End = .notRetryable
    ) {
        self.operation = operation
        self.method = method
        self.url = url
        self.tries = tries
        self.elapsed = elapsed
        self.idempotencyKey = idempotencyKey
        self.mayHaveBeenApplied = mayHaveBeenApplied
        self.end = end
    }

    /// Why no further try followed.
    public enum End: Sendable, Hashable {
        /// None was needed.
        case succeeded
        /// Another try would not help, or might do the work twice.
        case notRetryable
        /// The retry policy allows no further try.
        case noTriesLeft
        /// The service asks to wait longer than the retry policy's limit.
        case retryAfterTooLong(Duration, limit: Duration)
        /// The wait would outlast the limit on the whole call.
        case noTimeLeft(wait: Duration)
        /// Too many calls failed lately; see ``RetryBudget``.
        case budgetSpent
        /// The request's body is a stream that can be sent once.
        case bodyNotReplayable
    }

    /// `POST https://…/gate/commits; 3 tries in 1.7 s; request id abc`, for the middle of a description.
    func trace(requestID: String? = nil) -> String {
        let count = tries == 1 ? "1 try" : "\(tries) tries"
        let id = requestID.map { "; request id \($0.forLog)" } ?? ""
        return "\(method.rawValue) \(url); \(count) in \(elapsed.inSeconds)\(id)"
    }

    /// An error's description: which call failed, what came back, and what to do.
    func description(of failure: String, requestID: String? = nil, advice: String) -> String {
        let advice = [remark, advice].compactMap { $0 }.joined(separator: " ")
        // A transport's error has passed no client yet.
        guard tries > 0 else { return "The request failed: \(failure). \(advice)" }
        return "\(operation) failed: \(failure) (\(trace(requestID: requestID))). \(advice)"
    }

    /// What to do when the call may have been carried out.
    var repetition: String {
        "The service may have carried it out. "
            + (idempotencyKey == nil
                ? "Check before calling again." : "Call again with the same idempotency key (`call.idempotencyKey`).")
    }

    /// Why it was not tried again, as a sentence, where that is not obvious.
    private var remark: String? {
        switch end {
        case .succeeded, .notRetryable, .noTriesLeft: nil
        case .retryAfterTooLong(let wait, let limit):
            "Not tried again: the service asks to wait \(wait.inSeconds), more than the \(limit.inSeconds) that the "
                + "retry policy allows."
        case .noTimeLeft(let wait):
            "Not tried again: a wait of \(wait.inSeconds) would outlast the limit on the whole call."
        case .budgetSpent: "Not tried again: too many calls failed lately, and the retry budget is spent."
        case .bodyNotReplayable: "Not tried again: the request's body is a stream that can be sent once."
        }
    }
}

extension Duration {
    /// `1.5 s`, exact to the millisecond.
    var inSeconds: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        var fraction = String(rest + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return (milliseconds < 0 ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : ".\(fraction)") + " s"
    }
}
