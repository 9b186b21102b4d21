import Foundation
import Testing

@testable import TollgateCore

/// What a call puts on the wire.
@Suite struct ClientRequestTests {
    enum Colour: OpenEnum {
        case red
        case unrecognized(String)

        init(rawValue: String) { self = rawValue == "red" ? .red : .unrecognized(rawValue) }

        var rawValue: String {
            switch self {
            case .red: "red"
            case .unrecognized(let value): value
            }
        }
    }

    private func sent(
        baseURL: String = "https://shop.test/api", _ build: (inout APIRequest<Shop.Widget>) -> Void
    ) async throws -> HTTPRequest {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        var request = APIRequest(Shop.read)
        build(&request)
        if !request.path.contains("7") { request.path("id", "7") }
        _ = try await Shop(transport, baseURL: baseURL).client.send(request)
        return try #require(transport.sent.first?.request)
    }

    @Test(arguments: [
        ("https://shop.test", "shop.test", "/widgets/7"), ("https://shop.test/", "shop.test", "/widgets/7"),
        ("http://127.0.0.1:4010/mgt/v1", "127.0.0.1:4010", "/mgt/v1/widgets/7"),
        ("https://shop.test/a%20b/", "shop.test", "/a%20b/widgets/7"),
        ("http://[::1]:80/x", "[::1]:80", "/x/widgets/7"),
    ])
    func theBaseURLMayHaveAPathPrefix(_ base: String, _ authority: String, _ path: String) async throws {
        let request = try await sent(baseURL: base) { _ in }
        #expect(request.scheme == URL(string: base)?.scheme)
        #expect(request.authority == authority)
        #expect(request.path == path)
        #expect(request.method == .get)
    }

