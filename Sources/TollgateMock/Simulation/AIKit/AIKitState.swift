import Foundation
import TollgateAIKit
import TollgateCore

/// Everything that the simulated AI Kit keeps. A value without a lock: whoever holds it has it alone.
struct AIKitState: Sendable {
    /// How often a key may be used in a minute, and on a day.
    static let minuteLimit = 60
    static let dayLimit = 10_000

    struct Key: Sendable {
        /// The customer at Stripe who pays; nil if nobody does.
        let customerID: String?
        var isUsable: Bool
        /// How many uses there were when the monthly counters last started anew.
        var settledUses = 0
    }

    /// One request that was recorded.
    struct Use: Sendable {
        let key: String
        let tokens: Int64
        let time: Date
    }

    /// By the keys themselves.
    var keys: [String: Key] = [:]
    var uses: [Use] = []
    /// The addresses that were warned of an unpaid invoice, oldest first.
    private(set) var warnings: [String] = []
    private var eventIDs: Set<String> = []

    /// There is one key, which may be used.
    static var initial: AIKitState {
        var state = AIKitState()
        state.keys[MockAIKit.apiKey] = Key(customerID: MockAIKit.customerID, isUsable: true)
        return state
    }

    // MARK: - Usage

    /// What the usage endpoint says of a key.
    func summary(of key: String, in time: UsageTime, at now: Date) -> AIKit.UsageSummary {
        let range = time.range(at: now)
        var counted = uses[...]
        if case .period(.currentMonth) = time { counted = counted.dropFirst(keys[key]?.settledUses ?? 0) }
        counted = counted.filter { $0.key == key && range.start <= $0.time && $0.time < range.end }[...]
        let uses = uses.filter { $0.key == key }
        let today = UTC.day(of: now)
        return AIKit.UsageSummary(
            tokensUsed: counted.reduce(0) { $0 + $1.tokens }, requests: Int64(counted.count), periodStart: range.start,
            periodEnd: range.end.addingTimeInterval(-1),
            rateLimitRemaining: AIKit.RateLimitRemaining(
                perMinute: max(0, Self.minuteLimit - uses.count { $0.time > now.addingTimeInterval(-60) }),
                perDay: max(0, Self.dayLimit - uses.count { $0.time >= today })))
    }

    // MARK: - Events

    /// Does what an event asks for, unless it was taken before.
    mutating func take(_ event: AIKit.StripeEvent) {
        guard eventIDs.insert(event.id).inserted else { return }
        let object = event.data.object
        guard let customer = object["customer"]?.string else { return }
        switch event.type {
        case "customer.subscription.created" where ["active", "trialing"].contains(object["status"]?.string):
            changeKeys(of: customer) { $0.isUsable = true }
        case "customer.subscription.deleted":
            changeKeys(of: customer) { $0.isUsable = false }
        case "invoice.payment_failed":
            warnings.append(object["customer_email"]?.string ?? customer)
        case "invoice.paid" where object["billing_reason"] == "subscription_cycle":
            let count = uses.count
            changeKeys(of: customer) { $0.settledUses = count }
        default:
            break
        }
    }

    private mutating func changeKeys(of customer: String, _ change: (inout Key) -> Void) {
        for (name, key) in keys where key.customerID == customer {
            var key = key
            change(&key)
            keys[name] = key
        }
    }
}

/// The time that a question about usage is about.
enum UsageTime: Sendable {
    case period(AIKit.UsagePeriod)
    /// Both days belong to it.
    case days(from: CalendarDate, to: CalendarDate)

    /// From the first second to the one after the last.
    fileprivate func range(at now: Date) -> (start: Date, end: Date) {
        switch self {
        case .period(.last30Days):
            let today = UTC.day(of: now)
            return (today.addingTimeInterval(-29 * 86_400), today.addingTimeInterval(86_400))
        case .period:
            return UTC.month(of: now)
        case .days(let first, let last):
            return (UTC.start(of: first), UTC.start(of: last).addingTimeInterval(86_400))
        }
    }
}

/// Days and months in UTC.
enum UTC {
    private static let calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// The first second of a day.
    static func start(of day: CalendarDate) -> Date {
        calendar.date(from: DateComponents(year: day.year, month: day.month, day: day.day)) ?? .distantPast
    }

    /// The first second of the day of a time.
    static func day(of time: Date) -> Date {
        calendar.startOfDay(for: time)
    }

    /// The first second of the month of a time, and that of the next one.
    static func month(of time: Date) -> (start: Date, end: Date) {
        calendar.dateInterval(of: .month, for: time).map { ($0.start, $0.end) } ?? (time, time)
    }
}
