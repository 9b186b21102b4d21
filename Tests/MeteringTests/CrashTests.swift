import Foundation
import Testing
import TollgateMetering
import TollgateMock
import TollgatePostgres
import TollgateStoa
import TollgateStripe

/// What was recorded reaches the service once, however the process that recorded it ends.
///
/// `TOLLGATE_CRASHES` says how many processes each test kills; 200 is the full form.
@Suite(.serialized) struct CrashTests {
    private static let crashes =
        ProcessInfo.processInfo.environment["TOLLGATE_CRASHES"].flatMap { Int($0) } ?? 4

    private func mock() async throws -> MockServer {
        let mock = try await MockServer.start()
        for user in 0..<3 { try mock.stoa.setBalance("1000000", of: "user_\(user)") }
        return mock
    }

    /// One process after the other on a file; four at the same time on a database, where one is killed while the others
    /// go on.
    private static func processes(_ kind: OutboxKind) -> Int { kind == .postgres ? 4 : 1 }

    @Test(arguments: OutboxKind.durable, Trouble.allCases)
    func killedAtAnyMoment(_ kind: OutboxKind, with trouble: Trouble) async throws {
        let mock = try await mock()
        try await kind.withLocation { location in
            try trouble.begin(at: mock)
            let log = try await killRepeatedly(Self.processes(kind)) { number in
                ["outbox": location, "sink": "stoa", "url": mock.url.absoluteString, "key": mock.stoa.apiKey]
                    .merging(trouble.settings(of: number)) { $1 }
            }
            #expect(log.errors.isEmpty, "\(log.errors.first ?? "")")
            #expect(!log.done.isEmpty)
            try trouble.end(at: mock)
            let outbox = try kind.open(location, clockShiftedBy: trouble.lastShift)
            let meter = Meter(outbox: outbox, sink: .stoa(mock.stoa.client()), logger: .collecting())
            try await sendAll(of: outbox, with: meter)
            check(log, in: mock, "\(kind) \(trouble)")
            if let outbox = outbox as? PostgresOutbox { try await checkUsage(log, in: outbox) }
        }
        await mock.stop()
    }

    @Test func twoProcessesShareOneFile() async throws {
        let mock = try await mock()
        try await OutboxKind.sqlite.withLocation { location in
            mock.inject(.reset(.afterApplied), into: .stoa.batchCreateEvents, every: 3)
            let log = try await killRepeatedly(2) { _ in
                ["outbox": location, "sink": "stoa", "url": mock.url.absoluteString, "key": mock.stoa.apiKey]
            }
            mock.removeFaults()
            let outbox = try SQLiteOutbox(path: location)
            try await sendAll(of: outbox, with: Meter(outbox: outbox, sink: .stoa(mock.stoa.client())))
            check(log, in: mock, "two processes")
        }
        await mock.stop()
    }

    @Test(arguments: OutboxKind.durable)
    func sumsAreReportedOnceHoweverTheProcessEnds(_ kind: OutboxKind) async throws {
        let mock = try await mock()
        try await kind.withLocation { location in
            mock.inject(.reset(.afterApplied), into: .stripe.createMeterEvent, every: 5)
            let log = try await killRepeatedly(Self.processes(kind)) { _ in
                ["outbox": location, "sink": "stripe", "url": mock.url.absoluteString, "key": mock.stripe.secretKey]
            }
            mock.removeFaults()
            let outbox = try kind.open(location)
            let sink = StripeSink(mock.stripe.client(), meter: "api_tokens")
            try await sendAll(of: outbox, with: Meter(outbox: outbox, sink: sink, logger: .collecting()))
            // Each use is one token, so that a sum says how many there are.
            let sum = mock.stripe.sum(of: "api_tokens")
            print("\(kind), sums: acknowledged \(log.done.count), begun \(log.begun.count), billed \(sum)")
            #expect(sum >= Decimal(log.done.count))
            #expect(sum <= Decimal(log.begun.count))
        }
        await mock.stop()
    }

