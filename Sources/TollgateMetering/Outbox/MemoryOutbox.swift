import Foundation
import Synchronization
import TollgateCore

/// Keeps usage in memory: for tests, and where the loss of what waits at the end of the process can be borne.
///
/// A million events take about 170 MB.
public final class MemoryOutbox: Outbox {
    private struct State {
        var events = MemoryQueue()
        var sums = MemoryQueue()
        var lastClaim: Int64 = 0

        subscript(kind: OutboxItem.Kind) -> MemoryQueue {
            _read { if kind == .event { yield events } else { yield sums } }
            _modify { if kind == .event { yield &events } else { yield &sums } }
        }
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    /// - Parameter time: The clock.
    public init(time: any TimeSource = .system) {
        self.time = time
    }

    public var isDurable: Bool { false }

    public func append(_ items: [OutboxItem]) {
        state.withLock { state in
            for item in items { state[item.kind].append(item) }
        }
    }

    public func claim(_ limit: Int, _ kind: OutboxItem.Kind, for lease: Duration) -> [OutboxEntry] {
        let now = time.uptime
        return state.withLock { state in
            state.lastClaim += 1
            return state[kind].claim(limit, as: state.lastClaim, until: now + lease, at: now).map {
                OutboxEntry($0.item, $0.index, kind, $0.fate, at: now)
            }
        }
    }

    @discardableResult
    public func settle(_ outcomes: [OutboxOutcome]) -> (removed: Int, setAside: Int) {
        let now = time.uptime
        return state.withLock { state in
            var sum = (removed: 0, setAside: 0)
            for outcome in outcomes {
                let (index, kind) = outcome.sequence.place
                guard state[kind].settle(index, outcome.claim, outcome.result, at: now) else { continue }
                switch outcome.result {
                case .taken: sum.removed += 1
                case .setAside: sum.setAside += 1
                case .putBack: break
                }
            }
            return sum
        }
    }

    public func replace(_ entries: [OutboxEntry], with items: [OutboxItem]) -> Bool {
        let now = time.uptime
        return state.withLock { state in
            let isMine = entries.allSatisfy { state[$0.item.kind].isClaimed($0.sequence.place.index, by: $0.claim) }
            guard isMine else { return false }
            for entry in entries {
                _ = state[entry.item.kind].settle(entry.sequence.place.index, entry.claim, .taken, at: now)
            }
            for item in items { state[item.kind].append(item) }
            return true
        }
    }

    public func counts() -> OutboxCounts {
        state.withLock { state in
            OutboxCounts(
                waiting: state.events.waiting + state.sums.waiting,
                setAside: state.events.setAside + state.sums.setAside)
        }
    }

    public func entries(_ wanted: OutboxEntry.State, after sequence: Int64, limit: Int) -> [OutboxEntry] {
        let now = time.uptime
        return state.withLock { state in
            let kinds: [OutboxItem.Kind] = [.event, .sum]
            let found = kinds.flatMap { kind in
                let start = Int((sequence - Int64(kind.rawValue)) >> 1)
                return state[kind].items(from: start, limit: limit) {
                    ($0?.isSetAside ?? false) == (wanted == .setAside)
                }.map { OutboxEntry($0.item, $0.index, kind, $0.fate ?? MemoryQueue.Fate(), at: now) }
            }
            return Array(found.sorted { $0.sequence < $1.sequence }.prefix(limit))
        }
    }

    @discardableResult
    public func resend(_ ids: [UUID]?) -> Int {
        let ids = ids.map { Set($0) }
        return state.withLock { $0.events.resend(ids) + $0.sums.resend(ids) }
    }
}

extension Outbox where Self == MemoryOutbox {
    /// Keeps usage in memory: what waits is lost with the process.
    public static func memory() -> MemoryOutbox { MemoryOutbox() }
}

extension Int64 {
    /// The place that a sequence number stands for: from 1 on, with the kind as last bit.
    fileprivate var place: (index: Int, kind: OutboxItem.Kind) { (Int(self >> 1) - 1, self & 1 == 0 ? .event : .sum) }
}

extension OutboxEntry {
    fileprivate init(
        _ content: MemoryBlock.Content, _ index: Int, _ kind: OutboxItem.Kind, _ fate: MemoryQueue.Fate,
        at now: Duration
    ) {
        self.init(
            sequence: Int64(index + 1) << 1 | Int64(kind.rawValue),
            item: OutboxItem(id: content.id, kind: kind, body: content.body),
            state: fate.isSetAside ? .setAside : .waiting, claim: fate.claim, attempts: fate.attempts,
            inDoubtFor: fate.inDoubtSince.map { now - $0 }, reason: fate.reason)
    }
}
