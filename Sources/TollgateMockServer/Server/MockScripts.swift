import Foundation
import Synchronization
import TollgateCore

/// A lever that is to be moved: its operation id and its arguments.
package struct MockStep: Sendable {
    package let lever: String
    package let arguments: [String: JSONValue]

    package init(lever: String, arguments: [String: JSONValue]) {
        self.lever = lever
        self.arguments = arguments
    }
}

/// Steps that wait for a time or for calls.
package struct MockScriptPart: Sendable {
    package enum Moment: Sendable {
        /// By the mock's clock.
        case time(Date)
        /// After so many requests, of one operation or of all.
        case calls(Int, of: MockOperation?)
    }

    package let moment: Moment
    package let steps: [MockStep]

    package init(_ moment: Moment, _ steps: [MockStep]) {
        self.moment = moment
        self.steps = steps
    }
}

/// What scenarios do later. They are looked at before each request, so that they do it at the same request each time.
package final class MockScripts: Sendable {
    private struct Waiting {
        let part: MockScriptPart
        var calls = 0

        func isDue(at now: Date) -> Bool {
            switch part.moment {
            case .time(let time): time <= now
            case .calls(let count, _): count <= calls
            }
        }
    }

    private struct State {
        var waiting: [Waiting] = []
        var failures: [String] = []
    }

    private let state = Mutex(State())
    /// How many parts wait, to be looked at without the lock.
    private let waitingCount = Atomic(0)

    package func add(_ parts: [MockScriptPart]) {
        change { $0.waiting += parts.map { Waiting(part: $0) } }
    }

    package func removeAll() {
        change { $0 = State() }
    }

    /// How many parts wait.
    package var count: Int { waitingCount.load(ordering: .acquiring) }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            defer { waitingCount.store(state.waiting.count, ordering: .releasing) }
            return body(&state)
        }
    }

    /// The steps that could not be done, the newest last, 100 at most.
    package var failures: [String] { state.withLock { $0.failures } }

    package func fail(_ message: String) {
        state.withLock { state in
            state.failures.append(message)
            if state.failures.count > 100 { state.failures.removeFirst() }
        }
    }

    /// The steps of the first part that is due, which does not wait any more; nil if none is.
    package func next(at clock: MockClock) -> [MockStep]? {
        guard count > 0 else { return nil }
        let now = clock.now
        return change { state in
            guard let index = state.waiting.firstIndex(where: { $0.isDue(at: now) }) else { return nil }
            return state.waiting.remove(at: index).part.steps
        }
    }

    /// Counts a request.
    func count(_ operation: MockOperation?) {
        guard count > 0 else { return }
        state.withLock { state in
            for index in state.waiting.indices {
                guard case .calls(_, let wanted) = state.waiting[index].part.moment else { continue }
                if wanted == nil || wanted == operation { state.waiting[index].calls += 1 }
            }
        }
    }
}
