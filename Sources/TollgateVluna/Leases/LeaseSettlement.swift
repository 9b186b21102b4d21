import Foundation
import Synchronization
import TollgateCore

/// What becomes of a lease when the work under it is done.
struct LeaseSettlement: Sendable {
    let gate: Vluna.ServiceClient.Gate
    let terms: Vluna.LeaseTerms
    let lease: Vluna.Lease
    let keep: (@Sendable (Vluna.PendingCommit) async throws -> Void)?

    /// Why the usage is not charged.
    struct Failure: Sendable {
        let cause: Vluna.CommitFailed.Cause
        let lease: Vluna.Lease
        var quantityMinor: Int64?
        let key: String

        func error(_ result: any Sendable) -> Vluna.CommitFailed {
            Vluna.CommitFailed(
                cause: cause, lease: lease, quantityMinor: quantityMinor, idempotencyKey: key, result: result)
        }
    }

    /// Commits what was used, or gives the lease back.
    /// - Returns: Nil if all is well.
    func settle(_ use: Vluna.ActiveLease.Use) async -> Failure? {
        switch use {
        case .none:
            await gate.giveBack(lease)
            return nil
        case .unknown:
            await gate.giveBack(lease)
            return Failure(cause: .notReported, lease: lease, key: key())
        case .invalid:
            await gate.giveBack(lease)
            return Failure(cause: .invalidReport, lease: lease, key: key())
        case .some(let quantity, let isComplete):
            let pending = Vluna.PendingCommit(
                lease: lease, quantityMinor: quantity, labels: terms.labels, key: key())
            return await commit(pending, isComplete: isComplete)
        }
    }

    private func commit(_ first: Vluna.PendingCommit, isComplete: Bool) async -> Failure? {
        var pending = first
        do {
            var commit = try await send(pending)
            if case .quarantined(.leaseExpired) = commit.outcome, let renewed = await renew() {
                pending.lease = renewed
                pending.key = key("-renewed")
                commit = try await send(pending)
            }
            switch commit.outcome {
            case .charged: return isComplete ? nil : failure(.incomplete(commit), pending)
            case .quarantined(let reason): return failure(.quarantined(reason), pending)
            }
        } catch {
            if let keep {
                let kept = pending
                // In the outbox it is as good as delivered.
                if (try? await gate.shielded { try await keep(kept) }) != nil, isComplete { return nil }
            }
            return failure(.undelivered(error), pending)
        }
    }

    private func failure(_ cause: Vluna.CommitFailed.Cause, _ pending: Vluna.PendingCommit) -> Failure {
        Failure(cause: cause, lease: pending.lease, quantityMinor: pending.quantityMinor, key: pending.key)
    }

    private func send(_ pending: Vluna.PendingCommit) async throws -> Vluna.Commit {
        try await gate.shielded {
            try await gate.with(idempotencyKey: pending.key).commit(
                leaseToken: pending.lease.leaseToken, featureCode: pending.lease.featureCode,
                quantityMinor: pending.quantityMinor, seatID: terms.seatID, labels: pending.labels)
        }
    }

    /// A new lease for work that took longer than the old one lasted; nil if the gate gives none.
    private func renew() async -> Vluna.Lease? {
        try? await gate.shielded { try await gate.with(idempotencyKey: key("-renewed")).authorize(terms) }
    }

    /// A key of the caller's own makes keys that are the same each time.
    private func key(_ suffix: String = "") -> String {
        gate.client.idempotencyKey.map { $0 + suffix } ?? UUID.randomText()
    }
}

extension Vluna.ServiceClient.Gate {
    /// For how long giving back and committing go on after the task was cancelled.
    private static var limit: Duration { .seconds(10) }

    /// Does something to its end even if the task is cancelled; then for a limited time only.
    func shielded<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let time = client.time
        // Of its own, so that the caller's cancellation does not reach it.
        let work = Task { try await body() }
        let alarm = Mutex<Task<Void, Never>?>(nil)
        defer { alarm.withLock { $0 }?.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            let countdown = Task {
                guard (try? await time.expire(after: Self.limit)) != nil else { return }
                work.cancel()
            }
            alarm.withLock { $0 = countdown }
        }
    }

    func with(idempotencyKey: String) -> Self {
        var client = client
        client.idempotencyKey = idempotencyKey
        return Self(client: client)
    }
}
