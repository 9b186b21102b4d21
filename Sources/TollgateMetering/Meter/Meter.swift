import Foundation
import Logging
import ServiceLifecycle
import TollgateCore
import TollgateStoa

/// Records what users use, and sees to it that each use is billed once.
///
/// A use is in the outbox when ``record(userID:_:keyID:metadata:id:at:)`` returns, in a durable one on disk; no call waits
/// for the network. From there the meter sends it, again and again until the service has it. Run the meter in a
/// `ServiceGroup`, or call ``flush(within:)``:
///
///     let meter = try Meter(outbox: .sqlite(path: "usage.db"), sink: .stoa(stoa))
///     try await ServiceGroup(services: [meter, app], logger: logger).run()
///
/// What neither the meter nor the service can decide is set aside with its reason, where ``entries(_:after:limit:)``
/// shows it: a use that the service will never accept, and one that it may have counted so long ago that it would not
/// recognise it. Nothing is dropped.
public final class Meter: Service {
    /// What to do with a use when as many wait as are allowed to.
    public enum FullPolicy: Sendable, Hashable {
        /// Wait until there is room.
        case wait
        /// Throw an ``OutboxError``.
        case fail
    }

    /// Where usage waits.
    public let outbox: any Outbox
    let sender: Sender
    let time: any TimeSource
    let logger: Logger
    /// Recordings that the meter waits for before it stops.
    let unattended = Unattended()
    private let room: Room?
    private let tally: Tally
    private let flushEvery: Duration
    private let shutdownLimit: Duration

    /// - Parameters:
    ///   - outbox: Where usage waits: `.sqlite(path: "usage.db")`, or `.memory()` if it may be lost with the process.
    ///   - sink: Where it is sent: `.stoa(stoa)`.
    ///   - flushEvery: How often; as the sink says unless given.
    ///   - shutdownLimit: For how long usage is still sent at a shutdown.
    ///   - lease: For how long others that share the outbox leave alone what this meter is sending; longer than a call
    ///     of the sink takes.
    ///   - capacity: How many uses may wait; nil for as many as there is space for.
    ///   - whenFull: What to do with one more.
    ///   - isSending: Whether usage is sent. If not, it is recorded, and waits until a meter sends it.
    ///   - time: The clock.
    ///   - logger: Where failures are told.
    public init(
        outbox: some Outbox, sink: some UsageSink, flushEvery: Duration? = nil, shutdownLimit: Duration = .seconds(10),
        lease: Duration = .seconds(120), capacity: Int? = nil, whenFull: FullPolicy = .wait, isSending: Bool = true,
        time: any TimeSource = .system,
        logger: Logger = Logger(label: "tollgate.meter")
    ) {
        let tally = Tally()
        let room = capacity.map { Room(outbox: outbox, limit: $0, policy: isSending ? whenFull : .fail, time: time) }
        self.outbox = outbox
        self.time = time
        self.logger = logger
        self.room = room
        self.tally = tally
        self.flushEvery = flushEvery ?? sink.limits.flushEvery
        self.shutdownLimit = shutdownLimit
        sender = Sender(outbox: outbox, sink: sink, lease: lease, isSending: isSending, tally: tally, logger: logger)
    }

    // MARK: - Recording

    /// Records one use.
    ///
    /// - Parameters:
    ///   - userID: The application's own id of the user who is billed.
    ///   - usage: What was used: `.chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94)`.
    ///   - keyID: The id of the API key that the use was called with, if there is one.
    ///   - metadata: The application's own notes; a key hides the same key of ``withContext(_:isolation:operation:)``.
    ///   - id: The event's id, a new one unless given. One that waits already is not recorded again.
    ///   - time: When the use took place; now unless given.
    /// - Returns: The event's id.
    /// - Throws: ``OutboxError`` if the use could not be recorded.
    @discardableResult
    public func record(
        userID: String, _ usage: Usage, keyID: String? = nil, metadata: [String: JSONScalar] = [:], id: UUID? = nil,
        at time: Date? = nil
    ) async throws -> UUID {
        let context = Stoa.contextMetadata
        let record = UsageRecord(
            id: id, userID: userID, usage: usage, keyID: keyID, time: time ?? self.time.now,
            metadata: context.isEmpty ? metadata : context.merging(metadata) { $1 })
        if !isBilledByLease(record) { try await append([OutboxItem(record)]) }
        return record.id
    }

    /// Records several uses, all or none.
    ///
    /// - Throws: ``OutboxError`` if they could not be recorded.
    public func record(_ records: [UsageRecord]) async throws {
        let records = records.filter { !isBilledByLease($0) }
        guard !records.isEmpty else { return }
        try await append(records.map { OutboxItem($0) })
    }

    private func append(_ items: [OutboxItem]) async throws {
        if let room { try await room.take(items.count) }
        do {
            try await outbox.append(items)
        } catch {
            if let room { await room.giveBack(items.count) }
            throw error
        }
        if let room { await room.fill(items.count) }
        tally.recorded(items.count)
    }

