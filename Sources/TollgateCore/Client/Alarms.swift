import Synchronization

/// Lets many tasks wait for limits that hardly ever run out, at the cost of one timer.
///
/// `Task.sleep` leaves its timer behind when it is cancelled, until the moment it was set to: with a limit of 30 s on each
/// call, that is a timer for every call of the last 30 s. Here one task sleeps for all, and whoever stops waiting leaves
/// nothing behind. The price is precision: a moment is rounded up, by at most 10 ms or one part in 64.
final class Alarms: Sendable {
    static let shared = Alarms()

    private typealias Waiting = [Int: CheckedContinuation<Void, any Error>]

    private struct State {
        /// Who waits, by moment, in milliseconds since ``start``.
        var waiting: [Int: Waiting] = [:]
        /// The keys of `waiting`, in order.
        var moments: [Int] = []
        var count = 0
        /// The task that sleeps until the first moment.
        var sleeper: (moment: Int, task: Task<Void, Never>)?
    }

    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// How many tasks wait.
    var count: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    /// - Throws: `CancellationError`, promptly, when the task is cancelled.
    func wait(for duration: Duration) async throws {
        let moment = moment(after: duration)
        let id = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(continuation, id, at: moment)
                if Task.isCancelled { cancel(id, at: moment) }
            }
        } onCancel: {
            cancel(id, at: moment)
        }
    }

    private var now: Int {
        let components = start.duration(to: .now).components
        return Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    /// Rounded up, so that calls which begin at about one time share a moment.
    private func moment(after duration: Duration) -> Int {
        let seconds = max(0, min(duration / .seconds(1), 1e9))
        let length = Int((seconds * 1000).rounded(.up))
        let grain = max(10, length / 64)
        return (now + length + grain) / grain * grain
    }

    private func add(_ continuation: CheckedContinuation<Void, any Error>, _ id: Int, at moment: Int) {
        state.withLock { state in
            if state.waiting[moment] == nil {
                let place = state.moments.lastIndex { $0 < moment }.map { $0 + 1 } ?? 0
                state.moments.insert(moment, at: place)
            }
            state.waiting[moment, default: [:]][id] = continuation
            if let sleeper = state.sleeper, sleeper.moment <= moment { return }
            state.sleeper?.task.cancel()
            state.sleeper = (moment, sleeper(until: moment))
        }
    }

    private func cancel(_ id: Int, at moment: Int) {
        let continuation = state.withLock { $0.waiting[moment]?.removeValue(forKey: id) }
        continuation?.resume(throwing: CancellationError())
    }

    private func sleeper(until moment: Int) -> Task<Void, Never> {
        Task.detached { [self] in
            try? await Task.sleep(until: start + .milliseconds(moment), clock: .continuous)
            if !Task.isCancelled { ring() }
        }
    }

    /// Wakes who has waited long enough, and sleeps until the next moment that somebody waits for.
    private func ring() {
        let now = now
        let due = state.withLock { state -> [Waiting] in
            var due: [Waiting] = []
            let past = state.moments.prefix { $0 <= now || state.waiting[$0]?.isEmpty != false }
            for moment in past {
                if let waiting = state.waiting.removeValue(forKey: moment), moment <= now { due.append(waiting) }
            }
            state.moments.removeFirst(past.count)
            state.sleeper = state.moments.first.map { ($0, sleeper(until: $0)) }
            return due
        }
        for continuation in due.lazy.flatMap(\.values) { continuation.resume() }
    }
}
