import Synchronization

/// Which requests a fault may meet.
public enum MockTarget: Sendable, Hashable {
    /// Those of one operation.
    case operation(MockOperation)
    /// Those whose path is like this; `*` stands for anything: `/mgt/v1/gate/*`.
    case path(String)
    /// All, also those that lead nowhere.
    case everything
}

/// Which of the requests that a fault may meet it does meet.
public enum MockSchedule: Sendable, Hashable {
    /// The next ones, so many.
    case next(Int)
    /// Each n-th.
    case every(Int)
    /// Each with this probability, as drawn from the seed: the same ones for the same requests in the same order.
    case probability(Double, seed: UInt64 = 0)
    /// All, until the fault is taken back.
    case always
}

/// One fault that was injected, to be taken back.
public struct MockInjection: Sendable, Hashable {
    let number: Int
}

/// The faults that are waiting for requests.
final class MockFaults: Sendable {
    private struct Rule {
        let fault: MockFault
        let target: MockTarget
        let injection: MockInjection
        var timing: Timing
    }

    private struct State {
        var count = 0
        var rules: [Rule] = []
    }

    private let state = Mutex(State())

    func add(_ fault: MockFault, to target: MockTarget, _ schedule: MockSchedule) -> MockInjection {
        state.withLock { state in
            state.count += 1
            let injection = MockInjection(number: state.count)
            state.rules.append(
                Rule(fault: fault, target: target, injection: injection, timing: Timing(schedule)))
            return injection
        }
    }

    func remove(_ injection: MockInjection) {
        state.withLock { $0.rules.removeAll { $0.injection == injection } }
    }

    func removeAll() {
        state.withLock { $0.rules = [] }
    }

    /// The fault for a request that has come. If several meet it, it is the one that was injected first; those that come
    /// by chance or at intervals count the request all the same.
    func next(for operation: MockOperation?, path: Substring) -> MockFault? {
        state.withLock { state in
            var fault: MockFault?
            for index in state.rules.indices where state.rules[index].target.covers(operation, path) {
                if fault != nil, state.rules[index].timing.waits { continue }
                if state.rules[index].timing.isDue(), fault == nil { fault = state.rules[index].fault }
            }
            if fault != nil { state.rules.removeAll { $0.timing.isOver } }
            return fault
        }
    }
}

extension MockTarget {
    fileprivate func covers(_ operation: MockOperation?, _ path: Substring) -> Bool {
        switch self {
        case .operation(let wanted): operation == wanted
        case .path(let pattern): Self.matches(pattern.utf8[...], path.utf8[...])
        case .everything: true
        }
    }

    /// Whether a text is like a pattern: the classical walk with one place to come back to, linear but for rare cases.
    private static func matches(_ pattern: Substring.UTF8View, _ text: Substring.UTF8View) -> Bool {
        var (pattern, text) = (pattern, text)
        var retry: (pattern: Substring.UTF8View, text: Substring.UTF8View)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                retry = (pattern, text)
            } else if let byte = text.first, byte == pattern.first {
                (pattern, text) = (pattern.dropFirst(), text.dropFirst())
            } else if text.isEmpty, pattern.isEmpty {
                return true
            } else if let last = retry, !last.text.isEmpty {
                retry = (last.pattern, last.text.dropFirst())
                (pattern, text) = (last.pattern, last.text.dropFirst())
            } else {
                return false
            }
        }
    }
}

extension MockFaults {
    /// A schedule with what it has to remember.
    private enum Timing {
        case next(left: Int)
        case every(Int, count: Int)
        case probability(Double, SeededGenerator)
        case always

        init(_ schedule: MockSchedule) {
            switch schedule {
            case .next(let count): self = .next(left: count)
            case .every(let interval): self = .every(max(interval, 1), count: 0)
            case .probability(let probability, let seed):
                self = .probability(probability, SeededGenerator(seed: seed, stream: "faults"))
            case .always: self = .always
            }
        }

        /// Counts a request. Returns whether the fault meets it.
        mutating func isDue() -> Bool {
            switch self {
            case .next(let left):
                self = .next(left: left - 1)
                return left > 0
            case .every(let interval, let count):
                self = .every(interval, count: (count + 1) % interval)
                return count + 1 == interval
            case .probability(let probability, var generator):
                defer { self = .probability(probability, generator) }
                return Double.random(in: 0..<1, using: &generator) < probability
            case .always:
                return true
            }
        }

        /// Whether a request that another fault has met does not count.
        var waits: Bool {
            if case .next = self { true } else { false }
        }

        var isOver: Bool {
            if case .next(let left) = self { left <= 0 } else { false }
        }
    }
}
