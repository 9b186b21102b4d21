import Foundation
import Logging
import Synchronization
import TollgateCore
import TollgateStoa

/// Whom the calls of a client are booked to, and where.
struct Booking: Sendable {
    let recorder: any UsageRecorder
    let userID: String
    let keyID: String?
    var metadata: [String: JSONScalar]
    /// Told of what could not be recorded; nil if calls throw it.
    let unrecorded: (@Sendable (UnrecordedUsage) -> Void)?
    /// The recorder's clock.
    let time: any TimeSource

    init(
        _ recorder: any UsageRecorder, _ userID: String, _ keyID: String?, _ metadata: [String: JSONScalar],
        _ unrecorded: (@Sendable (UnrecordedUsage) -> Void)?
    ) {
        self.recorder = recorder
        self.userID = userID
        self.keyID = keyID
        self.metadata = metadata
        self.unrecorded = unrecorded
        time =
            switch recorder {
            case let meter as Meter: meter.time
            case let stoa as Stoa: stoa.client.time
            default: .system
            }
    }

    /// The same with the metadata of the surrounding `withContext`.
    var inContext: Booking {
        var copy = self
        copy.metadata.merge(Stoa.contextMetadata) { $1 }
        return copy
    }

    /// Records a use, and waits until that is done.
    ///
    /// - Throws: `Stoa.InsufficientBalance`, ``UnrecordedUsage``; `CancellationError` when the task is cancelled, and then
    ///   the use is recorded nevertheless.
    func book(_ usage: Usage, answer: () -> HTTPReply) async throws {
        let record = record(usage)
        let attempt = Attempt()
        start(record, attempt)
        guard let failure = try await attempt.failure() else { return }
        let error = UnrecordedUsage(record: record, answer: answer(), underlying: failure)
        // Nobody hears what a cancelled call throws.
        if unrecorded != nil || Task.isCancelled { return tell(error) }
        throw failure is Stoa.InsufficientBalance ? failure : error
    }

    /// Records a use that nobody waits for.
    func bookUnattended(_ usage: Usage) {
        let attempt = Attempt()
        attempt.abandon()
        start(record(usage), attempt)
    }

    private func record(_ usage: Usage) -> UsageRecord {
        UsageRecord(userID: userID, usage: usage, keyID: keyID, time: time.now, metadata: metadata)
    }

    /// Begins to record in a task that is not cancelled with the caller's.
    private func start(_ record: UsageRecord, _ attempt: Attempt) {
        let work = { @Sendable in
            var failure: (any Error)?
            do { try await recorder.record(record) } catch { failure = error }
            guard !attempt.end(failure), let failure else { return }
            tell(UnrecordedUsage(record: record, answer: nil, underlying: failure))
        }
        if let meter = recorder as? Meter {
            meter.unattended.begin(work)
        } else {
            Task(operation: work)
        }
    }

    private func tell(_ error: UnrecordedUsage) {
        if let unrecorded { return unrecorded(error) }
        let body = String(decoding: OutboxItem(error.record).body, as: UTF8.self)
        Logger(label: "tollgate.meter").error("\(error) \(body)")
    }

    /// One recording, which somebody may wait for.
    private final class Attempt: Sendable {
        private enum State {
            case underWay
            case awaited(CheckedContinuation<(any Error)?, any Error>)
            case ended((any Error)?)
            case abandoned
        }

        private let state = Mutex(State.underWay)

        /// Waits for the end.
        /// - Returns: Why it failed, if it did.
        /// - Throws: `CancellationError`, promptly, when the task is cancelled.
        func failure() async throws -> (any Error)? {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    state.withLock { state in
                        switch state {
                        case .underWay: state = .awaited(continuation)
                        case .ended(let failure): continuation.resume(returning: failure)
                        case .abandoned, .awaited: continuation.resume(throwing: CancellationError())
                        }
                    }
                }
            } onCancel: {
                abandon()
            }
        }

        func abandon() {
            state.withLock { state in
                if case .awaited(let continuation) = state { continuation.resume(throwing: CancellationError()) }
                if case .ended = state { return }
                state = .abandoned
            }
        }

        /// - Returns: Whether somebody hears of it.
        func end(_ failure: (any Error)?) -> Bool {
            state.withLock { state in
                if case .abandoned = state { return false }
                if case .awaited(let continuation) = state { continuation.resume(returning: failure) }
                state = .ended(failure)
                return true
            }
        }
    }
}
