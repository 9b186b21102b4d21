import Foundation
import HTTPTypes
import Synchronization

/// The last exchanges, in their order.
package final class MockJournal: Sendable {
    /// How many exchanges are kept.
    static let limit = 10_000
    /// How much room they may take in all, in bytes.
    static let byteLimit = 8 << 20
    /// How much of a body is kept, in bytes.
    static let bodyLimit = 64 << 10

    /// The exchange with number n is at n modulo the limit.
    private struct State {
        var slots: [MockExchange?] = []
        /// The number of the newest exchange.
        var last = 0
        var kept = 0
        var bytes = 0

        var first: Int { last - kept + 1 }

        mutating func append(_ exchange: MockExchange) {
            last += 1
            kept += 1
            bytes += exchange.size
            let index = last % MockJournal.limit
            if index < slots.count {
                slots[index] = exchange
            } else {
                if slots.isEmpty {
                    slots.reserveCapacity(MockJournal.limit)
                    slots.append(nil)
                }
                slots.append(exchange)
            }
            slots[index]?.number = last
        }

        mutating func removeFirst() -> MockExchange? {
            let index = first % MockJournal.limit
            defer { slots[index] = nil }
            kept -= 1
            bytes -= slots[index]?.size ?? 0
            return slots[index]
        }
    }

    private let state = Mutex(State())
    private let changes = ChangeSignal()

    func record(_ exchange: MockExchange) {
        // What is dropped lives on until the lock is free again.
        var dropped: [MockExchange?] = []
        state.withLock { state in
            while state.kept == Self.limit || (state.kept > 0 && state.bytes + exchange.size > Self.byteLimit) {
                dropped.append(state.removeFirst())
            }
            state.append(exchange)
        }
        changes.fire()
    }

    /// Forgets all exchanges, and counts from 1 again.
    package func clear() {
        state.withLock { $0 = State() }
        changes.fire()
    }

    /// The number of the newest exchange; 0 if there was none.
    package var last: Int { state.withLock { $0.last } }

    /// The number of the oldest exchange that is kept; 0 if there is none.
    package var first: Int { state.withLock { $0.kept == 0 ? 0 : $0.first } }

    package var exchanges: [MockExchange] { exchanges(after: 0) }

    /// Those that are kept and have greater numbers.
    package func exchanges(after number: Int) -> [MockExchange] {
        state.withLock { state in
            let first = max(number + 1, state.first)
            guard first <= state.last else { return [] }
            return (first...state.last).compactMap { state.slots[$0 % Self.limit] }
        }
    }

    /// Returns once `isFulfilled` says so, or after so long by the machine's clock; it is asked after each exchange.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait(atMost limit: Duration, until isFulfilled: () -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let seen = changes.count
            if isFulfilled() { return }
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return }
            try await changes.wait(after: seen, atMost: left)
        }
    }
}
