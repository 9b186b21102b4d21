import Testing
import TollgateCore
import TollgateMock
import TollgateStoa

/// Which requests a fault meets.
@Suite struct MockFaultTests {
    private let mock = MockServer.inProcess()

    /// The statuses of so many requests.
    private func statuses(_ count: Int, of path: String = "/v1/install/public-key") async throws -> [Int] {
        var statuses: [Int] = []
        for _ in 0..<count {
            let request = HTTPRequest(
                method: .get, scheme: "http", authority: "mock", path: path,
                headerFields: [.authorization: "Bearer \(mock.stoa.apiKey)"])
            statuses.append(
                try await mock.transport.send(request, body: .empty, timeouts: HTTPTimeouts()).head.status.code)
        }
        return statuses
    }

    @Test func aFaultLastsUntilItIsTakenBack() async throws {
        let injection = mock.inject(.status(500), into: .everything, .always)
        let other = mock.inject(.status(502), into: .everything, .always)
        #expect(try await statuses(3) == [500, 500, 500])
        mock.remove(injection)
        #expect(try await statuses(2) == [502, 502])
        mock.remove(other)
        #expect(try await statuses(1) == [200])
    }

    @Test func aProbabilityIsDrawnFromItsSeed() async throws {
        mock.inject(.status(500), into: .everything, .probability(0.1, seed: 7))
        let first = try await statuses(1_000)
        mock.removeFaults()
        mock.inject(.status(500), into: .everything, .probability(0.1, seed: 7))
        #expect(try await statuses(1_000) == first)
        mock.removeFaults()
        mock.inject(.status(500), into: .everything, .probability(0.1, seed: 8))
        #expect(try await statuses(1_000) != first)
        #expect((70...130).contains(first.count { $0 == 500 }))
    }

    @Test func whatCountsRequestsCountsThoseOfOtherFaults() async throws {
        mock.inject(.status(500), into: .everything, .every(2))
        mock.inject(.status(502), into: .everything, .every(3))
        mock.inject(.status(503), into: .everything, .next(1))
        #expect(try await statuses(6) == [503, 500, 502, 500, 200, 500])
    }

    @Test(arguments: [
        ("/v1/install/public-key", true), ("/v1/install/*", true), ("*", true), ("*key", true), ("/v1/*/public*", true),
        ("/v1/install/*/", false), ("/v1/*/*/key", false), ("", false), ("/v1/install/public-ke", false),
        ("*public-key*", true), ("/v1/install/public-key*key", false),
    ])
    func aPathMayHaveStars(pattern: String, isLike: Bool) async throws {
        mock.inject(.status(500), into: .path(pattern), .always)
        #expect(try await statuses(1) == [isLike ? 500 : 200])
    }

    @Test func everythingIsAlsoWhatLeadsNowhere() async throws {
        #expect(try await statuses(1, of: "/nowhere") == [404])
        mock.inject(.status(418), into: .everything, .next(1))
        #expect(try await statuses(2, of: "/nowhere") == [418, 404])
    }

    /// The same faults over a socket are in the fault matrix.
    @Test(arguments: [
        MockFault.malformedJSON, .content(type: "text/html"), .content(type: "text/plain", body: "Hello"),
        .oversized(bytes: 5_000), .slowHead(.real(.zero)), .drip(bytes: 7, every: .real(.zero)),
    ])
    func aFaultyAnswerIsWhatItsFaultSays(_ fault: MockFault) async throws {
        for front in Front.allCases {
            let stage = try await Stage(front)
            let whole = try await stage.stoa.response { try await $0.install.publicKey() }
            stage.mock.inject(fault, into: .stoa.getPublicKey)
            let raw = Endpoint<HTTPBody>("stoa.raw", .get, "/v1/install/public-key", accept: "*/*")
            let full = try await stage.stoa.response { stoa in
                try await stoa.client.send(APIRequest(raw)).collect(upTo: 1 << 20)
            }
            switch fault {
            case .malformedJSON: #expect(full.payload == whole.body.dropLast())
            case .content(let type, let body):
                #expect(full.headers[.contentType] == type)
                #expect(full.payload == body.map { Array($0.utf8) } ?? whole.body)
            case .oversized(let count):
                #expect(full.payload.count == count)
                #expect(full.payload.starts(with: whole.body))
            default: #expect(full.payload == whole.body)
            }
            await stage.mock.stop()
        }
    }
}
