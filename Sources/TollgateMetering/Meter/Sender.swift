import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TollgateCore

/// Carries usage from the outbox to the sink.
final class Sender: Sendable {
    /// How many events are summed up at a time.
    private static let sumLimit = 10_000
    /// How many batches are on their way at once.
    private static let lanes = 4

    let isSending: Bool
    private let outbox: any Outbox
    let sink: any UsageSink
    /// For how long nobody else gets what is being sent.
    private let lease: Duration
    private let tally: Tally
    private let logger: Logger
    private let failures = Mutex(0)

    init(
        outbox: any Outbox, sink: any UsageSink, lease: Duration, isSending: Bool, tally: Tally, logger: Logger
    ) {
        self.outbox = outbox
        self.sink = sink
        self.isSending = isSending
        self.lease = lease
        self.tally = tally
        self.logger = logger
    }

    /// Sends everything whose time has come, until the service or the outbox fails or the task is cancelled.
    ///
    /// - Returns: For how long to leave the service alone, if it failed.
    func sendAll() async -> Duration? {
        guard isSending else { return nil }
        let round = SendingRound()
        do {
            if let sink = sink as? any SummingSink { try await sumUp(with: sink) }
            for kind in [OutboxItem.Kind.event, .sum] where !(sink is any SummingSink && kind == .event) {
                try await send(kind, in: round)
            }
            tally.waiting(try await outbox.counts().waiting)
        } catch {
            round.stop(reason: "\(error)", retryAfter: nil)
        }
        return pause(after: round)
    }

    private func pause(after round: SendingRound) -> Duration? {
        guard let failure = round.failure else {
            failures.withLock { $0 = 0 }
            return nil
        }
        tally.failed(failure.reason)
        logger.warning("Usage cannot be sent for now: \(failure.reason)")
        let count = failures.withLock { count in
            count += 1
            return count
        }
        return max(failure.retryAfter ?? .zero, Backoff.delay(after: count, from: .milliseconds(500), to: .seconds(60)))
    }

    // MARK: - Sums

    /// Puts sums in the place of all events that wait.
    private func sumUp(with sink: any SummingSink) async throws {
        while !Task.isCancelled {
            let entries = try await outbox.claim(Self.sumLimit, .event, for: lease)
            guard !entries.isEmpty else { return }
            let (records, unreadable) = Self.read(entries)
            let (sums, refused) = sink.sums(of: records.map(\.record))
            let members = records.filter { refused[$0.record.id] == nil }.map(\.entry)
            let setAside =
                unreadable
                + records.compactMap { entry, record in
                    refused[record.id].map { OutboxOutcome(entry, .setAside(reason: $0)) }
                }
            guard try await outbox.replace(members, with: sums.map { OutboxItem($0, kind: .sum) }) else {
                // Somebody else has some of them by now. The others are free when the claim has run out.
                continue
            }
            try await settle(setAside, duplicates: 0)
        }
    }

    private static func read(
        _ entries: [OutboxEntry]
    ) -> (records: [(entry: OutboxEntry, record: UsageRecord)], unreadable: [OutboxOutcome]) {
        var records: [(OutboxEntry, UsageRecord)] = []
        var unreadable: [OutboxOutcome] = []
        for entry in entries {
            do throws(JSONError) {
                records.append((entry, try entry.item.record()))
            } catch {
                unreadable.append(OutboxOutcome(entry, .setAside(reason: "It cannot be read: \(error)")))
            }
        }
        return (records, unreadable)
    }

    // MARK: - Batches

