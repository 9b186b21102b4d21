/// When a failed try is followed by another one, and after how long.
///
/// | what happened | another try, by ``standard`` |
/// |---|---|
/// | status 408, 429, 502, 503 or 504 | yes |
/// | status 409 or 500 | if sending twice does no more than sending once |
/// | any other status that is no success | no; after 401 once if the credential has a new proof |
/// | no response: refused, reset, closed, no connection in time | yes |
/// | a response that says success and breaks off | if sending twice does no more than sending once |
/// | a body that cannot be read, or is too long | no |
/// | the limit on the whole call, cancellation | no |
///
/// Sending twice does no more than sending once if the method is GET, HEAD, PUT, DELETE, OPTIONS, TRACE or QUERY, or the
/// operation takes an idempotency key. There are at most two more tries, after waits chosen at random below 0.5 s and
/// 1 s; a wait that the service asks for (`Retry-After` in either form, `retry-after-ms`) replaces them if it is at most
/// 60 s, and ends the call if it is longer. No try follows if its wait would outlast the limit on the call, if the
/// ``RetryBudget`` is spent, or if the body is a stream that was read already.
public struct RetryPolicy: Sendable, Hashable {
    /// How many tries may follow the first.
    public var maximumRetries = 2

    /// The bound of the wait before the second try; it doubles with each further one.
    public var baseDelay: Duration = .milliseconds(500)

    /// The wait is never shorter than this.
    public var minimumDelay: Duration = .zero

    /// The bound of the wait stops doubling here.
    public var maximumDelay: Duration = .seconds(8)

    /// How the wait is chosen below its bound.
    public var jitter: Jitter = .full

    /// A `Retry-After` up to this long is obeyed. If the service asks for more, the call fails at once. Nil if what the
    /// service asks for counts for nothing.
    public var longestRetryAfter: Duration? = .seconds(60)

    /// Statuses that are worth another try.
    public var statuses: Set<Int> = [408, 429, 502, 503, 504]

    /// Statuses that are worth another try only if the call is idempotent or carries an idempotency key.
    public var statusesWhenRepeatable: Set<Int> = [409, 500]

    /// Whether another try follows when no response came back.
    public var retriesConnectionErrors = true

    public init() {}

    /// Two more tries, after up to 0.5 and 1 seconds.
    public static let standard = RetryPolicy()

    /// One try and no more, not even with a new token.
    public static let never = {
        var policy = RetryPolicy()
        policy.maximumRetries = 0
        return policy
    }()

    /// How a wait is chosen.
    public enum Jitter: Sendable, Hashable {
        /// At random between nothing and the bound, so that many clients do not come back together.
        case full
        /// Exactly the bound.
        case none
    }
}

extension RetryPolicy {
    /// What went wrong with one try.
    enum Failure {
        case status(Int, retryAfter: Duration?)
        /// No response, or none that is complete.
        case connection
        /// The service said that it succeeded, but the response broke off.
        case brokenSuccess
    }

    enum Decision: Equatable {
        case retry(after: Duration)
        case stop(CallSummary.End)
    }

    /// Decides what follows a failed try.
    /// - Parameters:
    ///   - failure: What went wrong.
    ///   - tries: How many tries there were so far, at least 1.
    ///   - isRepeatable: Whether sending the request twice does no more than sending it once.
    /// - Returns: To try again, or why not.
    func decision(after failure: Failure, tries: Int, isRepeatable: Bool) -> Decision {
        var wish: Duration?
        switch failure {
        case .status(let status, let retryAfter):
            guard statuses.contains(status) || (isRepeatable && statusesWhenRepeatable.contains(status)) else {
                return .stop(.notRetryable)
            }
            wish = retryAfter
        case .connection:
            guard retriesConnectionErrors else { return .stop(.notRetryable) }
        case .brokenSuccess:
            guard retriesConnectionErrors, isRepeatable else { return .stop(.notRetryable) }
        }
        guard let limit = longestRetryAfter, let wish, wish > .zero else {
            return tries <= maximumRetries ? .retry(after: delay(beforeRetry: tries)) : .stop(.noTriesLeft)
        }
        if wish > limit { return .stop(.retryAfterTooLong(wish, limit: limit)) }
        return tries <= maximumRetries ? .retry(after: wish) : .stop(.noTriesLeft)
    }

    /// The wait before a retry; the first is 1.
    private func delay(beforeRetry retry: Int) -> Duration {
        let doubled = baseDelay * (1 << min(retry - 1, 30))
        let bound = max(min(doubled, maximumDelay), .zero)
        let chosen = jitter == .full ? bound * Double.random(in: 0...1) : bound
        return max(chosen, minimumDelay)
    }
}
