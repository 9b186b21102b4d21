import Foundation
import TollgateCore

/// How much may be used within a time.
public struct Quota: Sendable, Hashable {
    /// What is counted.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case requests, tokens
    }

    /// When counting starts anew: with each minute, day or month (UTC), or never.
    public enum Period: String, Sendable, Hashable, CaseIterable {
        case minute, day, month, ever
    }

    public var limit: Int64
    public var unit: Unit
    public var period: Period

    public init(_ limit: Int64, _ unit: Unit, per period: Period) {
        self.limit = limit
        self.unit = unit
        self.period = period
    }

    /// So many requests within the period: `.requests(60, per: .minute)`.
    public static func requests(_ limit: Int64, per period: Period) -> Self { Self(limit, .requests, per: period) }

    /// So many tokens within the period, read and written together: `.tokens(2_000_000, per: .month)`.
    public static func tokens(_ limit: Int64, per period: Period) -> Self { Self(limit, .tokens, per: period) }
}

extension Quota.Period {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// When the window began that a time lies in.
    public func start(at time: Date) -> Date {
        let seconds = time.timeIntervalSince1970
        switch self {
        case .minute: return Date(timeIntervalSince1970: (seconds / 60).rounded(.down) * 60)
        case .day: return Date(timeIntervalSince1970: (seconds / 86_400).rounded(.down) * 86_400)
        case .month: return Self.calendar.dateInterval(of: .month, for: time)?.start ?? time
        case .ever: return Date(timeIntervalSince1970: 0)
        }
    }

    /// When that window ends; nil for never.
    public func end(at time: Date) -> Date? {
        switch self {
        case .minute: return start(at: time).addingTimeInterval(60)
        case .day: return start(at: time).addingTimeInterval(86_400)
        case .month: return Self.calendar.dateInterval(of: .month, for: time)?.end
        case .ever: return nil
        }
    }

    /// The window that counts: the one that the counter stands in, if it is the next one. Then another machine's clock
    /// is a little ahead, or this one was set back, and nobody gets the window twice.
    func start(at time: Date, counterAt start: Date?) -> Date {
        let own = self.start(at: time)
        guard let start, start > own, let next = end(at: time), start <= next else { return own }
        return start
    }
}

/// What was used, or may be.
public struct QuotaAmount: Sendable, Hashable {
    public var requests: Int64
    public var tokens: Int64

    public init(requests: Int64 = 0, tokens: Int64 = 0) {
        self.requests = requests
        self.tokens = tokens
    }

    public subscript(unit: Quota.Unit) -> Int64 { unit == .requests ? requests : tokens }

    /// Nothing below zero, and the largest number instead of one that is too large.
    static func + (left: Self, right: Self) -> Self {
        func sum(_ a: Int64, _ b: Int64) -> Int64 {
            let (sum, overflow) = a.addingReportingOverflow(b)
            return overflow ? (b > 0 ? .max : 0) : max(0, sum)
        }
        return Self(requests: sum(left.requests, right.requests), tokens: sum(left.tokens, right.tokens))
    }

    static func - (left: Self, right: Self) -> Self {
        left + Self(requests: -right.requests, tokens: -right.tokens)
    }
}

/// A quota has no room for what was asked.
public struct QuotaExceeded: TollgateError, Hashable {
    /// The quota: of several without room, the one that comes back last.
    public let quota: Quota
    /// What counts against it, reservations included.
    public let used: Int64
    /// How long until it counts anew; nil for never.
    public let retryAfter: Duration?

    public init(quota: Quota, used: Int64, retryAfter: Duration?) {
        self.quota = quota
        self.used = used
        self.retryAfter = retryAfter
    }

    /// Whether it comes back by itself before long, as a limit per minute or day does. A server answers 429 then, and
    /// else 402.
    public var isRate: Bool { quota.period == .minute || quota.period == .day }

    public var description: String {
        let period = quota.period == .ever ? "in all" : "a \(quota.period)"
        return "The quota is \(quota.limit) \(quota.unit) \(period), and \(used) are used or reserved."
    }
}
