import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct SchemaCheckerTests {
    private func violations(
        _ value: String, _ schema: String, named: [String: String] = [:]
    ) throws -> [String] {
        var schemas = MockSchemas()
        for (name, text) in named {
            schemas.add(name, text)
        }
        var checker = SchemaChecker(schemas)
        let (value, schema) = (try JSONValue(jsonText: value), Schema(try JSONValue(jsonText: schema)))
        checker.check(value, schema)
        #expect(Matcher(schema, schemas).fits(value) == checker.violations.isEmpty)
        return checker.violations.map { "\($0.pointer) \($0.message)" }
    }

    @Test(
        arguments: [
            (#"{"type": "string"}"#, #""x""#, nil),
            (#"{"type": "string"}"#, "1", " must be a string, not a number"),
            (#"{"type": "integer"}"#, "1.0", nil),
            (#"{"type": "integer"}"#, "1e3", nil),
            (#"{"type": "integer"}"#, "1.5", " must be an integer, not a number"),
            (#"{"type": ["string", "null"]}"#, "null", nil),
            (#"{"type": ["string", "null"]}"#, "[]", " must be null or a string, not an array"),
            (#"{"enum": ["a", 1]}"#, "1", nil),
            (#"{"enum": ["a", 1]}"#, #""b""#, #" must be one of "a", 1"#),
            (#"{"const": "1.0"}"#, #""2.0""#, #" must be "1.0""#),
            (#"{"minLength": 2}"#, #""é""#, " must have at least 2 characters"),
            (#"{"maxLength": 1}"#, #""ab""#, " must have at most 1 character"),
            (#"{"pattern": "^[a-z]+$"}"#, #""ab""#, nil),
            (#"{"pattern": "^[a-z]+$"}"#, #""ab\n""#, " must fit the pattern ^[a-z]+$"),
            (#"{"pattern": "^a[$]b$"}"#, #""a$b""#, nil),
            (#"{"pattern": "^\\d+$"}"#, #""42""#, nil),
            (#"{"pattern": "^\\d+$"}"#, #""٤٢""#, #" must fit the pattern ^\d+$"#),
            (#"{"pattern": "^\\w+$"}"#, #""é""#, #" must fit the pattern ^\w+$"#),
            (#"{"pattern": "^[^@\\s]+@\\S+$"}"#, #""é@\u0085""#, nil),
            (#"{"pattern": "^[^@\\s]+@\\S+$"}"#, #""é@\ufeff""#, #" must fit the pattern ^[^@\s]+@\S+$"#),
            (#"{"pattern": "^[[\\]]é$"}"#, #""[é""#, nil),
            (#"{"minimum": 0.1}"#, "0.1", nil),
            (#"{"minimum": 1}"#, "0.9999999999999999999999", " must be at least 1"),
            (#"{"maximum": 5}"#, "6", " must be at most 5"),
            (#"{"exclusiveMinimum": 0}"#, "0", " must be greater than 0"),
            (#"{"exclusiveMaximum": 5}"#, "5", " must be less than 5"),
            (#"{"exclusiveMinimum": 0, "maximum": 1}"#, "5e-324", nil),
            (#"{"minimum": -2}"#, "-5e-324", nil),
            (#"{"minimum": 0}"#, "1.46e308", nil),
            (#"{"maximum": 5}"#, "1.46e308", " must be at most 5"),
            (#"{"exclusiveMaximum": 0}"#, "-1e-200", nil),
            (#"{"minimum": 0}"#, "-1e-200", " must be at least 0"),
            (#"{"multipleOf": 0.01}"#, "4.02", nil),
            (#"{"multipleOf": 2}"#, "1e300", nil),
            (#"{"multipleOf": 1}"#, "5e-324", " must be a multiple of 1"),
            (#"{"multipleOf": 0.01}"#, "4.021", " must be a multiple of 0.01"),
            (#"{"minItems": 1}"#, "[]", " must have at least 1 item"),
            (#"{"maxItems": 1}"#, "[1, 2]", " must have at most 1 item"),
            (#"{"uniqueItems": true}"#, "[1, 1.0]", " must not hold the same item twice"),
            (#"{"items": {"type": "string"}}"#, #"["a", 2]"#, "/1 must be a string, not a number"),
            (#"{"required": ["a~/b"]}"#, "{}", "/a~0~1b is required"),
            (#"{"additionalProperties": false, "properties": {"a": {}}}"#, #"{"a": 1, "b": 2}"#, "/b is not allowed"),
            (#"{"additionalProperties": {"type": "string"}}"#, #"{"a": 1}"#, "/a must be a string, not a number"),
            (#"{"minProperties": 1}"#, "{}", " must have at least 1 member"),
            (#"{"maxProperties": 1}"#, #"{"a": 1, "b": 2}"#, " must have at most 1 member"),
            (#"{"allOf": [{"minimum": 1}, {"maximum": 2}]}"#, "3", " must be at most 2"),
            (#"{"anyOf": [{"type": "string"}, {"minimum": 5}]}"#, "6", nil),
            (#"{"oneOf": [{"minimum": 1}, {"minimum": 2}]}"#, "3", " must have one form only, but 2 fit"),
            (#"{"not": {"type": "null"}}"#, "null", " has a form that is not allowed"),
            (#"{"properties": {"a": false}}"#, #"{"a": 1}"#, "/a is not allowed"),
            (#"{"format": "uuid"}"#, #""018f0000-0000-7000-8000-000000000001""#, nil),
            (#"{"format": "uuid"}"#, #""018f""#, " must be a UUID"),
            (#"{"format": "date-time"}"#, #""2024-01-02T03:04:05.5+01:00""#, nil),
            (
                #"{"format": "date-time"}"#, #""2024-01-02T03:04:05""#,
                " must be a date and time with offset, as in 2026-01-02T03:04:05Z"
            ),
            (#"{"format": "date"}"#, #""2024-02-30""#, " must be a date, as in 2026-01-02"),
            (#"{"format": "uri"}"#, #""/relative""#, " must be an absolute URI"),
            (#"{"format": "uri"}"#, #""https://é.example""#, " must be an absolute URI"),
            (#"{"format": "email"}"#, #""ada@example.com""#, nil),
            (#"{"format": "email"}"#, #""ada""#, " must be an email address"),
            (#"{"format": "int32"}"#, "2147483648", " must be an integer of 32 bits"),
            (#"{"format": "int64"}"#, "9223372036854775808", " must be an integer of 64 bits"),
        ] as [(String, String, String?)])
    func checksKeyword(_ schema: String, _ value: String, _ expected: String?) throws {
        #expect(try violations(value, schema) == [expected].compactMap { $0 })
    }

    @Test func findsEveryViolationAtOnce() throws {
        let schema = #"""
            {"type": "object", "required": ["id", "events"], "properties": {
              "events": {"type": "array", "items": {"type": "object", "required": ["n"], "properties": {
                "n": {"type": "integer", "minimum": 0}}}}}}
            """#
        #expect(
            try violations(#"{"events": [{"n": -1}, {}, {"n": "x"}]}"#, schema) == [
                "/id is required", "/events/0/n must be at least 0", "/events/1/n is required",
                "/events/2/n must be an integer, not a string",
            ])
    }

    @Test func followsReferences() throws {
        let tree = ##"{"type": "object", "properties": {"child": {"$ref": "#/Tree"}, "n": {"type": "integer"}}}"##
        #expect(
            try violations(#"{"child": {"child": {"n": "x"}}}"#, ##"{"$ref": "#/Tree"}"##, named: ["Tree": tree])
                == ["/child/child/n must be an integer, not a string"])
    }

    @Test func choosesAFormByTheMemberBesideIt() throws {
        let schema = ##"""
            {"properties": {"kind": {"enum": ["a", "b"]}, "payload": {
              "anyOf": [{"$ref": "#/A"}, {"$ref": "#/B"}],
              "x-tollgate-discriminator": {"propertyName": "kind", "mapping": {
                "a": {"$ref": "#/A"}, "b": {"$ref": "#/B"}}}}}}
            """##
        let named = [
            "A": #"{"type": "object", "required": ["x"]}"#, "B": #"{"type": "object", "required": ["y"]}"#,
        ]
        #expect(try violations(#"{"kind": "a", "payload": {"x": 1}}"#, schema, named: named).isEmpty)
        #expect(
            try violations(#"{"kind": "b", "payload": {"x": 1}}"#, schema, named: named) == ["/payload/y is required"])
        #expect(
            try violations(#"{"kind": "c", "payload": {}}"#, schema, named: named)
                == [#"/kind must be one of "a", "b""#])
    }

    @Test func complainsAboutTheFormThatFitsBest() throws {
        let schema = #"""
            {"anyOf": [{"required": ["a", "b", "c"]}, {"required": ["a", "b"]}]}
            """#
        #expect(try violations(#"{"a": 1}"#, schema) == ["/b is required"])
    }
}
