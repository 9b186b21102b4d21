import TollgateConfiguration
import TollgateCore

extension RetryPolicy {
    /// The policy of Stoa's official Python client: up to three more tries on 429 and every status from 500 on, whatever
    /// the call, after 2, 4 and 8 seconds. What the service asks for in `Retry-After` counts for nothing, and connection
    /// errors end the call.
    ///
    /// ``standard`` is safer: it repeats a call that may have been carried out only if that does the work once.
    public static let officialStoa = {
        var policy = RetryPolicy()
        policy.maximumRetries = 3
        policy.baseDelay = .seconds(2)
        policy.maximumDelay = .seconds(15)
        policy.jitter = .none
        policy.longestRetryAfter = nil
        policy.statuses = Set(500...599).union([429])
        policy.statusesWhenRepeatable = []
        policy.retriesConnectionErrors = false
        return policy
    }()

    /// Takes the bounds of the waits from `STOA_RETRY_WAIT_*`. Like the official client, it passes over what is no number.
    mutating func setWaits(from stoa: ServiceConfiguration) {
        func seconds(_ name: String) -> Duration? {
            stoa.text(name).flatMap { Double($0) }.flatMap { (0...1e9).contains($0) ? .seconds($0) : nil }
        }
        if let wait = seconds("RETRY_WAIT_MULTIPLIER") { baseDelay = wait }
        if let wait = seconds("RETRY_WAIT_MAX") { maximumDelay = wait }
        if let wait = seconds("RETRY_WAIT_MIN") { minimumDelay = wait }
    }
}
