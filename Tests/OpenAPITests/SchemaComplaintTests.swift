import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// What is wrong with schemas, and where.
struct SchemaComplaintTests {
    @Test func typos() {
        let reading = Reading(
            schemas: """
                A:
                  type: object
                  requried: [b]
                  properties:
                    b: { typ: string }
                    c: { type: strng }
                    d: { anything: 1, x-anything: 1, x-tollgate-typ: Int64, x-tollgate-paging: 1 }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:7:7: error: unknown keyword \"requried\" in a schema object [did you mean \"required\"?]",
                "openapi.yaml:9:14: error: unknown keyword \"typ\" in a schema object [did you mean \"type\"?]",
                """
                openapi.yaml:10:20: warning: there is no type "strng"; any value is accepted [did you mean "string"?]
                """,
                "openapi.yaml:11:14: error: unknown keyword \"anything\" in a schema object",
                """
                openapi.yaml:11:42: error: unknown keyword "x-tollgate-typ" in a schema object \
                [did you mean "x-tollgate-type"?]
                """,
                "openapi.yaml:11:65: error: \"x-tollgate-paging\" does not belong in a schema object",
            ])
    }

    @Test func keywordsOfOtherVersions() {
        let new = Reading(schemas: "A: { type: string, nullable: true }")
        #expect(
            new.complaints == [
                """
                openapi.yaml:5:24: error: "nullable" in a schema object is a keyword of OpenAPI 3.0; this document \
                says 3.1
                """
            ])
        let old = Reading(version: "3.0.3", schemas: "A: { type: [string, integer], const: a }")
        #expect(
            old.complaints == [
                """
                openapi.yaml:5:16: error: several types need OpenAPI 3.1; this document says 3.0 \
                [write "nullable: true" or "oneOf"]
                """,
                """
                openapi.yaml:5:35: error: "const" in a schema object is a keyword of OpenAPI 3.1 and later; this \
                document says 3.0
                """,
            ])
    }

    @Test func exclusiveLimits() {
        let limits = "A: { minimum: 1, exclusiveMinimum: true, exclusiveMaximum: 3 }"
        #expect(
            Reading(version: "3.0.3", schemas: limits).complaints == [
                "openapi.yaml:5:64: error: \"exclusiveMaximum\" is a boolean in OpenAPI 3.0, found an integer"
            ])
        #expect(
            Reading(schemas: limits).complaints == [
                "openapi.yaml:5:40: error: \"exclusiveMinimum\" is a number in OpenAPI 3.1, found a boolean"
            ])
    }

    @Test func wrongKindsOfNodes() {
        let reading = Reading(
            schemas: """
                A: text
                B: { title: [a], deprecated: 1, properties: [], required: b, items: [], allOf: {}, enum: a }
                C: { minimum: a, maxLength: -1, minLength: x, pattern: {}, uniqueItems: 'true' }
                D: { required: true, discriminator: kind, type: {} }
                E: { type: null }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:5:8: error: expected a mapping, found a string",
                "openapi.yaml:6:17: error: expected a string, found a sequence",
                "openapi.yaml:6:34: error: expected a boolean, found an integer",
                "openapi.yaml:6:49: error: expected a mapping, found a sequence",
                "openapi.yaml:6:63: error: expected a sequence, found a string",
                "openapi.yaml:6:73: error: expected a mapping, found a sequence",
                "openapi.yaml:6:84: error: expected a sequence, found a mapping",
                "openapi.yaml:6:94: error: expected a sequence, found a string",
                "openapi.yaml:7:19: error: expected a number, found a string",
                "openapi.yaml:7:33: error: \"maxLength\" is a count, 0 or more",
                "openapi.yaml:7:48: error: expected an integer, found a string",
                "openapi.yaml:7:60: error: expected a string, found a mapping",
                "openapi.yaml:7:77: error: expected a boolean, found a string",
                """
                openapi.yaml:8:20: error: expected a sequence, found a boolean \
                [list the property under "required" of the object that it belongs to]
                """,
                "openapi.yaml:8:41: error: expected a mapping, found a string",
                "openapi.yaml:8:53: error: expected a string, found a mapping",
                "openapi.yaml:9:16: error: expected a string, found null [write it in quotes: 'null']",
            ])
    }

    @Test func emptyLists() {
        let reading = Reading(schemas: "A: { type: [], enum: [], oneOf: [] }")
        #expect(
            reading.complaints == [
                "openapi.yaml:5:10: error: \"type\" needs at least one type",
                "openapi.yaml:5:20: error: \"enum\" needs at least one value",
                "openapi.yaml:5:30: error: \"oneOf\" needs at least one schema",
            ])
    }

    @Test func repeatedValues() {
        let reading = Reading(schemas: "A: { enum: [a, '1', 1, a] }")
        #expect(
            reading.complaints == [
                "openapi.yaml:5:28: warning: the value \"a\" is listed twice",
                "  openapi.yaml:5:17: note: first listed here",
            ])
        #expect(reading.schema("A")?.enumValues.count == 3)
    }

    @Test func mappingsThatContradictTheirSchemas() throws {
        let reading = Reading(
            schemas: """
                Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
                  discriminator: { propertyName: kind, mapping: { $cat: '#/components/schemas/Cat', dog: Dog } } }
                Cat: { type: object, required: [kind], properties: { kind: { type: string, enum: [cat] } } }
                Dog: { type: object, required: [kind], properties: { kind: { type: string, enum: [dog, puppy] } } }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:6:7: warning: \"$cat\" stands for a schema whose \"kind\" is \"cat\"; that is taken"
            ])
        #expect(reading.schema("Pet")?.discriminator?.mapping.map(\.value) == ["cat", "dog"])
    }

    @Test func requiredPropertiesThatNobodyDescribes() {
        let reading = Reading(
            schemas: """
                A: { type: object, required: [idd], properties: { id: { type: string } } }
                B: { type: object, required: [x], properties: { id: {} }, additionalProperties: true }
                C: { required: [x], properties: { id: {} }, allOf: [{ $ref: '#/components/schemas/A' }] }
                D: { allOf: [{ required: [id], properties: { x: {} } }] }
                E: { required: [x] }
                """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:5:35: warning: "idd" is required, and the schema has no such property; it is not asked for \
                [did you mean "id"?]
                """
            ])
    }

    @Test func itemsOfVersion30() {
        #expect(
            Reading(version: "3.0.3", schemas: "A: { type: array }").complaints == [
                "openapi.yaml:5:5: error: missing \"items\" in a schema object of type \"array\""
            ])
        #expect(Reading(schemas: "A: { type: array }").complaints == [])
    }

    @Test func booleansOfVersion30() {
        let reading = Reading(
            version: "3.0.3", schemas: "A: true\nB: { type: object, additionalProperties: true }")
        #expect(reading.complaints == ["openapi.yaml:5:8: error: expected a mapping, found a boolean"])
    }

    @Test func discriminatorsToNowhere() {
        let reading = Reading(
            schemas: """
                Cat: { type: object }
                A: { discriminator: { propertyName: kind, mapping: { cat: Catt, dog: '#/components/schemas/Dog' } } }
                B: { discriminator: { mapping: {} } }
                C: { discriminator: { propertyNam: kind } }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:6:63: error: the mapping names \"Catt\", and no schema has this name [did you mean \"Cat\"?]",
                """
                openapi.yaml:6:74: error: "#/components/schemas/Dog" points to nothing: there is no "Dog" in \
                "/components/schemas"
                """,
                "openapi.yaml:7:10: error: missing \"propertyName\" in a discriminator object",
                """
                openapi.yaml:8:27: error: unknown keyword "propertyNam" in a discriminator object \
                [did you mean "propertyName"?]
                """,
            ])
    }

    @Test func unsupportedKeywordsAreReadAllTheSame() {
        let reading = Reading(schemas: "A: { not: { typ: string }, if: { $ref: '#/x' } }")
        #expect(
            reading.complaints == [
                """
                openapi.yaml:5:10: warning: "not" in a schema object is not supported; values are not checked \
                against it
                """,
                "openapi.yaml:5:17: error: unknown keyword \"typ\" in a schema object [did you mean \"type\"?]",
                """
                openapi.yaml:5:32: warning: "if" in a schema object is not supported; values are not checked against it
                """,
                "openapi.yaml:5:44: error: \"#/x\" points to nothing: there is no \"x\" in the document",
            ])
    }

    @Test func oneComplaintForASchemaThatManyReferTo() {
        let reading = Reading(
            schemas: """
                A: { typ: string }
                B: { properties: { a: { $ref: '#/components/schemas/A' }, b: { $ref: '#/components/schemas/A' } } }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:5:10: error: unknown keyword \"typ\" in a schema object [did you mean \"type\"?]"
            ])
    }
}
