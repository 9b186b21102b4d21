import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct FormTests {
    private func read(_ form: String, _ schema: String) throws -> JSONValue {
        let reader = TextReader(schemas: MockSchemas())
        let schema = Schema(try JSONValue(jsonText: schema))
        var tree = FormTree()
        for item in PercentEncoding.items(of: form[...]) {
            let isTaken = tree.add(.text(item.value), named: item.name, members: reader.members(of: schema))
            try #require(isTaken)
        }
        return reader.value(of: tree, schema)
    }

    @Test(arguments: [
        ("a", ["a"]), ("a[b]", ["a", "b"]), ("a[b][0]", ["a", "b", "0"]), ("a[]", ["a", ""]), ("a[b", ["a[b"]),
        ("[a]", ["[a]"]), ("a[b]c", ["a[b]c"]), ("a[b[c]]", ["a[b[c]]"]), ("", [""]),
    ])
    func findsTheNamesInBrackets(_ name: String, _ path: [String]) {
        #expect(FormTree.path(of: name) == path)
    }

    @Test func readsTextsAsTheSchemaSays() throws {
        let schema = """
            {"type": "object", "properties": {"n": {"type": "integer"}, "b": {"type": "boolean"}, "t": {"type": "string"},
              "x": {"oneOf": [{"type": "string"}, {"type": "null"}]}, "p": {"additionalProperties": {"type": "string"}}}}
            """
        let value = try read("n=7&b=true&t=7&x=&p%5Bvalue%5D=7&p[a+b]=%C3%A9&other=1&n2", schema)
        #expect(
            value == [
                "n": 7, "b": true, "t": "7", "x": nil, "p": ["value": "7", "a b": "é"], "other": "1", "n2": "",
            ])
        // What does not fit stays a text, so that the check can complain about it.
        #expect(try read("n=soon", schema) == ["n": "soon"])
    }

    @Test(arguments: [
        "l=1&l=2", "l[]=1&l[]=2", "l[0]=1&l[1]=2", "l[10]=2&l[9]=1", "l%5B%5D=1&l%5B%5D=2",
    ])
    func readsAListInEveryForm(_ form: String) throws {
        let schema = #"{"properties": {"l": {"type": "array", "items": {"type": "integer"}}}}"#
        #expect(try read(form, schema) == ["l": [1, 2]])
    }

    @Test func readsListsOfObjects() throws {
        let value = try read(
            "items[0][price]=p1&items[0][quantity]=2&items[1][price]=p2",
            #"""
            {"properties": {"items": {"type": "array", "items": {"type": "object", "properties": {
              "quantity": {"type": "integer"}}}}}}
            """#)
        #expect(value == ["items": [["price": "p1", "quantity": 2], ["price": "p2"]]])
    }

    @Test func takesABracketedMemberForItself() throws {
        let schema = """
            {"properties": {"list[]": {"type": "array", "items": {"type": "string"}}, "a[b]": {"type": "integer"}}}
            """
        #expect(try read("list[]=x&a[b]=3", schema) == ["list[]": ["x"], "a[b]": 3])
    }

    @Test func readsAnObjectThatIsWrittenAsJSON() throws {
        let schema = #"{"properties": {"o": {"type": "object"}, "left": {"type": "object"}}}"#
        #expect(try read(#"o={"a":1}&left=null"#, schema) == ["o": ["a": 1]])
    }

    @Test func endsAtNamesThatNestTooDeep() async throws {
        var tree = FormTree()
        let deep = String(repeating: "[x]", count: 100_000)
        #expect(tree.add(.text("1"), named: "a\(deep)") == false)
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/billing/meter_events",
            headers: [
                .authorization: "Bearer \(mock.stripe.secretKey)", .contentType: "application/x-www-form-urlencoded",
            ], "a\(deep)=1")
        #expect(answer.status == 400)
        #expect(answer.text.contains("64 pairs of brackets"))
    }
}

@Suite struct MultipartTests {
    private func parts(_ body: String, boundary: String = "x") throws -> [FormPart] {
        try MultipartReader(Array(body.replacing("\n", with: "\r\n").utf8), boundary: boundary).parts()
    }

    @Test func readsTextsAndFiles() throws {
        let parts = try parts(
            """
            what comes before does not count
            --x
            Content-Disposition: form-data; name="text"

            two
            lines
            --x \t
            content-disposition: form-data; name="file"; filename="a \\"b\\"; c.mp3"
            Content-Type: audio/mpeg

            --y--x
            --x
            Content-Disposition: form-data; name=plain
            Content-Type: application/json

            {}
            --x--
            nor what comes after
            """)
        #expect(parts.map(\.name) == ["text", "file", "plain"])
        #expect(parts.map(\.isFile) == [false, true, false])
        #expect(parts[1].fileName == "a \"b\"; c.mp3")
        #expect(parts.map { String(decoding: $0.bytes, as: UTF8.self) } == ["two\r\nlines", "--y--x", "{}"])
    }

    @Test func readsEmptyPartsAndNone() throws {
        #expect(try parts("--x--").isEmpty)
        let part = try #require(try parts("--x\nContent-Disposition: form-data; name=\"a\"\n\n\n--x--").first)
        #expect(part.bytes.isEmpty)
    }

    @Test func readsFileNamesInEveryForm() throws {
        let names = try parts(
            """
            --x
            Content-Disposition: form-data; name="%22f%22"; filename*=UTF-8''na%C3%AFve.txt; filename="x"

            1
            --x--
            """)
        #expect(names[0].name == "\"f\"")
        #expect(names[0].fileName == "naïve.txt")
    }

    @Test(arguments: [
        ("", "no boundary"), ("--x\nContent-Disposition: form-data; name=\"a\"\n\n1", "before the closing boundary"),
        ("--xContent", "something else than a line break"), ("--x\nname: a\n\n1\n--x--", "without Content-Disposition"),
        ("--x\nContent-Disposition: attachment; name=\"a\"\n\n1\n--x--", "not called form-data"),
        ("--x\nContent-Disposition: form-data; name=\"a\"\n--x--", "without a blank line"),
    ])
    func refusesAMalformedBody(_ body: String, _ complaint: String) {
        #expect {
            try parts(body)
        } throws: { error in
            (error as? MultipartReader.Malformed)?.complaint.contains(complaint) == true
        }
    }

    @Test(arguments: ["multipart/form-data", "multipart/form-data; boundary="])
    func refusesABodyWithoutBoundary(_ contentType: String) async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/voices/add",
            headers: [.named("xi-api-key"): mock.providers.elevenLabs.apiKey, .contentType: contentType], "--x--")
        #expect(answer.status == 400)
        #expect(answer.text.contains("no boundary is named"))
    }
}

@Suite struct MediaTypeTests {
    @Test func readsParameters() {
        let type = MediaType(#"Multipart/Form-Data ; charset=utf-8; Boundary="a;b \"c\"" "#)
        #expect(type.name == "multipart/form-data")
        #expect(type["boundary"] == #"a;b "c""#)
        #expect(type["charset"] == "utf-8")
        #expect(type["other"] == nil)
    }

    @Test(arguments: [
        ("audio/mpeg", "audio/mpeg", true), ("audio/mpeg", "audio/*", true), ("audio/mpeg", "*/*", true),
        ("audio/mpeg", "video/*", false), ("audio", "audio/*", false), ("text/plain; charset=x", "text/plain", true),
    ])
    func fitsRanges(_ type: String, _ range: String, _ fits: Bool) {
        #expect(MediaType(type).fits(range) == fits)
    }

    @Test func refusesATypeThatTheRouteDoesNotTake() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/listen", headers: [.authorization: "Token deepgram_test", .contentType: "text/html"], "x")
        #expect(answer.status == 415)
        let bytes = try await mock.send(
            .post, "/v1/listen",
            headers: [.authorization: "Token deepgram_test", .contentType: "application/octet-stream"], "x")
        #expect(bytes.status == 200)
    }
}
