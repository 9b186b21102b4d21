import Foundation
import TollgateCore

/// Where is counted what was used of quotas.
///
/// For each subject, the id of a key or a user, there is one counter a period. A reservation counts at once, and is
/// corrected when it is settled. One that is never settled, because its process died, lapses: its tokens are free
/// again.
public protocol QuotaStore: Sendable {
    /// Reserves in one step, or not at all: two callers never get the same room.
    ///
    /// - Returns: Nil if it is reserved; else the quota without room that comes back last.
    /// - Throws: What the storage throws. Nothing is reserved then.
    func reserve(_ reservation: QuotaReservation, within quotas: [Quota]) async throws -> QuotaExceeded?

    /// Replaces the reserved tokens by those that were used. A second time it changes nothing.
    func settle(_ reservation: QuotaReservation, tokens: Int64) async throws

    /// What counts against each period's quotas at a time, reservations included.
    func used(by subject: String, at time: Date) async throws -> [Quota.Period: QuotaAmount]

    /// Begins a period's count anew; what is reserved now still counts when it is settled.
    func restart(_ period: Quota.Period, of subject: String, at time: Date) async throws
}

/// Room that is reserved while a request is served.
public struct QuotaReservation: Sendable, Hashable {
    public let id: UUID
    /// Who uses it: the id of a key or a user.
    public let subject: String
    /// The most tokens that the request may use.
    public let tokens: Int64
    /// When it was made. It counts in this time's windows, whenever it is settled.
    public let time: Date
    /// When it lapses.
    public let expiry: Date

    public init(id: UUID = UUID(), subject: String, tokens: Int64, time: Date, expiry: Date) {
        self.id = id
        self.subject = subject
        self.tokens = tokens
        self.time = time
        self.expiry = expiry
    }

    /// What it counts at first.
    package var amount: QuotaAmount { QuotaAmount(requests: 1, tokens: tokens) }
}

/// The counters of one subject, and what is reserved. Stores keep it as they like, and reckon here.
package struct QuotaLedger: Sendable {
    package struct Counter: Sendable, Hashable {
        package var start: Date
        package var amount: QuotaAmount

        package init(start: Date, amount: QuotaAmount) {
            self.start = start
            self.amount = amount
        }
    }

    package struct Open: Sendable, Hashable {
        package var tokens: Int64
        /// The windows that it counts in.
        package var starts: [Quota.Period: Date]
        package var expiry: Date
        /// Whether its tokens are free again.
        package var hasLapsed: Bool

        package init(tokens: Int64, starts: [Quota.Period: Date], expiry: Date, hasLapsed: Bool = false) {
            self.tokens = tokens
            self.starts = starts
            self.expiry = expiry
            self.hasLapsed = hasLapsed
        }
    }

    package var counters: [Quota.Period: Counter]
    package var open: [UUID: Open]

    package init(counters: [Quota.Period: Counter] = [:], open: [UUID: Open] = [:]) {
        self.counters = counters
        self.open = open
    }

    package mutating func reserve(_ reservation: QuotaReservation, within quotas: [Quota]) -> QuotaExceeded? {
        let now = reservation.time
        lapse(at: now)
        let used = used(at: now)
        let full = quotas.filter { quota in
            let sum = (used[quota.period] ?? QuotaAmount()) + reservation.amount
            return sum[quota.unit] > quota.limit
        }
        if let last = full.max(by: {
            ($0.period.end(at: now) ?? .distantFuture) < ($1.period.end(at: now) ?? .distantFuture)
        }) {
            let wait = last.period.end(at: now).map { Duration.seconds(max(0, $0.timeIntervalSince(now))) }
            return QuotaExceeded(quota: last, used: used[last.period]?[last.unit] ?? 0, retryAfter: wait)
        }
        for period in Quota.Period.allCases {
            let start = period.start(at: now, counterAt: counters[period]?.start)
            counters[period] = Counter(start: start, amount: (used[period] ?? QuotaAmount()) + reservation.amount)
        }
        open[reservation.id] = Open(
            tokens: reservation.tokens, starts: counters.mapValues(\.start), expiry: reservation.expiry)
        return nil
    }

    package mutating func settle(_ id: UUID, tokens: Int64) {
        guard let reserved = open.removeValue(forKey: id) else { return }
        correct(reserved, to: max(0, tokens))
    }

    package mutating func restart(_ period: Quota.Period, at now: Date) {
        guard let counter = counters[period] else { return }
        let start = period.start(at: now, counterAt: counter.start)
        // Subtracted when they are settled, so they must be there until then.
        let tokens = open.values.filter { $0.starts[period] == start }.reduce(0) { $0 + $1.tokens }
        counters[period] = Counter(start: start, amount: QuotaAmount(tokens: tokens))
    }

    package func used(at now: Date) -> [Quota.Period: QuotaAmount] {
        var used: [Quota.Period: QuotaAmount] = [:]
        for (period, counter) in counters where period.start(at: now, counterAt: counter.start) == counter.start {
            used[period] = counter.amount
        }
        return used
    }

    /// Frees what nobody has settled in time. It stays known for a day, in case that it is settled all the same.
    private mutating func lapse(at now: Date) {
        for (id, reserved) in open where reserved.expiry <= now && !reserved.hasLapsed {
            correct(reserved, to: 0)
            open[id]?.tokens = 0
            open[id]?.hasLapsed = true
        }
        open = open.filter { now.timeIntervalSince($0.value.expiry) < 86_400 }
    }

    /// Corrects the windows that the reservation counts in, as far as they are not over.
    private mutating func correct(_ reserved: Open, to tokens: Int64) {
        for (period, counter) in counters where reserved.starts[period] == counter.start {
            counters[period]?.amount =
                counter.amount - QuotaAmount(tokens: reserved.tokens) + QuotaAmount(tokens: tokens)
        }
    }
}
