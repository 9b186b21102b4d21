import Synchronization

extension HTTPBody {
    /// The body as a caller reads it: with a limit on the silence between two chunks, and with errors that name the call.
    func limited(
        silence: Duration?, time: any TimeSource, call: CallSummary, observation: (any CallObservation)? = nil
    ) -> HTTPBody {
        guard bytes == nil else { return self }
        return HTTPBody(
            stream: LimitedChunks(
                body: self, silence: silence, time: time, call: call, watch: observation.map { StreamWatch($0) }),
            length: length)
    }
}

/// Counts the bytes of a stream, and tells once how it ended: also if it was dropped before its end.
private final class StreamWatch: Sendable {
    private struct State {
        var bytes = 0
        var isOver = false
    }

    private let observation: any CallObservation
    private let state = Mutex(State())

    init(_ observation: any CallObservation) {
        self.observation = observation
    }

    deinit { end(CancellationError()) }

    func count(_ bytes: Int) {
        state.withLock { $0.bytes += bytes }
    }

    func end(_ error: (any Error)?) {
        let bytes = state.withLock { state -> Int? in
            defer { state.isOver = true }
            return state.isOver ? nil : state.bytes
        }
        if let bytes { observation.streamEnded(bytes: bytes, error: error) }
    }
}

private struct LimitedChunks: AsyncSequence, Sendable {
    let body: HTTPBody
    let silence: Duration?
    let time: any TimeSource
    let call: CallSummary
    let watch: StreamWatch?

    func makeAsyncIterator() -> Iterator { Iterator(chunks: self, reader: Reader(body)) }

    struct Iterator: AsyncIteratorProtocol {
        let chunks: LimitedChunks
        /// Nil at the end: the connection is let go.
        var reader: Reader?

        mutating func next() async throws -> [UInt8]? {
            guard let reader else { return nil }
            do {
                let chunk = try await chunks.next(from: reader)
                if let chunk {
                    chunks.watch?.count(chunk.count)
                } else {
                    // A stream may end early, rather than throw, when its task is cancelled.
                    try Task.checkCancellation()
                    self.reader = nil
                    chunks.watch?.end(nil)
                }
                return chunk
            } catch {
                self.reader = nil
                let error = chunks.named(error)
                chunks.watch?.end(error)
                throw error
            }
        }
    }

    /// Reads a body from child tasks, one chunk at a time.
    actor Reader {
        /// A copy shares the original's position.
        private let iterator: HTTPBody.Iterator

        init(_ body: HTTPBody) {
            iterator = body.makeAsyncIterator()
        }

        func next() async throws -> [UInt8]? {
            var iterator = iterator
            return try await iterator.next(isolation: self)
        }
    }

    private func next(from reader: Reader) async throws -> [UInt8]? {
        guard let silence else { return try await reader.next() }
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await reader.next() }
            group.addTask {
                try await time.expire(after: silence)
                throw TimeoutError(.idle, of: silence, mayHaveBeenApplied: true)
            }
            return try await group.next() ?? nil
        }
    }

    /// The error with the call that it is about.
    private func named(_ error: any Error) -> any Error {
        if Task.isCancelled { return CancellationError() }
        if error.isForTheCaller { return error }
        guard let timeout = error as? TimeoutError else {
            var error = ConnectionError(wrapping: error)
            error.mayHaveBeenApplied = true
            error.call = call
            return error
        }
        return TimeoutError(.idle, of: silence ?? timeout.duration, mayHaveBeenApplied: true, call: call)
    }
}
