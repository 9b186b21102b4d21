import Foundation
import Testing
import TollgateCore
import TollgateMetering

@testable import TollgatePostgres

/// What only the outbox in PostgreSQL does.
@Suite struct PostgresOutboxTests {
    private func requests(_ outbox: PostgresOutbox) async throws -> Int64 {
        let first = try #require(CalendarDate("2000-01-01"))
        let last = try #require(CalendarDate("9999-12-31"))
        return try await outbox.usage(from: first, through: last).reduce(0) { $0 + $1.requests }
    }

    @Test(arguments: PostgresRelay.Moment.allCases)
    func aConnectionLostAtTheCommitRecordsOnce(_ moment: PostgresRelay.Moment) async throws {
        let server = try PostgresServer.shared.get()
        let relay = try PostgresRelay(to: server.folder)
        defer { relay.stop() }
        let outbox = try PostgresOutbox(server.newDatabase(host: relay.folder))
        let items = Items.events(5)
        relay.lose(moment)
        try await outbox.append(items)
        #expect(relay.losses == 1)
        #expect(try await outbox.entries(.waiting, after: 0, limit: 10).map(\.item) == items)
        #expect(try await requests(outbox) == 5)
    }

    @Test func whatCannotBeFoundOutIsUncertainAndCountsOnceWhenRecordedAgain() async throws {
        let server = try PostgresServer.shared.get()
        let relay = try PostgresRelay(to: server.folder)
        defer { relay.stop() }
        let location = try server.newDatabase(host: relay.folder)
        let outbox = try PostgresOutbox(location)
        let items = Items.events(5)
        relay.lose(.afterCommit)
        relay.refuse()
        let error = await #expect(throws: OutboxError.self) { try await outbox.append(items) }
        #expect(error?.kind == .uncertain)
        let next = try PostgresOutbox(location.replacing(relay.folder, with: server.folder))
        try await next.append(items)
        #expect(try await next.counts().waiting == 5)
        #expect(try await requests(next) == 5)
    }

    @Test func countsWhatWasUsedByKeyUserModelAndDay() async throws {
        let outbox = try PostgresOutbox(PostgresServer.shared.get().newDatabase())
        let meter = Meter(outbox: outbox, sink: NoSink(), isSending: false)
        let noon = try #require(try? Date("2026-03-01T12:00:00Z", strategy: .iso8601))
        func record(
            _ user: String, _ key: String?, _ model: String, _ tokens: (Int?, Int?), _ hours: Double
        ) async throws {
            try await meter.record(
                userID: user, .chatCompletion(model: model, inputTokens: tokens.0, outputTokens: tokens.1), keyID: key,
                at: noon + hours * 3600)
        }
        try await record("u_1", "key_1", "gpt-4o", (100, 20), 0)
        try await record("u_1", "key_1", "gpt-4o", (50, 5), 11)
        try await record("u_1", "key_1", "gpt-4o", (7, nil), 1)
        try await record("u_1", "key_1", "gpt-4o", (1, 1), 13)
        try await record("u_1", "key_1", "gpt-4o-mini", (3, 4), 0)
        try await record("u_1", nil, "gpt-4o", (5, 6), 0)
        try await record("u_2", "key_2", "gpt-4o", (8, 9), 0)
        try await meter.track("report.exported", userID: "u_1")
        let first = try #require(CalendarDate("2026-03-01"))
        let second = try #require(CalendarDate("2026-03-02"))
        let lines = try await outbox.usage(from: first, through: second).map { day in
            "\(day.day) \(day.keyID ?? "-") \(day.userID) \(day.model ?? "-"): \(day.requests) uses, "
                + "\(day.inputTokens) + \(day.outputTokens) = \(day.tokens), \(day.unknown) unknown"
        }
        #expect(
            lines == [
                "2026-03-01 - u_1 gpt-4o: 1 uses, 5 + 6 = 11, 0 unknown",
                "2026-03-01 key_1 u_1 gpt-4o: 3 uses, 157 + 25 = 175, 1 unknown",
                "2026-03-01 key_1 u_1 gpt-4o-mini: 1 uses, 3 + 4 = 7, 0 unknown",
                "2026-03-01 key_2 u_2 gpt-4o: 1 uses, 8 + 9 = 17, 0 unknown",
                "2026-03-02 key_1 u_1 gpt-4o: 1 uses, 1 + 1 = 2, 0 unknown",
            ])
        #expect(try await outbox.usage(from: second, through: second).count == 1)
    }
}

/// Takes nothing.
private struct NoSink: UsageSink {
    var limits: SinkLimits { SinkLimits(batch: 1, dedupeWindow: nil) }

    func send(_ records: [OutgoingUsage]) async throws -> [Delivery] { records.map { _ in .postponed("no") } }
}
