import Foundation
import Testing
import Tollgate
import TollgateMock

/// What a tester writes.
@Suite struct MockQuickstarts {
    @Test func runsOutOfCredit() async throws {
        let mock = MockServer.inProcess()
        let stoa = mock.stoa.client()
        try mock.stoa.setBalance("0.001", of: "user_123")
        await #expect(throws: Stoa.InsufficientBalance.self) {
            try await stoa.record(.chat("gpt-4", input: 900_000, output: 0), userID: "user_123")
        }

        try mock.stoa.setBalance("5.00", of: "user_123")
        mock.inject(.status(503), into: .stoa.createEvent, next: 2)
        try await stoa.record(.chat("gpt-4o", input: 1_000, output: 0), userID: "user_123")
        #expect(mock.stoa.events(of: "user_123").count == 1)
        try mock.verify(.stoa.createEvent, times: 4)
    }

    @Test func aLostAnswerIsNotChargedTwice() async throws {
        let mock = MockServer.inProcess()
        let acme = try mock.vluna.serviceClient().with(principalID: "org_acme")
        let lease = try await acme.gate.authorize(featureCode: "openai.gpt5.2")
        mock.inject(.reset(.afterApplied), into: .vluna.commit, next: 2)
        let commit = try await acme.gate.commit(
            leaseToken: lease.leaseToken, featureCode: "openai.gpt5.2", quantityMinor: 1_000)
        #expect(commit.outcome == .charged(2_000))
        #expect(mock.requests(of: .vluna.commit).count == 3)
        #expect(mock.vluna.ledger.filter(\.isCharged).count == 1)
        #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
    }

    @Test func verificationShowsWhatCameInstead() async throws {
        let mock = MockServer.inProcess()
        _ = try? await mock.stoa.client().identify(userID: "user_123", email: "ada@example.com")
        do {
            try mock.verify(.stoa.createEvent, times: 1)
            Issue.record("a call that was never made was verified")
        } catch {
            #expect("\(error)".contains("stoa.createEvent"))
            #expect("\(error)".contains("/v1/users:identify"))
        }
    }

    @Test func leasesExpireByTheMocksClock() async throws {
        let mock = try await MockServer.start()
        let acme = try mock.vluna.serviceClient().with(principalID: "org_acme")
        let lease = try await acme.gate.authorize(featureCode: "openai.gpt5.2")
        mock.clock.advance(by: .seconds(13 * 3600))
        let commit = try await acme.gate.commit(
            leaseToken: lease.leaseToken, featureCode: "openai.gpt5.2", quantityMinor: 1_000)
        #expect(commit.outcome == .quarantined(.leaseExpired))
        await mock.stop()
    }

    @Test func twoMocksWithOneSeedAnswerTheSameBytes() async throws {
        var transcripts: [[UInt8]] = []
        for _ in 0..<2 {
            let mock = MockServer.inProcess(seed: 42)
            mock.clock.set(Date(timeIntervalSince1970: 1_767_323_045))
            let acme = try mock.vluna.serviceClient().with(principalID: "org_acme").with(idempotencyKey: "one")
            let lease = try await acme.response { try await $0.gate.authorize(featureCode: "openai.gpt5.2") }
            let commit = try await acme.response {
                try await $0.gate.commit(
                    leaseToken: lease.payload.leaseToken, featureCode: "openai.gpt5.2", quantityMinor: 7)
            }
            transcripts.append(lease.body + commit.body)
        }
        #expect(transcripts[0] == transcripts[1])
    }
}
