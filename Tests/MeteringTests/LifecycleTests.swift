import Foundation
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
            services: [meter], gracefulShutdownSignals: [], cancellationSignals: [], logger: Logger(label: "test"))
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

    @Test(arguments: OutboxKind.durable)
    func aDeadServerDoesNotHoldUpTheEnd(_ kind: OutboxKind) async throws {
        let mock = try mock()
        try await kind.with { outbox in
            let meter = Meter(
                outbox: outbox, sink: .stoa(Self.stoa(SilentTransport())), flushEvery: .milliseconds(1),
                shutdownLimit: .milliseconds(200))
            try await meter.record((0..<700).map { _ in UsageRecord(userID: "user_123", usage: usage) })
            let group = group(meter)
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(await meter.status.lost == 0)
            // Everything is there, and can be sent by the next one at once.
            #expect(try await outbox.counts() == OutboxCounts(waiting: 700, setAside: 0))
            let next = Meter(outbox: outbox, sink: .stoa(mock.stoa.client()))
            #expect(try await next.flush() == OutboxCounts(waiting: 0, setAside: 0))
            #expect(mock.stoa.events(of: "user_123").count == 700)
        }
    }

    @Test func anOutboxInMemoryTellsWhatIsLost() async throws {
        let meter = Meter(
            outbox: .memory(), sink: .stoa(Self.stoa(SilentTransport())), shutdownLimit: .milliseconds(50))
        for _ in 0..<3 { try await meter.record(userID: "user_123", usage) }
        let group = group(meter)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(await meter.status.lost == 3)
    }

    @Test(arguments: OutboxKind.durable, 0..<12)
    func cancellationAnywhereLosesNothing(_ kind: OutboxKind, _ step: Int) async throws {
        let mock = try mock()
        try await kind.with { outbox in
            let recorded = try await recordUntilCancelled(at: step, in: outbox, mock)
            let next = Meter(outbox: outbox, sink: .stoa(mock.stoa.client()))
            let counts = try await next.flush()
            #expect(counts == OutboxCounts(waiting: 0, setAside: 0))
            let billed = mock.stoa.events(of: "user_123").map(\.eventID)
            #expect(Set(billed).isSuperset(of: recorded))
            #expect(Set(billed).count == billed.count)
        }
    }

    /// Cancels at a step of the transport, or soon if there is no such step.
    private func recordUntilCancelled(at step: Int, in outbox: any Outbox, _ mock: MockServer) async throws -> Set<UUID>
    {
        let gate = GateTransport(base: mock.transport, cancelAt: step)
        let meter = Meter(outbox: outbox, sink: .stoa(Self.stoa(gate)), flushEvery: .milliseconds(1))
        let recorded = IDs()
        let work = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await meter.run() }
                for _ in 0..<10 {
                    recorded.insert(try await meter.record(userID: "user_123", usage))
                    await Task.yield()
                }
                try await group.waitForAll()
            }
        }
        gate.onStep { work.cancel() }
        let fallback = Task {
            try await Task.sleep(for: .milliseconds(20 * step + 5))
            work.cancel()
        }
        _ = await work.result
        fallback.cancel()
        return recorded.all
    }

    @Test func whoForgetsToShutDownLosesNothing() async throws {
        let mock = try mock()
        try await TemporaryFolder.with { folder in
            do {
                let meter = Meter(outbox: try .sqlite(path: folder + "/usage.db"), sink: .stoa(mock.stoa.client()))
                try await meter.record(userID: "user_123", usage)
            }
            let meter = Meter(outbox: try .sqlite(path: folder + "/usage.db"), sink: .stoa(mock.stoa.client()))
            try await meter.flush()
            #expect(mock.stoa.events(of: "user_123").count == 1)
        }
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

/// Never answers.
struct SilentTransport: HTTPTransport {
    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        try await Task.sleep(for: .seconds(3600))
        throw CancellationError()
    }
}

/// Calls somebody at one of its steps: before a request is applied, or when it was and the answer is on its way.
final class GateTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let cancelAt: Int
    private let state = Mutex<(steps: Int, action: (@Sendable () -> Void)?)>((0, nil))

    init(base: any HTTPTransport, cancelAt: Int) {
        self.base = base
        self.cancelAt = cancelAt
    }

    func onStep(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.action = action }
    }

    private func step() {
        let action = state.withLock { state in
            defer { state.steps += 1 }
            return state.steps == cancelAt ? state.action : nil
        }
        action?()
    }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        step()
        let reply = try await base.send(request, body: body, timeouts: timeouts)
        step()
        try Task.checkCancellation()
        return reply
    }
}
