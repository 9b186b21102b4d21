import Foundation
import Synchronization
import TollgateCore

/// The time that a mock server lives by.
///
/// It follows the machine's clock until a test moves or stops it. A client can live by the same time: given this clock
/// as its ``TimeSource``, it does not really wait between two tries; the clock moves on instead.
public final class MockClock: TimeSource {
    private struct State {
        /// What is added to the machine's time.
        var offset: Double = 0
        /// The time at which the clock stands still, if it does.
        var stopped: Date?
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The present time.
    public var now: Date {
        state.withLock { Self.now($0) }
    }

    /// Stops the clock at the present time.
    public func freeze() {
        change { $0.stopped = Self.now($0) }
    }

    /// Lets the clock run on from the present time, as fast as the machine's.
    public func resume() {
        change { state in
            state.offset = Self.now(state).timeIntervalSinceReferenceDate - Date().timeIntervalSinceReferenceDate
            state.stopped = nil
        }
    }

    /// Sets the time, and stops the clock there.
    public func set(_ time: Date) {
        change { $0.stopped = time }
    }

    /// Moves the time on. A clock that runs keeps running.
    public func advance(by duration: Duration) {
        change { state in
            let seconds = duration / .seconds(1)
            state.offset += seconds
            state.stopped?.addTimeInterval(seconds)
        }
    }

    private static func now(_ state: State) -> Date {
        state.stopped ?? Date().addingTimeInterval(state.offset)
    }

    /// Changes the time and wakes whoever waits for it to change.
    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters {
            waiter.resume()
        }
    }
}

// MARK: - The time of a client

extension MockClock {
    /// Moves the clock on instead of waiting.
    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        advance(by: duration)
        await Task.yield()
    }

    /// Returns once the clock has come so far: by running, or because a test or ``sleep(for:)`` has moved it.
    public func expire(after limit: Duration) async throws {
        let deadline = now.addingTimeInterval(limit / .seconds(1))
        while now < deadline {
            try Task.checkCancellation()
            try await waitForChange(atMost: .seconds(deadline.timeIntervalSince(now)))
        }
    }

    /// Returns when a test or a client moves the clock, or when `limit` has passed on the machine.
    private func waitForChange(atMost limit: Duration) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await self.nextChange() }
            group.addTask { try await Task.sleep(for: limit) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func nextChange() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isCancelled { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
