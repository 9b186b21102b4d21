import Foundation
import HTTPTypes
import Synchronization
import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct ReplayTests {
    private let folder = TemporaryFolder()

    private func write(
        _ name: String, path: String = "/v1/usage/report", _ body: JSONValue = ["user_id": "u", "n": 1],
        query: [String: [String]] = [:], headers: [String: String] = ["content-type": "application/json"],
        redacted: [String] = [], status: Int = 200, answer: JSONValue, type: String = "application/json",
        operation: MockOperation = .stoa.reportUsage, method: String = "POST"
    ) throws {
        let fixture = MockFixture(
            path: "stoa/reportUsage/\(name).json", operation: operation, client: "test", server: "test", name: name,
            request: .init(method: method, path: path, query: query, headers: headers, body: body),
            response: .init(status: status, headers: ["content-type": type], body: answer), redacted: redacted)
        try fixture.write(to: folder.url)
    }

    private func send(
        _ mock: MockServer, _ body: String = #"{"n": 1.0, "user_id": "u"}"#, path: String = "/v1/usage/report",
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await mock.transport.answer(.post, path, headers, body)
    }

    private func differences(_ answer: Answer) throws -> [String] {
        let json = try JSONValue(jsonBytes: answer.bytes)
        return (json["nearest"]?["differences"]?.array ?? []).compactMap { $0["at"]?.string }
    }

    // MARK: Strict

    @Test func strictAnswersInTheRecordedOrder() async throws {
        try write("1", answer: ["answer": 1])
        try write("2", answer: ["answer": 2])
        let mock = try MockServer.inProcess(replaying: folder.url)
        #expect(try JSONValue(jsonBytes: try await send(mock).bytes) == ["answer": 1])
        #expect(try JSONValue(jsonBytes: try await send(mock).bytes) == ["answer": 2])
        let third = try await send(mock)
        #expect(third.status == 501)
        #expect(String(decoding: third.bytes, as: UTF8.self).contains("all 2 recorded exchanges"))
    }

    @Test func strictSaysWhatIsDifferent() async throws {
        try write(
            "1", ["user_id": "u", "items": [["n": 1], ["n": 2]], "gone": true], query: ["limit": ["5"]],
            headers: ["content-type": "application/json", "x-realm-id": "r"], answer: ["answer": 1])
        let lines = Mutex<[String]>([])
        let mock = try MockServer.inProcess(replaying: folder.url) { line in lines.withLock { $0.append(line) } }
        let answer = try await send(
            mock, #"{"user_id":"v","items":[{"n":1},{"n":3},{"n":4}],"token":"very-secret"}"#,
            path: "/v1/usage/report?limit=6&page=2", headers: [.named("X-Realm-Id"): "s"])
        #expect(answer.status == 501)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(
            try differences(answer) == [
                "/request/query/limit/0", "/request/query/page", "/request/headers/x-realm-id", "/request/body/gone",
                "/request/body/items/1/n", "/request/body/items/2", "/request/body/token", "/request/body/user_id",
            ])
        let log = lines.withLock { $0.joined() }
        #expect(log.contains("The nearest is stoa/reportUsage/1.json."))
        #expect(log.contains("/request/body/user_id: recorded \"u\", sent \"v\""))
        #expect(log.contains("/request/body/gone: recorded true, not sent"))
        #expect(!log.contains("very-secret"))
        #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("very-secret"))
        // What did not match has used nothing up.
        #expect(
            try await send(
                mock, #"{"gone":true,"user_id":"u","items":[{"n":1},{"n":2}]}"#, path: "/v1/usage/report?limit=5",
                headers: [.named("X-Realm-Id"): "r"]
            ).status == 200)
    }

    @Test func redactedValuesMatchAnything() async throws {
        try write(
            "1", ["user_id": "u", "token": "redacted-1", "note": "<redacted>"],
            query: ["key": ["redacted-2"]], headers: ["x-realm-id": "redacted-3", "content-type": "application/json"],
            redacted: ["/request/body/token", "/request/query/key/0", "/request/headers/x-realm-id"],
            answer: ["answer": 1])
        let mock = try MockServer.inProcess(replaying: folder.url)
        let missing = try await send(mock, #"{"user_id":"u","note":"x"}"#, path: "/v1/usage/report?key=a")
        #expect(try differences(missing) == ["/request/headers/x-realm-id", "/request/body/token"])
        let answer = try await send(
            mock, #"{"user_id":"u","token":"anything","note":"x"}"#, path: "/v1/usage/report?key=a",
            headers: [.named("X-Realm-Id"): "whatever"])
        #expect(answer.status == 200)
    }

    @Test func whatIsMadeAnewForEachTryIsNotCompared() async throws {
        try write(
            "1",
            headers: [
                "content-type": "application/json", "idempotency-key": "a", "x-request-id": "b", "authorization": "c",
            ], answer: ["answer": 1])
        let mock = try MockServer.inProcess(replaying: folder.url)
        let answer = try await send(
            mock, headers: [.contentType: "application/json; charset=utf-8", .named("Idempotency-Key"): "z"])
        #expect(answer.status == 200)
    }

    @Test func formsAreComparedByTheirMembers() async throws {
        try write(
            "1", .string("a=1&b=x+y"), headers: ["content-type": "application/x-www-form-urlencoded"],
            answer: ["answer": 1])
        let mock = try MockServer.inProcess(replaying: folder.url)
        let type: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        #expect(try differences(try await send(mock, "a=2&b=x%20y", headers: type)) == ["/request/body/a/0"])
        #expect(try await send(mock, "b=x%20y&a=1", headers: type).status == 200)
    }

    @Test func nothingRecordedIsSaid() async throws {
        try write("1", answer: ["answer": 1])
        for mode in MockReplayMode.allCases {
            let mock = try MockServer.inProcess(replaying: folder.url, mode)
            let answer = try await mock.transport.answer(.get, "/v1/install/public-key")
            #expect(answer.status == 501)
            #expect(
                try JSONValue(jsonBytes: answer.bytes)["title"]
                    == "No recorded exchange answers GET /v1/install/public-key (stoa.getPublicKey): nothing is recorded."
            )
        }
    }

    @Test func unknownOperationsAreReplayedToo() async throws {
        try write(
            "1", path: "/beta/things", .null, headers: [:], answer: ["answer": 7], operation: MockRecorder.unknown,
            method: "GET")
        let mock = try MockServer.inProcess(replaying: folder.url)
        let answer = try await mock.transport.answer(.get, "/beta/things")
        #expect(try JSONValue(jsonBytes: answer.bytes) == ["answer": 7])
    }

    // MARK: Lenient

    @Test func lenientTakesTheMostSimilarAndRepeatsTheLast() async throws {
        try write("1", ["user_id": "u", "n": 1], answer: ["answer": "pending"])
        try write("2", ["user_id": "u", "n": 1], answer: ["answer": "done"])
        try write("3", ["user_id": "v", "n": 2], answer: ["answer": "other"])
        let mock = try MockServer.inProcess(replaying: folder.url, .lenient)
        var answers: [JSONValue?] = []
        for body in [#"{"user_id":"v"}"#, #"{"user_id":"u"}"#, #"{"user_id":"u"}"#, #"{"user_id":"u"}"#] {
            answers.append(try JSONValue(jsonBytes: try await send(mock, body).bytes)["answer"])
        }
        #expect(answers == ["other", "pending", "done", "done"])
    }

    @Test func lenientKeepsToThePath() async throws {
        try write("1", path: "/mgt/v1/budgets/b1", .null, headers: [:], answer: ["id": "b1"], method: "GET")
        let fixture = try #require(try MockFixture.all(in: folder.url).first)
        var other = fixture
        other.operation = .vluna.getBudget
        try other.write(to: folder.url)
        let mock = try MockServer.inProcess(replaying: folder.url, .lenient)
        #expect(try await mock.transport.answer(.get, "/mgt/v1/budgets/b1").status == 200)
        let answer = try await mock.transport.answer(.get, "/mgt/v1/budgets/b2")
        #expect(answer.status == 501)
        #expect(try differences(answer) == ["/request/path"])
    }

    // MARK: Both

    @Test func streamsComeEventByEvent() async throws {
        let text = "data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: [DONE]\n\n"
        try write("1", answer: .string(text), type: "text/event-stream")
        let mock = try MockServer.inProcess(replaying: folder.url)
        let request = HTTPRequest(
            method: .post, scheme: "http", authority: "mock", path: "/v1/usage/report",
            headerFields: [.contentType: "application/json"])
        let reply = try await mock.transport.send(
            request, body: HTTPBody(#"{"user_id":"u","n":1}"#), timeouts: HTTPTimeouts())
        var chunks: [String] = []
        for try await chunk in reply.body { chunks.append(String(decoding: chunk, as: UTF8.self)) }
        #expect(chunks.joined() == text)
        #expect(chunks.count == 3)
    }

    @Test func theLeversOfAMockHoldForAReplay() async throws {
        try write("1", answer: ["answer": 1])
        let mock = try MockServer.inProcess(replaying: folder.url)
        mock.inject(.status(503), into: .stoa.reportUsage)
        #expect(try await send(mock).status == 503)
        #expect(try await send(mock).status == 200)
        #expect(mock.requests(of: .stoa.reportUsage).count == 2)
    }

    @Test func aFolderThatCannotBeReadIsSaid() throws {
        #expect(throws: MockFixture.Malformed.self) {
            try MockServer.inProcess(replaying: folder.url)
        }
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: folder.url.appending(path: "a.json"))
        #expect(throws: MockFixture.Malformed.self) {
            try MockServer.inProcess(replaying: folder.url)
        }
    }
}
