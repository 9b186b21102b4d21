import Foundation
import InMemoryLogging
import Logging
import Synchronization
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateStoa

/// A meter before a simulated Stoa.
@Suite struct MeterTests {
    private let mock: MockServer
    private let log = InMemoryLogHandler()
    private let usage = Usage.chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94)

    init() throws {
        mock = MockServer.inProcess()
        try mock.stoa.setBalance("1000000", of: "user_123")
    }

    private func meter(
        _ outbox: any Outbox, capacity: Int? = nil, whenFull: Meter.FullPolicy = .wait, isSending: Bool = true
    ) -> Meter {
        Meter(
            outbox: outbox, sink: .stoa(mock.stoa.client()), capacity: capacity, whenFull: whenFull,
            isSending: isSending, time: mock.clock, logger: .collecting(in: log))
    }

    @Test(arguments: OutboxKind.allCases)
    func billsEachUseOnce(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let meter = meter(outbox)
            var ids: [UUID] = []
            for _ in 0..<1203 { ids.append(UsageRecord(userID: "user_123", usage: usage).id) }
            try await meter.record(ids.map { UsageRecord(id: $0, userID: "user_123", usage: usage) })
            #expect(mock.requests(of: .stoa.batchCreateEvents).isEmpty)
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
            #expect(Set(mock.stoa.events(of: "user_123").map(\.eventID)) == Set(ids))
            #expect(mock.stoa.events(of: "user_123").count == 1203)
            #expect(mock.requests(of: .stoa.batchCreateEvents).count == 3)
            let status = await meter.status
            #expect(status.recorded == 1203 && status.delivered == 1203 && status.lost == 0)
            #expect("\(status)" == "waiting: 0, set aside: 0, lost: 0")
        }
    }

    @Test func sendsWhatWasUsedAndNothingElse() async throws {
        let meter = meter(MemoryOutbox())
        let id = try await Meter.withContext(["feature": "chat", "tier": "free"]) {
            try await Stoa.withContext(["tier": "paid"]) {
                var usage = usage
                usage.cachedTokens = 12
                usage.requestID = "chatcmpl-1"
                usage.isStreamed = true
                return try await meter.record(userID: "user_123", usage, metadata: ["step": 2])
            }
        }
        try await meter.track("report.exported", userID: "user_123", metadata: ["rows": 1200])
        try await meter.flush()
        let events = mock.stoa.events(of: "user_123")
        #expect(events.count == 2)
        #expect(events[0].eventID == id)
        #expect(events[0].appMetadata == ["feature": "chat", "tier": "paid", "step": 2])
        guard case .openAIChatCompletion(let chat) = events[0].payload,
            case .customMetric(let metric) = events[1].payload
        else { throw Unexpected("\(events)") }
        #expect(chat.inputTokens == 812 && chat.outputTokens == 94 && chat.cachedTokens == 12)
        #expect(chat.requestID == "chatcmpl-1" && chat.streaming)
        #expect(metric.metricName == "report.exported" && metric.value == 1 && metric.properties == ["rows": 1200])
    }

    @Test(arguments: OutboxKind.allCases)
    func waitsWhileTheServiceFails(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let meter = meter(outbox)
            for status in [500, 503, 429, 401, 403, 404] {
                try await meter.record(userID: "user_123", usage)
                mock.inject(.status(status, retryAfter: nil), into: .stoa.batchCreateEvents)
                #expect(try await meter.flush() == OutboxCounts(waiting: 1, setAside: 0))
                #expect(await meter.status.lastFailure?.contains("\(status)") == true)
                #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
                #expect(await meter.status.lastFailure == nil)
            }
            for moment in [MockFault.Moment.beforeApplied, .afterApplied] {
                try await meter.record(userID: "user_123", usage)
                mock.inject(.reset(moment), into: .stoa.batchCreateEvents)
                #expect(try await meter.flush().waiting == 1)
                #expect(try await meter.flush().waiting == 0)
            }
            #expect(mock.stoa.events(of: "user_123").count == 8)
            #expect(await meter.status.duplicates == 1)
            let warnings = log.entries.filter { $0.message.description.hasPrefix("Usage cannot be sent for now: ") }
            #expect(warnings.count == 8)
            #expect(await meter.status.setAside == 0)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func findsTheRecordThatSpoilsABatch(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let meter = meter(outbox)
            for index in 0..<40 {
                try await meter.record(userID: index == 17 ? "" : "user_123", usage)
            }
            let partial = Usage.chatCompletion(model: "gpt-4o", inputTokens: nil, outputTokens: nil)
            let unknown = try await meter.record(userID: "user_123", partial)
            let stranger = try await meter.record(userID: "nobody", usage)
            try await outbox.append([OutboxItem(id: UUID(), body: Array("{\"from\":\"the future\"}".utf8))])
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 4))
            #expect(mock.stoa.events(of: "user_123").count == 39)
            let entries = try await meter.entries(.setAside)
            #expect(entries.count == 4)
            let reasons = Dictionary(entries.map { ($0.item.id, $0.reason ?? "") }) { $1 }
            #expect(reasons[unknown] == "The input tokens of this openai.chat_completion is not known.")
            #expect(reasons[stranger]?.hasPrefix("user_not_found") == true)
            // What was set aside is sent again on demand.
            try mock.stoa.setBalance("1", of: "nobody")
            #expect(try await meter.resend([stranger]) == 1)
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 3))
            #expect(mock.stoa.events(of: "nobody").map(\.eventID) == [stranger])
        }
    }

    @Test func waitsForCredit() async throws {
        let meter = meter(MemoryOutbox(time: mock.clock))
        try mock.stoa.setBalance("0", of: "poor")
        try await meter.record(userID: "poor", usage)
        try await meter.record(userID: "user_123", usage)
        #expect(try await meter.flush() == OutboxCounts(waiting: 1, setAside: 0))
        try mock.stoa.setBalance("1", of: "poor")
        mock.clock.advance(by: .seconds(3600))
        #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
        #expect(mock.stoa.events(of: "poor").count == 1)
    }

    @Test func doesNotResendWhatTheServiceWouldNotRecognise() async throws {
        try await TemporaryFolder.with { folder in
            let meter = meter(try SQLiteOutbox(path: folder + "/usage.db", time: mock.clock))
            try await meter.record(userID: "user_123", usage)
            mock.inject(.reset(.afterApplied), into: .stoa.batchCreateEvents)
            try await meter.flush()
            try await meter.record(userID: "user_123", usage)
            mock.clock.advance(by: .seconds(30 * 86_400))
            // The second one is as old, and was never sent.
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
            #expect(mock.stoa.events(of: "user_123").count == 2)
            #expect(try await meter.entries(.setAside)[0].reason?.contains("may have counted it") == true)
        }
    }

    @Test func recordsAndSendsNothingWhenSwitchedOff() async throws {
        try await TemporaryFolder.with { folder in
            let off = meter(try SQLiteOutbox(path: folder + "/usage.db"), isSending: false)
            try await off.record(userID: "user_123", usage)
            #expect(try await off.flush() == OutboxCounts(waiting: 1, setAside: 0))
            #expect(mock.exchanges.isEmpty)
            #expect(await off.status.isSending == false)
            try await meter(off.outbox).flush()
            #expect(mock.stoa.events(of: "user_123").count == 1)
        }
    }

    // MARK: - Limits

    @Test(arguments: OutboxKind.allCases)
    func failsWhenFull(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let meter = meter(outbox, capacity: 3, whenFull: .fail)
            for _ in 0..<3 { try await meter.record(userID: "user_123", usage) }
            let error = await #expect(throws: OutboxError.self) { try await meter.record(userID: "user_123", usage) }
            #expect(error?.kind == .full)
            try await meter.flush()
            try await meter.record(userID: "user_123", usage)
            #expect(try await outbox.counts().waiting == 1)
        }
    }

    @Test func waitsForRoom() async throws {
        let meter = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()), capacity: 10)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await meter.record(userID: "user_123", usage) } }
            group.addTask {
                while mock.stoa.events(of: "user_123").count < 50 {
                    #expect(try await meter.outbox.counts().waiting <= 10)
                    try await meter.flush()
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(mock.stoa.events(of: "user_123").count == 50)
    }

    @Test func aCancelledWaitRecordsNothing() async throws {
        let meter = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()), capacity: 1)
        try await meter.record(userID: "user_123", usage)
        let waiting = Task { try await meter.record(userID: "user_123", usage) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(try await meter.outbox.counts().waiting == 1)
    }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
