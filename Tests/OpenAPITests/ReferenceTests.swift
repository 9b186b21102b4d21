import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML
import Testing

/// `$ref` within a file and across files, and what is refused.
struct ReferenceTests {
    @Test func acrossFilesRelativeToTheReferringFile() {
        let reading = Reading(
            [
                "api/openapi.yaml": """
                openapi: 3.1.0
                info: { title: Test, version: '1' }
                paths:
                  /pets/{id}: { $ref: 'areas/pets.yaml#/paths/~1pets~1%7Bid%7D' }
                """,
                "api/areas/pets.yaml": """
                paths:
                  /pets/{id}:
                    get:
                      operationId: getPet
                      parameters: [{ $ref: '#/components/parameters/Id' }]
                      responses:
                        '200': { $ref: '../../shared/common.json#/components/responses/Pet' }
                components:
                  parameters:
                    Id: { name: id, in: path, required: true, schema: { $ref: '../../shared/common.json#/components/schemas/a~1b~0c' } }
                """,
                "shared/common.json": """
                {"components": {
                  "responses": {"Pet": {
                    "description": "A pet", "headers": {"X-Count": {"$ref": "#/components/headers/Count"}},
                    "content": {"application/json": {
                      "schema": {"$ref": "#/components/schemas/Pet"},
                      "examples": {"cat": {"$ref": "#/components/examples/Cat"}}}}}},
                  "headers": {"Count": {"schema": {"type": "integer"}}},
                  "examples": {"Cat": {"value": {"name": "Tom"}}},
                  "schemas": {"Pet": {"type": "object"}, "a/b~c": {"type": "string"}}}}
                """,
            ], documents: ["api/openapi.yaml"], strictness: .outside)
        #expect(reading.complaints == [])
        let operation = reading.operation
        #expect(operation?.path == "/pets/{id}")
        #expect(operation?.location.description == "api/areas/pets.yaml:3:5")
        let response = operation?.responses.first
        #expect(
            reading.place(operation?.parameters.first?.schema) == "api/areas/pets.yaml#/components/parameters/Id/schema"
        )
        #expect(
            reading.place(response?.content.first?.schema)
                == "shared/common.json#/components/responses/Pet/content/application/json/schema")
        #expect(response?.headers.first?.name == "X-Count")
        #expect(response?.content.first?.examples.first?.value.mapping?["name"]?.string == "Tom")
        let target = operation?.parameters.first?.schema.map { reading.specification.resolved($0) }
        #expect(reading.place(target) == "shared/common.json#/components/schemas/a/b~c")
    }

    @Test func twoDocumentsShareOneSchema() {
        let root = """
            openapi: 3.1.0
            info: { title: Test, version: '1' }
            paths:
              /pets: { $ref: 'pets.yaml#/paths/~1pets' }
            """
        let pets = """
            paths:
              /pets:
                get:
                  operationId: listPets
                  responses:
                    '200': { description: All, content: { application/json: { schema: { type: array, items: { type: string } } } } }
            """
        let reading = Reading(
            ["one.yaml": root, "two.yaml": root, "pets.yaml": pets], documents: ["one.yaml", "two.yaml"])
        #expect(reading.complaints == [])
        let schemas = reading.specification.documents.map { $0.operations[0].responses[0].content[0].schema }
        #expect(schemas.count == 2 && schemas[0] == schemas[1] && schemas[0] != nil)
        #expect(reading.specification.schemas.count == 2)
    }

    @Test func aliasesAreSchemasOfTheirOwn() {
        let reading = Reading(
            schemas: """
                Cat: { type: object, properties: { mood: &mood { type: string, enum: [good, bad] } } }
                Dog: { type: object, properties: { mood: *mood } }
                """)
        #expect(reading.complaints == [])
        let moods = ["Cat", "Dog"].map { reading.place(reading.schema($0)?.properties.first?.schema) }
        #expect(
            moods == ["Cat", "Dog"].map { "openapi.yaml#/components/schemas/\($0)/properties/mood" })
    }

    @Test func anchors() {
        let reading = Reading(
            schemas: """
                Tree:
                  $anchor: tree
                  type: object
                  properties: { child: { $ref: '#tree' }, leaf: { $ref: 'leaf.yaml#leaf' } }
                """,
            files: ["leaf.yaml": "$defs: { leaf: { $anchor: leaf, type: string } }"])
        #expect(reading.complaints == [])
        let targets = reading.schema("Tree")?.properties.map {
            reading.place(reading.specification.resolved($0.schema))
        }
        #expect(targets == ["openapi.yaml#/components/schemas/Tree", "leaf.yaml#/$defs/leaf"])
    }

    @Test func dynamicReferences() {
        let reading = Reading(
            schemas: """
                Tree: { $dynamicAnchor: node, type: object, properties: { child: { $dynamicRef: '#node' } } }
                One: { $dynamicAnchor: twice, type: string }
                Two: { $dynamicAnchor: twice, type: array, items: { $dynamicRef: '#twice' } }
                Old: { $recursiveAnchor: true, type: object, properties: { child: { $recursiveRef: '#' } } }
                """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:7:70: warning: a "$dynamicRef" to one of several schemas is not supported; any value is \
                accepted
                """
            ])
        let targets = ["Tree", "Old"].map { name in
            reading.place(reading.schema(name)?.properties.first.map { reading.specification.resolved($0.schema) })
        }
        #expect(targets == ["Tree", "Old"].map { "openapi.yaml#/components/schemas/\($0)" })
    }

    @Test func danglingReferences() {
        let reading = Reading(
            schemas: """
                Pet: { type: object }
                A: { $ref: '#/components/schemas/Pett' }
                B: { $ref: '#/component/schemas/Pet' }
                C: { $ref: 'missing.yaml#/Pet' }
                D: { $ref: '#pet' }
                E: { $ref: '#/components/schemas/Pet/allOf/0' }
                """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:6:16: error: "#/components/schemas/Pett" points to nothing: there is no "Pett" in \
                "/components/schemas" [did you mean "Pet"?]
                """,
                """
                openapi.yaml:7:16: error: "#/component/schemas/Pet" points to nothing: there is no "component" in the \
                document [did you mean "components"?]
                """,
                "openapi.yaml:8:16: error: there is no file \"missing.yaml\"",
                "openapi.yaml:9:16: error: \"#pet\" points to nothing: no schema there has the anchor \"pet\"",
                """
                openapi.yaml:10:16: error: "#/components/schemas/Pet/allOf/0" points to nothing: there is no "allOf" \
                in "/components/schemas/Pet"
                """,
            ])
    }

    @Test func aReferenceToAComponentOfAnotherKind() {
        let reading = Reading(
            """
            paths: {}
            components:
              schemas:
                Pet: { $ref: '#/components/responses/Pet' }
              responses:
                Pet: { description: A pet }
            """)
        #expect(
            reading.complaints.first
                == "openapi.yaml:6:18: error: \"#/components/responses/Pet\" is a response, not a schema")
    }

    @Test(arguments: [
        ("https://example.com/pets.yaml#/Pet", "remote references are refused: nothing is fetched from the network"),
        ("//example.com/pets.yaml", "remote references are refused: nothing is fetched from the network"),
        ("file:///etc/passwd", "remote references are refused: nothing is fetched from the network"),
        ("../pets.yaml#/Pet", "\"../pets.yaml#/Pet\" leads out of the folder of the specification"),
        ("%2E%2E/pets.yaml", "\"%2E%2E/pets.yaml\" leads out of the folder of the specification"),
        ("a/../../pets.yaml", "\"a/../../pets.yaml\" leads out of the folder of the specification"),
        ("/etc/passwd", "\"/etc/passwd\" leads out of the folder of the specification"),
    ])
    func refused(reference: String, message: String) {
        let reading = Reading(
            schemas: "Pet: { $ref: '\(reference)' }", strictness: .outside,
            files: ["pets.yaml": "Pet: {}", "etc/passwd": "{}"])
        #expect(reading.complaints.count == 1)
        #expect(reading.complaints.first?.hasPrefix("openapi.yaml:5:18: error: \(message)") == true)
    }

    @Test(arguments: ["..\\pets.yaml", "%zz.yaml", "pets%00.yaml"])
    func malformed(reference: String) {
        let own = Reading(schemas: "Pet: { $ref: '\(reference)' }")
        #expect(own.complaints == ["openapi.yaml:5:18: error: \"\(reference)\" is no valid reference"])
        let outside = Reading(schemas: "Pet: { $ref: '\(reference)' }", strictness: .outside)
        let message = "\"\(reference)\" is no valid reference; any value is accepted"
        #expect(outside.complaints == ["openapi.yaml:5:18: warning: \(message)"])
    }

    @Test func pathsAreNormalised() {
        let reading = Reading(
            [
                "a/openapi.yaml": """
                openapi: 3.1.0
                info: { title: Test, version: '1' }
                paths: {}
                components:
                  schemas:
                    A: { $ref: './../b/./pets%20and%20more.yaml' }
                    B: { $ref: '../a/openapi.yaml#/components/schemas/C' }
                    C: { type: string }
                """,
                "b/pets and more.yaml": "type: object",
            ], documents: ["a/openapi.yaml"])
        #expect(reading.complaints == [])
        #expect(reading.place(reading.schema("A")?.reference) == "b/pets and more.yaml#/")
        #expect(reading.place(reading.schema("B")?.reference) == "a/openapi.yaml#/components/schemas/C")
    }

    @Test func eachFileIsReadOnce() {
        let reading = Reading(
            schemas: """
                A: { $ref: 'bad.yaml#/A' }
                B: { $ref: 'bad.yaml#/B' }
                """, files: ["bad.yaml": "A: [1\n"])
        #expect(reading.complaints.count == 1)
        #expect(reading.complaints.first?.hasPrefix("bad.yaml:") == true)
    }

    @Test func whatStandsBesideAReference() {
        let reading = Reading(
            """
            paths:
              /pets:
                get:
                  operationId: listPets
                  parameters: [{ $ref: '#/components/parameters/Limit', description: Ours, required: true }]
                  responses: { '200': { description: All } }
            components:
              parameters:
                Limit: { name: limit, in: query, description: Theirs, schema: { type: integer } }
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:7:80: error: what stands beside \"$ref\" is ignored: \"required\""
            ])
        #expect(reading.operation?.parameters.first?.description == "Ours")
        #expect(reading.operation?.parameters.first?.isRequired == false)
    }
}
