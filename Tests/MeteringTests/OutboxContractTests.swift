import Foundation
import GRDB
import Testing
import TollgatePostgres

@testable import TollgateMetering

/// What every outbox must do.
@Suite struct OutboxContractTests {
    @Test(arguments: OutboxKind.allCases)
    func keepsWhatIsAppendedInOrder(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let items = Items.events(7)
            try await outbox.append(Array(items[..<3]))
            try await outbox.append(Array(items[3...]))
            #expect(try await outbox.counts() == OutboxCounts(waiting: 7, setAside: 0))
            let claimed = try await outbox.claim(5, .event, for: .seconds(60))
            #expect(claimed.map(\.item) == Array(items[..<5]))
            #expect(claimed.allSatisfy { $0.attempts == 1 && $0.inDoubtFor == nil && $0.claim != 0 })
            #expect(try await outbox.entries(.waiting, after: 0, limit: 10).map(\.item) == items)
            let third = try await outbox.entries(.waiting, after: 0, limit: 3)[2].sequence
            #expect(try await outbox.entries(.waiting, after: third, limit: 2).map(\.item) == Array(items[3..<5]))
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func addsAnIDOnce(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let items = Items.events(2)
            try await outbox.append(items)
            try await outbox.append([OutboxItem(id: items[0].id, body: Array("{}".utf8)), items[1]])
            #expect(try await outbox.claim(9, .event, for: .seconds(60)).map(\.item) == items)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func givesNobodyElseWhatIsClaimed(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            try await outbox.append(Items.events(500))
            let claims = try await withThrowingTaskGroup(of: [OutboxEntry].self) { group in
                for _ in 0..<20 { group.addTask { try await outbox.claim(25, .event, for: .seconds(60)) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claims.count == 500)
            #expect(Set(claims.map(\.sequence)).count == 500)
            #expect(try await outbox.claim(1, .event, for: .seconds(60)).isEmpty)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func removesWhatIsTaken(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            try await outbox.append(Items.events(3))
            let claimed = try await outbox.claim(3, .event, for: .seconds(60))
            let (removed, setAside) = try await outbox.settle(claimed.prefix(2).map { OutboxOutcome($0, .taken) })
            #expect(removed == 2 && setAside == 0)
            #expect(try await outbox.counts() == OutboxCounts(waiting: 1, setAside: 0))
            #expect(try await outbox.settle([OutboxOutcome(claimed[0], .taken)]).removed == 0)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func aClaimRunsOutAndLeavesDoubt(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            try await outbox.append(Items.events(1))
            let first = try await outbox.claim(1, .event, for: .zero)
            let second = try await outbox.claim(1, .event, for: .seconds(60))
            #expect(first.map(\.item) == second.map(\.item))
            #expect(second[0].attempts == 2)
            #expect(second[0].inDoubtFor != nil)
            // The first one comes too late.
            #expect(try await outbox.settle([OutboxOutcome(first[0], .setAside(reason: "late"))]) == (0, 0))
            #expect(try await outbox.settle([OutboxOutcome(second[0], .taken)]) == (1, 0))
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func putsBackForAWhile(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            try await outbox.append(Items.events(3))
            let claimed = try await outbox.claim(3, .event, for: .seconds(60))
            try await outbox.settle([
                OutboxOutcome(claimed[0], .putBack(after: .seconds(3600), mayHaveArrived: false, reason: "busy")),
                OutboxOutcome(claimed[1], .putBack(after: .zero, mayHaveArrived: false, reason: "refused")),
                OutboxOutcome(claimed[2], .putBack(after: .zero, mayHaveArrived: true, reason: "lost")),
            ])
            let again = try await outbox.claim(3, .event, for: .seconds(60)).sorted { $0.sequence < $1.sequence }
            #expect(again.map(\.sequence) == claimed[1...].map(\.sequence))
            #expect(again.map { $0.inDoubtFor == nil } == [true, false])
            #expect(again.map(\.reason) == ["refused", "lost"])
            // Once in doubt, a refusal of a later try does not help.
            try await outbox.settle([
                OutboxOutcome(again[1], .putBack(after: .zero, mayHaveArrived: false, reason: "refused"))
            ])
            #expect(try await outbox.claim(3, .event, for: .seconds(60)).map { $0.inDoubtFor == nil } == [false])
            #expect(try await outbox.counts().waiting == 3)
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func setsAsideAndResends(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let items = Items.events(3)
            try await outbox.append(items)
            let claimed = try await outbox.claim(3, .event, for: .seconds(60))
            let reason = "no \"such\" user \\ 'x', {y}"
            #expect(try await outbox.settle(claimed.map { OutboxOutcome($0, .setAside(reason: reason)) }) == (0, 3))
            #expect(try await outbox.counts() == OutboxCounts(waiting: 0, setAside: 3))
            #expect(try await outbox.claim(3, .event, for: .seconds(60)).isEmpty)
            let shown = try await outbox.entries(.setAside, after: 0, limit: 10)
            #expect(shown.map(\.item) == items)
            #expect(shown.allSatisfy { $0.reason == reason && $0.state == .setAside })
            #expect(try await outbox.resend([items[1].id, UUID()]) == 1)
            let again = try await outbox.claim(3, .event, for: .seconds(60))
            #expect(again.map(\.item) == [items[1]])
            #expect(again[0].inDoubtFor == nil)
            #expect(try await outbox.resend(nil) == 2)
            #expect(try await outbox.counts() == OutboxCounts(waiting: 3, setAside: 0))
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func replacesAllOrNothing(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let items = Items.events(4)
            try await outbox.append(items)
            var claimed = try await outbox.claim(4, .event, for: .seconds(60))
            let sum = OutboxItem(id: items[0].id, kind: .sum, body: Array("{\"sum\":1}".utf8))
            claimed[3].claim &+= 1
            #expect(try await outbox.replace(claimed, with: [sum]) == false)
            #expect(try await outbox.counts().waiting == 4)
            #expect(try await outbox.claim(1, .sum, for: .seconds(60)).isEmpty)
            claimed[3].claim &-= 1
            #expect(try await outbox.replace(claimed, with: [sum]))
            #expect(try await outbox.counts().waiting == 1)
            #expect(try await outbox.claim(9, .event, for: .seconds(60)).isEmpty)
            #expect(try await outbox.claim(9, .sum, for: .seconds(60)).map(\.item) == [sum])
        }
    }

    /// `FULL`: a commit is on disk when it returns. SIGKILL alone would not show the difference.
    @Test func aLossOfPowerTakesNothing() async throws {
        try await TemporaryFolder.with { folder in
            let outbox = try SQLiteOutbox(path: folder + "/usage.db")
            try await outbox.append(Items.events(1))
            let (synchronous, mode) = try await outbox.database.writeWithoutTransaction { database in
                (
                    try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                    try String.fetchOne(database, sql: "PRAGMA journal_mode")
                )
            }
            #expect(synchronous == 2 && mode == "wal")
        }
    }

    @Test(arguments: OutboxKind.allCases)
    func keepsWhatManyAppendAtOnce(_ kind: OutboxKind) async throws {
        try await kind.with { outbox in
            let items = Items.events(400)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for item in items { group.addTask { try await outbox.append([item]) } }
                try await group.waitForAll()
            }
            let kept = try await outbox.entries(.waiting, after: 0, limit: 1000)
            #expect(Set(kept.map(\.item)) == Set(items))
            #expect(kept.count == items.count)
        }
    }
}

enum Items {
    /// Events with bodies of all kinds of bytes.
    static func events(_ count: Int) -> [OutboxItem] {
        (0..<count).map { index in
            OutboxItem(
                UsageRecord(
                    userID: "user \(index) \u{0} ü \" \\",
                    usage: .chatCompletion(model: "gpt-4o", inputTokens: index, outputTokens: nil)))
        }
    }
}
