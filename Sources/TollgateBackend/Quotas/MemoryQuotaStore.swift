import Foundation
import Synchronization
import TollgateCore

/// Counts in memory: for one machine, until the program ends.
public final class MemoryQuotaStore: QuotaStore {
    private let ledgers = Mutex<[String: QuotaLedger]>([:])

    public init() {}

    public func reserve(_ reservation: QuotaReservation, within quotas: [Quota]) -> QuotaExceeded? {
        ledgers.withLock { $0[reservation.subject, default: QuotaLedger()].reserve(reservation, within: quotas) }
    }

    public func settle(_ reservation: QuotaReservation, tokens: Int64) {
        ledgers.withLock { $0[reservation.subject]?.settle(reservation.id, tokens: tokens) }
    }

    public func used(by subject: String, at time: Date) -> [Quota.Period: QuotaAmount] {
        ledgers.withLock { $0[subject]?.used(at: time) ?? [:] }
    }

    public func restart(_ period: Quota.Period, of subject: String, at time: Date) {
        ledgers.withLock { $0[subject]?.restart(period, at: time) }
    }
}

extension QuotaStore where Self == MemoryQuotaStore {
    /// Counts in memory: for one machine, until the program ends.
    public static func memory() -> MemoryQuotaStore { MemoryQuotaStore() }
}
