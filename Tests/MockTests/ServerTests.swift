import Foundation
import Testing
import TollgateCore
import TollgateStoa
import TollgateTransport
import TollgateVluna

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct ServerTests {
    @Test func servesOnAPortOfItsOwn() async throws {
        let first = try await MockServer.start()
        let second = try await MockServer.start()
        #expect(first.url.port != second.url.port)
        let stoa = Stoa(apiKey: first.stoa.apiKey, baseURL: first.stoa.baseURL, transport: .default)
        try await stoa.identify(userID: "user_1", email: "ada@example.com")
        #expect(first.stoa.balance(of: "user_1") == 5)
        #expect(second.stoa.balance(of: "user_1") == nil)
        await first.stop()
        await second.stop()
        await #expect(throws: ConnectionError.self) {
            try await stoa.with(retry: .never).identify(userID: "user_1", email: "ada@example.com")
        }
    }

    /// NIO ends the process when a connection that was accepted is dropped instead of closed.
    @Test func whoConnectsInTheLastMomentIsHungUpOn() async {
        await #expect(processExitsWith: .success) {
            for _ in 0..<100 {
                let mock = try await MockServer.start()
                let port = try #require(mock.url.port.flatMap { UInt16(exactly: $0) })
                let sockets = (0..<8).map { _ in connected(to: port) }
                await mock.stop()
                for socket in sockets {
                    var byte: UInt8 = 0
                    #expect(read(socket, &byte, 1) <= 0)
                    close(socket)
                }
            }
        }
    }

    @Test func refusesAPortThatIsTaken() async throws {
        let mock = try await MockServer.start()
        let port = try #require(mock.url.port)
        await #expect(throws: (any Error).self) { try await MockServer.start(port: port) }
        await mock.stop()
    }

    @Test func bothFrontsAnswerTheSameBytes() async throws {
        let socket = try await MockServer.start(seed: 7)
        let inProcess = MockServer.inProcess(seed: 7)
        var answers: [[[UInt8]]] = []
        for (mock, transport) in [
            (socket, DefaultTransport.shared as any HTTPTransport), (inProcess, inProcess.transport),
        ] {
            mock.clock.set(.start)
            var bodies: [[UInt8]] = []
            for (path, body) in [
                ("/v1/users:identify", #"{"user_id": "u", "email": "a@b.c", "metadata": {"z": 1, "a": true}}"#),
                ("/v1/payments", #"{"user_id": "u", "email": "a@b.c", "return_url": "https://a.b"}"#),
                ("/v1/events", #"{"user_id": ""}"#), ("/v1/nothing", ""),
            ] {
                let request = HTTPRequest(
                    method: .post, scheme: "http", authority: "127.0.0.1:\(mock.url.port ?? 80)", path: path,
                    headerFields: [.authorization: "Bearer stoa_app_test", .contentType: "application/json"])
                let reply = try await transport.send(request, body: HTTPBody(body), timeouts: HTTPTimeouts())
                bodies.append(try await reply.body.collect(upTo: 1 << 20))
            }
            answers.append(bodies)
        }
        #expect(answers[0] == answers[1])
        await socket.stop()
    }

    @Test func printsWhatClientsNeed() {
        #expect(
            MockServer.inProcess().environment.map(\.name) == [
                "STOA_BASE_URL", "STOA_API_KEY", "STOA_APP_ID", "STOA_REGISTRATION_SECRET", "STOA_CONNECT_SECRET",
                "STOA_WEBHOOK_SECRET",
                "VLUNA_SERVICE_BASE_URL", "VLUNA_BEARER_BASE_URL", "VLUNA_REALM_ID", "VLUNA_SERVICE_KEY_ID",
                "VLUNA_SERVICE_KEY_SECRET", "TOGO_BASE_URL", "TOGO_API_KEY", "AI_KIT_BASE_URL", "AI_KIT_API_KEY",
                "STRIPE_BASE_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_METERED_PRICE_ID",
                "OPENAI_BASE_URL", "OPENAI_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "OPENROUTER_BASE_URL",
                "OPENROUTER_API_KEY", "ELEVENLABS_BASE_URL", "ELEVENLABS_API_KEY", "DEEPGRAM_BASE_URL",
                "DEEPGRAM_API_KEY",
            ])
    }

    @Test func everyOperationHasARoute() throws {
        let mock = MockServer.inProcess()
        let keys = mock.handler.services.all.flatMap { $0.routes.routes.map(\.operation.key) }
        let stoaAndVluna = StoaOperation.allCases.map(\.rawValue) + VlunaOperation.allCases.map(\.rawValue)
        let billing =
            TogoBillingOperation.allCases.map(\.rawValue) + AIKitOperation.allCases.map(\.rawValue)
            + StripeOperation.allCases.map(\.rawValue)
        let models =
            OpenAIOperation.allCases.map(\.rawValue) + AnthropicOperation.allCases.map(\.rawValue)
            + OpenRouterOperation.allCases.map(\.rawValue)
        let speech = ElevenLabsOperation.allCases.map(\.rawValue) + DeepgramOperation.allCases.map(\.rawValue)
        let levers = MockClientOperation.allCases.map(\.rawValue)
        #expect(Set(keys) == Set(stoaAndVluna + billing + models + speech + levers))
    }

    @Test func readsTheRealServersVariables() {
        let settings = MockSettings(environment: [
            "VLUNA_GATE_LEASE_TTL_SECONDS": "0", "VLUNA_GATE_LATE_COMMIT_GRACE_MS": "0",
        ])
        #expect(settings.vlunaLeaseLifetime == .zero)
        #expect(settings.vlunaCommitGrace == .zero)
        #expect(MockSettings(environment: [:]).vlunaCommitGrace == .seconds(60))
        #expect(
            MockSettings(environment: ["VLUNA_GATE_LATE_COMMIT_GRACE_MS": "x"]).vlunaCommitGrace == .seconds(43_200))
    }
}

