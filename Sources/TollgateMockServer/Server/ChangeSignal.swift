import Synchronization

/// Lets tasks wait until something changes. Where nobody waits, a change costs next to nothing.
final class ChangeSignal: Sendable {
    private let changes = Atomic(0)
    private let waiting = Atomic(0)
    private let waiters = Mutex<(next: Int, waiting: [Int: CheckedContinuation<Void, Never>])>((0, [:]))

    /// How many changes there have been. Whoever looks at what may change reads it first.
    var count: Int { changes.load(ordering: .sequentiallyConsistent) }

    /// Says that something has changed.
    func fire() {
        changes.add(1, ordering: .sequentiallyConsistent)
        // Whoever begins to wait says so first and then looks for changes: one of the two sees the other.
        guard waiting.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let woken = waiters.withLock { waiters in
            defer { waiters.waiting = [:] }
            return Array(waiters.waiting.values)
        }
        for waiter in woken {
            waiter.resume()
        }
    }

    /// Returns once there has been another change than the first `count`, or after so long by the machine's clock.
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait(after count: Int, atMost limit: Duration) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await self.wait(after: count) }
            group.addTask { try await Task.sleep(for: limit) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private func wait(after count: Int) async {
        waiting.add(1, ordering: .sequentiallyConsistent)
        defer { waiting.subtract(1, ordering: .sequentiallyConsistent) }
        let id = waiters.withLock { waiters in
            waiters.next += 1
            return waiters.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = waiters.withLock { waiters in
                    if Task.isCancelled || self.count != count { return true }
                    waiters.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            waiters.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
