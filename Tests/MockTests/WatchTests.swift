import Foundation
import HTTPTypes
import Synchronization
import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct WatchTests {
    /// A proxy in front of a service that gives one answer.
    private func watch(
        status: Int = 200, _ body: String = "", type: String? = "application/json", service: String? = "stoa"
    ) throws -> MockProxy {
        let canned = CannedService { _, _ in
            var head = HTTPResponse(status: .init(code: status))
            head.headerFields[.contentType] = type
            return HTTPReply(head: head, body: HTTPBody(body))
        }
        let url = try #require(URL(string: "https://api.example.com"))
        return try MockProxy.inProcess(to: url, over: canned, service: service, watching: true)
    }

    private static let event = #"""
        {"event_id":"018f0000-0000-7000-8000-000000000001","user_id":"u","event_type":"openai.embedding",
         "timestamp":"2026-01-02T03:04:05Z","payload":{"model":"m","input_tokens":1}}
        """#
    private static let receipt = #"""
        {"event_id":"018f0000-0000-7000-8000-000000000001","status":"accepted","charged":0.1,"balance":1,\#
        "dry_run":false}
        """#

    private func seen(_ proxy: MockProxy) -> [String] {
        proxy.violations.map { "\($0.side.rawValue) \($0.part.rawValue) \($0.pointer) \($0.message)" }
    }

    @Test func whatIsAsDescribedIsNotReported() async throws {
        let proxy = try watch(Self.receipt)
        let answer = try await proxy.transport.answer(.post, "/v1/events", [:], Self.event)
        #expect(String(decoding: answer.bytes, as: UTF8.self) == Self.receipt)
        #expect(proxy.violations == [])
    }

    @Test func bodiesOfRequests() async throws {
        let proxy = try watch(Self.receipt)
        let body = Self.event.replacing("\"model\":\"m\",", with: "").replacing("\"u\"", with: "7")
        _ = try await proxy.transport.answer(.post, "/v1/events", [:], body)
        #expect(
            seen(proxy) == [
                "request body /payload/model is required", "request body /user_id must be a string, not a number",
            ])
        let place = try #require(proxy.violations.first?.place)
        #expect(place.file == "spec/stoa/events.yaml")
        #expect(place.pointer == "/components/schemas/OpenAIEmbedding/properties/model")
        #expect(place.line != nil)
        let violation = try #require(proxy.violations.last)
        #expect(violation.operation == .stoa.createEvent)
        #expect(violation.number == 2)
        let line = violation.place?.line ?? 0
        #expect(
            violation.description
                == "spec/stoa/events.yaml:\(line): stoa.createEvent: request: body /user_id "
                + "must be a string, not a number")
    }

    @Test func bodiesThatAreMissingOrOfAnotherKind() async throws {
        let proxy = try watch(Self.receipt)
        _ = try await proxy.transport.answer(.post, "/v1/events")
        _ = try await proxy.transport.answer(.post, "/v1/events", [.contentType: "text/plain"], "x")
        _ = try await proxy.transport.answer(.post, "/v1/events", [:], "{")
        #expect(
            seen(proxy).prefix(2) == ["request body  is required", "request content_type  must be application/json"])
        #expect(proxy.violations.count == 3)
        #expect(proxy.violations.allSatisfy { $0.place?.file == "spec/stoa/usage.yaml" && $0.place?.line != nil })
    }

    @Test func parameters() async throws {
        let proxy = try watch(#"{}"#, service: "vluna")
        _ = try await proxy.transport.answer(.get, "/mgt/v1/budgets?limit=many")
        let violation = try #require(proxy.violations.first { $0.part == .query })
        #expect(violation.pointer == "/limit")
        let place = try #require(violation.place)
        #expect(place.pointer.contains("/parameters/"))
        #expect(place.line != nil)
    }

    @Test func answers() async throws {
        let proxy = try watch(Self.receipt.replacing("0.1", with: "\"free\"").replacing(",\"dry_run\":false", with: ""))
        _ = try await proxy.transport.answer(.post, "/v1/events", [:], Self.event)
        let violation = try #require(proxy.violations.first)
        #expect(violation.side == .response)
        #expect(violation.status == 200)
        #expect(violation.place?.file == "spec/stoa/usage.yaml")
        #expect(violation.place?.pointer.hasPrefix("/components/schemas/EventReceipt/properties/") == true)
        #expect(seen(proxy).contains { $0.hasPrefix("response body /charged must be a") })
    }

    @Test(arguments: [
        (418, #"{}"#, "application/json" as String?, "response status  is not described"),
        (200, "hello", "text/plain", "response content_type  must be application/json, not text/plain"),
        (200, "", nil, "response body  is missing"),
    ])
    func answersOfAnotherKind(_ status: Int, _ body: String, _ type: String?, _ expected: String) async throws {
        let proxy = try watch(status: status, body, type: type)
        _ = try await proxy.transport.answer(.post, "/v1/events", [:], Self.event)
        #expect(seen(proxy) == [expected])
        let place = try #require(proxy.violations.first?.place)
        #expect(place.file == "spec/stoa/usage.yaml")
        #expect(place.pointer.hasPrefix("/paths/~1v1~1events/post/responses"))
        #expect(place.line != nil)
    }

    @Test func eventsOfStreams() async throws {
        let mock = MockServer.frozen()
        let body = #"{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hello"}]}"#
        let real = try await mock.transport.answer(
            .post, "/v1/chat/completions", [.authorization: "Bearer \(mock.providers.openAI.apiKey)"], body)
        let text = String(decoding: real.bytes, as: UTF8.self)
        let good = try watch(text, type: "text/event-stream", service: "openai")
        _ = try await good.transport.answer(.post, "/v1/chat/completions", [:], body)
        #expect(seen(good) == [])

        let broken = text.replacing("\"created\":", with: "\"made\":")
        let bad = try watch(broken, type: "text/event-stream", service: "openai")
        _ = try await bad.transport.answer(.post, "/v1/chat/completions", [:], body)
        #expect(seen(bad) == ["response event /created is required"])
        #expect(bad.violations.first?.place?.file.hasPrefix("spec/providers/") == true)
    }

    @Test func unknownOperationsAreReportedOnce() async throws {
        let proxy = try watch("{}")
        for _ in 0..<3 { _ = try await proxy.transport.answer(.get, "/v1/beta?x=1") }
        _ = try await proxy.transport.answer(.delete, "/v1/beta")
        #expect(seen(proxy) == Array(repeating: "request operation  is not described", count: 2))
        #expect(proxy.violations.map(\.method) == ["GET", "DELETE"])
    }

    @Test func violationsAreReadOverHTTP() async throws {
        let lines = Mutex<[String]>([])
        let canned = CannedService { _, _ in HTTPReply(head: HTTPResponse(status: .init(code: 299))) }
        let url = try #require(URL(string: "https://api.example.com"))
        let proxy = try MockProxy.inProcess(
            to: url, over: canned, watching: true,
            onViolation: { violation in lines.withLock { $0.append(violation.json.jsonText()) } })
        _ = try await proxy.transport.answer(.get, "/v1/install/public-key")
        let answer = try await proxy.transport.answer(.get, "/_tollgate/violations")
        let json = try JSONValue(jsonBytes: answer.bytes)
        #expect(json["count"] == 1)
        let violation = try #require(json["violations"]?[0])
        #expect(violation["operation"] == "stoa.getPublicKey")
        #expect(violation["in"] == "status")
        #expect(violation["status"] == 299)
        #expect(violation["spec"]?["file"] == "spec/stoa/membership.yaml")
        #expect(violation["spec"]?["line"]?.number != nil)
        #expect(lines.withLock { $0 } == [violation.jsonText()])
    }

    /// The mock keeps the contract that it was made from. Requests may break it: signatures in them are redacted.
    @Test(arguments: ["stoa", "togo", "openai", "elevenlabs"])
    func theMockKeepsTheContract(_ service: String) async throws {
        let mock = MockServer.frozen()
        let proxy = try MockProxy.inProcess(to: mock.url, over: mock.transport, service: service, watching: true)
        let keys = [
            "stoa": mock.stoa.apiKey, "togo": mock.togo.apiKey,
            "openai": mock.providers.openAI.apiKey, "elevenlabs": mock.providers.elevenLabs.apiKey,
        ]
        let key = try #require(keys[service])
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/\(service)")
        var answers: Set<Int> = []
        for fixture in try MockFixture.all(in: folder) where fixture.response.status < 300 {
            var headers: HTTPFields = [.authorization: "Bearer \(key)", .named("xi-api-key"): key]
            headers[.contentType] = fixture.request.headers["content-type"]
            let method = try #require(HTTPRequest.Method(fixture.request.method))
            let json = fixture.request.body == .null ? "" : fixture.request.body.jsonText()
            let body = fixture.request.body.text ?? json
            answers.insert(
                try await proxy.transport.answer(method, fixture.request.path, headers, body).status)
        }
        #expect(answers.contains(200))
        #expect(proxy.violations.filter { $0.side == .response }.map(\.description) == [])
    }

    @Test func onlyTheNewestViolationsAreKept() throws {
        let watch = ContractWatch(ContractBook([])) { _ in }
        let request = MockRequest(
            head: HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/x"), body: [])
        #expect(watch.check(request) == nil)
        let violation = try #require(watch.violations.first)
        for _ in 0..<ContractWatch.limit { watch.add([violation]) }
        #expect(watch.violations.count == ContractWatch.limit)
        #expect(watch.count == ContractWatch.limit + 1)
        #expect(watch.violations.first?.number == 2)
    }
}
