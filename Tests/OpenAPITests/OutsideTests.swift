import GeneratorOpenAPI
import GeneratorYAML
import Testing

/// Faults that are common in the field, and what is made of them.
struct OutsideTests {
    private func schema(_ text: String, version: String = "3.1.0") throws -> (schema: Schema, reading: Reading) {
        let reading = Reading(version: version, schemas: "A: \(text)", strictness: .outside)
        #expect(reading.complaints.allSatisfy { !$0.contains(": error: ") })
        return (try #require(reading.schema("A")), reading)
    }

    @Test(arguments: [
        "{ minLength: -1 }", "{ maxItems: many }", "{ title: [a] }", "{ description: { a: b } }", "{ readOnly: maybe }",
        "{ enum: {} }", "{ type: [] }", "{ type: { a: b } }", "{ allOf: {} }", "{ oneOf: [] }", "{ properties: [] }",
        "{ required: a }", "{ required: true }", "{ format: 1 }", "{ discriminator: {} }", "{ discriminator: [] }",
        "{ $ref: [] }", "{ $ref: 1 }", "{ pattern: [] }", "{ additionalProperties: text }", "{ items: text }",
        "{ xml: 1 }", "{ externalDocs: x }", "{ x-tollgate-nonsense: 1 }", "{ x-tollgate-payload: none }",
    ])
    func oneWarningAndTheRestIsRead(text: String) throws {
        let (schema, reading) = try schema(text.replacing(" }", with: ", default: kept }"))
        #expect(schema.defaultValue?.string == "kept" || text.contains("{ a: b }"))
        #expect((1...2).contains(reading.complaints.count), "\(reading.complaints)")
    }

    @Test func wordsOfOtherVersions() throws {
        let tuple = try schema("{ type: array, items: [{ type: string }, { type: integer }] }")
        #expect(tuple.schema.prefixItems.count == 2 && tuple.schema.items == nil)
        #expect(
            tuple.reading.complaints == [
                "openapi.yaml:5:30: warning: expected a mapping, found a sequence; it is read as \"prefixItems\""
            ])
        let file = try schema("{ type: file }", version: "3.0.3").schema
        #expect(file.kinds == [.string] && file.format == "binary")
        let discriminator = try schema("{ discriminator: kind }", version: "3.0.3").schema.discriminator
        #expect(discriminator?.property == "kind")
        let nullable = try schema("{ type: string, nullable: 'true' }").schema
        #expect(nullable.isNullable)
        let types = try schema("{ type: [string, 'null'], const: null }", version: "3.0.3").schema
        #expect(types.kinds == [.string] && types.isNullable)
        let anything = try schema("{ properties: { a: true } }", version: "3.0.3")
        #expect(anything.reading.specification[anything.schema.properties[0].schema].booleanValue == true)
    }