    /// Records that something of the application's own happened once.
    ///
    /// - Parameters:
    ///   - name: What happened, for example `report.exported`.
    ///   - userID: The application's own id of the user who is billed.
    ///   - metadata: The application's own notes; a key hides the same key of ``withContext(_:isolation:operation:)``.
    /// - Returns: The event's id.
    /// - Throws: ``OutboxError`` if it could not be recorded.
    @discardableResult
    public func track(_ name: String, userID: String, metadata: [String: JSONScalar] = [:]) async throws -> UUID {
        try await record(userID: userID, .custom(name), metadata: metadata)
    }

    /// Adds metadata to every use that is recorded while `operation` runs, in child tasks too. `Stoa.withContext` is the
    /// same.
    ///
    /// Calls nest; a key of an inner call hides the same key of an outer one.
    @discardableResult
    public static func withContext<Result>(
        _ metadata: [String: JSONScalar], isolation: isolated (any Actor)? = #isolation,
        operation: () async throws -> Result
    ) async rethrows -> Result {
        try await Stoa.withContext(metadata, isolation: isolation, operation: operation)
    }

    // MARK: - Sending

    /// Sends usage until the task is cancelled or a graceful shutdown begins; then once more, within the limit.
    public func run() async throws {
        await withTaskGroup { group in
            group.addTask { await self.sendUntilShutdown() }
            group.addTask { await self.waitForEndOfShutdown() }
            await group.next()
            group.cancelAll()
        }
        if Task.isCancelled { await finishRecordings() }
        let counts = try await outbox.counts()
        tally.ended(waiting: outbox.isDurable ? 0 : counts.waiting)
        if counts.waiting > 0 {
            logger.log(
                level: outbox.isDurable ? .notice : .error,
                "\(counts.waiting) uses wait: \(outbox.isDurable ? "they are sent next time" : "they are lost")")
        }
    }

    private func sendUntilShutdown() async {
        while !Task.isCancelled {
            let isLast = Task.isShuttingDownGracefully
            let pause = await isLast ? sendAllAndWhatIsLeft() : sender.sendAll()
            if isLast { return }
            if Task.isShuttingDownGracefully { continue }
            let wait = max(pause ?? .zero, flushEvery)
            try? await cancelWhenGracefulShutdown { try await self.time.sleep(for: wait) }
        }
    }

    /// Sends what waits, and what is just being recorded, which may itself wait for room.
    private func sendAllAndWhatIsLeft() async -> Duration? {
        let pause = await sender.sendAll()
        guard unattended.isUnderWay else { return pause }
        await unattended.finish()
        return await sender.sendAll()
    }

    /// Waits for what is just being recorded, within the limit, although the meter's task is cancelled.
    private func finishRecordings() async {
        await Task {
            await withTaskGroup { group in
                group.addTask { await self.unattended.finish() }
                group.addTask { try? await self.time.expire(after: self.shutdownLimit) }
                await group.next()
                group.cancelAll()
            }
        }.value
    }

    private func waitForEndOfShutdown() async {
        do {
            try await gracefulShutdown()
            try await time.expire(after: shutdownLimit)
        } catch {
            // Cancelled: the other task is, too, or has come to its end.
        }
    }

    /// Sends what waits, each use once, and puts back what cannot be sent now.
    ///
    /// - Parameter limit: For how long; nil for as long as it takes.
    /// - Returns: What is left. Nothing waits if all went well.
    /// - Throws: ``OutboxError``.
    @discardableResult
    public func flush(within limit: Duration? = nil) async throws -> OutboxCounts {
        await withTaskGroup { group in
            group.addTask { _ = await self.sendAllAndWhatIsLeft() }
            if let limit {
                group.addTask { try? await self.time.expire(after: limit) }
            }
            await group.next()
            group.cancelAll()
        }
        return try await outbox.counts()
    }

    // MARK: - Looking

    /// How things stand.
    public var status: MeterStatus {
        get async {
            var status = tally.status
            status.isSending = sender.isSending
            do {
                let counts = try await outbox.counts()
                status.waiting = counts.waiting
                status.setAside = counts.setAside
            } catch {
                status.lastFailure = "\(error)"
            }
            return status
        }
    }

    /// Uses that wait or were set aside, in their order.
    ///
    /// - Parameters:
    ///   - state: Which.
    ///   - sequence: Only later ones: the ``OutboxEntry/sequence`` of the last one seen.
    ///   - limit: How many at most.
    /// - Returns: The entries, whose items keep the records: `try entry.item.record()`.
    /// - Throws: ``OutboxError``.
    public func entries(
        _ state: OutboxEntry.State, after sequence: Int64 = 0, limit: Int = 100
    ) async throws -> [OutboxEntry] {
        try await outbox.entries(state, after: sequence, limit: limit)
    }

    /// Lets uses that were set aside wait again.
    ///
    /// - Parameter ids: Which; nil for all.
    /// - Returns: How many there were.
    /// - Throws: ``OutboxError``.
    @discardableResult
    public func resend(_ ids: [UUID]? = nil) async throws -> Int {
        try await outbox.resend(ids)
    }
}
