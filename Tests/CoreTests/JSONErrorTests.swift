import Foundation
import Testing
import TollgateCore

@Suite struct JSONErrorTests {
    static let list = #"""
        {"data":{"items":[{"sku":"a","n":1,"ratio":1},{"sku":"secret-1","n":"secret-2","ratio":1}]},"next":null}
        """#

    struct Page: JSONModel {
        var items: [Golden.Line]

        init(json: inout JSONObject) throws(JSONError) {
            let data = try json.element("data")
            var object = try data.object()
            items = try object.value("items")
        }

        func write(to json: inout JSONWriter) {
            json.write("items", items)
        }
    }

    @Test func namesThePathAndTheKinds() throws {
        let error = try jsonError { try Page(jsonText: Self.list) }
        #expect(error.path == "$.data.items[1].n")
        #expect(error.reason == .wrongType(expected: "a number", found: .string))
        #expect(error.description == "$.data.items[1].n: expected a number, found a string")
    }

    @Test(arguments: [
        (#"{"n":1,"ratio":1}"#, "$.sku: required, but missing"),
        (#"{"sku":null,"n":1,"ratio":1}"#, "$.sku: required, but null"),
        (#"{"sku":{},"n":1,"ratio":1}"#, "$.sku: expected a string, found an object"),
        (#"{"sku":"s","n":true,"ratio":1}"#, "$.n: expected a number, found a boolean"),
        (#"{"sku":"s","n":1.5,"ratio":1}"#, "$.n: expected an integer, found a number with a fraction"),
        (#"{"sku":"s","n":1e30,"ratio":1}"#, "$.n: the number cannot be represented as Int"),
        (#"{"sku":"s","n":1,"ratio":1e999}"#, "$.ratio: the number cannot be represented as Double"),
        ("[]", "$: expected an object, found an array"),
        ("null", "$: required, but null"),
    ])
    func saysWhatIsWrong(text: String, description: String) throws {
        let error = try jsonError { try Golden.Line(jsonText: text) }
        #expect(error.description == description)
    }

    @Test(arguments: [
        (#"{"a":{"b c":[[1],[0,"x"]]}}"#, #"$.a["b c"][1][1]"#),
        (#"{"":"x"}"#, #"$[""]"#),
        (#"{"a\"\n":"x"}"#, #"$["a\"\n"]"#),
        (#"{"é":"x"}"#, #"$["é"]"#),
        (#"[[],{},[[],{"a":[]}],"x"]"#, "$[3]"),
        (#"{"a-b_C9":"x"}"#, "$.a-b_C9"),
    ])
    func findsThePath(text: String, path: String) throws {
        var found: [String] = []
        func visit(_ json: JSONElement) throws {
            switch json.kind {
            case .array: for element in try json.elements() { try visit(element) }
            case .object: for (_, element) in try json.object().members { try visit(element) }
            case .string: found.append(json.path)
            default: break
            }
        }
        try visit(JSONElement(parsing: Array(text.utf8)))
        #expect(found == [path])
    }

    @Test func cutsLongNamesInPaths() throws {
        let name = String(repeating: "n", count: 1_000)
        let error = try jsonError { try [String: Int](jsonText: "{\"\(name)\":\"x\"}") }
        #expect(error.path == "$." + String(repeating: "n", count: 64) + "…")
    }

    @Test func neverShowsContents() throws {
        let error = try jsonError { try Page(jsonText: Self.list) }
        var dumped = ""
        dump(error, to: &dumped)
        for text in [error.description, error.debugDescription, "\(error)", String(reflecting: error), dumped] {
            #expect(!text.contains("secret"))
            #expect(text.contains("$.data.items[1].n"))
        }
        let syntax = try jsonError { try JSONValue(jsonText: #"{"key":"secret" x}"#) }
        #expect(!"\(syntax)\(String(reflecting: syntax))".contains("secret"))
    }

    @Test func comparesErrors() throws {
        let first = try jsonError { try Int(jsonText: "true") }
        let second = try jsonError { try Int(jsonText: "false") }
        let third = try jsonError { try [Int](jsonText: "[true]") }
        #expect(first == second)
        #expect(first.hashValue == second.hashValue)
        #expect(first != third)
    }

    @Test func letsTypesReportTheirOwnErrors() throws {
        struct Even: JSONConvertible {
            init(json: JSONElement) throws(JSONError) {
                guard try json.int() % 2 == 0 else { throw json.error(.invalid(format: "even number")) }
            }
            func writeValue(to json: inout JSONWriter) { json.writeNull() }
        }
        let error = try jsonError { try [Even](jsonText: "[2,3]") }
        #expect(error.description == "$[1]: not a valid even number")
    }

    @Test func reportsErrorsInsideUnions() throws {
        let unknown = try jsonError { try [Golden.Provenance](jsonText: #"[{"request_id":"r"}]"#) }
        #expect(unknown.description == "$[0].kind: required, but missing")
        let inside = try jsonError { try [Golden.Provenance](jsonText: #"[{"kind":"aggregate","count":"r"}]"#) }
        #expect(inside.description == "$[0].count: expected a number, found a string")
        let sibling = try jsonError {
            try Golden.Event(jsonText: #"{"event_id":"e","event_type":"app.live","payload":{}}"#)
        }
        #expect(sibling.description == "$.payload.request_id: required, but missing")
        let shape = try jsonError { try Golden.Input(jsonText: #"["a",1]"#) }
        #expect(shape.description == "$[1]: expected a string, found a number")
    }
}