    @Test func examplesInTheWrongShape() throws {
        let mapped = try schema("{ examples: { a: { value: 1 }, b: 2 }, example: 0 }").schema
        #expect(mapped.examples.compactMap(\.int) == [0, 1, 2])
        let reading = Reading(
            operation: """
                operationId: a
                responses:
                  '200':
                    description: Fine
                    content:
                      application/json: { examples: [{ value: 1 }, 2] }
                      text/plain: { examples: { a: plain, b: { value: proper } } }
                """, strictness: .outside)
        let content = try #require(reading.operation?.responses.first?.content)
        #expect(content[0].examples.compactMap(\.value.int) == [1, 2])
        #expect(content[1].examples.compactMap(\.value.string) == ["plain", "proper"])
        let places = content.flatMap(\.examples).map { $0.pointer.suffix(3).joined(separator: "/") }
        #expect(
            places == [
                "examples/0/value", "application/json/examples/1", "text/plain/examples/a", "examples/b/value",
            ])
        #expect(reading.complaints.count == 2)
    }

    @Test func parametersInTheWrongShape() throws {
        let reading = Reading(
            operation: """
                operationId: a
                tags: things
                deprecated: 'true'
                parameters:
                  - { name: a, in: query, type: string }
                  - { name: b, in: query, style: simple, schema: { type: string } }
                  - { name: c, in: query, required: 'true', schema: { type: string }, content: { application/json: {} } }
                  - { name: d, in: body, schema: {} }
                  - { name: 1, in: query, content: {} }
                  - { name: Authorization, in: header, schema: {} }
                responses: { 2xx: { description: Fine } }
                """, strictness: .outside)
        let operation = try #require(reading.operation)
        #expect(operation.tags == ["things"] && operation.isDeprecated)
        #expect(operation.parameters.map(\.name) == ["id", "a", "b", "c", "1"])
        #expect(operation.parameters[2].style == "form" && operation.parameters[3].isRequired)
        #expect(operation.parameters[1].schema == nil)
        #expect(operation.responses.map(\.status) == [.range(2)])
        #expect(reading.complaints.allSatisfy { $0.contains(": warning: ") })
        #expect(reading.complaints.contains { $0.contains("the parameter \"d\" of GET /things/{id} is left out") })
    }

    @Test func pathsInTheWrongShape() throws {
        let reading = Reading(
            """
            paths:
              a/{.b*}/{c}:
                get:
                  parameters: [{ name: b, in: path, required: true, style: label, explode: true, schema: { type: array } }]
                post: { $ref: '#/components/pathItems/Post' }
            components: { pathItems: { Post: { operationId: made, responses: { '200': { description: Fine } } } } }
            """, strictness: .outside)
        let operations = try #require(reading.document?.operations)
        #expect(operations.map(\.path) == ["/a/{b}/{c}", "/a/{b}/{c}"])
        #expect(operations.map(\.id) == ["getAByBByC", "made"])
        #expect(operations[0].parameters.map(\.name) == ["b", "c"])
        #expect(operations[0].parameters.map(\.style) == ["label", "simple"])
        #expect(reading.complaints.count == 5, "\(reading.complaints)")
    }

    @Test func repeatedKeysAreWarnings() {
        let reading = Reading(
            "paths: {}\npaths: { /a: {} }\nx: &x !custom { ? [a] : b, <<: 1 }\n", strictness: .outside)
        #expect(
            reading.complaints == [
                "openapi.yaml:4:1: warning: the key \"paths\" is already in this mapping; the first one counts",
                "  openapi.yaml:3:1: note: the first one is here",
                "openapi.yaml:5:1: warning: unknown keyword \"x\" in an OpenAPI object; it is ignored",
                "openapi.yaml:5:4: warning: the tag \"!custom\" is not supported here; it is ignored",
                "openapi.yaml:5:19: warning: a key must be text, not a sequence; it is left out",
                "openapi.yaml:5:32: warning: \"<<\" takes a mapping or a sequence of mappings; it is ignored",
            ])
        let json = Reading(
            ["openapi.json": "{\"openapi\": \"3.1.0\", \"paths\": {}, \"paths\": 1}"], documents: ["openapi.json"],
            strictness: .outside)
        #expect(json.document != nil && json.complaints.count == 3)
    }

    @Test func multipartIsDescribedByEncodings() throws {
        let reading = Reading(
            version: "3.2.0",
            """
            paths:
              /a:
                post:
                  operationId: a
                  requestBody:
                    content:
                      multipart/form-data:
                        schema: { properties: { a: {}, b: {} } }
                        encoding:
                          a: { contentType: 'image/png, image/jpeg', headers: { X-A: { schema: { type: string } } } }
                          b: { style: deepObject, explode: true, allowReserved: true }
                      multipart/mixed; boundary=x:
                        prefixEncoding: [{ contentType: text/plain }]
                        itemEncoding: { contentType: application/json }
                  responses: { '200': { description: Fine } }
            """)
        #expect(reading.complaints == [])
        let content = try #require(reading.operation?.requestBody?.content)
        #expect(content.map(\.name) == ["multipart/form-data", "multipart/mixed; boundary=x"])
        #expect(content.map(\.contentType) == ["multipart/form-data", "multipart/mixed"])
        let encodings = content[0].encodings
        #expect(encodings.map(\.property) == ["a", "b"])
        #expect(
            encodings[0].contentTypes == ["image/png", "image/jpeg"] && encodings[0].headers.map(\.name) == ["X-A"])
        #expect(encodings[1].style == "deepObject" && encodings[1].explode == true && encodings[1].allowReserved)
        #expect(content[1].prefixEncodings.map(\.contentTypes) == [["text/plain"]])
        #expect(content[1].itemEncoding?.contentTypes == ["application/json"])
    }

    @Test func whatVersion32Adds() throws {
        let reading = Reading(
            version: "3.2.0",
            """
            servers: [{ url: 'https://example.com', name: main }]
            paths:
              /a:
                query:
                  operationId: a
                  parameters:
                    - { name: q, in: querystring, content: { application/json: { schema: { type: object } } } }
                    - { name: c, in: cookie, style: cookie, schema: { type: string } }
                  responses:
                    '200':
                      summary: Events
                      content: { text/event-stream: { itemSchema: { $ref: '#/components/schemas/Event' } } }
            components:
              schemas:
                Event:
                  oneOf: [{ $ref: '#/components/schemas/One' }]
                  discriminator: { propertyName: kind, defaultMapping: Other }
                One: { type: object }
                Other: { type: object }
            """)
        #expect(reading.complaints == [])
        let operation = try #require(reading.operation)
        #expect(operation.method == "query" && operation.wireMethod == "QUERY")
        #expect(operation.parameters.map(\.place) == [.querystring, .cookie])
        #expect(operation.parameters[0].contentType == "application/json" && operation.parameters[1].style == "cookie")
        let events = try #require(operation.responses.first?.content.first)
        #expect(operation.responses.first?.description == "Events")
        let event = reading.specification[reading.specification.resolved(try #require(events.itemSchema))]
        #expect(reading.place(event.discriminator?.defaultMapping) == "openapi.yaml#/components/schemas/Other")
        #expect(reading.document?.servers.first?.name == "main")
    }
}
