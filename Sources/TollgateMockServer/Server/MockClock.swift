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
    }

    private let state = Mutex(State())
    private let changes = ChangeSignal()

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
        set(nil, frozen: false)
    }

    /// Sets the time, and stops the clock there.
    public func set(_ time: Date) {
        set(time, frozen: true)
    }

    /// Moves the time on. A clock that runs keeps running.
    public func advance(by duration: Duration) {
        change { state in
            let seconds = duration / .seconds(1)
            state.offset += seconds
            state.stopped?.addTimeInterval(seconds)
        }
    }

    /// Whether the clock stands still.
    public var isFrozen: Bool {
        state.withLock { $0.stopped != nil }
    }

    /// The present time, and whether the clock stands still there.
    package var reading: (time: Date, isFrozen: Bool) {
        state.withLock { (Self.now($0), $0.stopped != nil) }
    }

    /// Sets the time, and stops the clock or lets it run; what is nil stays as it is.
    package func set(_ time: Date?, frozen: Bool?) {
        change { state in
            let time = time ?? Self.now(state)
            if frozen ?? (state.stopped != nil) {
                state.stopped = time
            } else {
                state.offset = time.timeIntervalSinceReferenceDate - Date().timeIntervalSinceReferenceDate
                state.stopped = nil
            }
        }
    }

    /// Lets the clock follow the machine's, as at the start.
    func reset() {
        change { $0 = State() }
    }

    private static func now(_ state: State) -> Date {
        state.stopped ?? Date().addingTimeInterval(state.offset)
    }

    /// Changes the time and wakes whoever waits for it to change.
    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changes.fire()
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
        try await wait(until: now.addingTimeInterval(limit / .seconds(1)))
    }

    /// Returns once it is so late.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait(until deadline: Date) async throws {
        try Task.checkCancellation()
        while true {
            let seen = changes.count
            let left = deadline.timeIntervalSince(now)
            guard left > 0 else { return }
            try await changes.wait(after: seen, atMost: .seconds(left))
        }
    }
}