    @Test(arguments: [
        ("ftp://shop.test", "http"), ("shop.test/api", "http"), ("https:///api", "host"),
        ("https://bob:hunter22@shop.test", "user name"), ("https://shop.test/?key=hunter22", "query"),
    ])
    func aBadBaseURLIsRefused(_ base: String, _ reason: String) async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        let error = await #expect(throws: ConfigurationError.self) {
            try await Shop(transport, baseURL: base).read()
        }
        #expect(error?.description.contains(reason) == true)
        #expect(error?.description.contains("hunter22") == false)
        #expect(transport.sent.isEmpty)
    }

    @Test(arguments: [
        ("plain-1._~", "plain-1._~"), ("a/b", "a%2Fb"), ("a b?c#d", "a%20b%3Fc%23d"), ("ü€", "%C3%BC%E2%82%AC"),
        ("{id}", "%7Bid%7D"), ("100%", "100%25"), ("versions:validate", "versions%3Avalidate"), ("...", "..."),
    ])
    func pathParametersAreEncoded(_ value: String, _ encoded: String) async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        _ = try await Shop(transport).read(value)
        #expect(transport.sent.first?.request.path == "/api/widgets/\(encoded)")
    }

    @Test(arguments: ["", ".", ".."])
    func aPathParameterThatChangesThePathIsRefused(_ value: String) async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        let error = await #expect(throws: InvalidRequest.self) { try await Shop(transport).read(value) }
        #expect(error?.operation == "shop.read")
        #expect(error?.problem.contains("\"id\"") == true)
        #expect(transport.sent.isEmpty)
    }

    @Test func aMissingPathParameterIsRefused() async throws {
        let client = Shop(ScriptedTransport(.reply(200, [:], cog))).client
        let error = await #expect(throws: InvalidRequest.self) { try await client.send(APIRequest(Shop.read)) }
        #expect(error?.problem == "the path parameter \"id\" is missing")
    }

    @Test func scalarsInTheQuery() async throws {
        let uuid = try #require(UUID(uuidString: "0F0E0D0C-0B0A-0908-0706-050403020100"))
        let request = try await sent { request in
            request.query("limit", 10)
            request.query("active", true)
            request.query("none", nil as String?)
            request.query("since", Date(timeIntervalSince1970: 1_767_323_045))
            request.query("day", CalendarDate(year: 2026, month: 1, day: 31))
            request.query("colour", Colour.red)
            request.query("other", Colour.unrecognized("a&b=c"))
            request.query("sum", Decimal(string: "12345678901234567890.123456789"))
            request.query("id", uuid)
            request.query("filter.name", "x y")
            request.query("empty", "")
        }
        let id = uuid.jsonText().trimmingCharacters(in: ["\""])
        #expect(
            request.path
                == "/api/widgets/7?limit=10&active=true&since=2026-01-02T03%3A04%3A05Z&day=2026-01-31&colour=red"
                + "&other=a%26b%3Dc&sum=12345678901234567890.123456789&id=\(id)&filter.name=x%20y&empty=")
    }

    @Test(arguments: [
        (QueryStyle.repeated, "?tag=a&tag=b%2Cc"), (.commas, "?tag=a,b%2Cc"), (.spaces, "?tag=a%20b%2Cc"),
        (.pipes, "?tag=a%7Cb%2Cc"),
    ])
    func arraysInTheQuery(_ style: QueryStyle, _ query: String) async throws {
        let request = try await sent { request in
            request.query("tag", ["a", "b,c"], style: style)
            request.query("none", [] as [String], style: style)
        }
        #expect(request.path == "/api/widgets/7" + query)
    }

    @Test(arguments: [
        (QueryStyle.repeated, "?name=n%26&size=3"), (.commas, "?f=name,n%26,size,3"),
        (.deepObject, "?f%5Bname%5D=n%26&f%5Bsize%5D=3"),
    ])
    func objectsInTheQuery(_ style: QueryStyle, _ query: String) async throws {
        let request = try await sent { $0.query("f", Shop.Widget(name: "n&", size: 3), style: style) }
        #expect(request.path == "/api/widgets/7" + query)
    }

    @Test func headerFields() async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        var shop = Shop(transport)
        shop.client.headers = [.named("X-Realm-Id"): "realm", .named("X-Plan"): "client"]
        var request = APIRequest(Shop.order)
        request.header(.named("X-Plan"), "call")
        request.header(.named("X-Level"), 3)
        request.header(.named("X-Tags"), ["a", "b"])
        request.header(.named("X-None"), nil as Int?)
        request.json(Shop.Widget(name: "cog", size: 3))
        _ = try await shop.with(requestID: "rq-1").client.send(request)
        let sent = try #require(transport.sent.first)
        let fields = Dictionary(
            uniqueKeysWithValues: sent.request.headerFields.map { ($0.name.canonicalName, $0.value) })
        #expect(
            fields == [
                "x-realm-id": "realm", "x-plan": "call", "x-level": "3", "x-tags": "a,b", "x-request-id": "rq-1",
                "accept": "application/json", "content-type": "application/json",
                "user-agent": Library.userAgent,
            ])
        #expect(sent.body == cog)
        #expect(sent.request.method == .post)
    }

    @Test func aHeaderFieldCannotBeSmuggledIn() async throws {
        let client = Shop(ScriptedTransport(.reply(200, [:], cog))).client
        var request = APIRequest(Shop.order)
        request.header(.named("X-Plan"), "a\r\nX-Admin: true")
        let sending = request
        let error = await #expect(throws: InvalidRequest.self) { try await client.send(sending) }
        #expect(error?.description.contains("X-Admin") == false)
    }

    @Test func aRequestWithoutBodyHasNoContentType() async throws {
        var request = APIRequest(Shop.orderOnce)
        request.json(nil as Shop.Widget?)
        let transport = ScriptedTransport(.reply(204, [:], ""))
        try await Shop(transport).client.send(request)
        let sent = try #require(transport.sent.first)
        #expect(sent.request.headerFields[.contentType] == nil)
        #expect(sent.body.isEmpty)
    }

    @Test func bearerTokens() async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        var shop = Shop(transport)
        shop.client.credential = BearerToken("stoa_app_secret")
        _ = try await shop.read()
        #expect(transport.sent.first?.request.headerFields[.authorization] == "Bearer stoa_app_secret")
        var dumped = ""
        dump(shop, to: &dumped)
        for text in ["\(shop)", "\(shop.client)", String(reflecting: shop.client), dumped] {
            #expect(!text.contains("secret"))
        }
    }
}
