import GeneratorOpenAPI
import Testing

/// Requests that the service sends because of an operation.
struct CallbackTests {
    @Test func callbacksAreRead() throws {
        let reading = Reading(
            """
            paths:
              /subscriptions:
                post:
                  operationId: subscribe
                  responses: { '201': { description: Made } }
                  callbacks:
                    event:
                      '{$request.body#/url}':
                        post:
                          requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/E' } } } }
                          responses: { '200': { description: Fine } }
                        delete: { operationId: gone, responses: { '200': { description: Fine } } }
                    shared: { $ref: '#/components/callbacks/Shared' }
            components:
              callbacks:
                Shared:
                  'https://example.com/{$request.query.id}':
                    put:
                      responses: { '200': { description: Fine } }
                      callbacks: { again: { $ref: '#/components/callbacks/Shared' } }
              schemas: { E: { type: object } }
            """)
        #expect(reading.complaints == [])
        let callbacks = try #require(reading.operation?.callbacks)
        #expect(callbacks.map(\.name) == ["event", "event", "shared"])
        #expect(callbacks.map(\.operation.id) == ["eventPost", "gone", "shared"])
        #expect(callbacks.map(\.operation.method) == ["post", "delete", "put"])
        #expect(callbacks.map(\.expression).last == "https://example.com/{$request.query.id}")
        #expect(
            reading.place(
                reading.specification.resolved(try #require(callbacks[0].operation.requestBody?.content[0].schema)))
                == "openapi.yaml#/components/schemas/E")
        #expect(callbacks[2].operation.callbacks.isEmpty)
    }

    @Test func faultyCallbacksAreLeftOut() {
        let reading = Reading(
            operation: """
                operationId: a
                responses: { '200': { description: Fine } }
                callbacks: { x: 1, y: { $ref: '#/components/callbacks/None' }, z: { '{$url}': { post: [] } } }
                """, strictness: .outside)
        #expect(reading.operation?.callbacks.isEmpty == true)
        #expect(reading.complaints.count == 4)
        for text in ["\"x\" of GET /things/{id} is left out", "\"y\" of GET /things/{id} is left out"] {
            #expect(reading.complaints.contains { $0.contains("the callback " + text) })
        }
        #expect(reading.complaints.contains { $0.contains("the request \"z\" of GET /things/{id} is left out") })
    }
}
