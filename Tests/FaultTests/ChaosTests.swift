import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateVluna

/// Commits and usage events from many tasks, while everything goes wrong at random.
///
/// The suite makes 2,000. `CHAOS=20000 swift test --filter ChaosTests` makes twenty thousand.
@Suite struct ChaosTests {
    private static let tasks = 64
    private static let count = ProcessInfo.processInfo.environment["CHAOS"].flatMap { Int($0) } ?? 2_000

    /// Each meets a request with a probability of 10 %; of several that do, the first counts.
    private static let faults: [MockFault] = [
        .reset(.afterApplied), .truncate(after: 20), .reset(.beforeApplied), .status(500), .malformedJSON,
        .status(503, retryAfter: .seconds(1)), .status(429, retryAfter: .milliseconds(200)), .status(408),
        .content(type: "text/html", body: "<html>"), .malformedChunks, .delay(.clock(.seconds(2))),
        .drip(bytes: 50, every: .clock(.milliseconds(100))), .oversized(bytes: 30_000), .status(409), .status(502),
        .redirect(to: "https://elsewhere.example/"), .status(425), .status(504),
    ]

    @Test(.timeLimit(.minutes(30))) func eachIsDoneOnceAndTheClientSaysTheTruth() async throws {
        let mock = Self.mock()
        for (number, fault) in Self.faults.enumerated() {
            mock.inject(fault, into: .everything, .probability(0.1, seed: UInt64(number)))
        }
        let share = (Self.count + 2 * Self.tasks - 1) / (2 * Self.tasks)
        let report = Report()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let clock = Task {
                while !Task.isCancelled {
                    mock.clock.advance(by: .milliseconds(20))
                    await Task.yield()
                }
            }
            defer { clock.cancel() }
            for task in 0..<Self.tasks {
                let worker = try Worker(mock: mock, task: task, report: report)
                group.addTask {
                    for number in 0..<share {
                        try await worker.commit(number)
                        try await worker.record(number)
                    }
                }
            }
            try await group.waitForAll()
        }
        expectBooks(of: mock, share)
        print("chaos: \(Self.tasks * share) commits and as many events; \(report)")
        #expect(report.errors > Self.count / 4, "that was no chaos")
    }

    private static func mock() -> MockServer {
        var settings = MockSettings()
        settings.vlunaBalance = 1 << 50
        settings.vlunaLeaseLifetime = .seconds(365 * 86_400)
        let mock = MockServer.inProcess(seed: 20, settings: settings)
        mock.clock.set(Stage.start)
        return mock
    }

    private func expectBooks(of mock: MockServer, _ share: Int) {
        let ledger = Dictionary(grouping: mock.vluna.ledger, by: \.principalID)
        for task in 0..<Self.tasks {
            let entries = ledger["org_\(task)"] ?? []
            #expect(entries.map(\.quantityMinor).sorted() == (0..<share).map { Int64($0 + 1) }, "task \(task)")
            #expect(entries.filter { !$0.isCharged }.isEmpty)
            let events = mock.stoa.events(of: "user_\(task)")
            #expect(events.count == share)
            #expect(Set(events.map(\.eventID)).count == share)
            // 10 + 5 tokens of gpt-4o.
            let charged = Decimal(share * 75) / 1_000_000
            #expect(mock.stoa.balance(of: "user_\(task)") == 1_000 - charged)
        }
        #expect(ledger.count == Self.tasks)
    }
}

/// What one task does: each thing again and again until it is done.
private struct Worker: Sendable {
    let mock: MockServer
    let task: Int
    let report: Report
    private let stoa: Stoa
    private let vluna: Vluna.ServiceClient

    init(mock: MockServer, task: Int, report: Report) throws {
        self.mock = mock
        self.task = task
        self.report = report
        try mock.stoa.setBalance("1000", of: "user_\(task)")
        var stoa = mock.stoa.client()
        stoa.client.bodyLimit = 20_000
        var vluna = try mock.vluna.serviceClient().with(principalID: "org_\(task)")
        vluna.client.bodyLimit = 20_000
        self.stoa = stoa
        self.vluna = vluna
    }

    func commit(_ number: Int) async throws {
        let lease = try await untilDone {
            try await vluna.with(idempotencyKey: "authorize-\(task)-\(number)").gate.authorize(
                featureCode: "openai.gpt5.2")
        } isDone: {
            // A lease is no entry in the books.
            false
        }
        _ = try await untilDone {
            try await vluna.with(idempotencyKey: "commit-\(task)-\(number)").gate.commit(
                leaseToken: lease.leaseToken, featureCode: "openai.gpt5.2", quantityMinor: Int64(number + 1))
        } isDone: {
            mock.vluna.ledger.contains { $0.principalID == "org_\(task)" && $0.quantityMinor == Int64(number + 1) }
        }
    }

    func record(_ number: Int) async throws {
        let id = UUID()
        let time = mock.clock.now
        _ = try await untilDone {
            try await stoa.events.create(
                eventID: id, userID: "user_\(task)", timestamp: time, payload: .chat("gpt-4o", input: 10, output: 5),
                appMetadata: nil, dryRun: false)
        } isDone: {
            mock.stoa.events(of: "user_\(task)").contains { $0.eventID == id }
        }
    }

    /// Makes a call until it succeeds. An error that says that nothing was done is held to it.
    private func untilDone<Value>(_ call: () async throws -> Value, isDone: () -> Bool) async throws -> Value {
        var mayBeDone = false
        for _ in 0..<500 {
            do {
                let value = try await call()
                report.add(nil)
                return value
            } catch {
                let summary = try callSummary(of: error)
                report.add(error)
                if summary.mayHaveBeenApplied { mayBeDone = true }
                #expect(mayBeDone || !isDone(), "\(error) is not true")
            }
        }
        throw CancellationError()
    }
}

/// How often calls failed, and with what.
private final class Report: Sendable, CustomStringConvertible {
    private let state = Mutex((successes: 0, errors: [String: Int]()))

    func add(_ error: (any Error)?) {
        state.withLock { state in
            if let error {
                let outcome = try? FaultCase.Outcome(error, waits: [])
                state.errors[outcome?.error ?? "\(type(of: error))", default: 0] += 1
            } else {
                state.successes += 1
            }
        }
    }

    var errors: Int { state.withLock { $0.errors.values.reduce(0, +) } }

    var description: String {
        let (successes, errors) = state.withLock { $0 }
        let kinds = errors.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }
        return "\(successes) calls succeeded, \(self.errors) failed: \(kinds.joined(separator: ", "))"
    }
}
