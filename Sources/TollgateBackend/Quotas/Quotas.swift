import Foundation
import Synchronization
import TollgateCore

/// Checks quotas before the work and counts after it, so that requests at the same time do not get the same room.
///
///     let quotas = Quotas(store: .sqlite(path: "usage.db"))
///     let text = try await quotas.withReservation(
///         for: key.id, within: [.requests(60, per: .minute), .tokens(key.quota, per: .month)], tokens: 4_000
///     ) { use in
///         let answer = try await model.complete(prompt, maxTokens: 3_000)
///         use.report(tokens: answer.totalTokens)
///         return answer.text
///     }
public struct Quotas: Sendable {
    private let store: any QuotaStore
    private let lapse: Duration
    private let time: any TimeSource

    /// - Parameters:
    ///   - store: Where is counted: `.memory()`, `.sqlite(path:)`, or `.postgres(url)` for several machines.
    ///   - lapse: After which time a reservation that nobody settled is free again; longer than a request takes.
    ///   - time: The clock.
    public init(
        store: some QuotaStore = .memory(), lapse: Duration = .seconds(600), time: any TimeSource = .system
    ) {
        self.store = store
        self.lapse = lapse
        self.time = time
    }

    /// Reserves one request and the tokens that it may use, does the work, and counts what it has used.
    ///
    /// What the body reports is counted; all that was reserved, if it returns without a report. When it throws, only
    /// what it has reported.
    ///
    /// - Parameters:
    ///   - subject: Who uses it: the id of a key or a user.
    ///   - quotas: What may be used.
    ///   - tokens: The most tokens that the work may use, read and written together. A quota is never exceeded if none
    ///     uses more; with the default it is enough that one token is left.
    ///   - isolation: The caller's actor.
    ///   - body: The work.
    /// - Returns: What the body returns.
    /// - Throws: ``QuotaExceeded``; what the store and the body throw.
    public func withReservation<Result>(
        for subject: String, within quotas: [Quota], tokens: Int64 = 1,
        isolation: isolated (any Actor)? = #isolation, _ body: (QuotaUse) async throws -> Result
    ) async throws -> Result {
        let use = try await reserve(for: subject, within: quotas, tokens: tokens)
        do {
            let result = try await body(use)
            await settle(use)
            return result
        } catch {
            await settle(use, hasFailed: true)
            throw error
        }
    }

    /// Reserves without a body, where the work has no end in the same function; ``settle(_:hasFailed:)`` ends it.
    ///
    /// - Throws: ``QuotaExceeded``; what the store throws.
    public func reserve(for subject: String, within quotas: [Quota], tokens: Int64 = 1) async throws -> QuotaUse {
        let now = time.now
        let reservation = QuotaReservation(
            subject: subject, tokens: max(0, tokens), time: now,
            expiry: now.addingTimeInterval(lapse / .seconds(1)))
        if let exceeded = try await store.reserve(reservation, within: quotas) { throw exceeded }
        return QuotaUse(reservation)
    }

    /// Counts what a reservation was used for. If the store fails, all that was reserved counts until it lapses.
    ///
    /// - Parameters:
    ///   - use: The reservation.
    ///   - hasFailed: Whether the work failed: without a report, nothing was used then.
    public func settle(_ use: QuotaUse, hasFailed: Bool = false) async {
        let tokens = use.reported ?? (hasFailed ? 0 : use.reservation.tokens)
        try? await store.settle(use.reservation, tokens: tokens)
    }

    /// How things stand with each quota.
    public func status(of subject: String, within quotas: [Quota]) async throws -> [QuotaStatus] {
        let now = time.now
        let used = try await store.used(by: subject, at: now)
        return quotas.map { quota in
            QuotaStatus(
                quota: quota, used: used[quota.period]?[quota.unit] ?? 0, resetsAt: quota.period.end(at: now))
        }
    }

    /// Begins a period's count anew, as when the month's invoice is paid.
    public func restart(_ period: Quota.Period, of subject: String) async throws {
        try await store.restart(period, of: subject, at: time.now)
    }
}

/// What a reservation has been used for so far.
public final class QuotaUse: Sendable {
    public let reservation: QuotaReservation
    private let tokens = Mutex<Int64?>(nil)

    init(_ reservation: QuotaReservation) {
        self.reservation = reservation
    }

    /// Reports tokens that were used. Several reports add up; what is below zero counts as nothing.
    public func report(tokens count: some BinaryInteger) {
        tokens.withLock { tokens in
            let (sum, overflow) = (tokens ?? 0).addingReportingOverflow(max(0, Int64(clamping: count)))
            tokens = overflow ? .max : sum
        }
    }

    /// What was reported; nil for nothing.
    public var reported: Int64? { tokens.withLock { $0 } }
}

/// How things stand with a quota.
public struct QuotaStatus: Sendable, Hashable {
    public let quota: Quota
    /// What counts against it, reservations included.
    public let used: Int64
    /// When it counts anew; nil for never.
    public let resetsAt: Date?

    public var remaining: Int64 { max(0, quota.limit - used) }
}