    private func send(_ kind: OutboxItem.Kind, in round: SendingRound) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.lanes {
                group.addTask {
                    while !round.isStopped, !Task.isCancelled {
                        let entries = try await self.outbox.claim(self.sink.limits.batch, kind, for: self.lease)
                        guard !entries.isEmpty else { return }
                        try await self.deliver(entries, in: round)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func deliver(_ entries: [OutboxEntry], in round: SendingRound) async throws {
        var (records, outcomes) = Self.read(entries)
        if let window = sink.limits.resendWindow {
            let late = records.filter { $0.entry.inDoubtFor.map { $0 >= window } ?? false }
            outcomes += late.map { entry, _ in OutboxOutcome(entry, .setAside(reason: Self.tooLate(window))) }
            records.removeAll { $0.entry.inDoubtFor.map { $0 >= window } ?? false }
        }
        let sent = await deliver(records[...], in: round)
        try await settle(outcomes + sent.outcomes, duplicates: sent.duplicates)
    }

    private static func tooLate(_ window: Duration) -> String {
        """
        The service may have counted it, and recognises what it has seen for little longer than \
        \(window.inMilliseconds / 3_600_000) hours. Resend it only if the service does not have it.
        """
    }

    /// Sends records. A batch that is refused as a whole is halved, until the record to blame is found.
    private func deliver(
        _ records: ArraySlice<(entry: OutboxEntry, record: UsageRecord)>, in round: SendingRound
    ) async -> (outcomes: [OutboxOutcome], duplicates: Int) {
        guard !records.isEmpty else { return ([], 0) }
        guard !round.isStopped else {
            return (records.map { Self.outcome(of: $0.entry, .postponed("not sent yet", after: .zero), in: round) }, 0)
        }
        let deliveries: [Delivery]
        do {
            deliveries = try await sink.send(
                records.map { OutgoingUsage($0.record, mayHaveArrived: $0.entry.inDoubtFor != nil) })
        } catch {
            if records.count > 1, case .content = BatchFailure(error) {
                let middle = records.startIndex + records.count / 2
                let first = await deliver(records[..<middle], in: round)
                let second = await deliver(records[middle...], in: round)
                return (first.outcomes + second.outcomes, first.duplicates + second.duplicates)
            }
            deliveries = records.map { _ in .failed(error) }
        }
        let missing = Delivery.unknown("The sink says nothing of this record.")
        let outcomes = records.enumerated().map { index, record in
            Self.outcome(of: record.entry, index < deliveries.count ? deliveries[index] : missing, in: round)
        }
        return (outcomes, deliveries.count { if case .duplicate = $0 { true } else { false } })
    }

    private static func outcome(of entry: OutboxEntry, _ delivery: Delivery, in round: SendingRound) -> OutboxOutcome {
        let longer = Backoff.delay(after: entry.attempts, from: .seconds(1), to: .seconds(3600))
        switch delivery {
        case .delivered, .duplicate:
            return OutboxOutcome(entry, .taken)
        case .refused(let reason):
            return OutboxOutcome(entry, .setAside(reason: reason))
        case .postponed(let reason, let after):
            return OutboxOutcome(entry, .putBack(after: after ?? longer, mayHaveArrived: false, reason: reason))
        case .unknown(let reason):
            return OutboxOutcome(
                entry, .putBack(after: min(longer, .seconds(60)), mayHaveArrived: true, reason: reason))
        case .failed(let error):
            switch BatchFailure(error) {
            case .content(let reason):
                return OutboxOutcome(entry, .setAside(reason: reason))
            case .service(let mayHaveArrived, let retryAfter, let reason):
                round.stop(reason: reason, retryAfter: retryAfter)
                return OutboxOutcome(
                    entry, .putBack(after: .zero, mayHaveArrived: mayHaveArrived, reason: reason))
            }
        }
    }

    private func settle(_ outcomes: [OutboxOutcome], duplicates: Int) async throws {
        guard !outcomes.isEmpty else { return }
        let (removed, setAside) = try await outbox.settle(outcomes)
        tally.settled(
            delivered: removed, duplicates: duplicates, setAside: setAside,
            putBack: outcomes.count - removed - setAside)
        for case .setAside(let reason) in outcomes.map(\.result) {
            logger.error("A use was set aside: \(reason)")
        }
    }
}

/// One time through all that waits.
private final class SendingRound: Sendable {
    private let state = Mutex<(reason: String, retryAfter: Duration?)?>(nil)

    /// The service or the outbox failed: no lane starts anything more.
    var isStopped: Bool { state.withLock { $0 != nil } }

    var failure: (reason: String, retryAfter: Duration?)? { state.withLock { $0 } }

    func stop(reason: String, retryAfter: Duration?) {
        state.withLock { state in
            state = (state?.reason ?? reason, [state?.retryAfter, retryAfter].compactMap { $0 }.max())
        }
    }
}

/// Waits that grow.
enum Backoff {
    /// - Parameters:
    ///   - failures: How many there were, at least 1.
    ///   - first: The wait after the first; it doubles with each further one.
    ///   - last: Here it stops doubling.
    /// - Returns: A wait between half of that and that, at random, so that many do not come back together.
    static func delay(after failures: Int, from first: Duration, to last: Duration) -> Duration {
        min(first * (1 << min(max(failures - 1, 0), 30)), last) * Double.random(in: 0.5...1)
    }
}