    @Test(arguments: FullDisk.available)
    func aFullDiskIsAnErrorAndLosesNothing(_ disk: FullDisk) async throws {
        let mock = try await mock()
        try await disk.with { location, limit in
            let log = try await killRepeatedly(1, until: { $0.failed.count > 20 }) { number in
                // Now nobody sends, so that the disk fills up, now it empties again.
                let url = number.isMultiple(of: 2) ? "http://127.0.0.1:1" : mock.url.absoluteString
                return ["outbox": location, "sink": "stoa", "url": url, "key": mock.stoa.apiKey]
                    .merging(limit.map { ["file-limit": "\($0)"] } ?? [:]) { $1 }
            }
            #expect(!log.done.isEmpty)
            #expect(!log.failed.isEmpty)
            #expect(log.errors.allSatisfy { $0.contains("disk of the outbox is full") }, "\(Set(log.errors))")
            try disk.makeRoom()
            let outbox = try disk.kind.open(location)
            let meter = Meter(outbox: outbox, sink: .stoa(mock.stoa.client()), logger: .collecting())
            try await sendAll(of: outbox, with: meter)
            let billed = check(log, in: mock, "full disk \(disk)")
            #expect(billed.isDisjoint(with: log.failed))
        }
        await mock.stop()
    }

    @Test(arguments: OutboxKind.durable)
    func whoForgetsToShutDownLosesNothing(_ kind: OutboxKind) async throws {
        let mock = try await mock()
        try await kind.withLocation { location in
            let settings = [
                "outbox": location, "sink": "stoa", "url": mock.url.absoluteString, "key": mock.stoa.apiKey,
                "count": "25",
            ]
            let recorder = try Recorder(settings)
            try await recorder.wait { $0.hasEnded }
            let log = try await recorder.kill()
            #expect(log.done.count == 100)
            #expect(mock.requests(of: .stoa.batchCreateEvents).isEmpty)
            let outbox = try kind.open(location)
            try await sendAll(of: outbox, with: Meter(outbox: outbox, sink: .stoa(mock.stoa.client())))
            check(log, in: mock, "\(kind), without a shutdown")
        }
        await mock.stop()
    }

    // MARK: - Killing

    /// Lets so many processes record at the same time. Each is killed at a random moment, and another takes its place,
    /// until enough have been killed.
    private func killRepeatedly(
        _ processes: Int, until isDue: @escaping @Sendable (RecorderLog) -> Bool = { !$0.done.isEmpty },
        _ settings: @escaping @Sendable (Int) -> [String: String]
    ) async throws -> RecorderLog {
        try await withThrowingTaskGroup(of: RecorderLog.self) { group in
            for place in 0..<processes {
                group.addTask {
                    var log = RecorderLog()
                    for number in stride(from: place, to: max(processes, Self.crashes), by: processes) {
                        let recorder = try Recorder(settings(number / processes))
                        // Some are killed before they have recorded anything.
                        if Int.random(in: 0..<10) > 0 { try await recorder.wait(for: isDue) }
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<150)))
                        log.add(try await recorder.kill())
                    }
                    return log
                }
            }
            return try await group.reduce(into: RecorderLog()) { $0.add($1) }
        }
    }

    /// Sends what is left; what the dead had claimed becomes free after a while.
    private func sendAll(of outbox: any Outbox, with meter: Meter) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try await meter.flush().waiting > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await outbox.counts() == OutboxCounts(waiting: 0, setAside: 0))
    }

    /// - Returns: What was billed.
    @discardableResult
    private func check(_ log: RecorderLog, in mock: MockServer, _ name: String) -> Set<String> {
        let billed = (0..<3).flatMap { mock.stoa.events(of: "user_\($0)") }.map { $0.eventID.uuidString }
        let once = Set(billed)
        let lost = log.done.subtracting(once).count
        print("\(name): acknowledged \(log.done.count), lost \(lost), billed twice \(billed.count - once.count)")
        #expect(lost == 0)
        #expect(billed.count == once.count)
        #expect(once.isSubset(of: log.begun))
        return once
    }

    private func checkUsage(_ log: RecorderLog, in outbox: PostgresOutbox) async throws {
        let days = try await outbox.usage(
            from: #require(.init("2000-01-01")), through: #require(.init("9999-12-31")))
        let requests = Int(days.reduce(0) { $0 + $1.requests })
        #expect(requests >= log.done.count && requests <= log.begun.count)
    }
}
