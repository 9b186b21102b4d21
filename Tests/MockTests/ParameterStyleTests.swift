import HTTPTypes
import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct ParameterStyleTests {
    /// What is wrong with the query of a call whose parameter is `p`.
    private func complaints(_ query: String, style: String, _ schema: String) throws -> [String] {
        var route = MockRoute(operation: MockOperation("test"), method: "GET", path: "/", surface: "")
        route.parameter("p", in: .query, isRequired: false, style: style, explode: true, schema: schema)
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/?\(query)")
        let call = MockCall(
            request: MockRequest(head: head, body: []), route: route, pathParameters: [:], schemas: MockSchemas(),
            now: .start)
        do {
            try call.checkedBody()
            return []
        } catch {
            return error.violations.map { "\($0.pointer) \($0.message)" }
        }
    }

    @Test(arguments: [
        ("p=1&p=2", "form"), ("p=1,2", "form"), ("p=1%202", "spaceDelimited"), ("p=1|2", "pipeDelimited"),
    ])
    func separatesTheElementsOfAList(_ query: String, _ style: String) throws {
        let list = #"{"type": "array", "items": {"type": "integer"}, "maxItems": 1}"#
        #expect(try complaints(query, style: style, list) == ["/p must have at most 1 item"])
        let words = #"{"type": "array", "items": {"type": "integer", "maximum": 1}}"#
        #expect(try complaints(query, style: style, words) == ["/p/1 must be at most 1"])
    }

    @Test func readsAnObject() throws {
        let schema = #"{"type": "object", "properties": {"gte": {"type": "integer"}, "in": {"type": "array"}}}"#
        #expect(try complaints("p[gte]=1&p[in][]=a", style: "deepObject", schema).isEmpty)
        #expect(
            try complaints("p[gte]=soon", style: "deepObject", schema) == ["/p/gte must be an integer, not a string"])
    }

    /// The value that a parameter `p` has in a call.
    private func value(
        _ target: String, in place: MockRoute.Place, _ style: String, explode: Bool, _ schema: String,
        headers: HTTPFields = [:]
    ) throws -> JSONValue? {
        let path = place == .path ? "/{p}" : "/"
        var route = MockRoute(operation: MockOperation("test"), method: "GET", path: path, surface: "")
        route.parameter("p", in: place, isRequired: false, style: style, explode: explode, schema: schema)
        var router = Router()
        router.add(route, service: 0)
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: target, headerFields: headers)
        let request = MockRequest(head: head, body: [])
        guard case .match(let match) = router.find(method: "GET", path: request.path) else { return nil }
        let call = MockCall(
            request: request, route: route, pathParameters: match.parameters, schemas: MockSchemas(), now: .start)
        return ParameterReader(call: call, parameter: route.parameters[0]).value
    }

    private static let numbers = #"{"type": "array", "items": {"type": "integer"}}"#
    private static let point =
        #"{"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}"#

    @Test(
        arguments: [
            ("/1,2", .path, "simple", false), ("/.1.2", .path, "label", true), ("/.1,2", .path, "label", false),
            ("/;p=1,2", .path, "matrix", false), ("/;p=1;p=2", .path, "matrix", true),
            ("/?p=1&p=2", .query, "form", true),
            ("/?p=1,2", .query, "form", false), ("/?p=1%2C2", .query, "form", false),
            ("/?p=1+2", .query, "spaceDelimited", false), ("/?p=1%7C2", .query, "pipeDelimited", false),
        ] as [(String, MockRoute.Place, String, Bool)])
    func readsAList(_ target: String, _ place: MockRoute.Place, _ style: String, _ explode: Bool) throws {
        #expect(try value(target, in: place, style, explode: explode, Self.numbers) == [1, 2])
    }

    @Test(
        arguments: [
            ("/x,1,y,2", .path, "simple", false), ("/x=1,y=2", .path, "simple", true),
            ("/.x.1.y.2", .path, "label", false),
            ("/.x=1.y=2", .path, "label", true), ("/;p=x,1,y,2", .path, "matrix", false),
            ("/;x=1;y=2", .path, "matrix", true),
            ("/?x=1&y=2&z=3", .query, "form", true), ("/?p=x,1,y,2", .query, "form", false),
            ("/?p[x]=1&p[y]=2", .query, "deepObject", true),
        ] as [(String, MockRoute.Place, String, Bool)])
    func readsAnObject(_ target: String, _ place: MockRoute.Place, _ style: String, _ explode: Bool) throws {
        #expect(try value(target, in: place, style, explode: explode, Self.point) == ["x": 1, "y": 2])
    }

    @Test func readsHeaderFieldsAndCookies() throws {
        let fields: HTTPFields = [.named("p"): "1, 2", .cookie: "a=b; p=7; x=1"]
        #expect(try value("/", in: .header, "simple", explode: false, Self.numbers, headers: fields) == [1, 2])
        #expect(try value("/", in: .cookie, "form", explode: true, #"{"type": "integer"}"#, headers: fields) == 7)
        #expect(try value("/", in: .cookie, "form", explode: true, Self.point, headers: fields) == ["x": 1])
    }

    @Test func anEscapedSeparatorIsPartOfAnElement() throws {
        let texts = #"{"type": "array", "items": {"type": "string"}}"#
        #expect(try value("/a%2Cb,c", in: .path, "simple", explode: false, texts) == ["a,b", "c"])
        #expect(try value("/?p=a%26b&p=c", in: .query, "form", explode: true, texts) == ["a&b", "c"])
    }
}
