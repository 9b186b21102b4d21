import Dispatch
import Synchronization

/// Writes what many tasks want written in as few transactions as possible.
///
/// While one transaction is on its way to the disk, the next one gathers. Whoever was waiting for the first often comes
/// back at once with more, so the next one starts when as many have come as there were in the first, or after half the
/// time that the first one took.
public final class GroupCommit<Item: Sendable>: Sendable {
    private struct Request {
        let items: [Item]
        let done: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Request] = []
        var isWriting = false
        /// The number of requests at which the writer goes on.
        var awaited: Int?
    }

    private let state = Mutex(State())
    private let hasGathered = DispatchSemaphore(value: 0)
    private let queue: DispatchQueue
    private let limit: Int
    private let write: @Sendable ([Item]) throws -> Void

    /// - Parameters:
    ///   - label: The name of the queue that writes.
    ///   - limit: How many items go into one transaction, unless one request has more.
    ///   - write: Writes items in one transaction, and returns when they are on disk. It is not called twice at a time.
    public init(label: String, limit: Int = 4096, write: @escaping @Sendable ([Item]) throws -> Void) {
        queue = DispatchQueue(label: label)
        self.limit = limit
        self.write = write
    }

    /// Writes items, all or none, and returns when they are on disk.
    public func submit(_ items: [Item]) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let (mustStart, hasGathered) = state.withLock { state in
                state.waiting.append(Request(items: items, done: continuation))
                let isAwaited = state.waiting.count == state.awaited
                if isAwaited { state.awaited = nil }
                defer { state.isWriting = true }
                return (!state.isWriting, isAwaited)
            }
            if mustStart { queue.async { self.writeAll() } }
            if hasGathered { self.hasGathered.signal() }
        }
    }

    private func writeAll() {
        while let requests = nextGroup() {
            let start = DispatchTime.now()
            do {
                try write(requests.flatMap(\.items))
                let end = DispatchTime.now()
                for request in requests { request.done.resume() }
                gather(requests.count, for: (end.uptimeNanoseconds - start.uptimeNanoseconds) / 2)
            } catch {
                writeSingly(requests, after: error)
            }
        }
    }

    /// Waits until so many requests are there, or for as long as that is worth while.
    private func gather(_ count: Int, for nanoseconds: UInt64) {
        let mustWait = state.withLock { state in
            guard state.waiting.count < count else { return false }
            state.awaited = count
            return true
        }
        let deadline = DispatchTime.now() + .nanoseconds(Int(nanoseconds))
        guard mustWait, hasGathered.wait(timeout: deadline) == .timedOut else { return }
        let isTooLate = state.withLock { state in
            defer { state.awaited = nil }
            return state.awaited == nil
        }
        // They have come after all, so the signal comes, too.
        if isTooLate { hasGathered.wait() }
    }

    /// One request may have spoilt it for the others, so each is tried alone.
    private func writeSingly(_ requests: [Request], after error: any Error) {
        guard requests.count > 1 else {
            for request in requests { request.done.resume(throwing: error) }
            return
        }
        for request in requests {
            request.done.resume(with: Result { try write(request.items) })
        }
    }

    private func nextGroup() -> [Request]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            var items = 0
            let count = state.waiting.prefix { request in
                defer { items += request.items.count }
                return items == 0 || items + request.items.count <= limit
            }.count
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }
}
