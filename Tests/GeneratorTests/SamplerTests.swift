import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML
import Testing

@testable import GeneratorPlan

@Suite struct SamplerTests {
    /// Values of the schema `S` of a document with these schemas.
    private func sample(
        _ schemas: String, _ direction: Sampler.Direction = .request, version: String = "3.1.0"
    ) throws -> String? {
        let (sampler, id) = try sampler(schemas, version: version)
        let json = sampler.json(of: id, direction: direction)
        if let json {
            let file = SourceFile(path: "sample.json", bytes: Array(json.utf8))
            let value = try #require(YAMLReader.read(file, diagnostics: Diagnostics()))
            #expect(sampler.accepts(value, id, direction: direction), "\(json) does not satisfy its own schema")
        }
        return json
    }

    private func sampler(_ schemas: String, version: String = "3.1.0") throws -> (Sampler, SchemaID) {
        let indented = schemas.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let text = """
            openapi: \(version)
            info: { title: T, version: '1' }
            paths:
              /x:
                get:
                  operationId: x
                  responses:
                    '200':
                      description: d
                      content: { application/json: { schema: { $ref: '#/components/schemas/S' } } }
            components:
              schemas:
            \(indented)
            """
        let reader = SpecificationReader(
            files: MemoryFolder(files: ["t.yaml": text]), diagnostics: Diagnostics(), strictness: .outside)
        let specification = reader.read(documents: ["t.yaml"])
        let schema = try #require(
            specification.documents.first?.operations.first?.responses.first?.content.first?.schema)
        return (Sampler(specification: specification), schema)
    }

    @Test(
        arguments: [
            ("S: { type: string }", "\"text\""),
            ("S: { type: string, enum: [b, a] }", "\"b\""),
            ("S: { const: 7 }", "7"),
            ("S: { type: string, default: d }", "\"d\""),
            ("S: { type: string, example: e, default: d }", "\"e\""),
            ("S: { type: string, maxLength: 1, example: toolong }", "\"t\""),
            ("S: { type: string, minLength: 9 }", "\"texttextt\""),
            ("S: { type: string, format: date-time }", "\"2026-01-02T03:04:00Z\""),
            ("S: { type: string, format: date-time, example: yesterday }", "\"2026-01-02T03:04:00Z\""),
            ("S: { type: string, format: uuid }", "\"00000000-0000-4000-8000-000000000001\""),
            ("S: { type: string, format: byte }", "\"AAEC\""),
            ("S: { type: string, pattern: '^[0-9]{3}-x?y+$' }", "\"000-y\""),
            ("S: { type: string, pattern: '^a+$', minLength: 3 }", "\"aaa\""),
            ("S: { type: string, pattern: '^(?!a)[ab]$' }", nil),
            ("S: { type: integer }", "1"),
            ("S: { type: integer, minimum: 5 }", "5"),
            ("S: { type: integer, exclusiveMinimum: 5 }", "6"),
            ("S: { type: integer, maximum: -5 }", "-5"),
            ("S: { type: number, exclusiveMinimum: 0, exclusiveMaximum: 1 }", "0.5"),
            ("S: { type: integer, minimum: 10, multipleOf: 7 }", "14"),
            ("S: { type: boolean }", "true"),
            ("S: { type: [string, 'null'] }", "\"text\""),
            ("S: { type: 'null' }", "null"),
            ("S: { type: array, items: { type: integer } }", "[1]"),
            ("S: { type: array, maxItems: 0, items: { type: integer } }", "[]"),
            ("S: { type: array, minItems: 3, uniqueItems: true, items: { type: integer } }", "[1,2,3]"),
            ("S: { type: array, minItems: 2, uniqueItems: true, items: { enum: [x, y] } }", "[\"x\",\"y\"]"),
            ("S: { type: array, minItems: 3, uniqueItems: true, items: { type: boolean } }", nil),
            ("S: { type: array, prefixItems: [{ type: string }, { type: integer }] }", "[\"text\",1]"),
            ("S: { type: object }", "{}"),
            ("S: { type: object, minProperties: 1, additionalProperties: { type: integer } }", "{\"key1\":1}"),
            ("S: {}", "{}"),
            ("S: false", nil),
        ] as [(String, String?)])
    func makesASmallValue(_ schema: String, _ expected: String?) throws {
        #expect(try sample(schema) == expected)
    }

    @Test func takesWhatIsRequiredInARequestAndPlainMembersInAResponse() throws {
        let schema = """
            S:
              type: object
              required: [id, name, secret]
              properties:
                id: { type: integer, readOnly: true }
                name: { type: string }
                secret: { type: string, writeOnly: true }
                note: { type: string }
                old: { type: string, deprecated: true }
            """
        #expect(try sample(schema) == #"{"name":"text","secret":"text"}"#)
        #expect(try sample(schema, .response) == #"{"id":1,"name":"text","note":"text"}"#)
    }

    @Test func cutsCyclesWhereTheyCanBeCut() throws {
        let tree = """
            S: { type: object, required: [children], properties: { children: { $ref: '#/components/schemas/L' }, up: { $ref: '#/components/schemas/S' } } }
            L: { type: array, items: { $ref: '#/components/schemas/S' } }
            """
        #expect(try sample(tree, .response) == #"{"children":[]}"#)
        let nullable = """
            S: { type: object, required: [next], properties: { next: { anyOf: [{ $ref: '#/components/schemas/S' }, { type: 'null' }] } } }
            """
        #expect(try sample(nullable) == #"{"next":null}"#)
        let endless = "S: { type: object, required: [next], properties: { next: { $ref: '#/components/schemas/S' } } }"
        #expect(try sample(endless) == nil)
    }

    @Test func mergesWhatHoldsTogether() throws {
        let schema = """
            A: { type: object, required: [a], properties: { a: { type: string } } }
            S:
              allOf:
                - $ref: '#/components/schemas/A'
                - { type: object, required: [b], properties: { a: { minLength: 5 }, b: { type: integer, minimum: 3 } } }
            """
        #expect(try sample(schema) == #"{"a":"textt","b":3}"#)
    }

    @Test func choosesAnAlternativeThatFitsAlone() throws {
        let overlapping = """
            S: { oneOf: [{ type: integer }, { type: number, minimum: 1 }, { type: string }] }
            """
        #expect(try sample(overlapping) == "\"text\"")
    }

    @Test func writesTheDiscriminator() throws {
        let mapped = """
            S:
              oneOf: [{ $ref: '#/components/schemas/A' }]
              discriminator: { propertyName: kind, mapping: { first: '#/components/schemas/A' } }
            A: { type: object, required: [kind], properties: { kind: { type: string } } }
            """
        #expect(try sample(mapped) == #"{"kind":"first"}"#)
        let named = """
            S: { oneOf: [{ $ref: '#/components/schemas/A' }], discriminator: { propertyName: kind } }
            A: { type: object, required: [kind], properties: { kind: { type: string } } }
            """
        #expect(try sample(named) == #"{"kind":"A"}"#)
        let constant = """
            S: { anyOf: [{ $ref: '#/components/schemas/A' }], discriminator: { propertyName: kind } }
            A: { type: object, required: [kind], properties: { kind: { type: string, enum: [a.b] } } }
            """
        #expect(try sample(constant) == #"{"kind":"a.b"}"#)
        let family = """
            S: { allOf: [{ $ref: '#/components/schemas/Base' }, { type: object, required: [n], properties: { n: { type: integer } } }] }
            Base:
              type: object
              required: [kind]
              properties: { kind: { type: string } }
              discriminator: { propertyName: kind, mapping: { s: '#/components/schemas/S' } }
            """
        #expect(try sample(family) == #"{"kind":"s","n":1}"#)
    }

    @Test func leavesOutWhatAnotherPartForbids() throws {
        let schema = """
            S:
              allOf:
                - { type: object, additionalProperties: false, properties: { a: { type: string } } }
                - { type: object, properties: { b: { type: string } } }
            """
        #expect(try sample(schema, .response) == "{}")
    }

    @Test func readsTheExclusiveLimitsOfTheOldVersion() throws {
        #expect(try sample("S: { type: integer, minimum: 5, exclusiveMinimum: true }", version: "3.0.3") == "6")
        #expect(try sample("S: { type: string, nullable: true, maxLength: 0 }", version: "3.0.3") == "\"\"")
    }

    @Test func isQuickWithAlternativesOfAlternatives() throws {
        let levels = (0..<30).map { level in
            "L\(level): { anyOf: [\((0..<6).map { _ in "{ $ref: '#/components/schemas/L\(level + 1)' }" }.joined(separator: ", "))] }"
        }
        let json = try sample(
            (["S: { $ref: '#/components/schemas/L0' }"] + levels + ["L30: false"]).joined(separator: "\n"))
        #expect(json == nil)
    }
}
