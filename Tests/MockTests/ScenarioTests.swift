import Foundation
import Testing
import TollgateCore
import TollgateMockClient
import TollgateStoa
import TollgateVluna

@testable import TollgateMock

@Suite struct ScenarioTests {
    @Test func everyScenarioRunsInProcess() throws {
        let names = MockScenario.all.map(\.name)
        #expect(names == names.sorted() && Set(names).count == names.count)
        #expect(names.count >= 12)
        for scenario in MockScenario.all {
            let mock = try MockServer.inProcess(scenarios: [scenario])
            #expect(!scenario.summary.isEmpty && !scenario.description.isEmpty)
            #expect(mock.engine.scripts.failures == [])
            let steps = scenario.content.state?.count ?? 0
            #expect(steps + mock.engine.scripts.count > 0, "\(scenario.name) does nothing")
        }
    }

    @Test func everyScenarioRunsOverHTTP() async throws {
        try await withMock { _, levers in
            let list = try await levers.scenarios.list()
            #expect(list.scenarios.map(\.name) == MockScenario.all.map(\.name))
            for scenario in list.scenarios {
                let run = try await levers.scenarios.run(name: scenario.name)
                #expect(run.steps + run.pending > 0, "\(scenario.name) does nothing")
                try await levers.state.reset()
            }
            #expect(try await levers.scenarios.list().failures == [])
            await #expect(throws: MockClient.Problem.self) { try await levers.scenarios.run(name: "unheard-of") }
        }
    }

    @Test func creditIsLowOrGone() async throws {
        let mock = try MockServer.inProcess(scenarios: [.lowBalance])
        #expect(mock.stoa.balance(of: "user_test") == Decimal(string: "0.01"))
        try mock.run(.emptyWallet)
        #expect(mock.stoa.balance(of: "user_test") == 0)
        let vluna = try mock.vluna("org_test")
        await #expect(throws: Vluna.GateDenied.self) {
            try await vluna.gate.authorize(featureCode: "openai.gpt5.2")
        }
    }

    @Test func theServerIsDownForAMinute() async throws {
        let mock = MockServer.frozen()
        try mock.run(.serverDownAndBack)
        #expect(try await mock.ask().status == 503)
        mock.clock.advance(by: .seconds(59))
        #expect(try await mock.ask().status == 503)
        mock.clock.advance(by: .seconds(1))
        #expect(try await mock.ask().status == 200)
        #expect(mock.faults.isEmpty)
    }

    @Test func aPaymentTakesTwoMinutes() async throws {
        let mock = MockServer.frozen()
        try mock.run(.paymentPending)
        #expect(mock.stoa.balance(of: "user_test") == 0)
        mock.clock.advance(by: .seconds(120))
        try await mock.ask()
        #expect(mock.stoa.balance(of: "user_test") == 20)
    }

    @Test func aScriptCountsCalls() async throws {
        let mock = MockServer.frozen()
        try mock.run(.expiredLease)
        try await mock.ask()
        #expect(mock.clock.now == .start)
        _ = try await mock.vluna().gate.authorize(featureCode: "openai.gpt5.2")
        #expect(mock.clock.now == .start)
        try await mock.ask()
        #expect(mock.clock.now == Date.start.addingTimeInterval(172_800))
    }

    @Test func stepsWithoutANameRunOverHTTP() async throws {
        try await withMock { mock, levers in
            let run = try await levers.scenarios.runSteps(
                state: [["setStoaBalance": ["external_id": "user 1/2", "balance": 3]]],
                script: [.init(after: .init(calls: 1), steps: [["injectFault": ["fault": ["kind": "malformed_json"]]]])]
            )
            #expect(run.steps == 1 && run.pending == 1)
            #expect(mock.stoa.balance(of: "user 1/2") == 3)
            try await mock.ask()
            #expect(mock.faults.isEmpty)
            _ = try await levers.state.get()
            #expect(mock.faults.map(\.fault) == [.malformedJSON])
        }
    }

    @Test func faultyStepsAreRefused() async throws {
        let mock = MockServer.inProcess()
        let unknown = try await mock.send(.post, "/_tollgate/scenarios/run", #"{"state": [{"unheardOf": {}}]}"#)
        #expect(unknown.status == 404)
        let wrong = try await mock.send(
            .post, "/_tollgate/scenarios/run", #"{"state": [{"advanceClock": {"seconds": -1}}]}"#)
        #expect(wrong.status == 400)
        #expect(String(decoding: wrong.bytes, as: UTF8.self).contains("advanceClock"))
        #expect(throws: MockScenarioError.self) {
            try mock.run(MockScenario(json: #"{"state": [{"advanceClock": {}}]}"#))
        }
        #expect(throws: JSONError.self) { try MockScenario(json: #"{"state": 1}"#) }
    }
}
