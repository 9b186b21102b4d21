import Foundation
import Testing
import TollgateCore

@testable import TollgateMock

/// The same seed, clock and requests give the same bytes, for every operation that requests were recorded of.
@Suite struct SameBytesTests {
    /// All that a server says to the recorded requests, in their order.
    private func answers(
        _ requests: [RecordedRequest], _ mock: MockServer, tokens: [String: String]
    ) async throws -> [Answer] {
        var answers: [Answer] = []
        for request in requests { answers.append(try await request.send(to: mock, tokens: tokens)) }
        return answers
    }

    private func state(of mock: MockServer) async throws -> JSONValue {
        try await mock.send(.get, "/_tollgate/state").json
    }

    private func expectEqual(_ ours: [Answer], _ theirs: [Answer], _ requests: [RecordedRequest]) {
        #expect(ours.count == theirs.count)
        for (request, answers) in zip(requests, zip(ours, theirs)) {
            #expect(answers.0.status == answers.1.status, "\(request.operation)")
            #expect(answers.0.headers == answers.1.headers, "\(request.operation)")
            #expect(answers.0.bytes == answers.1.bytes, "\(request.operation)")
        }
    }

    @Test func twoRunsGiveTheSameBytes() async throws {
        let requests = try RecordedRequest.all()
        let mocks = [MockServer.frozen(seed: 42), MockServer.frozen(seed: 42)]
        var runs: [[Answer]] = []
        for mock in mocks {
            runs.append(try await answers(requests, mock, tokens: RecordedRequest.tokens(of: mock)))
        }
        expectEqual(runs[0], runs[1], requests)
        #expect(try await state(of: mocks[0]) == state(of: mocks[1]))

        // The runs were worth comparing: a third of the requests did something, the others were refused, and another seed says something else.
        #expect(runs[0].count { $0.status < 300 } > requests.count / 3)
        #expect(Set(requests.map(\.operation)).count > 60)
        let other = MockServer.frozen(seed: 43)
        let different = try await answers(requests, other, tokens: RecordedRequest.tokens(of: other))
        #expect(zip(runs[0], different).count { $0.bytes != $1.bytes } > 50)
    }

    /// Services do not know of each other, so it does not matter how their requests mix.
    @Test func servicesBesideEachOtherGiveTheSameBytes() async throws {
        let requests = try RecordedRequest.all()
        let (alone, mixed) = (MockServer.frozen(seed: 42), MockServer.frozen(seed: 42))
        let tokens = (RecordedRequest.tokens(of: alone), RecordedRequest.tokens(of: mixed))
        let expected = try await answers(requests, alone, tokens: tokens.0)
        let services = Dictionary(grouping: requests.indices) { requests[$0].service }
        let found = try await withThrowingTaskGroup { group in
            for indices in services.values {
                group.addTask {
                    (indices, try await answers(indices.map { requests[$0] }, mixed, tokens: tokens.1))
                }
            }
            return try await group.reduce(into: [Int: Answer]()) { all, part in
                for (index, answer) in zip(part.0, part.1) { all[index] = answer }
            }
        }
        expectEqual(requests.indices.compactMap { found[$0] }, expected, requests)
        let states = (try await state(of: alone), try await state(of: mixed))
        for service in ["stoa", "vluna", "togo", "aikit", "stripe"] {
            #expect(states.0[service] == states.1[service], "\(service)")
        }
    }
}
