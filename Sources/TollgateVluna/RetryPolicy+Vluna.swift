import TollgateCore

extension RetryPolicy {
    /// The policy of Vluna's official Python client: up to two more tries on 429 and every status from 500 on, each after
    /// a quarter of a second. What the service asks for in `Retry-After` counts for nothing, and connection errors end the
    /// call.
    public static let officialVluna = {
        var policy = RetryPolicy()
        policy.maximumRetries = 2
        policy.baseDelay = .milliseconds(250)
        policy.maximumDelay = .milliseconds(250)
        policy.jitter = .none
        policy.longestRetryAfter = nil
        policy.statuses = Set(500...599).union([429])
        policy.statusesWhenRepeatable = []
        policy.retriesConnectionErrors = false
        return policy
    }()
}
