import HTTPTypes
import Testing
import TollgateCore

@testable import TollgateMock

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
}
