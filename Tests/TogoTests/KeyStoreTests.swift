import Foundation
import Synchronization
import Testing
import TollgateTogo

@Suite struct KeyStoreTests {
    private let clock = Clock()
    private let store: TogoBilling.MemoryKeyStore

    init() {
        store = TogoBilling.MemoryKeyStore(time: clock)
    }

    @Test func aKeyProvesWhoIsCalling() async throws {
        let (key, secret) = try await store.create(userID: "u_1", name: "ci", scopes: ["chat"])
        clock.advance(by: 60)
        let found = try #require(await store.authenticate(secret))
        #expect(found.id == key.id)
        #expect(found.scopes.contains("chat"))
        #expect(found.lastUsedAt.date == clock.now)
        #expect(await store.list(userID: "u_1").first?.lastUsedAt.date == clock.now)
    }

    @Test func anUnknownKeyProvesNothing() async throws {
        let (key, secret) = try await store.create(userID: "u_1", name: "ci")
        for wrong in ["", key.prefix, secret + "0", String(secret.dropLast()), secret.uppercased()] {
            #expect(await store.authenticate(wrong) == nil)
        }
        #expect(await store.list(userID: "u_1").first?.lastUsedAt.isNever == true)
    }

    @Test func keysOfOnePrefixAreToldApart() async throws {
        for secret in ["togo_000000000000-one", "togo_000000000000-two"] {
            var key = TogoBilling.APIKey.generate(userID: "u_1", name: secret).key
            key.prefix = TogoBilling.APIKey.prefix(of: secret)
            await store.insert(key, hash: TogoBilling.SecretHash(of: secret))
        }
        #expect(await store.authenticate("togo_000000000000-two")?.name == "togo_000000000000-two")
        #expect(await store.authenticate("togo_000000000000-one")?.name == "togo_000000000000-one")
        #expect(await store.authenticate("togo_000000000000-three") == nil)
    }

    @Test func aRevokedKeyStaysOnRecord() async throws {
        let (key, secret) = try await store.create(userID: "u_1", name: "ci")
        let revoked = try #require(await store.revoke(id: key.id))
        #expect(revoked.isRevoked)
        #expect(await store.authenticate(secret) == nil)
        clock.advance(by: 60)
        #expect(await store.revoke(id: key.id)?.revokedAt == revoked.revokedAt)
        #expect(await store.list(userID: "u_1").map(\.id) == [key.id])
        #expect(await store.revoke(id: "key_unknown") == nil)
    }

    @Test func keysAreListedNewestFirst() async throws {
        for name in ["a", "b", "c"] { _ = try await store.create(userID: "u_1", name: name) }
        _ = try await store.create(userID: "u_2", name: "other")
        #expect(await store.list(userID: "u_1").map(\.name) == ["c", "b", "a"])
        #expect(await store.list(userID: "u_3").isEmpty)
    }

    @Test func useAddsUpExactly() async throws {
        let (first, _) = try await store.create(userID: "u_1", name: "a")
        let (second, _) = try await store.create(userID: "u_1", name: "b")
        let cost = try #require(Decimal(string: "0.1"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<300 {
                group.addTask {
                    try await store.record(
                        .init(
                            "gpt-4o", with: index % 3 == 0 ? first : second, inputTokens: 8, outputTokens: 2,
                            cost: cost))
                }
            }
            try await group.waitForAll()
        }
        let sum = await store.summary(userID: "u_1")
        #expect(sum.events == 300)
        #expect(sum.inputTokens == 2400)
        #expect(sum.outputTokens == 600)
        #expect(sum.totalTokens == 3000)
        #expect(sum.cost == 30)
        #expect(await store.summary(keyID: first.id).totalTokens == 1000)
        #expect(await store.summary(keyID: second.id).totalTokens == 2000)
        #expect(await store.summary(userID: "u_2").events == 0)
    }

    @Test func anEventCountsOnce() async throws {
        let event = TogoBilling.UsageEvent(
            id: "e_1", userID: "u_1", model: "gpt-4o", inputTokens: 1, outputTokens: 1, cost: 1)
        try await store.record(event)
        try await store.record(event)
        #expect(await store.summary(userID: "u_1").events == 1)
    }

    @Test(arguments: [(-1, 0), (0, -1), (Int64.max, 0), (0, Int64.max), (.max, .max)] as [(Int64, Int64)])
    func nonsenseIsNotRecorded(_ input: Int64, _ output: Int64) async throws {
        let (key, _) = try await store.create(userID: "u_1", name: "a")
        try await store.record(.init("gpt-4o", with: key, inputTokens: 1, outputTokens: 1, cost: 1))
        let nonsense = TogoBilling.UsageEvent(
            id: "e_1", keyID: key.id, userID: "u_1", model: "gpt-4o", inputTokens: input, outputTokens: output, cost: 1)
        await #expect(throws: TogoBilling.InvalidUsage(eventID: "e_1")) { try await store.record(nonsense) }
        #expect(await store.summary(userID: "u_1").totalTokens == 2)
        #expect(await store.summary(keyID: key.id).events == 1)
    }

    @Test func aQuotaEndsWhereItSays() async throws {
        let (limited, _) = try await store.create(userID: "u_1", name: "a", quota: 10)
        let (unlimited, _) = try await store.create(userID: "u_1", name: "b")
        for tokens in [6, 3] as [Int64] {
            try await store.record(.init("m", with: limited, inputTokens: tokens, outputTokens: 0, cost: 0))
            try await store.record(.init("m", with: unlimited, inputTokens: 1_000_000, outputTokens: 0, cost: 0))
            #expect(try await store.isWithinQuota(limited))
        }
        try await store.record(.init("m", with: limited, inputTokens: 0, outputTokens: 1, cost: 0))
        #expect(try await store.isWithinQuota(limited) == false)
        #expect(try await store.isWithinQuota(unlimited))
    }
}

/// A clock that a test moves.
private final class Clock: TimeSource {
    private let time = Mutex(Date(timeIntervalSince1970: 1_782_291_600))

    var now: Date { time.withLock { $0 } }

    func advance(by seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }

    func sleep(for duration: Duration) async throws {}
    func expire(after limit: Duration) async throws {}
}
