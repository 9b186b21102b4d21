import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateTogo

@testable import TollgateMock

@Suite struct TogoMockTests {
    @Test func showsAPlaintextOnceAndKeepsItsHash() async throws {
        let mock = MockServer.frozen()
        let togo = mock.togo.client()
        let issued = try await togo.keys.create(name: "ci", scopes: ["chat"], quota: 1_000)
        #expect(issued.userID == MockTogo.userID)
        #expect(issued.secret.hasPrefix(issued.prefix))
        #expect(issued.createdAt.date == .start)
        let listed = try await togo.keys.list()
        #expect(listed.map(\.name) == ["ci", "test"])
        #expect(listed.map(\.lastUsedAt.isNever) == [true, false])
        let state = mock.togo.simulation.state.withLock { String(describing: $0.keys) }
        #expect(!state.contains(issued.secret))
    }

    @Test func keysAreTheSameForTheSameSeed() {
        #expect(MockServer.frozen(seed: 3).togo.apiKey == MockServer.frozen(seed: 3).togo.apiKey)
        #expect(MockServer.frozen(seed: 3).togo.apiKey != MockServer.frozen(seed: 4).togo.apiKey)
    }

    @Test func aRevokedKeySaysNothing() async throws {
        let mock = MockServer.frozen()
        let key = mock.togo.issueKey(userID: "u_1")
        let client = mock.togo.client(apiKey: key.secret)
        try await client.keys.revoke(id: key.id)
        mock.clock.advance(by: .seconds(60))
        await #expect(throws: TogoBilling.Failure.self) { try await client.usage.get() }
        try await client.with(userID: "u_1").keys.revoke(id: key.id)
        #expect(mock.togo.keys(of: "u_1").first?.revokedAt.date == .start)
    }

    @Test func addsUpUsageAndWatchesTheQuota() async throws {
        let mock = MockServer.frozen()
        let key = mock.togo.issueKey(userID: "u_1", quota: 100)
        func use(_ id: String, _ tokens: Int64, keyID: String?) {
            mock.togo.record(
                TogoBilling.UsageEvent(
                    id: id, keyID: keyID, userID: "u_1", model: "gpt-4o", inputTokens: tokens, outputTokens: 10,
                    cost: 0.5))
        }
        use("1", 80, keyID: key.id)
        use("1", 80, keyID: key.id)
        #expect(mock.togo.isWithinQuota(key.id) == true)
        use("2", 0, keyID: key.id)
        #expect(mock.togo.isWithinQuota(key.id) == false)
        use("3", 1_000, keyID: nil)
        #expect(mock.togo.isWithinQuota("key_unknown") == nil)
        let usage = try await mock.togo.client(apiKey: key.secret).usage.get()
        #expect((usage.events, usage.inputTokens, usage.outputTokens) == (3, 1_080, 30))
        #expect((usage.totalTokens, usage.cost) == (1_110, 1.5))
    }

    @Test(arguments: [
        (MockFault.status(500), 500), (.status(503, retryAfter: .seconds(1)), 503),
    ])
    func failsInItsOwnForm(_ fault: MockFault, _ status: Int) async throws {
        let mock = MockServer.frozen()
        mock.inject(fault, into: .togo.getUsage)
        let answer = try await mock.send(.get, "/api/billing/usage")
        #expect(answer.status == status)
        #expect(try answer.json["error"]?.text?.contains("\(status)") == true)
    }
}
