import Dispatch
import Synchronization

/// Writes what many tasks want written in as few transactions as possible: while one is on its way to the disk, the next
/// one gathers.
public final class GroupCommit<Item: Sendable>: Sendable {
    private struct Request {
        let items: [Item]
        let done: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Request] = []
        var isWriting = false
    }

    private let state = Mutex(State())
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
            let mustStart = state.withLock { state in
                state.waiting.append(Request(items: items, done: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if mustStart { queue.async { self.writeAll() } }
        }
    }

    private func writeAll() {
        while let requests = nextGroup() {
            do {
                try write(requests.flatMap(\.items))
                for request in requests { request.done.resume() }
            } catch {
                writeSingly(requests, after: error)
            }
        }
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
