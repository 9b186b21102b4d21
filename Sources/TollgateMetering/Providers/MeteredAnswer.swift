import Synchronization
import TollgateCore

/// The answer of one metered call: read as it passes, and recorded once, however it ends.
final class MeteredAnswer: Sendable {
    private struct State {
        var reader: AnswerReader
        var isRecorded = false
    }

    private let state: Mutex<State>
    private let head: HTTPResponse
    private let booking: Booking
    private let start: Duration

    init(
        _ reader: consuming AnswerReader, head: HTTPResponse, booking: Booking, start: Duration
    ) {
        state = Mutex(State(reader: reader))
        self.head = head
        self.booking = booking
        self.start = start
    }

    deinit { abandon() }

    /// Takes the next chunk.
    /// - Returns: What the caller gets; nil if that is nothing.
    func take(_ chunk: [UInt8]) -> [UInt8]? {
        state.withLock { $0.reader.take(chunk) }
    }

    /// Ends an answer that is complete.
    /// - Returns: What the caller has not got yet.
    func finish() -> [UInt8]? {
        state.withLock { $0.reader.finish() }
    }

    /// Records the use of an answer that is complete.
    /// - Throws: What the caller has to know of it.
    func settle() async throws {
        guard let (usage, body) = usage() else { return }
        try await booking.book(usage) {
            HTTPReply(head: head, body: HTTPBody(body))
        }
    }

    /// Records the use of an answer of which no more is read, unless that was done.
    func abandon() {
        guard let (usage, _) = usage() else { return }
        booking.bookUnattended(usage)
    }

    /// What was used, and the answer so far; nil after the first time.
    private func usage() -> (Usage, body: [UInt8])? {
        let latency = booking.time.uptime - start
        return state.withLock { state in
            defer { state.isRecorded = true }
            return state.isRecorded ? nil : (state.reader.usage(latency: latency), state.reader.body ?? [])
        }
    }
}

/// The chunks of a metered answer.
struct MeteredChunks: AsyncSequence, Sendable {
    let body: HTTPBody
    let answer: MeteredAnswer

    func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), answer: answer)
    }

    struct Iterator: AsyncIteratorProtocol {
        /// Nil at the end: the connection is let go.
        var base: HTTPBody.Iterator?
        let answer: MeteredAnswer

        mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            do {
                while let chunk = try await base?.next(isolation: actor) {
                    if let shown = answer.take(chunk) { return shown }
                }
                // A stream may end early, rather than throw, when its task is cancelled.
                guard base != nil, !Task.isCancelled else { return end() }
            } catch {
                _ = end()
                throw error
            }
            base = nil
            let rest = answer.finish()
            try await answer.settle()
            return rest
        }

        private mutating func end() -> [UInt8]? {
            base = nil
            answer.abandon()
            return nil
        }
    }
}
