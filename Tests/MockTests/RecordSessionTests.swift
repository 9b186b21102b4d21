import Foundation
import HTTPTypes
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock
@testable import TollgateMockServer

/// A whole session with all services is recorded; no secret of the mock is in the fixtures, and they can be replayed.
@Suite struct RecordSessionTests {
    private let folder = TemporaryFolder()
    private let mock = MockServer.frozen()

    /// What a client of each service sends, with its credentials where the service wants them.
    private func session(_ transport: any HTTPTransport) async throws -> [Answer] {
        let stoa: HTTPFields = [.authorization: "Bearer \(mock.stoa.apiKey)"]
        let providers = mock.providers
        let openAI: HTTPFields = [.authorization: "Bearer \(providers.openAI.apiKey)"]
        let openRouter: HTTPFields = [.authorization: "Bearer \(providers.openRouter.apiKey)"]
        let anthropic: HTTPFields = [
            .named("x-api-key"): providers.anthropic.apiKey, .named("anthropic-version"): "2023-06-01",
        ]
        let chat = #"{"model":"gpt-4o","messages":[{"role":"user","content":"The key is sk-tollgate-test."}]}"#
        let stream = #"{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hello"}]}"#
        let calls: [(HTTPRequest.Method, String, HTTPFields, String)] = [
            (
                .post, "/v1/embedded/memberships:upsert", [.authorization: "Bearer \(mock.stoa.registrationSecret)"],
                #"{"external_id":"ext_1","email":"ada@lovelace.org","name":"Ada Lovelace"}"#
            ),
            (
                .post, "/v1/payments", stoa,
                #"{"user_id":"user_1","email":"ada@lovelace.org","return_url":"https://a.test/?sig=stoa_app_test"}"#
            ),
            (.get, "/v1/install/public-key", stoa, ""),
            (.post, "/v1/events", [.authorization: "Bearer wrong-but-secret"], #"{"event_id":"1"}"#),
            (.post, "/api/billing/keys", [.named("X-API-Key"): mock.togo.apiKey], #"{"name":"second"}"#),
            (.get, "/api/billing/keys", [.authorization: "Bearer \(mock.togo.apiKey)"], ""),
            (.get, "/v1/usage", [.authorization: "Bearer \(mock.aikit.apiKey)"], ""),
            (.get, "/v1/usage", [.named("X-API-Key"): mock.aikit.apiKey], ""),
            (
                .post, "/v1/billing/meter_events",
                [
                    .authorization: "Bearer \(mock.stripe.secretKey)",
                    .contentType: "application/x-www-form-urlencoded",
                ], "event_name=tokens&payload[value]=3&payload[stripe_customer_id]=cus_1&identifier=one"
            ),
            (
                .post, "/v1/billing/meter_events",
                [
                    .authorization: "Basic \(Data("\(mock.stripe.secretKey):".utf8).base64EncodedString())",
                    .contentType: "application/x-www-form-urlencoded",
                ], "event_name=tokens&payload[value]=3&payload[stripe_customer_id]=cus_1&identifier=two"
            ),
            (.post, "/v1/chat/completions", openAI, chat), (.post, "/v1/chat/completions", openAI, stream),
            (.post, "/api/v1/chat/completions", openRouter, chat),
            (
                .post, "/v1/messages", anthropic,
                #"{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}"#
            ),
            (.post, "/v1/text-to-speech/v1", [.named("xi-api-key"): providers.elevenLabs.apiKey], #"{"text":"Hello"}"#),
            (
                .post, "/v1/speak?model=aura", [.authorization: "Token \(providers.deepgram.apiKey)"],
                #"{"text":"Hello"}"#
            ),
        ]
        var answers: [Answer] = []
        for (method, path, headers, body) in calls {
            answers.append(try await transport.answer(method, path, headers, body))
        }
        answers.append(try await signed(transport, .post, "/mgt/v1/gate/authorize", #"{"feature_code":"chat"}"#))
        answers.append(try await signed(transport, .get, "/mgt/v1/budgets", ""))
        let token = mock.vluna.issuePlatformToken(
            principalID: "org_acme", userID: "user_1", lifetime: .seconds(3600))
        answers.append(try await transport.answer(.get, "/api/v1/wallet", [.authorization: "Bearer \(token)"]))
        return answers
    }

    private func signed(
        _ transport: any HTTPTransport, _ method: HTTPRequest.Method, _ path: String, _ body: String
    ) async throws -> Answer {
        var request = HTTPRequest(method: method, scheme: "http", authority: "mock", path: path)
        request.headerFields = [
            .contentType: "application/json", .named("X-Realm-Id"): mock.vluna.realmID,
            .named("X-Principal-Id"): "org_acme", .named("Idempotency-Key"): "key-\(path.count)",
        ]
        try await mock.vluna.serviceClient().client.credential?.authorize(&request, body: HTTPBody(body))
        return try await transport.answer(method, path, request.headerFields, body)
    }

    @Test func noSecretOfTheMockIsInItsFixtures() async throws {
        let proxy = try MockProxy.inProcess(to: mock.url, over: mock.transport, recordingInto: folder.url)
        let answers = try await session(proxy.transport)
        #expect(answers.contains { $0.status == 401 })
        #expect(answers.count { $0.status < 300 } >= 8, "\(answers.map(\.status))")

        let list = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "FaultTests/secrets.txt")
        var secrets = try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(String.init)
        secrets += [
            "ada@lovelace.org", "Ada Lovelace", "wrong-but-secret", "eyJ", mock.stoa.webhookSecret,
            mock.stoa.connectSecret, mock.vluna.serviceKeySecret,
        ]
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).filter {
            $0.hasSuffix(".json")
        }
        #expect(paths.count == answers.count)
        for path in paths {
            let text = try String(contentsOf: folder.url.appending(path: path), encoding: .utf8)
            for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(path)") }
            // Escapes of JSON hide nothing.
            let fixture = try MockFixture(path, JSONValue(jsonText: text))
            for secret in secrets { #expect(!"\(fixture.request) \(fixture.response)".contains(secret), "\(path)") }
        }
    }

    @Test func whatWasRecordedIsReplayedToOtherCredentials() async throws {
        let proxy = try MockProxy.inProcess(to: mock.url, over: mock.transport, recordingInto: folder.url)
        let recorded = try await session(proxy.transport)
        let replay = try MockServer.inProcess(replaying: folder.url, .strict)
        let replayed = try await session(replay.transport)
        for (first, second) in zip(recorded, replayed) {
            #expect(first.status == second.status, "\(String(decoding: second.bytes, as: UTF8.self))")
        }
    }
}
