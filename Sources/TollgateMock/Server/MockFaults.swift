import Synchronization

/// Something that goes wrong on purpose.
public enum MockFault: Sendable, Hashable {
    /// At which moment a connection breaks.
    public enum Moment: Sendable, Hashable {
        /// The request came, and nothing was done.
        case beforeApplied
        /// What was asked was done, and the answer got lost.
        case afterApplied
    }

    /// The service answers this status, in its own error form, and does nothing.
    ///
    /// `retryAfter` is sent as `Retry-After`, in whole seconds.
    case status(Int, retryAfter: Duration? = nil)

    /// The connection ends without an answer.
    case reset(Moment = .beforeApplied)

    /// The connection ends after so many pieces of a streamed answer; any other answer comes whole.
    case breakOff(after: Int)
}

/// The faults that are waiting for requests.
final class MockFaults: Sendable {
    private struct Rule {
        let fault: MockFault
        let operation: MockOperation
        var schedule: Schedule
    }

    enum Schedule: Sendable {
        /// The next requests, so many.
        case next(Int)
        /// Each n-th request; so many came since the last one.
        case every(Int, count: Int = 0)
    }

    private let rules = Mutex<[Rule]>([])

    func add(_ fault: MockFault, to operation: MockOperation, _ schedule: Schedule) {
        rules.withLock { $0.append(Rule(fault: fault, operation: operation, schedule: schedule)) }
    }

    func removeAll() {
        rules.withLock { $0 = [] }
    }

    /// The fault for a request that has come; of several, the one that was injected first.
    func next(for operation: MockOperation?) -> MockFault? {
        guard let operation else { return nil }
        return rules.withLock { rules in
            for index in rules.indices where rules[index].operation == operation {
                guard rules[index].schedule.isDue() else { continue }
                let fault = rules[index].fault
                if rules[index].schedule.isOver { rules.remove(at: index) }
                return fault
            }
            return nil
        }
    }
}

extension MockFaults.Schedule {
    /// Counts a request. Returns whether the fault meets it.
    fileprivate mutating func isDue() -> Bool {
        switch self {
        case .next(let count):
            self = .next(count - 1)
            return count > 0
        case .every(let interval, let count):
            self = .every(interval, count: (count + 1) % interval)
            return count + 1 == interval
        }
    }

    fileprivate var isOver: Bool {
        if case .next(let count) = self { count <= 0 } else { false }
    }
}
