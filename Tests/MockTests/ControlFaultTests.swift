import Foundation
import Testing
import TollgateCore
import TollgateMockClient

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct ControlFaultTests {
    @Test func aStatusMayHaveABodyOfItsOwn() async throws {
        let mock = MockServer.inProcess()
        mock.inject(.status(418, body: "short and stout", contentType: "text/plain"), into: .stoa.getPublicKey)
        let answer = try await mock.ask()
        #expect(answer.status == 418)
        #expect(answer.headers[.contentType] == "text/plain")
        #expect(String(decoding: answer.bytes, as: UTF8.self) == "short and stout")
        #expect(try await mock.ask().status == 200)
    }

    @Test func delaysAreDrawnFromTheSeed() throws {
        func delays(seed: UInt64, _ distribution: MockDistribution) -> [Duration] {
            let faults = MockFaults()
            _ = faults.add(.randomDelay(distribution), to: .everything, .always, seed: seed)
            return (0..<200).compactMap { _ in
                guard case .delay(.clock(let delay))? = faults.next(for: nil, path: "/")?.fault else { return nil }
                return delay
            }
        }
        let uniform = MockDistribution.uniform(from: .seconds(1), to: .seconds(3))
        let drawn = delays(seed: 1, uniform)
        #expect(drawn.count == 200)
        #expect(drawn.allSatisfy { (.seconds(1)...(.seconds(3))).contains($0) })
        #expect(drawn == delays(seed: 1, uniform))
        #expect(drawn != delays(seed: 2, uniform))
        let mean = delays(seed: 1, .exponential(mean: .seconds(2))).reduce(Duration.zero, +) / 200
        #expect((.seconds(1.5)...(.seconds(2.5))).contains(mean))
    }

    @Test func faultsAreInjectedListedAndTakenBackOverHTTP() async throws {
        try await withMock { mock, levers in
            let down = MockClient.Fault.status(.init(kind: .status, status: 503, retryAfter: "7"))
            let first = try await levers.faults.inject(fault: down, operation: "stoa.getPublicKey", next: 2)
            let second = try await levers.faults.inject(
                fault: .status(.init(kind: .status, status: 500)), path: "/v1/install/*", always: true)
            let refused = try await mock.ask()
            #expect(refused.status == 503)
            #expect(refused.headers[.retryAfter] == "7")

            let waiting = try await levers.faults.list().faults
            #expect(waiting.map(\.id) == [first.id, second.id])
            #expect(waiting[0].next == 1 && waiting[0].met == 1)
            #expect(waiting[1].path == "/v1/install/*" && waiting[1].always == true && waiting[1].met == 0)

            try await levers.faults.remove(id: first.id)
            #expect(try await mock.ask().status == 500)
            try await levers.faults.clear()
            #expect(try await mock.ask().status == 200)
            await #expect(throws: MockClient.Problem.self) { try await levers.faults.remove(id: second.id) }
        }
    }

    @Test func everyKindGoesOverTheWire() async throws {
        let mock = MockServer.inProcess()
        let levers = MockClient(baseURL: mock.url, transport: mock.transport)
        let faults: [MockFault] = [
            .status(503, retryAfter: .text("soon"), body: "{}"), .status(429, retryAfter: .seconds(3)),
            .redirect(to: "http://elsewhere.example"), .reset(.beforeApplied), .reset(.afterApplied),
            .delay(.clock(.seconds(2))), .delay(.real(.seconds(1))),
            .randomDelay(.uniform(from: .seconds(1), to: .seconds(2)), by: .machine),
            .randomDelay(.exponential(mean: .seconds(1))), .slowHead(.real(.seconds(0.5))),
            .drip(bytes: 3, every: .clock(.seconds(1))), .truncate(after: 4), .breakOff(after: 1), .malformedJSON,
            .malformedChunks, .content(type: "text/html", body: "<p>"), .oversized(bytes: 1_000),
        ]
        for fault in faults {
            _ = try await levers.faults.inject(fault: fault.wire, path: "/nowhere")
        }
        #expect(mock.faults.map(\.fault) == faults)
        #expect(faults.map(\.kind).allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: [
        #"{"fault": {"kind": "status", "status": 503}, "next": 1, "every": 2}"#,
        #"{"fault": {"kind": "status", "status": 503}, "operation": "stoa.createEvent", "path": "/"}"#,
        #"{"fault": {"kind": "uniform_delay", "from_seconds": 2, "to_seconds": 1}}"#,
        #"{"fault": {"kind": "unheard_of"}}"#, #"{"next": 1}"#,
    ])
    func contradictionsAreRefused(_ body: String) async throws {
        let mock = MockServer.inProcess()
        #expect(try await mock.send(.post, "/_tollgate/faults", body).status == 400)
        #expect(mock.faults.isEmpty)
    }

    @Test func unknownOperationsAreNotFound() async throws {
        let mock = MockServer.inProcess()
        let body = #"{"fault": {"kind": "malformed_json"}, "operation": "stoa.unheardOf"}"#
        #expect(try await mock.send(.post, "/_tollgate/faults", body).status == 404)
    }

    @Test func leversMeetNoFaultAndAreInNoJournal() async throws {
        try await withMock { mock, levers in
            mock.inject(.reset(), into: .everything, .always)
            _ = try await levers.clock.get()
            #expect(mock.exchanges.isEmpty)
            #expect(mock.faults[0].met == 0)
        }
    }
}
