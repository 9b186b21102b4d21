import Configuration
import Foundation
import Synchronization
import Testing
import TollgateTogo

@Suite struct TogoClientTests {
    private static let issued = #"""
        {"id":"key_1","user_id":"u_1","name":"ci","prefix":"togo_9f2c","scopes":"chat","quota":0,
        "created_at":"2026-06-24T09:00:00Z","last_used_at":"","revoked_at":"","key":"togo_9f2c41"}
        """#

    private func baseURL() throws -> URL {
        try #require(URL(string: "https://app.example.com"))
    }

    @Test func aKeyProvesWhoIsCalling() async throws {
        let recorder = Recorder(status: 201, body: Self.issued)
        let togo = TogoBilling(apiKey: "togo_secret", baseURL: try baseURL(), transport: recorder)
        let key = try await togo.keys.create(name: "ci", scopes: ["chat"])
        #expect(key.secret == "togo_9f2c41")
        #expect(key.createdAt.date == Date(timeIntervalSince1970: 1_782_291_600))
        let sent = try #require(recorder.sent.first)
        #expect(sent.request.path == "/api/billing/keys")
        #expect(sent.request.headerFields[.authorization] == "Bearer togo_secret")
        #expect(sent.request.headerFields[.named("X-User-Id")] == nil)
        #expect(sent.body == #"{"name":"ci","scopes":"chat","quota":0}"#)
    }

    @Test func inDevelopmentAHeaderWillDo() async throws {
        let recorder = Recorder(status: 200, body: "[]")
        let togo = TogoBilling(userID: "u_1", baseURL: try baseURL(), transport: recorder)
        #expect(try await togo.keys.list(userID: "u 2").isEmpty)
        _ = try await togo.with(userID: "u_3").keys.list()
        #expect(recorder.sent.map(\.request.path) == ["/api/billing/keys?user_id=u%202", "/api/billing/keys"])
        #expect(recorder.sent.map { $0.request.headerFields[.named("X-User-Id")] } == ["u_1", "u_3"])
        #expect(recorder.sent.allSatisfy { $0.request.headerFields[.authorization] == nil })
    }

    @Test(arguments: [200, 204])
    func aKeyIsRevoked(_ status: Int) async throws {
        let recorder = Recorder(status: status, body: status == 204 ? "" : "{}")
        let togo = TogoBilling(apiKey: "togo_secret", baseURL: try baseURL(), transport: recorder)
        try await togo.keys.revoke(id: "key_1")
        #expect(recorder.sent.first?.request.method == .delete)
        #expect(recorder.sent.first?.request.path == "/api/billing/keys/key_1")
    }

    @Test func failuresSayWhy() async throws {
        let recorder = Recorder(status: 404, body: #"{"error":"no such key"}"#)
        let togo = TogoBilling(apiKey: "togo_secret", baseURL: try baseURL(), transport: recorder)
        let error = await #expect(throws: TogoBilling.Failure.self) { try await togo.keys.revoke(id: "key_1") }
        #expect(error?.text == "no such key")
        #expect(error?.message == "no such key")
    }

    @Test func costsAreExact() async throws {
        let recorder = Recorder(
            status: 200,
            body: #"{"events":2,"input_tokens":1624,"output_tokens":188,"total_tokens":1812,"cost":5.94e-3}"#)
        let sum = try await TogoBilling(userID: "u_1", baseURL: try baseURL(), transport: recorder).usage.get()
        #expect(sum.totalTokens == 1812)
        #expect(sum.cost == Decimal(string: "0.00594"))
    }

    @Test func namesWhatIsMissing() throws {
        for (variables, start) in [
            ([:], "TOGO_BASE_URL is not set."),
            (["TOGO_BASE_URL": "nowhere", "TOGO_API_KEY": "k"], "TOGO_BASE_URL is not an address"),
            (["TOGO_BASE_URL": "https://app.example.com", "TOGO_API_KEY": ""], "TOGO_API_KEY is not set."),
        ] {
            let provider = EnvironmentVariablesProvider(environmentVariables: variables)
            let error = #expect(throws: ConfigurationError.self) {
                try TogoBilling(configuration: ConfigReader(provider: provider))
            }
            #expect(error?.description.hasPrefix(start) == true)
        }
    }
}

/// A transport that keeps what is sent, and gives the same answer to everything.
private final class Recorder: HTTPTransport {
    struct Sent: Sendable {
        var request: HTTPRequest
        var body: String
    }

    private let kept = Mutex<[Sent]>([])
    private let answer: (status: Int, body: String)

    init(status: Int, body: String) {
        answer = (status, body)
    }

    var sent: [Sent] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let bytes = try await body.collect(upTo: 1 << 20)
        kept.withLock { $0.append(Sent(request: request, body: String(decoding: bytes, as: UTF8.self))) }
        return HTTPReply(head: HTTPResponse(status: .init(code: answer.status)), body: HTTPBody(answer.body))
    }
}
