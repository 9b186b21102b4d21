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
    /// 1 for the first fault of a server.
    public let id: Int

    package init(id: Int) {
        self.id = id
    }
}

/// A fault that waits for requests.
public struct MockWaitingFault: Sendable {
    /// What takes it back.
    public let injection: MockInjection
    public let fault: MockFault
    public let target: MockTarget
    /// Which requests it meets from now on: of the next ones, those that are left.
    public let schedule: MockSchedule
    /// How many requests it has met.
    public let met: Int

    package init(injection: MockInjection, fault: MockFault, target: MockTarget, schedule: MockSchedule, met: Int) {
        self.injection = injection
        self.fault = fault
        self.target = target
        self.schedule = schedule
        self.met = met
    }
}

/// The faults that are waiting for requests.
package final class MockFaults: Sendable {
    private struct Rule {
        let fault: MockFault
        let target: MockTarget
        let injection: MockInjection
        var timing: Timing
        /// What the lengths of pauses are drawn from.
        var random: SeededGenerator
        var met = 0

        /// The fault for one request: what is left to chance is decided.
        mutating func meet() -> MockFault {
            met += 1
            guard case .randomDelay(let distribution, let clock) = fault else { return fault }
            return .delay(MockPause(distribution.draw(&random), by: clock))
        }
    }

    private struct State {
        var count = 0
        var rules: [Rule] = []
    }

    private let state = Mutex(State())
    /// How many rules there are, to be looked at without the lock.
    private let ruleCount = Atomic(0)

    package func add(
        _ fault: MockFault, to target: MockTarget, _ schedule: MockSchedule, seed: UInt64
    ) -> MockInjection {
        change { state in
            state.count += 1
            state.rules.append(
                Rule(
                    fault: fault, target: target, injection: MockInjection(id: state.count), timing: Timing(schedule),
                    random: SeededGenerator(seed: seed, stream: "fault \(state.count)")))
            return MockInjection(id: state.count)
        }
    }

    /// - Returns: Whether the fault was there.
    @discardableResult
    package func remove(_ injection: MockInjection) -> Bool {
        change { state in
            let count = state.rules.count
            state.rules.removeAll { $0.injection == injection }
            return state.rules.count < count
        }
    }

    package func removeAll() {
        change { $0.rules = [] }
    }

    /// Takes all faults back, and counts from 1 again.
    func reset() {
        change { $0 = State() }
    }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            defer { ruleCount.store(state.rules.count, ordering: .releasing) }
            return body(&state)
        }
    }

    /// In the order in which they were injected.
    package var waiting: [MockWaitingFault] {
        state.withLock { state in
            state.rules.map { rule in
                MockWaitingFault(
                    injection: rule.injection, fault: rule.fault, target: rule.target, schedule: rule.timing.schedule,
                    met: rule.met)
            }
        }
    }

    /// The fault for a request that has come. If several meet it, it is the one that was injected first; those that come
    /// by chance or at intervals count the request all the same.
    func next(
        for operation: MockOperation?, path: Substring
    ) -> (fault: MockFault, injection: MockInjection)? {
        guard ruleCount.load(ordering: .acquiring) > 0 else { return nil }
        return change { state in
            var met: (fault: MockFault, injection: MockInjection)?
            for index in state.rules.indices where state.rules[index].target.covers(operation, path) {
                if met != nil, state.rules[index].timing.waits { continue }
                if state.rules[index].timing.isDue(), met == nil {
                    met = (state.rules[index].meet(), state.rules[index].injection)
                }
            }
            if met != nil { state.rules.removeAll { $0.timing.isOver } }
            return met
        }
    }
}

extension MockTarget {
    fileprivate func covers(_ operation: MockOperation?, _ path: Substring) -> Bool {
        switch self {
        case .operation(let wanted): operation == wanted
        case .path(let pattern): PathPattern.matches(pattern, path)
        case .everything: true
        }
    }
}

/// A path in which `*` stands for any text.
enum PathPattern {
    /// Whether a path is like a pattern: the classical walk with one place to come back to, linear but for rare cases.
    static func matches(_ pattern: String, _ path: Substring) -> Bool {
        var (pattern, text) = (pattern.utf8[...], path.utf8[...])
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
        case probability(Double, SeededGenerator, seed: UInt64)
        case always

        init(_ schedule: MockSchedule) {
            switch schedule {
            case .next(let count): self = .next(left: count)
            case .every(let interval): self = .every(max(interval, 1), count: 0)
            case .probability(let probability, let seed):
                self = .probability(probability, SeededGenerator(seed: seed, stream: "faults"), seed: seed)
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
            case .probability(let probability, var generator, let seed):
                defer { self = .probability(probability, generator, seed: seed) }
                return Double.random(in: 0..<1, using: &generator) < probability
            case .always:
                return true
            }
        }

        /// Which requests are met from now on.
        var schedule: MockSchedule {
            switch self {
            case .next(let left): .next(left)
            case .every(let interval, _): .every(interval)
            case .probability(let probability, _, let seed): .probability(probability, seed: seed)
            case .always: .always
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
