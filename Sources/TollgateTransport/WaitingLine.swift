#if !canImport(Darwin)
    import Synchronization

    /// Lets so many through at a time, in the order in which they came.
    ///
    /// AsyncHTTPClient has a line, too, but counts the time in it as time to connect.
    final class WaitingLine: Sendable {
        private struct State {
            var free: Int
            var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
            /// The keys of `waiting` in order, and some that have left.
            var order: ArraySlice<Int> = []
            var count = 0
        }

        private let state: Mutex<State>

        init(limit: Int) {
            state = Mutex(State(free: max(1, limit)))
        }

        /// How many would be let through at once.
        var free: Int { state.withLock { $0.free } }

        /// A place among those that are let through. It is free again when its holder leaves, or forgets it.
        final class Place: Sendable {
            private let line: WaitingLine
            private let isLeft = Atomic(false)

            fileprivate init(_ line: WaitingLine) { self.line = line }

            deinit { leave() }

            func leave() {
                if !isLeft.exchange(true, ordering: .relaxed) { line.advance() }
            }
        }

        /// Returns when it is the caller's turn.
        /// - Throws: `CancellationError`, promptly, when the task is cancelled.
        func join() async throws -> Place {
            let id = state.withLock { state -> Int? in
                if state.free > 0 {
                    state.free -= 1
                    return nil
                }
                state.count += 1
                return state.count
            }
            if let id { try await wait(id) }
            return Place(self)
        }

        private func wait(_ id: Int) async throws {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let isFree = state.withLock { state in
                        if state.free > 0 {
                            state.free -= 1
                            return true
                        }
                        state.waiting[id] = continuation
                        state.order.append(id)
                        return false
                    }
                    if isFree { continuation.resume() }
                    if Task.isCancelled { cancel(id) }
                }
            } onCancel: {
                cancel(id)
            }
        }

        private func cancel(_ id: Int) {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }

        private func advance() {
            let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                while let id = state.order.popFirst() {
                    if let continuation = state.waiting.removeValue(forKey: id) { return continuation }
                }
                state.order = []
                state.free += 1
                return nil
            }
            next?.resume()
        }
    }
#endif
