import Foundation
import Testing
import TollgateCore
import TollgateTransport

@testable import TollgateMockServer

extension MockDocument {
    /// A shop, as the generator would write it.
    fileprivate static let shop: MockDocument = {
        var document = MockDocument("shop", basePaths: ["/v1", ""])
        document.securityScheme("token", "Bearer")
        document.securityScheme("key", "header", "X-Key")
        document.securityScheme("cookie", "cookie", "session")
        document.add(
            "shop.getItem", "GET", "/items/{id}.{format}",
            #"""
            {"security":[["token"],["key","cookie"]],
            "parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer"}},
            {"name":"format","in":"path","required":true,"schema":{"enum":["json","text"]}}],
            "replies":[
            {"status":200,"content":[{"type":"application/json","example":{"z":1,"a":"é"}},{"type":"text/plain","example":"one\ntwo"}]},
            {"$ref":"#/replies/NotFound/404"},
            {"status":4,"content":[{"type":"application/problem+json","example":{"title":"no"}}]}]}
            """#)
        document.part(
            "replies/NotFound/404", #"{"status":404,"content":[{"type":"application/json","example":{"gone":true}}]}"#)
        document.add(
            "shop.addItem", "POST", "/items",
            ##"""
            {"body":{"required":true,"content":[{"type":"application/json","schema":{"$ref":"#/Item"}}]},
            "replies":[{"status":201}]}
            """##)
        document.add(
            "shop.watch", "GET", "/watch",
            #"""
            {"replies":[{"status":200,"content":[{"type":"text/event-stream","events":[{"n":1},{"n":2}]},
            {"type":"application/x-ndjson","events":[{"n":3}]}]}]}
            """#)
        document.add(
            "shop.odd", "COPY", "/odd", #"{"replies":[{"status":0,"content":[{"type":"image/*","example":"x"}]}]}"#)
        document.schema(
            "Item",
            ##"{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"next":{"$ref":"#/Item"}}}"##
        )
        return document
    }()
}

@Suite struct DocumentTests {
    private let mock = MockServer.inProcess(.shop)
    private let token: HTTPFields = [.authorization: "Bearer x"]

    private func send(
        _ method: String, _ path: String, headers: HTTPFields = [:], _ body: String = ""
    ) async throws -> Answer {
        let method = try #require(HTTPRequest.Method(rawValue: method))
        return try await mock.send(method, path, headers: headers, body)
    }

    @Test(arguments: ["/v1/items/7.json", "/items/7.json"])
    func answersTheExampleUnderEachBasePath(_ path: String) async throws {
        let answer = try await send("GET", path, headers: token)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.text == #"{"z":1,"a":"é"}"#)
    }

    @Test func answersInTheMediaTypeThatIsAskedFor() async throws {
        var headers = token
        headers[.accept] = "text/plain"
        let answer = try await send("GET", "/items/7.json", headers: headers)
        #expect(answer.headers[.contentType] == "text/plain")
        #expect(answer.text == "one\ntwo")
    }

    @Test(
        arguments: [
            (["Authorization": "Bearer x"], 200), (["Authorization": "Basic x"], 401), ([:], 401),
            (["X-Key": "k"], 401),
            (["X-Key": "k", "Cookie": "a=b; session=s"], 200),
        ] as [([String: String], Int)])
    func wantsACredential(_ fields: [String: String], _ status: Int) async throws {
        var headers = HTTPFields()
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        let answer = try await send("GET", "/items/7.json", headers: headers)
        #expect(answer.status == status)
        guard status == 401 else { return }
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        #expect(try answer.json["title"] == "A credential is missing: token or key and cookie.")
    }

    @Test func namesEveryViolation() async throws {
        let answer = try await send("GET", "/items/seven.xml", headers: token)
        #expect(answer.status == 400)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(try answer.json["violations"]?.array?.compactMap { $0["pointer"]?.string } == ["/id", "/format"])
        let body = try await send("POST", "/items", #"{"name": 1, "next": {}}"#)
        #expect(try body.json["violations"]?.array?.compactMap { $0["pointer"]?.string } == ["/name", "/next/name"])
        #expect(try await send("POST", "/items", #"{"name": "a", "next": {"name": "b"}}"#).status == 201)
    }

    @Test func answersAnotherStatusWhenToldTo() async throws {
        let operation = MockOperation("shop.getItem")
        mock.answer(operation, with: 404)
        #expect(try await send("GET", "/items/7.json", headers: token).text == #"{"gone":true}"#)
        mock.answer(operation, with: 422)
        let ranged = try await send("GET", "/items/7.json", headers: token)
        #expect(ranged.status == 422)
        #expect(ranged.text == #"{"title":"no"}"#)
        mock.answer(operation, with: 200, as: "text/plain")
        #expect(try await send("GET", "/items/7.json", headers: token).text == "one\ntwo")
        mock.answer(operation, with: nil)
        #expect(try await send("GET", "/items/7.json", headers: token).status == 200)
    }

    @Test func streamsEventsAndLines() async throws {
        let events = try await send("GET", "/watch", headers: [.accept: "text/event-stream"])
        #expect(events.text == "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n")
        let lines = try await send("GET", "/watch", headers: [.accept: "application/x-ndjson"])
        #expect(lines.text == "{\"n\":3}\n")
    }

    @Test func takesAnyMethodAndAnswersARangeOfTypes() async throws {
        let answer = try await send("COPY", "/odd")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/octet-stream")
        #expect(answer.text == "x")
        #expect(try await send("GET", "/odd").status == 405)
        #expect(try await send("GET", "/nothing").status == 404)
    }

    @Test func hasFaultsAndAJournal() async throws {
        mock.inject(.status(503), into: MockOperation("shop.addItem"))
        #expect(try await send("POST", "/items", "{}").status == 503)
        try mock.verify(MockOperation("shop.addItem"), times: 1)
    }

    @Test func servesASocket() async throws {
        let mock = try await MockServer.start(.shop)
        let request = HTTPRequest(
            method: .get, scheme: "http", authority: "127.0.0.1:\(mock.url.port ?? 0)", path: "/items/7.json",
            headerFields: token)
        let reply = try await DefaultTransport.shared.send(request, body: HTTPBody(""), timeouts: HTTPTimeouts())
        #expect(reply.head.status == .ok)
        await mock.stop()
    }
}
