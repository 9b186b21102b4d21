import HTTPTypes
import Testing

@testable import TollgateCore

/// Parameters of each style that OpenAPI knows, with the examples of its specification.
@Suite struct ParameterStyleTests {
    private static let array: JSONValue = .array([.string("blue"), .string("black"), .string("brown")])

    private func request(_ path: String = "/x") -> APIRequest<Void> {
        APIRequest(Endpoint<Void>("test.call", .get, path))
    }

    private func object() throws -> [String: JSONValue] {
        ["R": .number(JSONNumber(100))]
    }

    @Test(
        arguments: [
            (PathStyle.simple, "blue", "blue,black,brown", "R,100"),
            (.simpleExploded, "blue", "blue,black,brown", "R=100"),
            (.label, ".blue", ".blue,black,brown", ".R,100"),
            (.labelExploded, ".blue", ".blue.black.brown", ".R=100"),
            (.matrix, ";color=blue", ";color=blue,black,brown", ";color=R,100"),
            (.matrixExploded, ";color=blue", ";color=blue;color=black;color=brown", ";R=100"),
        ])
    func paths(style: PathStyle, scalar: String, array: String, object: String) throws {
        var one = request("/x/{color}")
        one.path("color", "blue", style: style)
        #expect(one.path == "/x/" + scalar)
        var several = request("/x/{color}")
        several.path("color", Self.array, style: style)
        #expect(several.path == "/x/" + array)
        var members = request("/x/{color}")
        members.path("color", try self.object(), style: style)
        #expect(members.path == "/x/" + object)
    }

    @Test func valuesInPathsAreEncodedAndSeveralMayShareASegment() {
        var request = request("/files/{name}.{format}/{a b}")
        request.path("name", "a/b;c")
        request.path("format", "{x}")
        request.path("a b", "ü", style: .matrix)
        #expect(request.path == "/files/a%2Fb%3Bc.%7Bx%7D/;a%20b=%C3%BC")
        #expect(request.problem == nil)
    }

    @Test func jsonInAPathAQueryAHeaderAndACookie() {
        var request = request("/x/{p}")
        request.path("p", json: ["a": 1])
        request.query("q", json: ["a", "b"])
        request.query("none", json: [Int]?.none)
        request.header(.named("X-H"), json: [1, 2])
        request.cookie("c", json: ["a": true])
        #expect(request.path == "/x/%7B%22a%22%3A1%7D")
        #expect(request.query == "q=%5B%22a%22%2C%22b%22%5D")
        #expect(request.headers[.named("X-H")] == "[1,2]")
        #expect(request.headers[.cookie] == "c=%7B%22a%22%3Atrue%7D")
    }

    @Test func reservedCharactersStayButThoseThatEndSomething() {
        var request = request()
        request.query("q", "a/b?c:d@e&f=g#h+i%[j]", allowReserved: true)
        #expect(request.query == "q=a/b?c:d@e%26f%3Dg%23h%2Bi%25%5Bj%5D")
    }

    @Test func aWholeQuery() throws {
        var form = request()
        form.queryString(["a": JSONValue.string("x y"), "b": .array([.number(JSONNumber(1)), .number(JSONNumber(2))])])
        #expect(Set(form.query.split(separator: "&")) == ["a=x%20y", "b=1", "b=2"])
        var json = request()
        json.queryString(json: ["a": 1])
        #expect(json.query == "%7B%22a%22%3A1%7D")
        var wrong = request()
        wrong.queryString([1, 2])
        #expect(wrong.problem != nil)
    }

    @Test func cookiesAreJoined() {
        var request = request()
        request.cookie("a", 1)
        request.cookie("b", ["x", "y"], style: .commas)
        request.cookie("c", ["x", "y"])
        request.cookie("none", String?.none)
        #expect(request.headers[.cookie] == "a=1; b=x,y; c=x; c=y")
    }

    @Test func objectsInHeaders() throws {
        var request = request()
        request.header(.named("X-A"), try object())
        request.header(.named("X-B"), try object(), isExploded: true)
        #expect(request.headers[.named("X-A")] == "R,100")
        #expect(request.headers[.named("X-B")] == "R=100")
    }

    @Test func formsAsOpenAPIHasThem() throws {
        let value: [String: JSONValue] = [
            "tags": .array([.string("a"), .string("b c")]), "deep": .object(["x": .number(JSONNumber(1))]),
            "json": .object(["y": .bool(true)]), "list": .array([.number(JSONNumber(1)), .number(JSONNumber(2))]),
        ]
        var request = request()
        request.form(value, styles: ["deep": .deepObject, "list": .commas])
        let bytes = try #require(request.body.bytes)
        let pairs = Set(String(decoding: bytes, as: UTF8.self).split(separator: "&"))
        #expect(
            pairs == ["tags=a", "tags=b%20c", "deep%5Bx%5D=1", "json=%7B%22y%22%3Atrue%7D", "list=1,2"])
        #expect(request.headers[.contentType] == "application/x-www-form-urlencoded")
    }

    @Test func otherBodies() throws {
        var lines = request()
        lines.jsonLines([1, 2], contentType: "application/jsonl")
        #expect(lines.body.bytes.map { String(decoding: $0, as: UTF8.self) } == "1\n2\n")
        var text = request()
        text.text("hi", contentType: "text/plain")
        text.text(nil, contentType: "text/html")
        #expect(text.body.bytes == Array("hi".utf8))
        #expect(text.headers[.contentType] == "text/plain")
        var patch = request()
        patch.json(["a": 1], contentType: "application/merge-patch+json")
        #expect(patch.headers[.contentType] == "application/merge-patch+json")
    }
}
