import Foundation
import InMemoryLogging
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateStoa

/// A meter as a service: it sends as it goes, and ends within its limit.
@Suite struct LifecycleTests {
    private let usage = Usage.chatCompletion(model: "gpt-4o", inputTokens: 8, outputTokens: 9)

    private func mock() throws -> MockServer {
        let mock = MockServer.inProcess()
        try mock.stoa.setBalance("1000000", of: "user_123")
        return mock
    }

    private func group(_ meter: Meter) -> ServiceGroup {
        ServiceGroup(
            services: [meter], gracefulShutdownSignals: [], cancellationSignals: [], logger: .collecting())
    }

    @Test func sendsWhileItRunsAndOnceMoreAtTheEnd() async throws {
        let mock = try mock()
        let meter = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()), flushEvery: .milliseconds(5))
        let group = group(meter)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await meter.record(userID: "user_123", usage)
            while await meter.status.waiting > 0 { await Task.yield() }
            try await meter.record(userID: "user_123", usage)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(mock.stoa.events(of: "user_123").count == 2)
        #expect(await meter.status.lost == 0)
    }

    @Test(.timeLimit(.minutes(10)), arguments: OutboxKind.durable)
    func aDeadServerDoesNotHoldUpTheEnd(_ kind: OutboxKind) async throws {
        let mock = try mock()
        try await kind.with { outbox in
            // Time stands still but for what this test moves it by.
            mock.clock.freeze()
            let transport = SilentTransport()
            let meter = Meter(
                outbox: outbox, sink: .stoa(Self.stoa(transport)), shutdownLimit: .seconds(10), time: mock.clock,
                logger: .collecting())
            try await meter.record((0..<700).map { _ in UsageRecord(userID: "user_123", usage: usage) })
            let group = group(meter)
            let start = mock.clock.now
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                let hasEnded = Flag()
                tasks.addTask {
                    try await group.run()
                    hasEnded.set()
                }
                while transport.calls == 0 { await Task.yield() }
                await group.triggerGracefulShutdown()
                while !hasEnded.isSet {
                    mock.clock.advance(by: .milliseconds(100))
                    try await Task.sleep(for: .milliseconds(1))
                }
                try await tasks.waitForAll()
            }
            #expect(mock.clock.now.timeIntervalSince(start) >= 10)
            #expect(await meter.status.lost == 0)
            // Everything is there, and can be sent by the next one at once.
            #expect(try await outbox.counts() == OutboxCounts(waiting: 700, setAside: 0))
            let next = Meter(outbox: outbox, sink: .stoa(mock.stoa.client()))
            #expect(try await next.flush() == OutboxCounts(waiting: 0, setAside: 0))
            #expect(mock.stoa.events(of: "user_123").count == 700)
        }
    }

    @Test func anOutboxInMemoryTellsWhatIsLost() async throws {
        let log = InMemoryLogHandler()
        let meter = Meter(
            outbox: .memory(), sink: .stoa(Self.stoa(SilentTransport())), shutdownLimit: .milliseconds(50),
            logger: .collecting(in: log))
        for _ in 0..<3 { try await meter.record(userID: "user_123", usage) }
        let group = group(meter)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(await meter.status.lost == 3)
        #expect(log.entries.last?.message == "3 uses wait: they are lost")
    }

    /// Each await of the meter on its outbox or its service is preceded and followed by a step. The run is cancelled at
    /// the first, then at the second, and so on until there are no more.
    @Test(.timeLimit(.minutes(10)), arguments: OutboxKind.durable)
    func cancelledAtEveryAwaitLosesNothing(_ kind: OutboxKind) async throws {
        let mock = try mock()
        try await kind.withLocation { location in
            var recorded: Set<UUID> = []
            var cancelled = 0
            while true {
                let outbox = try kind.open(location)
                let steps = Steps(cancelAt: cancelled)
                recorded.formUnion(try await recordUntilCancelled(steps, in: outbox, mock))
                let next = Meter(outbox: outbox, sink: .stoa(mock.stoa.client()))
                #expect(try await next.flush() == OutboxCounts(waiting: 0, setAside: 0))
                let billed = mock.stoa.events(of: "user_123").map(\.eventID)
                #expect(Set(billed).isSuperset(of: recorded))
                #expect(Set(billed).count == billed.count)
                guard steps.wasReached else { break }
                cancelled += 1
            }
            // Three uses are appended, claimed, sent and settled, with a step before and after each.
            #expect(cancelled >= 12)
        }
    }

    private func recordUntilCancelled(
        _ steps: Steps, in outbox: any Outbox, _ mock: MockServer
    ) async throws -> Set<UUID> {
        let probed = ProbedOutbox(base: outbox) { _ in steps.step() }
        let meter = Meter(
            outbox: probed, sink: .stoa(Self.stoa(SteppedTransport(base: mock.transport, steps: steps))),
            flushEvery: .milliseconds(1), logger: .collecting())
        let recorded = IDs()
        let work = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await meter.run() }
                for _ in 0..<3 { recorded.insert(try await meter.record(userID: "user_123", usage)) }
                while try await outbox.counts().waiting > 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                group.cancelAll()
            }
        }
        steps.onReach { work.cancel() }
        _ = await work.result
        return recorded.all
    }

    private static func stoa(_ transport: some HTTPTransport) -> Stoa {
        Stoa(apiKey: MockStoa.apiKey, baseURL: .literal("http://tollgate.mock"), transport: transport)
    }
}

private final class IDs: Sendable {
    private let ids = Mutex<Set<UUID>>([])

    var all: Set<UUID> { ids.withLock { $0 } }

    func insert(_ id: UUID) {
        ids.withLock { _ = $0.insert(id) }
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() {
        state.withLock { $0 = true }
    }
}

/// Never answers.
private final class SilentTransport: HTTPTransport {
    private let count = Mutex(0)

    var calls: Int { count.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        count.withLock { $0 += 1 }
        try await Task.sleep(for: .seconds(3600))
        throw CancellationError()
    }
}

/// Counts steps, and calls somebody at one of them.
private final class Steps: Sendable {
    private struct State {
        var count = 0
        var wasReached = false
        var action: (@Sendable () -> Void)?
    }

    private let cancelAt: Int
    private let state = Mutex(State())

    init(cancelAt: Int) {
        self.cancelAt = cancelAt
    }

    /// Whether there were so many steps.
    var wasReached: Bool { state.withLock { $0.wasReached } }

    /// The step may have been taken before there was anybody to call.
    func onReach(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.action = action
            return state.wasReached
        }
        if isLate { action() }
    }

    func step() {
        let action = state.withLock { state in
            defer { state.count += 1 }
            guard state.count == cancelAt else { return nil as (@Sendable () -> Void)? }
            state.wasReached = true
            return state.action
        }
        action?()
    }
}

/// Takes a step before a request is applied, and one when it was and the answer is on its way.
private struct SteppedTransport: HTTPTransport {
    let base: any HTTPTransport
    let steps: Steps

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        steps.step()
        let reply = try await base.send(request, body: body, timeouts: timeouts)
        steps.step()
        try Task.checkCancellation()
        return reply
    }
}
