import Configuration
import Foundation
import Synchronization
import Testing

@testable import TollgateVluna

/// What the environment sets.
@Suite struct ConfigurationTests {
    private static let complete = [
        "VLUNA_REALM_ID": "realm_1", "VLUNA_SERVICE_KEY_ID": "pk-TESTKEY0123456",
        "VLUNA_SERVICE_KEY_SECRET": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ]

    private func service(
        _ variables: [String: String], _ transport: any HTTPTransport = Failing()
    ) throws -> Vluna.ServiceClient {
        let all = Self.complete.merging(variables) { $1 }
        return try Vluna.ServiceClient(
            configuration: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: all)),
            transport: transport)
    }

    @Test(arguments: [([:], Vluna.ServiceKey.APIVersion.v0_1), (["VLUNA_API_VERSION": "0.3"], .v0_3)])
    func theVersionDecidesTheSignature(
        _ variables: [String: String], _ version: Vluna.ServiceKey.APIVersion
    ) throws {
        let key = try service(variables).client.credential as? Vluna.ServiceKey
        #expect(key?.version == version)
    }

    @Test(arguments: [
        (["VLUNA_SERVICE_KEY_ID": ""], "VLUNA_SERVICE_KEY_ID is not set."),
        (["VLUNA_SERVICE_KEY_SECRET": "no base64!"], "The secret of service key pk-TESTKEY0123456 is not base64."),
        (["VLUNA_REALM_ID": ""], "VLUNA_REALM_ID is not set."),
        (["VLUNA_API_VERSION": "2"], "VLUNA_API_VERSION is none of"),
    ])
    func whatIsWrongIsNamed(_ variables: [String: String], _ start: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try service(variables) }
        #expect(error?.description.hasPrefix(start) == true, "\(String(describing: error))")
    }

    @Test(arguments: [(429, 3), (500, 3), (503, 3), (408, 1), (409, 1), (422, 1), (nil, 1)])
    func theOfficialClientsPolicy(_ status: Int?, _ tries: Int) async throws {
        let transport = Failing(status: status)
        var vluna = try service(["VLUNA_RETRY_POLICY": "official"], transport).with(timeout: nil)
        let time = SkippedTime()
        vluna.client.time = time
        let asking = vluna
        await #expect(throws: (any Error).self) { try await asking.gate.authorize(featureCode: "f") }
        #expect(transport.requests.count == tries)
        #expect(time.waits == Array(repeating: .milliseconds(250), count: tries - 1))
        let keys = transport.requests.map { $0.headerFields[.idempotencyKey] }
        #expect(Set(keys).count == 1 && keys[0] != nil)
    }

    @Test func signaturesAreDatedWithTheKeysClock() async throws {
        let key = try Vluna.ServiceKey(
            id: "pk-TESTKEY0123456", secret: Self.complete["VLUNA_SERVICE_KEY_SECRET"] ?? "", time: SkippedTime())
        var request = HTTPRequest(method: .get, scheme: "https", authority: "vluna.test", path: "/")
        try await key.authorize(&request, body: .empty)
        #expect(request.headerFields[.authorization]?.contains("ts=2026-01-02T03:04:05.000000+00:00,") == true)
    }
}

/// Fails each request, and keeps it.
private final class Failing: HTTPTransport {
    private let status: Int?
    private let kept = Mutex<[HTTPRequest]>([])

    /// - Parameter status: Nil for no connection at all.
    init(status: Int? = 503) {
        self.status = status
    }

    var requests: [HTTPRequest] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        kept.withLock { $0.append(request) }
        guard let status else { throw ConnectionError(.refused, mayHaveBeenApplied: false) }
        return HTTPReply(head: HTTPResponse(status: .init(code: status)), body: HTTPBody("{}"))
    }
}

/// A clock that skips waits, and keeps them.
private final class SkippedTime: TimeSource {
    private let kept = Mutex<[Duration]>([])

    var now: Date { Date(timeIntervalSince1970: 1_767_323_045 + waits.reduce(.zero, +) / .seconds(1)) }
    var waits: [Duration] { kept.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        kept.withLock { $0.append(duration) }
    }

    func expire(after limit: Duration) async throws {
        let (never, hold) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        hold.finish()
        throw CancellationError()
    }
}
