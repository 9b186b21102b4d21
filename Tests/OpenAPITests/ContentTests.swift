import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML
import Testing

/// Request bodies, responses, media types and examples.
struct ContentTests {
    @Test func bodiesAndResponses() throws {
        let reading = Reading(
            operation: """
                operationId: a
                requestBody:
                  description: A thing
                  required: true
                  content:
                    Application/JSON; charset=utf-8:
                      schema: { type: object }
                      examples: { one: { summary: The first, value: { a: 1 } } }
                    text/plain: { schema: { type: string }, example: hello }
                responses:
                  201: { description: Made }
                  '4XX': { description: Refused, content: { application/json: {} } }
                  default: { description: Anything }
                  x-extra: 1
                """)
        #expect(reading.complaints == [])
        let body = try #require(reading.operation?.requestBody)
        #expect(body.description == "A thing" && body.isRequired)
        #expect(body.content.map(\.contentType) == ["application/json", "text/plain"])
        #expect(body.content[0].examples.map(\.name) == ["one"])
        #expect(body.content[0].examples.first?.summary == "The first")
        #expect(body.content[1].examples.first?.value.string == "hello")
        let responses = try #require(reading.operation?.responses)
        #expect(responses.map(\.status) == [.code(201), .range(4), .default])
        #expect(responses.map(\.description) == ["Made", "Refused", "Anything"])
        #expect(responses[0].location.description == "openapi.yaml:18:9")
    }

    @Test func streamsOfVersion32() {
        let content = "content: { text/event-stream: { itemSchema: { type: string } } }"
        let operation = "operationId: a\nresponses: { '200': { summary: Events, \(content) } }"
        let reading = Reading(operation: operation, version: "3.2.0")
        #expect(reading.complaints == [])
        let response = reading.operation?.responses.first
        #expect(response?.description == "Events")
        #expect(response?.content.first?.itemSchema.map { reading.specification[$0].kinds } == [.string])
        #expect(Reading(operation: operation).complaints.count == 3)
    }

    @Test func statusCodes() {
        let reading = Reading(
            operation: """
                operationId: a
                responses:
                  '200': { description: Fine }
                  '20': { description: Short }
                  2xx: { description: Small letters }
                  600: { description: Too large }
                """)
        let hint = "[three digits, a range such as \"4XX\", or \"default\"]"
        #expect(
            reading.complaints == [
                "openapi.yaml:11:9: error: \"20\" is no status code \(hint)",
                "openapi.yaml:12:9: error: \"2xx\" is no status code \(hint)",
                "openapi.yaml:13:9: error: \"600\" is no status code \(hint)",
            ])
        #expect(reading.operation?.responses.count == 1)
    }

    @Test func missingResponses() {
        #expect(
            Reading(operation: "operationId: a").complaints == [
                "openapi.yaml:7:5: error: missing \"responses\" in an operation object"
            ])
        #expect(
            Reading(operation: "operationId: a\nresponses: {}", version: "3.0.3").complaints == [
                "openapi.yaml:9:7: error: an operation needs at least one response"
            ])
        #expect(
            Reading(operation: "operationId: a\nresponses: { '200': {} }").complaints == [
                "openapi.yaml:9:20: error: missing \"description\" in a response object"
            ])
    }

    @Test func mediaTypes() {
        let reading = Reading(
            operation: """
                operationId: a
                requestBody: { content: {} }
                responses:
                  '200':
                    description: Fine
                    content:
                      json: {}
                      application/json: { shema: {} }
                      application/json; version=2: {}
                      image/*: { encoding: {} }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:9:22: error: a request body needs at least one media type",
                "openapi.yaml:14:13: error: \"json\" is no media type [for example \"application/json\"]",
                """
                openapi.yaml:15:33: error: unknown keyword "shema" in a media type object [did you mean "schema"?]
                """,
                """
                openapi.yaml:16:13: warning: media types that differ only in parameters are not supported; this one \
                is left out
                """,
            ])
        #expect(reading.operation?.responses.first?.content.map(\.contentType) == ["application/json", "image/*"])
    }

    @Test func examples() {
        let reading = Reading(
            operation: """
                operationId: a
                responses:
                  '200':
                    description: Fine
                    content:
                      application/json:
                        examples:
                          far: { externalValue: 'https://example.com/a.json' }
                          near: { description: Here, value: null }
                          bad: 1
                """)
        #expect(
            reading.complaints == [
                """
                openapi.yaml:15:24: warning: "externalValue" in an example object is not supported; the example is \
                left out
                """,
                "openapi.yaml:17:22: error: expected a mapping, found an integer",
            ])
        let examples = reading.operation?.responses.first?.content.first?.examples ?? []
        #expect(examples.map(\.name) == ["near"])
        #expect(examples.first?.value.isNull == true && examples.first?.summary == "Here")
    }
}
