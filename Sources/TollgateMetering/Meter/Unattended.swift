import Synchronization

/// Work that nobody waits for yet, and that a meter waits for before it stops: the recording of a stream that was left.
final class Unattended: Sendable {
    private struct State {
        var underWay = 0
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    /// Begins work in a task that is not cancelled with the caller's.
    func begin(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { $0.underWay += 1 }
        Task {
            await work()
            end()
        }
    }

    private func end() {
        let waiting = state.withLock { state in
            state.underWay -= 1
            guard state.underWay == 0 else { return [] as [AsyncStream<Never>.Continuation] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.finish() }
    }

    var isUnderWay: Bool { state.withLock { $0.underWay > 0 } }

    /// Waits until nothing is under way, or the task is cancelled.
    func finish() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let isWaiting = state.withLock { state in
            guard state.underWay > 0 else { return false }
            state.waiting.append(continuation)
            return true
        }
        guard isWaiting else { return }
        for await _ in stream {}
    }
}
