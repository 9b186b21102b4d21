import Foundation
import Synchronization
import TollgateCore

/// Remembers which events of webhooks were handled, so that one which is sent again is not handled again, and an older
/// one does not undo what a newer one has done.
public protocol WebhookLog: Sendable {
    /// Begins to handle an event, in one step.
    ///
    /// - Parameters:
    ///   - delivery: The event.
    ///   - lease: After which time somebody else may begin, because the one who began must have died.
    ///   - now: The present time.
    /// - Returns: Whether to handle it.
    /// - Throws: What the storage throws.
    func begin(_ delivery: WebhookDelivery, lease: Duration, at now: Date) async throws -> WebhookDecision

    /// Says that an event was handled; or not, so that it may come again.
    func end(_ delivery: WebhookDelivery, isHandled: Bool, at now: Date) async throws
}

/// An event as a log knows it.
public struct WebhookDelivery: Sendable, Hashable {
    /// The event's id, with the service before it: `stripe:evt_1`.
    public let id: String
    /// What the event is about, with the service before it: `stripe:sub_1`. Events about one subject are handled one
    /// after the other; nil for an event without an order.
    public let subject: String?
    /// When it happened.
    public let time: Date
    /// Which of several events of one moment is the last: the greater one.
    public let rank: Int
    /// This delivery's own number.
    public let claim: UUID

    public init(id: String, subject: String?, time: Date, rank: Int = 0, claim: UUID = UUID()) {
        self.id = id
        self.subject = subject
        self.time = time
        self.rank = rank
        self.claim = claim
    }

    /// Under which key a store keeps it.
    package var key: String { subject ?? id }
}

/// Whether to handle an event.
public enum WebhookDecision: String, Sendable, Hashable {
    /// Handle it, and say how it ended.
    case handle
    /// It was handled before.
    case duplicate
    /// A newer event about the same subject was handled before.
    case outdated
    /// It, or another one about the same subject, is being handled.
    case inProgress
}

/// The events about one subject. Logs keep it as they like, and decide here.
package struct WebhookLedger: Sendable {
    package struct Entry: Sendable {
        /// Who handles it; nil if it was handled.
        package var claim: UUID?
        /// When it is forgotten.
        package var until: Date
    }

    /// For how long an event is remembered: longer than any service sends it again.
    package static let memory: TimeInterval = 60 * 86_400

    package var entries: [String: Entry] = [:]
    /// The newest event that was handled.
    package var latest: (time: Date, rank: Int)?
    package var touched = Date.distantPast

    package init() {}

    package mutating func begin(_ delivery: WebhookDelivery, lease: Duration, at now: Date) -> WebhookDecision {
        touched = now
        entries = entries.filter { $0.value.until > now }
        if let entry = entries[delivery.id] { return entry.claim == nil ? .duplicate : .inProgress }
        guard entries.values.allSatisfy({ $0.claim == nil }) else { return .inProgress }
        if let latest, (delivery.time, delivery.rank) < (latest.time, latest.rank) {
            entries[delivery.id] = Entry(claim: nil, until: now.addingTimeInterval(Self.memory))
            return .outdated
        }
        entries[delivery.id] = Entry(claim: delivery.claim, until: now.addingTimeInterval(lease / .seconds(1)))
        return .handle
    }

    package mutating func end(_ delivery: WebhookDelivery, isHandled: Bool, at now: Date) {
        touched = now
        guard isHandled else {
            if entries[delivery.id]?.claim == delivery.claim { entries[delivery.id] = nil }
            return
        }
        entries[delivery.id] = Entry(claim: nil, until: now.addingTimeInterval(Self.memory))
        if latest.map({ ($0.time, $0.rank) < (delivery.time, delivery.rank) }) ?? true {
            latest = (delivery.time, delivery.rank)
        }
    }
}

/// Remembers in memory: as long as the program runs, on one machine.
public final class MemoryWebhookLog: WebhookLog {
    private let capacity: Int
    private let ledgers = Mutex<[String: WebhookLedger]>([:])

    /// - Parameter capacity: How many subjects to remember; those of which nothing was heard for longest are forgotten.
    public init(capacity: Int = 10_000) {
        self.capacity = max(2, capacity)
    }

    public func begin(_ delivery: WebhookDelivery, lease: Duration, at now: Date) -> WebhookDecision {
        ledgers.withLock { ledgers in
            if ledgers.count >= capacity, ledgers[delivery.key] == nil { forgetHalf(of: &ledgers) }
            return ledgers[delivery.key, default: WebhookLedger()].begin(delivery, lease: lease, at: now)
        }
    }

    public func end(_ delivery: WebhookDelivery, isHandled: Bool, at now: Date) {
        ledgers.withLock { $0[delivery.key, default: WebhookLedger()].end(delivery, isHandled: isHandled, at: now) }
    }

    private func forgetHalf(of ledgers: inout [String: WebhookLedger]) {
        let idle = ledgers.filter { $0.value.entries.values.allSatisfy { $0.claim == nil } }
        for (key, _) in idle.sorted(by: { $0.value.touched < $1.value.touched }).prefix(capacity / 2) {
            ledgers[key] = nil
        }
    }
}

extension WebhookLog where Self == MemoryWebhookLog {
    /// Remembers in memory: as long as the program runs, on one machine.
    public static func memory() -> MemoryWebhookLog { MemoryWebhookLog() }
}
