import Foundation
import HTTPTypes
import Synchronization
import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

/// A folder that is gone with the test.
final class TemporaryFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "tollgate-\(UUID().uuidString)")

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}

/// A service whose answers a test gives.
struct CannedService: HTTPTransport {
    let answer: @Sendable (HTTPRequest, [UInt8]) async throws -> HTTPReply

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        try await answer(request, body.collect(upTo: 1 << 26))
    }
}

extension HTTPTransport {
    /// Sends a request as it is, and gives the whole answer.
    func answer(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: String = ""
    ) async throws -> Answer {
        var request = HTTPRequest(
            method: method, scheme: "http", authority: "proxy", path: path, headerFields: headers)
        if !body.isEmpty, request.headerFields[.contentType] == nil {
            request.headerFields[.contentType] = "application/json"
        }
        let reply = try await send(request, body: HTTPBody(body), timeouts: HTTPTimeouts())
        return Answer(
            status: reply.head.status.code, headers: reply.head.headerFields,
            bytes: try await reply.body.collect(upTo: 1 << 26))
    }
}

@Suite struct RecordTests {
    private let folder = TemporaryFolder()

    private func fixtures() throws -> [MockFixture] {
        try MockFixture.all(in: folder.url)
    }

    @Test func anExchangeBecomesAFixture() async throws {
        let mock = MockServer.frozen()
        let proxy = try MockProxy.inProcess(to: mock.url, over: mock.transport, recordingInto: folder.url)
        let body = #"""
            {"event_id":"018f0000-0000-7000-8000-000000000001","user_id":"user_123",
             "event_type":"openai.chat_completion","timestamp":"2026-01-02T03:04:05Z",
             "payload":{"model":"gpt-4o","input_tokens":1000,"output_tokens":500}}
            """#
        let answer = try await proxy.transport.answer(
            .post, "/v1/events", [.authorization: "Bearer \(mock.stoa.apiKey)", .userAgent: "test/1"], body)
        let fixture = try #require(try fixtures().first)
        #expect(fixture.path == "stoa/createEvent/00001.json")
        #expect(fixture.operation == .stoa.createEvent)
        #expect(fixture.client == "test/1")
        #expect(fixture.server == "tollgate.mock")
        #expect(fixture.request.headers["authorization"] == "Bearer redacted-1")
        #expect(fixture.redacted == ["/request/headers/authorization"])
        #expect(fixture.request.body == (try JSONValue(jsonText: body)))
        #expect(fixture.response.status == answer.status)
        #expect(fixture.response.body == (try JSONValue(jsonBytes: answer.bytes)))
        // What was written is what was meant, in the form of the fixtures that are there already.
        let text = try String(contentsOf: folder.url.appending(path: fixture.path), encoding: .utf8)
        #expect(text == PrettyJSON.text(fixture.json) + "\n")
        #expect(!text.contains(mock.stoa.apiKey))
    }

    @Test func theFixturesThatAreThereAreReadAndWrittenTheSame() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures")
        for service in ["stoa", "vluna", "togo", "aikit", "stripe", "openai"] {
            let fixtures = try MockFixture.all(in: folder.appending(path: service))
            #expect(!fixtures.isEmpty)
            for fixture in fixtures {
                let file = folder.appending(path: "\(service)/\(fixture.path)")
                let json = try JSONValue(jsonBytes: Array(Data(contentsOf: file)))
                #expect(fixture.json == json, "\(service)/\(fixture.path)")
            }
        }
    }

    @Test func numbersGoOnWhereTheyEnded() async throws {
        let service = CannedService { _, _ in HTTPReply(head: HTTPResponse(status: .noContent)) }
        let url = try #require(URL(string: "https://api.example.com"))
        for _ in 0..<2 {
            let proxy = try MockProxy.inProcess(to: url, over: service, recordingInto: folder.url)
            _ = try await proxy.transport.answer(.get, "/nowhere/at/all")
        }
        #expect(try fixtures().map(\.path) == ["unknown/unknown/00001.json", "unknown/unknown/00002.json"])
    }

    @Test func streamsAreRecordedWhole() async throws {
        let mock = MockServer.frozen()
        let proxy = try MockProxy.inProcess(to: mock.url, over: mock.transport, recordingInto: folder.url)
        let answer = try await proxy.transport.answer(
            .post, "/v1/chat/completions", [.authorization: "Bearer \(mock.providers.openAI.apiKey)"],
            #"{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hello"}]}"#)
        #expect(answer.status == 200)
        let fixture = try #require(try fixtures().first)
        #expect(fixture.operation.key.hasPrefix("openai."))
        #expect(fixture.response.body == .string(String(decoding: answer.bytes, as: UTF8.self)))
        #expect(fixture.response.headers["content-type"]?.hasPrefix("text/event-stream") == true)
    }

    @Test func bytesAreKeptAsTheyAre() async throws {
        let audio: [UInt8] = [0xFF, 0xFB, 0x90, 0x00, 0xC3]
        let service = CannedService { _, _ in
            HTTPReply(
                head: HTTPResponse(status: .ok, headerFields: [.contentType: "audio/mpeg"]), body: HTTPBody(audio))
        }
        let url = try #require(URL(string: "https://api.openai.com"))
        let proxy = try MockProxy.inProcess(to: url, over: service, recordingInto: folder.url)
        _ = try await proxy.transport.answer(.post, "/v1/audio/speech", [:], #"{"model":"tts-1"}"#)
        let fixture = try #require(try fixtures().first)
        #expect(fixture.response.bytes == audio)
        #expect(fixture.response.body == "<5 bytes>")
    }

    @Test func whatIsBrokenOffIsNoFixture() async throws {
        let service = CannedService { _, _ in
            let chunks = AsyncThrowingStream<[UInt8], any Error> { stream in
                stream.yield(Array("half".utf8))
                stream.finish(throwing: ConnectionError(.closed, mayHaveBeenApplied: true))
            }
            return HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(stream: chunks))
        }
        let lines = Mutex<[String]>([])
        let url = try #require(URL(string: "https://api.onstoa.com"))
        let proxy = try MockProxy.inProcess(
            to: url, over: service, recordingInto: folder.url,
            log: { line in lines.withLock { $0.append(line) } })
        await #expect(throws: ConnectionError.self) { try await proxy.transport.answer(.get, "/v1/x") }
        #expect(try fixtures().isEmpty)
        #expect(lines.withLock { $0 } == ["not recorded: GET /v1/x: the answer was broken off"])
    }

    @Test func personalDataOfARealAnswerStaysValid() async throws {
        let mock = MockServer.frozen()
        let proxy = try MockProxy.inProcess(
            to: mock.url, over: mock.transport, recordingInto: folder.url, watching: true)
        let register = #"""
            {"user_id":"user_9","email":"grace@navy.mil","name":"Grace Hopper","return_url":"https://a.test/"}
            """#
        let answer = try await proxy.transport.answer(
            .post, "/v1/payments", [.authorization: "Bearer \(mock.stoa.apiKey)"], register)
        #expect(proxy.violations == [], "\(answer.status)")
        let fixture = try #require(try fixtures().first)
        #expect(fixture.request.body["email"] == "person-1@example.com")
        #expect(fixture.request.body["name"] == "Person 1")
        #expect(fixture.request.body["user_id"] == "user_9")
        // What was recorded is sent again, as it stands in the fixture: the description still describes it.
        let again = try MockProxy.inProcess(to: mock.url, over: mock.transport, watching: true)
        _ = try await again.transport.answer(
            .post, fixture.request.path, [.authorization: "Bearer x"], fixture.request.body.jsonText())
        #expect(again.violations == [])
    }
}