@Suite struct RequestProblemTests {
    @Test func refusesWhatHasNoRoute() async throws {
        let mock = MockServer.frozen()
        let stoa = try await mock.stoa(.get, "/v1/unknown")
        #expect(stoa.status == 404)
        #expect(try stoa.json["error"]?["message"]?.text == "There is nothing at this path.")
        let vluna = try await mock.send(.get, "/mgt/v1/unknown")
        #expect(vluna.status == 404)
        #expect(try vluna.json["code"] == "RESOURCE.NOT_FOUND")
        let elsewhere = try await mock.send(.get, "/unknown")
        #expect(elsewhere.status == 404)
        #expect(elsewhere.headers[.contentType] == "application/problem+json")
    }

    @Test func saysWhichMethodsAPathTakes() async throws {
        let answer = try await MockServer.frozen().stoa(.delete, "/v1/events")
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "POST")
    }

    @Test(arguments: [
        ("{", "not valid JSON"), ("", "needs a body"), ("[]", "1 violation"), (#"{"a": 1} x"#, "not valid JSON"),
    ])
    func refusesABodyThatIsNotAsDescribed(_ body: String, _ message: String) async throws {
        let answer = try await MockServer.frozen().stoa(.post, "/v1/events", body)
        #expect(answer.status == 400)
        #expect(try answer.json["error"]?["code"] == "invalid_request")
        #expect(try answer.json["error"]?["message"]?.text?.contains(message) == true)
    }

    @Test func refusesAnotherContentType() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/events", headers: [.authorization: "Bearer stoa_app_test", .contentType: "text/plain"], "{}")
        #expect(answer.status == 400)
        #expect(answer.text.contains("application/json"))
    }

    @Test func takesAContentTypeWithParameters() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/users:identify",
            headers: [.authorization: "Bearer stoa_app_test", .contentType: "Application/JSON ; charset=utf-8"],
            #"{"user_id": "u", "email": "a@b.c"}"#)
        #expect(answer.status == 200)
    }

    @Test func refusesABodyThatIsTooLong() async throws {
        let long = String(repeating: " ", count: MockHandler.bodyLimit + 1)
        let inProcess = MockServer.frozen()
        let first = try await inProcess.stoa(.post, "/v1/events", long)
        #expect(first.status == 413)
        #expect(try first.json["error"]?["code"] == "invalid_request")

        let socket = try await MockServer.start()
        let request = HTTPRequest(
            method: .post, scheme: "http", authority: "127.0.0.1:\(socket.url.port ?? 80)", path: "/v1/events",
            headerFields: [.contentType: "application/json"])
        let reply = try await DefaultTransport.shared.send(request, body: HTTPBody(long), timeouts: HTTPTimeouts())
        #expect(reply.head.status.code == 413)
        await socket.stop()
    }

    @Test func listsEveryViolationWithItsPlace() async throws {
        let answer = try await MockServer.frozen().stoa(
            .post, "/v1/events:batchCreate",
            #"""
            {"events": [{"event_id": "x", "user_id": "", "event_type": "openai.embedding",
              "timestamp": "2026-01-02T03:04:05Z", "payload": {"input_tokens": -1}, "schema_version": "2.0"}]}
            """#)
        #expect(answer.status == 400)
        let violations = try answer.json["error"]?["violations"]?.elements ?? []
        #expect(
            violations.compactMap { $0["pointer"]?.text } == [
                "/events/0/event_id", "/events/0/payload/model", "/events/0/payload/input_tokens",
                "/events/0/schema_version", "/events/0/user_id",
            ])
    }

    @Test func checksParametersToo() async throws {
        let vluna = try MockServer.frozen().vluna()
        let wrong = try await refusal { try await vluna.gate.limits(expand: [.unrecognized("prices")]) }
        #expect(wrong?.status == 422)
        #expect(wrong?.message == #"expand/0 must be one of "quotas", "rates""#)
    }
}

/// A socket that is connected to a port of this machine.
private func connected(to port: UInt16) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    precondition(result == 0, "cannot connect")
    return descriptor
}
