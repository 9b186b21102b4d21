import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML
import Testing

/// Parameters and headers.
struct ParameterTests {
    /// Reads parameters, one a line; the first is on line 9, and its columns begin at 11.
    private func read(_ parameters: String..., version: String = "3.1.0") -> Reading {
        let list = parameters.map { "  - " + $0 }.joined(separator: "\n")
        return Reading(
            operation: "parameters:\n\(list)\noperationId: a\nresponses: { '200': { description: Fine } }",
            version: version)
    }

    @Test func whatAParameterSays() throws {
        let reading = read(
            "{ name: a, in: query, description: An a, deprecated: true, required: true, schema: {}, example: 1 }",
            "{ name: b, in: query, style: deepObject, explode: true, allowReserved: true, schema: {} }",
            "{ name: c, in: query, content: { Application/JSON: { schema: { type: object } } } }",
            "{ name: d, in: header, x-tollgate-context: true, x-tollgate-name: dee, schema: {} }",
            "{ name: e, in: header, x-tollgate-idempotency-key: true, schema: {} }")
        #expect(reading.complaints == [])
        let parameters = try #require(reading.operation?.parameters)
        #expect(parameters.map(\.name) == ["id", "a", "b", "c", "d", "e"])
        #expect(parameters.map(\.style) == ["simple", "form", "deepObject", "form", "simple", "simple"])
        #expect(parameters.map(\.explode) == [false, true, true, true, false, false])
        #expect(parameters.map(\.isRequired) == [true, true, false, false, false, false])
        #expect(parameters[1].description == "An a" && parameters[1].isDeprecated)
        #expect(parameters[1].examples.first?.value.int == 1)
        #expect(parameters[1].location.description == "openapi.yaml:9:19")
        #expect(parameters[2].allowReserved)
        #expect(parameters.map(\.contentType) == [nil, nil, nil, "application/json", nil, nil])
        #expect(
            reading.place(parameters[3].schema)
                == "openapi.yaml#/paths//things/{id}/get/parameters/2/content/Application/JSON/schema")
        #expect(parameters[4].isContext && parameters[4].swiftName == "dee")
        #expect(parameters[5].isIdempotencyKey)
    }

    @Test func explodeFollowsFromTheStyle() {
        let reading = read(
            "{ name: a, in: query, style: pipeDelimited, schema: {} }",
            "{ name: b, in: query, style: form, schema: {} }"
        )
        #expect(reading.complaints == [])
        #expect(reading.operation?.parameters.map(\.explode) == [false, false, true])
    }

    @Test func incompleteParameters() {
        let reading = read(
            "{ in: query, schema: {} }", "{ name: b, schema: {} }", "{ name: c, in: qery, schema: {} }",
            "{ name: d, in: query }", "{ name: e, in: query, schema: {}, content: {} }",
            "{ name: f, in: query, content: {} }", "text")
        #expect(
            reading.complaints == [
                "openapi.yaml:9:11: error: missing \"name\" in a parameter object",
                "openapi.yaml:10:11: error: missing \"in\" in a parameter object",
                """
                openapi.yaml:11:26: error: "qery" is none of "path", "query", "header", "cookie" \
                [did you mean "query"?]
                """,
                "openapi.yaml:12:11: error: missing \"schema\" or \"content\"",
                "openapi.yaml:13:45: error: either \"schema\" or \"content\", not both",
                "openapi.yaml:14:33: error: exactly one media type is needed here",
                "openapi.yaml:15:11: error: expected a mapping, found a string",
            ])
    }

    @Test func duplicates() {
        let reading = read("{ name: a, in: query, schema: {} }", "{ name: a, in: query, schema: {} }")
        #expect(
            reading.complaints == [
                "openapi.yaml:10:11: error: the query parameter \"a\" is described twice",
                "  openapi.yaml:9:19: note: first described here",
            ])
    }

    @Test func pathParametersAreRequired() {
        let reading = read("{ name: id, in: path, required: false, schema: {} }")
        #expect(
            reading.complaints == [
                "openapi.yaml:9:43: error: a path parameter is always required [write \"required: true\"]"
            ])
        #expect(reading.operation?.parameters.map(\.isRequired) == [true])
    }

    @Test func stylesBelongToPlaces() {
        let reading = read(
            "{ name: a, in: header, style: form, schema: {} }", "{ name: b, in: query, style: simpl, schema: {} }")
        #expect(
            reading.complaints == [
                "openapi.yaml:9:41: error: \"form\" is none of \"simple\"",
                """
                openapi.yaml:10:40: error: "simpl" is none of "form", "spaceDelimited", "pipeDelimited", "deepObject"
                """,
            ])
    }

    @Test func headersThatOpenAPIIgnores() {
        let reading = read("{ name: Authorization, in: header, schema: {} }")
        #expect(
            reading.complaints == [
                """
                openapi.yaml:9:11: warning: OpenAPI ignores a header parameter named "Authorization" \
                [describe it by the media type or by a security scheme]
                """
            ])
        #expect(reading.operation?.parameters.map(\.name) == ["id"])
    }

    @Test func marksOfHeaders() {
        let reading = read(
            "{ name: a, in: query, schema: {}, x-tollgate-context: true }",
            "{ name: b, in: query, schema: {}, x-tollgate-idempotency-key: true }",
            "{ name: c, in: header, schema: {}, x-tollgate-context: yes }",
            "{ name: d, in: header, schema: {}, x-tollgate-contxt: true }")
        #expect(
            reading.complaints == [
                "openapi.yaml:9:45: error: \"x-tollgate-context\" belongs to header parameters only",
                "openapi.yaml:10:45: error: \"x-tollgate-idempotency-key\" belongs to header parameters only",
                "openapi.yaml:11:66: error: expected a boolean, found a string",
                """
                openapi.yaml:12:46: error: unknown keyword "x-tollgate-contxt" in a parameter object \
                [did you mean "x-tollgate-context"?]
                """,
            ])
    }

    @Test func theWholeQueryString() {
        let parameter = "{ name: q, in: querystring, content: { application/x-www-form-urlencoded: {} } }"
        let reading = read(parameter, version: "3.2.0")
        #expect(reading.complaints == [])
        #expect(reading.operation?.parameters.last?.place == .querystring)
        #expect(read(parameter).complaints.count == 1)
    }

    @Test func headersOfResponses() {
        let reading = Reading(
            operation: """
                operationId: a
                responses:
                  '200':
                    description: Fine
                    headers:
                      x-limit: { description: How many, required: true, schema: { type: integer } }
                      Content-Type: { schema: { type: string } }
                      X-Bad: { name: X-Bad, schema: {} }
                """)
        #expect(reading.complaints == ["openapi.yaml:15:22: error: unknown keyword \"name\" in a header object"])
        let headers = reading.operation?.responses.first?.headers ?? []
        #expect(headers.map(\.name) == ["x-limit", "X-Bad"])
        #expect(headers.first?.description == "How many" && headers.first?.isRequired == true)
        #expect(headers.first?.schema.map { reading.specification[$0].kinds } == [.integer])
    }
}
