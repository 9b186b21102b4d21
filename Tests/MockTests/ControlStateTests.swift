import Foundation
import Testing
import TollgateMockClient

@testable import TollgateMock

@Suite struct ControlStateTests {
    @Test func everyLeverIsThere() {
        let missing = MockClientOperation.allCases.filter { ControlService.levers[$0] == nil }
        #expect(missing.isEmpty)
    }

    @Test func aServerIsAsNewInProcess() async throws {
        let mock = MockServer.inProcess(seed: 3)
        let fresh = try await mock.ask().bytes
        try mock.stoa.setBalance("1.25", of: "user_123")
        mock.clock.set(.start)
        mock.inject(.status(500), into: .everything, .always)
        try mock.run(.expiredLease)
        mock.reset()
        #expect(mock.stoa.balance(of: "user_123") == nil)
        #expect(!mock.clock.isFrozen && mock.exchanges.isEmpty && mock.faults.isEmpty)
        #expect(mock.engine.scripts.count == 0)
        #expect(try await mock.ask().bytes == fresh)
        mock.reset(seed: 4)
        #expect(mock.engine.seed == 4)
    }

    @Test func aServerIsAsNewOverHTTP() async throws {
        try await withMock { mock, levers in
            try mock.stoa.setBalance("1.25", of: "user_123")
            try await mock.ask()
            let state = try await levers.state.get()
            #expect(state.requests == 1 && state.seed == 0 && !state.frozen)
            #expect(state.stoa?.users.contains { $0.userID == "user_123" && $0.balance == 1.25 } == true)
            #expect(state.vluna != nil && state.togo != nil && state.aikit != nil && state.stripe != nil)
            try await levers.state.reset(seed: 9)
            let fresh = try await levers.state.get()
            #expect(fresh.requests == 0 && fresh.seed == 9)
            #expect(fresh.stoa?.users.contains { $0.userID == "user_123" } == false)
        }
    }

    @Test func leversDoNotChangeWhatServicesDraw() async throws {
        func ids(_ move: (MockServer) async throws -> Void) async throws -> [[UInt8]] {
            let mock = MockServer.frozen(seed: 5)
            var answers: [[UInt8]] = []
            for _ in 0..<3 {
                try await move(mock)
                answers.append(try await mock.send(.get, "/v1/nowhere").bytes)
            }
            return answers
        }
        let untouched = try await ids { _ in }
        let touched = try await ids { mock in
            for path in ["state", "journal", "clock", "faults", "operations", "scenarios"] {
                let status = try await mock.send(.get, "/_tollgate/\(path)").status
                #expect(status == 200)
            }
        }
        #expect(untouched == touched)
    }
}
