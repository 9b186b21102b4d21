import TollgateAIKit
import TollgateTogo

extension TogoBilling.APIKey {
    /// The key's quota: its tokens in all; none for a key without a limit.
    public var quotas: [Quota] { quota == 0 ? [] : [.tokens(quota, per: .ever)] }
}

extension AIKit.RateLimitRemaining {
    /// What `GET /v1/usage` shows of the limits on requests; of a period without one, the largest number.
    public init(_ statuses: [QuotaStatus]) {
        func remaining(_ period: Quota.Period) -> Int {
            let own = statuses.filter { $0.quota.unit == .requests && $0.quota.period == period }
            return own.map { Int(clamping: $0.remaining) }.min() ?? .max
        }
        self.init(perMinute: remaining(.minute), perDay: remaining(.day))
    }
}
