import Foundation
import Metrics
import Synchronization

/// How a meter is doing.
public struct MeterStatus: Sendable, Hashable {
    /// How many uses wait to be sent.
    public var waiting = 0
    /// How many uses were set aside, for a person to look at.
    public var setAside = 0
    /// How many uses were lost: of an outbox in memory, what waited when the meter ended. Of a durable one, always 0.
    public var lost = 0
    /// How many uses were recorded by this meter.
    public var recorded = 0
    /// How many records this meter has sent and the service has taken; of a sink that sums up, sums.
    public var delivered = 0
    /// How many of them the service had before.
    public var duplicates = 0
    /// Whether usage is sent at all.
    public var isSending = true
    /// What went wrong last; nil once something was delivered afterwards.
    public var lastFailure: String?
}

extension MeterStatus: CustomStringConvertible {
    public var description: String {
        var parts = ["waiting: \(waiting)", "set aside: \(setAside)", "lost: \(lost)"]
        if !isSending { parts.append("sending is switched off") }
        if let lastFailure { parts.append("last failure: \(lastFailure)") }
        return parts.joined(separator: ", ")
    }
}

/// Counts what a meter does, for its status and for swift-metrics.
final class Tally: Sendable {
    private let state = Mutex(MeterStatus())
    private let recorded = Counter(label: "tollgate.meter.recorded")
    private let delivered = Counter(label: "tollgate.meter.delivered")
    private let duplicates = Counter(label: "tollgate.meter.duplicates")
    private let setAside = Counter(label: "tollgate.meter.set_aside")
    private let putBack = Counter(label: "tollgate.meter.put_back")
    private let lost = Counter(label: "tollgate.meter.lost")
    private let waiting = Gauge(label: "tollgate.meter.waiting")

    var status: MeterStatus { state.withLock { $0 } }

    func recorded(_ count: Int) {
        state.withLock { $0.recorded += count }
        recorded.increment(by: count)
    }

    func settled(delivered: Int, duplicates: Int, setAside: Int, putBack: Int) {
        state.withLock { status in
            status.delivered += delivered
            status.duplicates += duplicates
            if delivered > 0 { status.lastFailure = nil }
        }
        self.delivered.increment(by: delivered)
        self.duplicates.increment(by: duplicates)
        self.setAside.increment(by: setAside)
        self.putBack.increment(by: putBack)
    }

    func failed(_ reason: String) {
        state.withLock { $0.lastFailure = reason }
    }

    func waiting(_ count: Int) {
        waiting.record(count)
    }

    func ended(waiting count: Int) {
        state.withLock { $0.lost = count }
        lost.increment(by: count)
    }
}
