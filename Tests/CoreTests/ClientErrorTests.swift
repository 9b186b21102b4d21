import Foundation
import Testing

@testable import TollgateCore

/// What a call throws, and what its errors say.
@Suite struct ClientErrorTests {
    @Test func aDocumentedErrorIsThrownAsItself() async throws {
        let transport = ScriptedTransport(
            .reply(409, [.requestID: "rq-9"], #"{"left":2,"code":"STOCK","message":"two left","more":1}"#))
        let shop = Shop(transport).with(retry: .never)
        let error = await #expect(throws: Shop.OutOfStock.self) { try await shop.read() }
        #expect(error?.left == 2)
        #expect(error?.status == 409)
        #expect(error?.code == "STOCK")
        #expect(error?.message == "two left")
        #expect(error?.requestID == "rq-9")
        #expect(error?.operation == "shop.read")
        #expect(error?.jsonText() == #"{"left":2}"#)
        #expect(error?.body.starts(with: Array(#"{"left":2,"#.utf8)) == true)
    }

    struct General: JSONModel, APIError {
        var response = FailedResponse()
        init(json: inout JSONObject) throws(JSONError) {}
        func write(to json: inout JSONWriter) {}
    }

    @Test(arguments: [(402, "one"), (418, "range"), (451, "range"), (599, "default"), (302, "default")])
    func theNarrowestDocumentationWins(_ status: Int, _ expected: String) async throws {
        struct One: JSONModel, APIError {
            var response = FailedResponse()
            init(json: inout JSONObject) throws(JSONError) {}
            func write(to json: inout JSONWriter) {}
        }
        let endpoint = Endpoint<Void>(
            "shop.any", .get, "/any",
            errors: [.init(default: General.self), .init(400...499, Shop.OutOfStock.self), .init(402, One.self)])
        let client = Shop(ScriptedTransport(.reply(status, [:], #"{"left":1}"#))).client
        let error = await error(of: { try await client.send(APIRequest(endpoint)) }) as? any APIError
        #expect(error?.status == status)
        switch expected {
        case "one": #expect(error is One)
        case "range": #expect(error is Shop.OutOfStock)
        default: #expect(error is General)
        }
    }

    @Test func aBodyThatIsNotAsDocumentedKeepsItsStatus() async throws {
        let page = "<html>blocked by the proxy</html>"
        let transport = ScriptedTransport(.reply(409, [.contentType: "text/html"], page))
        let error = await #expect(throws: UnexpectedResponse.self) {
            try await Shop(transport).with(retry: .never).read()
        }
        #expect(error?.status == 409)
        #expect(error.map { String(decoding: $0.body, as: UTF8.self) } == page)
        guard case .unreadable = error?.reason else {
            Issue.record("\(String(describing: error?.reason))")
            return
        }
        #expect(error?.description.contains("proxy") == false)
    }

    static let bodies: [(String, code: String?, message: String?, id: String?)] = [
        (#"{"code":"A","message":"m","trace_id":"t"}"#, "A", "m", "t"),
        (#"{"ok":false,"code":"A","message":"m","traceId":"t"}"#, "A", "m", "t"),
        (#"{"error":{"code":"A","message":"m","type":"T"}}"#, "A", "m", nil),
        (#"{"error":{"type":"T","details":"d"}}"#, "T", "d", nil),
        (#"{"error":"went wrong"}"#, nil, "went wrong", nil),
        (#"{"detail":"Not found","request_id":"r"}"#, nil, "Not found", "r"),
        (#"{"detail":{"status":"invalid_api_key","message":"m"}}"#, "invalid_api_key", "m", nil),
        (#"{"err_code":"INVALID_AUTH","err_msg":"m","request_id":"r"}"#, "INVALID_AUTH", "m", "r"),
        (#"{"type":"https://x/y","title":"T","detail":"d"}"#, "https://x/y", "d", nil),
        (#"{"code":17,"message":null}"#, "17", nil, nil),
        (#"[1,2]"#, nil, nil, nil), ("", nil, nil, nil), ("plain", nil, nil, nil),
    ]

    @Test(arguments: bodies)
    func codeAndMessageAreFoundByConvention(
        _ body: String, _ code: String?, _ message: String?, _ id: String?
    ) async throws {
        let transport = ScriptedTransport(.reply(400, [:], body))
        let error = await #expect(throws: UnexpectedResponse.self) {
            try await Shop(transport).with(requestID: "sent").read()
        }
        #expect(error?.code == code)
        #expect(error?.message == message)
        #expect(error?.requestID == id ?? "sent")
        #expect(error?.reason == .undocumented)
    }

    @Test func aBodyThatBreaksOffKeepsItsStatus() async throws {
        let transport = ScriptedTransport(.broken(404, #"{"le"#, ConnectionError(.reset, mayHaveBeenApplied: true)))
        let error = await #expect(throws: UnexpectedResponse.self) { try await Shop(transport).read() }
        #expect(error?.status == 404)
        #expect(error?.reason == .brokenOff)
        #expect(error.map { String(decoding: $0.body, as: UTF8.self) } == #"{"le"#)
    }

    @Test(arguments: [200, 404])
    func aBodyBeyondTheLimitIsNotKeptWhole(_ status: Int) async throws {
        var shop = Shop(ScriptedTransport(.reply(status, [:], cog)))
        shop.client.bodyLimit = 5
        let limited = shop
        let error = await #expect(throws: UnexpectedResponse.self) { try await limited.read() }
        #expect(error?.status == status)
        #expect(error?.reason == .tooLong(limit: 5))
        #expect(error?.body == Array(cog.utf8.prefix(5)))
    }

    @Test func aSuccessThatCannotBeReadSaysWhere() async throws {
        let body = #"{"name":"cog","size":"three"}"#
        let transport = ScriptedTransport(.reply(200, [.requestID: "rq-5", .contentType: "application/json"], body))
        let error = await #expect(throws: DecodingFailure.self) { try await Shop(transport).order() }
        #expect(transport.sent.count == 1)
        #expect(error?.path == "$.size")
        #expect(error?.operation == "shop.order")
        #expect(error?.status == 200)
        #expect(error?.requestID == "rq-5")
        #expect(error.map { String(decoding: $0.body, as: UTF8.self) } == body)
        #expect(error?.description.contains("three") == false)
        #expect(error?.description.contains("$.size") == true)
    }

    @Test func theErrorOfAForeignTransportIsAConnectionError() async throws {
        struct Strange: Error {}
        let transport = ScriptedTransport(.fail(Strange()))
        let error = await #expect(throws: ConnectionError.self) { try await Shop(transport).read() }
        #expect(error?.kind == .other)
        #expect(error?.underlying is Strange)
        #expect(transport.sent.count == 3)
    }

    @Test func aTransportThatCannotWorkIsNotTriedAgain() async throws {
        let transport = ScriptedTransport(.fail(ConfigurationError("The trust roots cannot be read.")))
        let error = await #expect(throws: ConfigurationError.self) { try await Shop(transport).read() }
        #expect(error?.description == "The trust roots cannot be read.")
        #expect(transport.sent.count == 1)
    }

    @Test func anErrorAfterALostTrySaysThatTheWorkMayBeDone() async throws {
        let reset = ScriptedTransport.Step.fail(ConnectionError(.reset, mayHaveBeenApplied: true))
        let error = await #expect(throws: Shop.OutOfStock.self) {
            try await Shop(ScriptedTransport(reset, .reply(402, [:], #"{"left":0}"#))).order()
        }
        #expect(error?.response.call.mayHaveBeenApplied == true)
        #expect(error?.description.hasSuffix("may have carried it out. Check before calling again.") == true)
        let refused = await #expect(throws: Shop.OutOfStock.self) {
            try await Shop(ScriptedTransport(.reply(402, [:], #"{"left":0}"#))).order()
        }
        #expect(refused?.response.call.mayHaveBeenApplied == false)
        #expect(refused?.description.contains("carried it out") == false)
    }

    @Test func theErrorOfACredentialIsThrownUnchanged() async throws {
        struct NoToken: Error {}
        struct Broken: Credential {
            func authorize(_ request: inout HTTPRequest, body: HTTPBody) throws { throw NoToken() }
        }
        let transport = ScriptedTransport(.reply(200, [:], cog))
        var shop = Shop(transport)
        shop.client.credential = Broken()
        let broken = shop
        await #expect(throws: NoToken.self) { try await broken.read() }
        #expect(transport.sent.isEmpty)
    }

    @Test(arguments: [
        ([503, -1], true), ([429, -1], false), ([-1], false), ([408, -1], true),
    ])
    func whetherItMayHaveBeenAppliedCountsAllTries(_ statuses: [Int], _ expected: Bool) async throws {
        let steps = statuses.map { status in
            status < 0
                ? ScriptedTransport.Step.fail(ConnectionError(.refused, mayHaveBeenApplied: false)) : .reply(status)
        }
        let error = await #expect(throws: ConnectionError.self) {
            try await Shop(ScriptedTransport(steps: steps)).order()
        }
        #expect(error?.mayHaveBeenApplied == expected)
        #expect(error?.description.contains(expected ? "may have carried it out" : "Nothing was carried out") == true)
    }

    @Test func descriptionsSayWhatToDo() async throws {
        let reply = ScriptedTransport.Step.reply(
            429, [.requestID: "rq-1", .retryAfter: "2"], #"{"code":"LIMIT","message":"slow\ndown"}"#)
        let error = await #expect(throws: UnexpectedResponse.self) { try await Shop(ScriptedTransport(reply)).read() }
        #expect(
            error?.description == """
                shop.read failed: status 429 LIMIT, "slow down" (GET https://shop.test/api/widgets/{id}; 3 tries in 4 s; \
                request id rq-1). Wait 2 s, and call less often.
                """)
        #expect(error?.localizedDescription == error?.description)

        let refused = ConnectionError(.refused, mayHaveBeenApplied: false, detail: "127.0.0.1:9")
        let connection = await #expect(throws: ConnectionError.self) {
            try await Shop(ScriptedTransport(.fail(refused))).with(retry: .never).orderOnce()
        }
        #expect(
            connection?.description == """
                shop.orderOnce failed: the connection was refused: 127.0.0.1:9 (POST https://shop.test/api/widgets; \
                1 try in 0 s). Nothing was carried out. Check the base URL and the network.
                """)
        #expect(connection?.call.idempotencyKey?.count == 36)
    }

    @Test func noErrorShowsASecret() async throws {
        struct Signature: Credential {
            func authorize(_ request: inout HTTPRequest, body: HTTPBody) {
                request.headerFields[.authorization] = "SVC-AUTH keyId=pk-hunter22a,sig=c2VjcmV0aHVudGVyMjI="
                request.headerFields[.cookie] = "session=hunter22cookie"
            }
        }
        let replies: [ScriptedTransport.Step] = [
            .reply(
                401, [.setCookie: "hunter22set"],
                #"{"message":"bad sig c2VjcmV0aHVudGVyMjI= of pk-hunter22a","card":"hunter22body"}"#),
            .reply(200, [.setCookie: "hunter22set"], #"{"name":"hunter22body"}"#),
            .reply(200, [:], #"hunter22body"#),
            .fail(ConnectionError(.reset, mayHaveBeenApplied: true)),
            .fail(TimeoutError(.connect, of: .seconds(5), mayHaveBeenApplied: false)),
        ]
        for reply in replies {
            var shop = Shop(ScriptedTransport(reply))
            shop.client.credential = Signature()
            var request = APIRequest(Shop.read)
            request.path("id", "hunter22path")
            request.query("token", "hunter22query")
            request.json(Shop.Widget(name: "hunter22body", size: 1))
            let (client, sending) = (shop.client, request)
            let error = try #require(await error(of: { try await client.send(sending) }))
            #expect(error is any TollgateError)
            var dumped = ""
            dump(error, to: &dumped)
            for text in ["\(error)", String(reflecting: error), error.localizedDescription, dumped] {
                #expect(!text.contains("hunter22") && !text.contains("c2Vj"), "\(text)")
            }
        }
    }

    @Test func headerFieldsAreRedactedUnlessKnownToBeHarmless() {
        let fields: HTTPFields = [
            .authorization: "Bearer x", .named("xi-api-key"): "x", .named("X-New-Thing"): "x", .contentType: "a/b",
            .named("X-RateLimit-Remaining"): "7", .requestID: "r",
        ]
        let shown = Dictionary(uniqueKeysWithValues: fields.redacted.map { ($0.name.canonicalName, $0.value) })
        #expect(
            shown == [
                "authorization": "redacted", "xi-api-key": "redacted", "x-new-thing": "redacted", "content-type": "a/b",
                "x-ratelimit-remaining": "7", "x-request-id": "r",
            ])
    }
}
