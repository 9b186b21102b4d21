import Foundation
import Synchronization
import TollgateMetering
import TollgatePostgres

/// What recording costs, and how a meter gets along with a million uses that wait: against what is promised.
struct MeteringBenchmarks {
    let effort: Effort

    private static let usage = Usage.chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94)

    func section() async throws -> Section {
        var rows = [try await recording()]
        let folder = FileManager.default.temporaryDirectory.appending(path: "tollgate-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let disk = try Disk(in: folder)
        var notes = ["durable: an event is on disk before record returns; a task records the next one only then"]
        for (tasks, perCall) in [(8, 1), (512, 1), (8, 100)] {
            let outbox = try SQLiteOutbox(path: "\(folder)/\(tasks)-\(perCall).db")
            rows.append(try await durable(outbox, "SQLite", tasks: tasks, perCall: perCall, on: disk))
        }
        if let url = ProcessInfo.processInfo.environment["TOLLGATE_POSTGRES"] {
            for (tasks, perCall) in [(8, 1), (512, 1), (8, 100)] {
                let outbox = try PostgresOutbox(url)
                rows.append(try await durable(outbox, "PostgreSQL", tasks: tasks, perCall: perCall, on: disk))
            }
        } else {
            notes.append("PostgreSQL is not installed, so it is not measured")
        }
        rows += try await million(.memory(), name: "memory")
        rows += try await million(.sqlite(path: folder + "/million.db"), name: "SQLite")
        rows += try await StreamingBenchmarks(effort: effort).rows()
        return Section(
            title: "metering: what it does / what is promised, each as its row says", rows: rows, notes: notes)
    }

    private func meter(_ outbox: some Outbox, sink: some UsageSink = CountingSink()) -> Meter {
        Meter(outbox: outbox, sink: sink)
    }

    // MARK: - Recording

    /// The median of single calls.
    private func recording() async throws -> Row {
        var medians: [Double] = []
        for _ in 0..<max(3, effort.rounds / 3) {
            let meter = meter(.memory())
            var times: [Double] = []
            for _ in 0..<20_000 {
                let start = ContinuousClock.now
                try await meter.record(userID: "user_123", Self.usage)
                times.append((ContinuousClock.now - start) / .seconds(1))
            }
            medians.append(Ratio.median(of: times))
        }
        return Row(
            name: "record in memory / 2 µs (less is better)", ratio: Ratio(medians.map { $0 / 2e-6 }),
            context: "median \(duration(Ratio.median(of: medians)))")
    }

    /// Tasks that record one after the other, several at a time.
    private func durable(
        _ outbox: some Outbox, _ name: String, tasks: Int, perCall: Int, on disk: Disk
    ) async throws -> Row {
        let meter = meter(outbox)
        var rates: [Double] = []
        var writes: [Double] = []
        for _ in 0..<max(3, effort.rounds / 4) {
            let before = try disk.secondsPerWrite()
            let start = ContinuousClock.now
            let end = start + .seconds(effort.seconds * 20)
            let count = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<tasks { group.addTask { try await record(perCall, with: meter, until: end) } }
                return try await group.reduce(0, +)
            }
            rates.append(Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
            writes.append((before + (try disk.secondsPerWrite())) / 2)
        }
        let (rate, write) = (Ratio.median(of: rates), Ratio.median(of: writes))
        // Each task waits for its events, so that a write of the disk has no more than those of all tasks.
        let most = Double(tasks * perCall) / write
        return Row(
            name: "\(name), \(tasks) tasks, \(perCall) a call / 20,000 a second",
            ratio: Ratio(rates.map { $0 / 20_000 }),
            context: "\(Int(rate)) a second; with \(duration(write)) a write of the disk, \(Int(most)) are possible")
    }

    private func record(_ count: Int, with meter: Meter, until end: ContinuousClock.Instant) async throws -> Int {
        var total = 0
        while ContinuousClock.now < end {
            if count == 1 {
                try await meter.record(userID: "user_123", Self.usage)
            } else {
                try await meter.record((0..<count).map { _ in UsageRecord(userID: "user_123", usage: Self.usage) })
            }
            total += count
        }
        return total
    }

    // MARK: - A million that wait

    private func million(_ outbox: some Outbox, name: String) async throws -> [Row] {
        let total = 1_000_000
        let before = residentBytes()
        let sink = CountingSink()
        let meter = meter(outbox, sink: sink)
        for _ in 0..<total / 1000 {
            try await meter.record((0..<1000).map { _ in UsageRecord(userID: "user_123", usage: Self.usage) })
        }
        let waiting = residentBytes() - before
        let counts = try await meter.flush()
        guard counts.waiting == 0, sink.total == total else {
            throw Mismatch("\(counts.waiting) of a million are left")
        }
        let (first, last) = sink.secondsOfEnds(100_000)
        return [
            Row(
                name: "\(name): memory of a million that wait / 200 MB", ratio: Ratio([waiting / 200e6]),
                context: String(format: "%.0f MB", waiting / 1e6)),
            Row(
                name: "\(name): rate of the last 100,000 / the first", ratio: Ratio([first / last]),
                context: String(format: "%.0f and %.0f a second", 1e5 / last, 1e5 / first)),
        ]
    }

    private func residentBytes() -> Double {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) * 4096
    }
}

/// Takes everything at once, and notes when.
private final class CountingSink: UsageSink {
    private let taken = Mutex<[(count: Int, time: ContinuousClock.Instant)]>([])

    var limits: SinkLimits { SinkLimits(batch: 500, dedupeWindow: nil) }

    func send(_ records: [OutgoingUsage]) async throws -> [Delivery] {
        taken.withLock { $0.append((($0.last?.count ?? 0) + records.count, .now)) }
        return records.map { _ in .delivered }
    }

    var total: Int { taken.withLock { $0.last?.count ?? 0 } }

    /// How long the first so many took, and the last.
    func secondsOfEnds(_ count: Int) -> (first: Double, last: Double) {
        taken.withLock { taken in
            guard let start = taken.first, let end = taken.last else { return (0, 0) }
            let first = taken.first { $0.count >= start.count + count } ?? end
            let last = taken.last { $0.count <= end.count - count } ?? start
            return ((first.time - start.time) / .seconds(1), (end.time - last.time) / .seconds(1))
        }
    }
}
