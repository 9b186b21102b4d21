import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// Paths, operations and their identifiers.
struct PathTests {
    private static let responses = "responses: { '200': { description: Fine } }"

    @Test func whatAnOperationSays() throws {
        let reading = Reading(
            operation: """
                operationId: getThing
                summary: Gets a thing
                description: All of it
                tags: [things]
                deprecated: true
                security: [{}]
                x-tollgate-name: fetch
                responses: { '200': { description: Fine } }
                """)
        #expect(reading.complaints == [])
        let operation = try #require(reading.operation)
        #expect(operation.id == "getThing" && operation.method == "get" && operation.path == "/things/{id}")
        #expect(operation.summary == "Gets a thing" && operation.description == "All of it")
        #expect(operation.tags == ["things"] && operation.isDeprecated && operation.security == [[]])
        #expect(operation.swiftName == "fetch")
        #expect(operation.location.description == "openapi.yaml:7:5")
    }

    @Test func operationsStandInTheOrderOfTheDocument() {
        let operation = "{ \(Self.responses) }"
        let reading = Reading(
            """
            paths:
              /b: { put: \(operation), get: \(operation) }
              /a/{x-y}/c_d: { post: \(operation), parameters: [{ name: x-y, in: path, required: true, schema: {} }] }
              /a-b: { get: { operationId: getB2, \(Self.responses) } }
            """)
        #expect(reading.complaints == [])
        #expect(reading.document?.operations.map(\.id) == ["putB", "getB", "postAByXYCD", "getB2"])
    }

    @Test func duplicateIdentifiers() {
        let reading = Reading(
            """
            paths:
              /a:
                get: { operationId: list, \(Self.responses) }
              /b:
                get: { operationId: list, \(Self.responses) }
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:7:25: error: the operationId \"list\" is used twice",
                "  openapi.yaml:5:25: note: first used here",
            ])
        #expect(reading.document?.operations.map(\.id) == ["list", "getB"])
    }

    @Test func placeholdersAndParameters() {
        let reading = Reading(
            """
            paths:
              /users/{userId}/{what}:
                get:
                  operationId: getUser
                  parameters:
                    - { name: userID, in: path, required: true, schema: { type: string } }
                    - { name: limit, in: query, schema: { type: integer } }
                  \(Self.responses)
            """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:5:5: error: no parameter describes "{userId}" of the path "/users/{userId}/{what}" \
                [add a parameter with "in: path"]
                """,
                """
                openapi.yaml:5:5: error: no parameter describes "{what}" of the path "/users/{userId}/{what}" \
                [add a parameter with "in: path"]
                """,
                """
                openapi.yaml:8:19: error: the path "/users/{userId}/{what}" has no placeholder "{userID}" \
                [did you mean "userId"?]
                """,
            ])
        #expect(reading.operation?.parameters.map(\.name) == ["limit", "userId", "what"])
    }

    @Test func malformedPaths() {
        let reading = Reading(
            """
            paths:
              users: {}
              /a/{b: {}
              /c/{}: {}
              /d/{e}/{e}: {}
              /f/{g}/h: {}
              /f/{i}/h: {}
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:4:3: error: a path must begin with \"/\"",
                "openapi.yaml:5:3: error: the braces of the path \"/a/{b\" do not match",
                "openapi.yaml:6:3: error: the braces of the path \"/c/{}\" do not match",
                "openapi.yaml:7:3: error: a placeholder of the path \"/d/{e}/{e}\" occurs twice",
                "openapi.yaml:9:3: error: this path differs from another only in the names of its parameters",
                "  openapi.yaml:8:3: note: the other path",
            ])
    }

    @Test func parametersOfThePathItemAndOfTheOperation() {
        let reading = Reading(
            """
            paths:
              /a:
                parameters:
                  - { name: limit, in: query, description: Shared, schema: {} }
                  - { name: sort, in: query, schema: {} }
                get:
                  operationId: getA
                  parameters:
                    - { name: after, in: query, schema: {} }
                    - { name: limit, in: query, description: Own, schema: {} }
                    - { name: limit, in: header, schema: {} }
                  \(Self.responses)
            """)
        #expect(reading.complaints == [])
        let parameters = reading.operation?.parameters ?? []
        #expect(parameters.map(\.name) == ["limit", "sort", "after", "limit"])
        #expect(parameters.map(\.description) == ["Own", nil, nil, nil])
    }

    @Test func unsupportedKeywords() {
        let reading = Reading(
            operation: """
                operationId: getThing
                servers: [{ url: 'https://example.com' }]
                callbacks: {}
                responses: { '200': { description: Fine, links: {} } }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:11:48: warning: \"links\" in a response object is not supported; they are left out"
            ])
    }

    @Test func methodsOfVersion32() {
        let path = """
            paths:
              /a:
                query: { operationId: queryA, \(Self.responses) }
                additionalOperations:
                  COPY: { operationId: copyA, \(Self.responses) }
            """
        let reading = Reading(version: "3.2.0", path)
        #expect(reading.complaints == [])
        #expect(reading.document?.operations.map(\.method) == ["query", "COPY"])
        #expect(reading.document?.operations.map(\.wireMethod) == ["QUERY", "COPY"])
        let old = Reading(version: "3.1.0", path)
        #expect(
            old.complaints == [
                """
                openapi.yaml:5:5: error: "query" in a path item object is a keyword of OpenAPI 3.2 and later; this \
                document says 3.1
                """,
                """
                openapi.yaml:6:5: error: "additionalOperations" in a path item object is a keyword of OpenAPI 3.2 \
                and later; this document says 3.1
                """,
            ])
    }

    @Test func unknownKeywordsInOperations() {
        let reading = Reading(
            operation: """
                operationid: getThing
                x-tollgate-context: true
                responses: { '200': { description: Fine } }
                """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:8:7: error: unknown keyword "operationid" in an operation object \
                [did you mean "operationId"?]
                """,
                "openapi.yaml:9:7: error: \"x-tollgate-context\" does not belong in an operation object",
            ])
    }
}
