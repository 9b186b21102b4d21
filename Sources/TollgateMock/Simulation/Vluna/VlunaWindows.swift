import Foundation
import TollgateVluna

extension VlunaState {
    enum PolicyKind: Sendable {
        case quota, rate, seats
    }

    /// A limit on one feature, or on all that have no policy of the same kind of their own.
    struct Policy: Sendable {
        let feature: String
        let kind: PolicyKind
        /// The length of a window; 0 for seats.
        let seconds: Int64
        /// -1 for no limit.
        let limit: Int64
    }

    /// What was used in one window.
    struct Counter: Hashable, Sendable {
        let account: String
        let feature: String
        let kind: PolicyKind
        let seconds: Int64
        /// Seconds since 1970.
        let start: Int64
    }

    struct Window: Sendable {
        let counter: Counter
        let limit: Int64
        let used: Int64

        var start: Date { Date(timeIntervalSince1970: Double(counter.start)) }
        var end: Date { Date(timeIntervalSince1970: Double(counter.start + counter.seconds)) }
        var isFinite: Bool { limit >= 0 }
        var remaining: Int64 { max(limit - used, 0) }
    }

    /// The policies of a kind that hold for a feature: its own, or else those for all features.
    func policies(_ kind: PolicyKind, of feature: String) -> [Policy] {
        let own = policies.filter { $0.kind == kind && $0.feature == feature }
        return own.isEmpty ? policies.filter { $0.kind == kind && $0.feature == Self.wildcardFeature } : own
    }

    /// The windows around a time. They are laid end to end from 1970 on.
    func windows(_ kind: PolicyKind, of feature: String, account: String, at time: Date) -> [Window] {
        let now = Int64(time.timeIntervalSince1970.rounded(.down))
        return policies(kind, of: feature).map { policy in
            let start = now - (now % policy.seconds + policy.seconds) % policy.seconds
            let counter = Counter(
                account: account, feature: feature, kind: kind, seconds: policy.seconds, start: start)
            return Window(counter: counter, limit: policy.limit, used: counters[counter] ?? 0)
        }
    }

    /// Counts a quantity; a counter stops at its limit.
    /// - Returns: A hint if a quota was overdrawn.
    mutating func count(_ quantity: Int64, of feature: String, account: String, at time: Date) -> Vluna.Hint? {
        var isOverdrawn = false
        for window in windows(.quota, of: feature, account: account, at: time) {
            let (sum, overflow) = window.used.addingReportingOverflow(quantity)
            let used = overflow ? .max : sum
            if window.isFinite, used > window.limit { isOverdrawn = true }
            counters[window.counter] = window.isFinite ? min(used, window.limit) : used
        }
        return isOverdrawn ? Vluna.Hint(kind: .quotaRemaining, maxQuantityMinor: 0) : nil
    }

    /// Counts a call against the rate windows.
    /// - Returns: Hints for windows that have few calls left.
    /// - Throws: ``VlunaFailure`` if one has no call left. Then nothing is counted.
    mutating func countCall(
        of feature: String, account: String, at time: Date
    ) throws(VlunaFailure) -> [Vluna.Hint] {
        let windows = windows(.rate, of: feature, account: account, at: time).filter(\.isFinite)
        if let full = windows.first(where: { $0.remaining == 0 }) {
            throw VlunaFailure(
                status: 429, code: "LIMIT.RATE_EXCEEDED", message: "rate limit exceeded",
                hints: [rateHint(full, remaining: 0, at: time)])
        }
        var hints: [Vluna.Hint] = []
        for window in windows {
            counters[window.counter] = window.used + 1
            if window.used + 1 + 3 >= window.limit {
                hints.append(rateHint(window, remaining: window.remaining - 1, at: time))
            }
        }
        return hints
    }

    private func rateHint(_ window: Window, remaining: Int64, at time: Date) -> Vluna.Hint {
        let seconds = window.end.timeIntervalSince(time).rounded(.up)
        return Vluna.Hint(kind: .rateLimit, seconds: Int(seconds), remaining: Int(remaining), until: window.end)
    }
}
