import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML
import Testing

/// What schemas say, in the spellings of all versions.
struct SchemaTests {
    @Test func nullable() throws {
        let old = Reading(version: "3.0.3", schemas: "A: { type: string, nullable: true, enum: [a, null] }")
        let new = Reading(schemas: "A: { type: [string, 'null'], enum: [a, null] }")
        for reading in [old, new] {
            #expect(reading.complaints == [])
            let schema = try #require(reading.schema("A"))
            #expect(schema.kinds == [.string] && schema.isNullable)
            #expect(schema.enumValues.map(\.text) == ["a"])
        }
    }

    @Test func types() throws {
        let reading = Reading(
            schemas: """
                One: { type: integer, format: int64, default: 1 }
                Some: { type: [string, integer, number, boolean, 'null'] }
                Null: { type: 'null' }
                Any: {}
                Yes: true
                No: false
                Const: { const: 5 }
                """)
        #expect(reading.complaints == [])
        let one = try #require(reading.schema("One"))
        #expect(one.kinds == [.integer] && one.format == "int64" && one.defaultValue?.int == 1)
        #expect(reading.schema("Some")?.kinds == [.string, .integer, .number, .boolean])
        #expect(reading.schema("Some")?.isNullable == true)
        #expect(reading.schema("Null")?.kinds == [] && reading.schema("Null")?.isNullable == true)
        #expect(["Any", "Yes", "No", "One"].map { reading.schema($0)?.booleanValue } == [true, true, false, nil])
        #expect(reading.schema("Const")?.constValue?.int == 5)
    }

    @Test func objects() throws {
        let reading = Reading(
            schemas: """
                A:
                  title: An A
                  description: One of them
                  type: object
                  deprecated: true
                  required: [b]
                  properties:
                    b: { type: string, readOnly: true, writeOnly: false }
                    c: { type: string, writeOnly: true }
                  patternProperties: { '^x-': { type: string } }
                  examples: [{ b: 1 }, { b: 2 }]
                  example: { b: 0 }
                """)
        #expect(reading.complaints == [])
        let schema = try #require(reading.schema("A"))
        #expect(schema.title == "An A" && schema.description == "One of them" && schema.isDeprecated)
        #expect(schema.required == ["b"] && schema.properties.map(\.name) == ["b", "c"])
        #expect(schema.properties[0].location.description == "openapi.yaml:12:9")
        #expect(schema.patternProperties.map(\.name) == ["^x-"])
        #expect(schema.examples.map { $0.mapping?["b"]?.int } == [0, 1, 2])
        #expect(reading.specification[schema.properties[0].schema].isReadOnly)
        #expect(reading.specification[schema.properties[1].schema].isWriteOnly)
        #expect(schema.location.description == "openapi.yaml:5:5")
        #expect(schema.file == "openapi.yaml" && schema.node.mapping?["type"]?.string == "object")
    }

    @Test func additionalProperties() {
        let reading = Reading(
            schemas: """
                A: { type: object }
                B: { type: object, additionalProperties: false }
                C: { type: object, additionalProperties: true }
                D: { type: object, additionalProperties: {} }
                E: { type: object, additionalProperties: { type: string } }
                """)
        #expect(reading.complaints == [])
        let kinds = ["A", "B", "C", "D", "E"].map { name -> String in
            switch reading.schema(name)?.additionalProperties {
            case .unspecified: "unspecified"
            case .forbidden: "forbidden"
            case .anything: "anything"
            case .schema(let id): reading.specification[id].kinds.map(\.rawValue).joined()
            case nil: "no schema"
            }
        }
        #expect(kinds == ["unspecified", "forbidden", "anything", "anything", "string"])
    }

    @Test func arraysAndComposition() throws {
        let reading = Reading(
            schemas: """
                List: { type: array, items: { type: string }, prefixItems: [{ type: integer }] }
                All: { allOf: [{ type: object }, { type: object }] }
                One: { oneOf: [{ type: string }] }
                Any: { anyOf: [{ type: string }, { type: integer }, true] }
                File: { type: string, contentEncoding: base64, contentMediaType: image/png }
                """)
        #expect(reading.complaints == [])
        let list = try #require(reading.schema("List"))
        #expect(list.items.map { reading.specification[$0].kinds } == [.string])
        #expect(list.prefixItems.map { reading.specification[$0].kinds } == [[.integer]])
        #expect(reading.schema("All")?.allOf.count == 2)
        #expect(reading.schema("One")?.oneOf.count == 1)
        #expect(reading.schema("Any")?.anyOf.map { reading.specification[$0].booleanValue } == [nil, nil, true])
        #expect(reading.schema("File")?.contentEncoding == "base64")
    }

    @Test func bareReferences() {
        let reading = Reading(
            schemas: """
                T: { type: string }
                Bare: { $ref: '#/components/schemas/T' }
                Annotated: { $ref: '#/components/schemas/T', description: Mine, default: a, x-other: 1 }
                More: { $ref: '#/components/schemas/T', minLength: 1 }
                """)
        #expect(reading.complaints == [])
        #expect(["Bare", "Annotated", "More"].map { reading.schema($0)?.isBareReference } == [true, true, false])
        #expect(reading.schema("Annotated")?.description == "Mine")
        #expect(reading.place(reading.schema("More")?.reference) == "openapi.yaml#/components/schemas/T")
    }

    @Test func version30IgnoresWhatStandsBesideAReference() {
        let reading = Reading(
            version: "3.0.3",
            schemas: """
                T: { type: string }
                A: { $ref: '#/components/schemas/T', description: Mine, nullable: true }
                """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:6:61: warning: "nullable" beside "$ref" is ignored in OpenAPI 3.0 \
                [wrap the reference in "allOf"]
                """
            ])
        #expect(reading.schema("A")?.isBareReference == true && reading.schema("A")?.isNullable == false)
    }

    @Test func discriminators() throws {
        let reading = Reading(
            schemas: """
                Pet:
                  oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: 'dog.yaml#/Dog' }]
                  discriminator:
                    propertyName: kind
                    mapping: { cat: Cat, dog: 'dog.yaml#/Dog', tom: '#/components/schemas/Cat' }
                Cat: { type: object }
                """, files: ["dog.yaml": "Dog: { type: object }"])
        #expect(reading.complaints == [])
        let discriminator = try #require(reading.schema("Pet")?.discriminator)
        #expect(discriminator.property == "kind")
        #expect(discriminator.mapping.map(\.value) == ["cat", "dog", "tom"])
        #expect(
            discriminator.mapping.map { reading.place($0.schema) }
                == ["openapi.yaml#/components/schemas/Cat", "dog.yaml#/Dog", "openapi.yaml#/components/schemas/Cat"])
    }
}
