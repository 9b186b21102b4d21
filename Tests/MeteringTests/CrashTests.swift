import Foundation
import Testing
import TollgateMetering
import TollgateMock
import TollgatePostgres
import TollgateStoa
import TollgateStripe

/// What was recorded reaches the service once, however the process that recorded it ends.
///
/// `TOLLGATE_CRASHES` says how often a process is killed; 200 is the full form.
@Suite(.serialized) struct CrashTests {
    private static let crashes =
        ProcessInfo.processInfo.environment["TOLLGATE_CRASHES"].flatMap { Int($0) } ?? 6

    private func mock() async throws -> MockServer {
        let mock = try await MockServer.start()
        for user in 0..<3 { try mock.stoa.setBalance("1000000", of: "user_\(user)") }
        return mock
    }

    @Test func killedAtAnyMoment() async throws {
        let mock = try await mock()
        try await TemporaryFolder.with { folder in
            let path = folder + "/usage.db"
            mock.inject(.reset(.afterApplied), into: .stoa.batchCreateEvents, every: 7)
            mock.inject(.status(503), into: .stoa.batchCreateEvents, every: 5)
            let log = try await killRepeatedly(path, "stoa", mock, processes: 1)
            mock.removeFaults()
            let meter = Meter(outbox: try .sqlite(path: path), sink: .stoa(mock.stoa.client()))
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
            try check(log, in: mock)
        }
        await mock.stop()
    }

    @Test func sumsAreReportedOnceHoweverTheProcessEnds() async throws {
        let mock = try await mock()
        try await TemporaryFolder.with { folder in
            let path = folder + "/usage.db"
            mock.inject(.reset(.afterApplied), into: .stripe.createMeterEvent, every: 5)
            let log = try await killRepeatedly(path, "stripe", mock, processes: 1)
            mock.removeFaults()
            let meter = Meter(
                outbox: try .sqlite(path: path), sink: .stripe(mock.stripe.client(), meter: "api_tokens"))
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
            try checkSum(log, in: mock)
        }
        await mock.stop()
    }

    @Test(arguments: ["stoa", "stripe"])
    func fourProcessesShareOneDatabase(_ sink: String) async throws {
        let mock = try await mock()
        let url = try PostgresServer.shared.get().newDatabase()
        mock.inject(.reset(.afterApplied), into: .stoa.batchCreateEvents, every: 7)
        mock.inject(.reset(.afterApplied), into: .stripe.createMeterEvent, every: 7)
        let log = try await killRepeatedly(url, sink, mock, processes: 4)
        mock.removeFaults()
        let outbox = try PostgresOutbox(url)
        let meter =
            sink == "stoa"
            ? Meter(outbox: outbox, sink: .stoa(mock.stoa.client()))
            : Meter(outbox: outbox, sink: .stripe(mock.stripe.client(), meter: "api_tokens"))
        // What the dead had claimed becomes free after a while.
        let deadline = ContinuousClock.now + .seconds(60)
        while try await meter.flush().waiting > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await outbox.counts() == OutboxCounts(waiting: 0, setAside: 0))
        if sink == "stoa" { try check(log, in: mock) } else { try checkSum(log, in: mock) }
        let days = try await outbox.usage(
            from: #require(.init("2000-01-01")), through: #require(.init("9999-12-31")))
        let requests = Int(days.reduce(0) { $0 + $1.requests })
        #expect(requests >= log.done.count && requests <= log.begun.count)
        await mock.stop()
    }

    @Test(arguments: FullDisk.available)
    func aFullDiskIsAnErrorAndLosesNothing(_ disk: FullDisk) async throws {
        let mock = try await mock()
        try await disk.with { folder, limit in
            let path = folder + "/usage.db"
            // Nobody sends, so that the disk fills up.
            let nowhere = try #require(URL(string: "http://127.0.0.1:1"))
            let recorder = try Recorder(path, "stoa", nowhere, key: mock.stoa.apiKey, tasks: 8, limit: limit)
            try await recorder.wait { $0.failed.count > 50 }
            let log = try await recorder.kill()
            #expect(!log.done.isEmpty)
            #expect(log.errors.allSatisfy { $0.contains("disk of the outbox is full") }, "\(log.errors.first ?? "")")
            try disk.makeRoom(in: folder)
            let meter = Meter(outbox: try .sqlite(path: path), sink: .stoa(mock.stoa.client()))
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
            let billed = try check(log, in: mock)
            #expect(billed.isDisjoint(with: log.failed))
        }
        await mock.stop()
    }

    // MARK: - Killing

    /// Lets processes record, and kills each at a random moment, until enough have been killed.
    private func killRepeatedly(
        _ outbox: String, _ sink: String, _ mock: MockServer, processes: Int
    ) async throws -> RecorderLog {
        var log = RecorderLog()
        for _ in 0..<max(1, Self.crashes / processes) {
            try await withThrowingTaskGroup(of: RecorderLog.self) { group in
                for _ in 0..<processes {
                    group.addTask {
                        let key = sink == "stoa" ? mock.stoa.apiKey : mock.stripe.secretKey
                        let recorder = try Recorder(outbox, sink, mock.url, key: key, tasks: 4)
                        // Some are killed before they have recorded anything.
                        if Int.random(in: 0..<10) > 0 { try await recorder.wait { !$0.done.isEmpty } }
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<150)))
                        return try await recorder.kill()
                    }
                }
                for try await one in group { log.add(one) }
            }
        }
        #expect(log.failed.isEmpty, "\(log.errors.first ?? "")")
        #expect(!log.done.isEmpty)
        return log
    }

    /// - Returns: What was billed.
    @discardableResult
    private func check(_ log: RecorderLog, in mock: MockServer) throws -> Set<String> {
        let billed = (0..<3).flatMap { mock.stoa.events(of: "user_\($0)") }.map { $0.eventID.uuidString }
        let once = Set(billed)
        let lost = log.done.subtracting(once).count
        print("recorded and acknowledged: \(log.done.count), lost: \(lost), billed twice: \(billed.count - once.count)")
        #expect(lost == 0)
        #expect(billed.count == once.count)
        #expect(once.isSubset(of: log.begun))
        return once
    }

    /// Each use is one token, so that a sum says how many there are.
    private func checkSum(_ log: RecorderLog, in mock: MockServer) throws {
        let sum = mock.stripe.sum(of: "api_tokens")
        print("recorded and acknowledged: \(log.done.count), begun: \(log.begun.count), billed: \(sum)")
        #expect(sum >= Decimal(log.done.count))
        #expect(sum <= Decimal(log.begun.count))
    }
}
