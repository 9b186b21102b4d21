import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// Documents from outside: what can be read all the same is a warning.
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
        #expect(outside.complaints == own.complaints.map { $0.replacing(": error: ", with: ": warning: ") })
        #expect(outside.complaints.filter { $0.contains(": warning: ") }.count == 13)

        let operations = try #require(outside.document?.operations)
        #expect(operations.map(\.id) == ["a", "getAByC"])
        #expect(operations.map { $0.parameters.map(\.name) } == [["b"], ["c"]])
        #expect(operations.map { $0.responses.count } == [1, 1])
        #expect(outside.schema("A")?.constValue != nil && outside.schema("A")?.isNullable == true)
        #expect(outside.schema("B")?.reference == nil && outside.schema("B")?.isBareReference == false)
    }

    @Test func whatCannotBeReadIsAnErrorAllTheSame() {
        let reading = Reading(
            """
            paths:
              /a:
                get:
                  operationId: a
                  parameters: [{ $ref: '#/components/parameters/None' }, { in: query }]
                  responses: []
            components:
              schemas: { A: [], B: { $ref: 'https://example.com/b.yaml' }, C: { $ref: '#/components/schemas/C' } }
              parameters: {}
            """, strictness: .outside)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:7:28: error: "#/components/parameters/None" points to nothing: there is no "None" in \
                "/components/parameters"
                """,
                "openapi.yaml:7:62: error: missing \"name\" in a parameter object",
                "openapi.yaml:8:18: error: expected a mapping, found a sequence",
                "openapi.yaml:10:17: error: expected a mapping, found a sequence",
                """
                openapi.yaml:10:32: error: remote references are refused: nothing is fetched from the network \
                [keep a copy of the document in the folder of the specification]
                """,
                "openapi.yaml:10:75: error: this reference leads back to itself",
            ])
    }
}
