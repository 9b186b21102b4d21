import GeneratorOpenAPI
import Testing

/// References that lead back to themselves, and those that only seem to.
struct CycleTests {
    @Test func throughFiles() {
        let reading = Reading(
            schemas: """
                A: { $ref: 'other.yaml#/B' }
                Uses: { type: object, properties: { a: { $ref: '#/components/schemas/A' } } }
                """, files: ["other.yaml": "B: { $ref: '#/C' }\nC: { $ref: 'openapi.yaml#/components/schemas/A' }\n"])
        #expect(
            reading.complaints == [
                "openapi.yaml:5:16: error: this reference leads back to itself",
                "  other.yaml:1:12: note: by way of this one",
                "  other.yaml:2:12: note: by way of this one",
            ])
        let schemas = reading.specification.schemas.indices.map(SchemaID.init)
        #expect(schemas.allSatisfy { reading.specification[reading.specification.resolved($0)].reference == nil })
    }

    @Test func toItself() {
        let reading = Reading(schemas: "A: { $ref: '#/components/schemas/A' }")
        #expect(reading.complaints == ["openapi.yaml:5:16: error: this reference leads back to itself"])
    }

    @Test func throughAllOf() {
        let reading = Reading(
            schemas: """
                A:
                  allOf:
                    - { $ref: '#/components/schemas/B' }
                    - { type: object }
                B:
                  allOf:
                    - { $ref: '#/components/schemas/A' }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:7:19: error: this reference leads back to itself",
                "  openapi.yaml:11:19: note: by way of this one",
            ])
    }

    @Test func twoCircles() {
        let reading = Reading(
            schemas: """
                A: { $ref: '#/components/schemas/A' }
                B: { $ref: '#/components/schemas/C' }
                C: { $ref: '#/components/schemas/B' }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:5:16: error: this reference leads back to itself",
                "openapi.yaml:6:16: error: this reference leads back to itself",
                "  openapi.yaml:7:16: note: by way of this one",
            ])
    }

    @Test func ofParameters() {
        let reading = Reading(
            """
            paths:
              /pets:
                get:
                  operationId: listPets
                  parameters: [{ $ref: '#/components/parameters/A' }]
                  responses: { '200': { description: All } }
            components:
              parameters:
                A: { $ref: '#/components/parameters/B' }
                B: { $ref: '#/components/parameters/A' }
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:11:16: error: this reference leads back to itself",
                "  openapi.yaml:12:16: note: by way of this one",
            ])
        #expect(reading.operation?.parameters.isEmpty == true)
    }

    @Test func recursiveSchemasAreFine() {
        let reading = Reading(
            schemas: """
                Tree:
                  type: object
                  properties:
                    child: { $ref: '#/components/schemas/Tree' }
                    children: { type: array, items: { $ref: '#/components/schemas/Tree' } }
                    other: { oneOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] }
                  additionalProperties: { $ref: '#/components/schemas/Tree' }
                """)
        #expect(reading.complaints == [])
        #expect(
            reading.place(reading.schema("Tree")?.properties.first.map { reading.specification.resolved($0.schema) })
                == "openapi.yaml#/components/schemas/Tree")
    }
}
