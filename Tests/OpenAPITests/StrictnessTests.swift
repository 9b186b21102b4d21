import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// Documents from outside: what can be read all the same is a warning, and the rest is left out.
struct StrictnessTests {
    @Test func slipsAreWarnings() throws {
        let document = """
            openapi: 3.0.3
            info: { title: Test, version: 1.0 }
            paths:
              /a/{b}:
                get:
                  operationId: a
                  parameters:
                  responses: { '200': {}, 404/5: { description: Odd } }
              /a/{c}:
                get:
                  operationId: a
                  responses: { default: { $ref: '#/components/schemas/R' } }
            components:
              schemas:
                A: { type: string, const: a, requried: true, nullable: true, min_length: 1 }
                B: { $ref: '#/components/schemas/Bb' }
                R: { description: A response under the wrong name }
            """
        let outside = Reading(["openapi.yaml": document], strictness: .outside)
        let own = Reading(["openapi.yaml": document])
        #expect(outside.complaints.allSatisfy { !$0.contains(": error: ") })
        #expect(outside.complaints.filter { $0.contains(": warning: ") }.count == 13)
        // Both complain of the same places; only outside it is said what was assumed.
        #expect(outside.complaints.map(Self.place) == own.complaints.map(Self.place))
        for assumption in [
            "openapi.yaml:2:31: warning: expected a string, found a number; it is taken as one",
            "openapi.yaml:7:18: warning: expected a sequence, found null; it is ignored",
            "openapi.yaml:11:20: warning: the operationId \"a\" is used twice; this one is named after its method and path",
        ] {
            #expect(outside.complaints.contains(assumption))
        }

        let operations = try #require(outside.document?.operations)
        #expect(operations.map(\.id) == ["a", "getAByC"])
        #expect(operations.map { $0.parameters.map(\.name) } == [["b"], ["c"]])
        #expect(operations.map { $0.responses.count } == [1, 1])
        #expect(outside.schema("A")?.constValue != nil && outside.schema("A")?.isNullable == true)
        #expect(outside.schema("B")?.reference == nil && outside.schema("B")?.isBareReference == false)
    }

    private static func place(_ complaint: String) -> Substring {
        complaint.prefix { $0 != " " }
    }

    @Test func whatCannotBeReadIsLeftOutAndNamed() {
        let reading = Reading(
            """
            paths:
              /a:
                get:
                  operationId: a
                  parameters: [{ $ref: '#/components/parameters/None' }, { in: query }, { name: b, in: query, schema: {} }]
                  responses: []
            components:
              schemas: { A: [], C: { $ref: '#/components/schemas/C' } }
              parameters: {}
            """, strictness: .outside)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:7:28: warning: the parameter "#/components/parameters/None" of GET /a is left out: \
                "#/components/parameters/None" points to nothing: there is no "None" in "/components/parameters"
                """,
                "openapi.yaml:7:62: warning: a parameter of GET /a is left out: missing \"name\" in a parameter object",
                "openapi.yaml:8:18: warning: expected a mapping, found a sequence; it is ignored",
                "openapi.yaml:10:17: warning: expected a mapping, found a sequence; any value is accepted",
                "openapi.yaml:10:32: warning: this reference leads back to itself; it is ignored",
            ])
        #expect(reading.operation?.parameters.map(\.name) == ["b"])
        #expect(reading.document?.omissions.isEmpty == true)
    }

    @Test func operationsThatCannotBeCalledAreNamed() throws {
        let reading = Reading(
            """
            paths:
              /a/{b:
                get: { operationId: a }
                post: { operationId: b }
              /c:
                get: []
                put:
                  operationId: c
                  requestBody: { required: true, content: { nothing: {} } }
                post:
                  operationId: d
                  requestBody: { $ref: '#/components/requestBodies/None' }
                patch:
                  operationId: e
                  requestBody: { required: false, content: [] }
            """, strictness: .outside)
        let omissions = try #require(reading.document?.omissions)
        #expect(
            omissions.map { "\($0.method) \($0.path)" } == ["GET /a/{b", "POST /a/{b", "GET /c", "PUT /c", "POST /c"])
        #expect(reading.document?.operations.map(\.id) == ["e"])
        #expect(reading.operation?.requestBody?.content.isEmpty == true)
        for omission in omissions {
            let sentence = "the operation \(omission.method) \(omission.path) is left out: \(omission.reason)"
            #expect(reading.complaints.filter { $0.contains(sentence) }.count == 1, "\(sentence)")
        }
        #expect(omissions[3].reason == "its body cannot be read: none of its media types can be read")
    }

    @Test func whatOccursOftenIsSaidOnce() {
        let reading = Reading(
            schemas: """
                A: { type: string, nullable: true }
                B: { type: string, nullable: true }
                C: { type: string, nullable: true }
                D: { exclusiveMinimum: true, minimum: 1 }
                """, strictness: .outside)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:5:24: warning: "nullable" in a schema object is a keyword of OpenAPI 3.0; this document \
                says 3.1; it is read all the same (and 2 more places)
                """,
                "openapi.yaml:8:28: warning: \"exclusiveMinimum\" is a number in OpenAPI 3.1, found a boolean; it is read all the same",
            ])
        #expect(reading.schema("C")?.isNullable == true)
    }

    @Test func remoteReferencesAreRefused() {
        let reading = Reading(schemas: "B: { $ref: 'https://example.com/b.yaml' }", strictness: .outside)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:5:16: error: remote references are refused: nothing is fetched from the network \
                [keep a copy of the document, and map its URL to it with --references]
                """
            ])
    }
}
