import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// The `x-tollgate-…` keywords.
struct ExtensionTests {
    @Test func ofSchemas() throws {
        let reading = Reading(
            schemas: """
                Envelope:
                  x-tollgate-payload: data
                  allOf:
                    - type: object
                      properties: { data: { $ref: '#/components/schemas/Lease' } }
                Lease:
                  type: object
                  x-tollgate-name: GateLease
                  properties:
                    hints: { type: array, items: { type: string }, x-tollgate-carried: true }
                    amount: { type: [string, 'null'], x-tollgate-type: XUSD }
                    ttl: { type: string, enum: [5m, 1h], x-tollgate-names: { 5m: fiveMinutes } }
                    kind: { type: string }
                    payload:
                      oneOf: [{ type: object, title: A }]
                      x-tollgate-discriminator: { property: kind, mapping: { a: '#/components/schemas/Lease' } }
                """)
        #expect(reading.complaints == [])
        #expect(reading.schema("Envelope")?.payload == "data")
        let lease = try #require(reading.schema("Lease"))
        #expect(lease.swiftName == "GateLease")
        let properties = lease.properties.map { reading.specification[$0.schema] }
        #expect(properties.map(\.isCarried) == [true, false, false, false, false])
        #expect(properties[1].swiftType == "XUSD")
        #expect(properties[2].swiftNames == ["5m": "fiveMinutes"])
        #expect(properties[4].siblingDiscriminator?.property == "kind")
        #expect(properties[4].siblingDiscriminator?.mapping.map(\.value) == ["a"])
    }

    @Test func misusedOnSchemas() {
        let reading = Reading(
            schemas: """
                A: { type: object, x-tollgate-payload: dta, properties: { data: { type: object } } }
                B: { type: object, x-tollgate-carried: true }
                C: { type: integer, x-tollgate-type: Int64 }
                D: { type: string, x-tollgate-type: int64 }
                E: { type: string, x-tollgate-name: 5m }
                F: { type: string, enum: [a], x-tollgate-names: { b: c } }
                G: { type: object, x-tollgate-discriminator: { property: x, mapping: {} } }
                H: { properties: { kind: {}, it: { oneOf: [{}], x-tollgate-discriminator: { property: knd, mapping: {} } } } }
                I: { x-tollgate-discriminator: { propertyName: kind } }
                """)
        #expect(
            reading.complaints == [
                "openapi.yaml:5:44: error: the schema has no property \"dta\" [did you mean \"data\"?]",
                "openapi.yaml:6:24: error: \"x-tollgate-carried\" belongs to the schema of a property",
                "openapi.yaml:7:25: error: \"x-tollgate-type\" belongs to schemas of type \"string\"",
                "openapi.yaml:8:41: error: \"int64\" is no name of a Swift type [did you mean \"Int64\"?]",
                "openapi.yaml:9:41: error: \"5m\" is no Swift name [letters, digits and \"_\"]",
                "openapi.yaml:10:55: error: \"b\" is no value of the enumeration",
                "openapi.yaml:11:62: error: \"x-tollgate-discriminator\" belongs to a schema with \"oneOf\"",
                "openapi.yaml:11:62: error: \"x-tollgate-discriminator\" belongs to the schema of a property",
                "openapi.yaml:12:91: error: the object has no property \"knd\" [did you mean \"kind\"?]",
                "openapi.yaml:13:10: error: missing \"mapping\" in \"x-tollgate-discriminator\"",
                """
                openapi.yaml:13:38: error: unknown keyword "propertyName" in "x-tollgate-discriminator" \
                [did you mean "property"?]
                """,
            ])
    }

    private static let list = """
        operationId: list
        parameters: [{ name: cursor, in: query, schema: { type: string } }]
        requestBody:
          content: { application/json: { schema: { type: object, properties: { after: { type: string } } } } }
        responses:
          '200':
            description: A page
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    meta: { type: object, properties: { next_cursor: { type: string } } }
                    data: { allOf: [{ type: object, properties: { rows: { type: array } } }] }

        """

    @Test(arguments: ["cursor", "after"])
    func paging(cursor: String) throws {
        let reading = Reading(
            operation: Self.list + "x-tollgate-paging: { cursor: \(cursor), next: meta.next_cursor, items: data.rows }")
        #expect(reading.complaints == [])
        let paging = try #require(reading.operation?.paging)
        #expect(paging.cursor == cursor && paging.next == ["meta", "next_cursor"] && paging.items == ["data", "rows"])
    }

    @Test func misusedPaging() {
        let wrong = Reading(
            operation: Self.list + "x-tollgate-paging: { cursor: curser, next: meta.next, items: dta.rows }")
        #expect(
            wrong.complaints == [
                """
                openapi.yaml:22:36: error: the operation has neither a query parameter nor a body member "curser" \
                [did you mean "cursor"?]
                """,
                "openapi.yaml:22:50: error: the response has no member \"meta.next\"",
                "openapi.yaml:22:68: error: the response has no member \"dta.rows\" [did you mean \"data\"?]",
            ])
        let incomplete = Reading(operation: Self.list + "x-tollgate-paging: { cursor: 1, next: [a], limit: 5 }")
        #expect(
            incomplete.complaints == [
                "openapi.yaml:22:7: error: missing \"items\" in \"x-tollgate-paging\"",
                "openapi.yaml:22:50: error: unknown keyword \"limit\" in \"x-tollgate-paging\"",
            ])
        let untyped = Reading(operation: Self.list + "x-tollgate-paging: { cursor: 1, next: meta, items: data }")
        #expect(untyped.complaints == ["openapi.yaml:22:36: error: expected a string, found an integer"])
    }

    private static let chat = """
        operationId: chat
        requestBody:
          content: { application/json: { schema: { type: object, properties: { stream: { type: boolean } } } } }
        responses:
          '200':
            description: An answer
            content:
              application/json: {}
              text/event-stream: { schema: { type: object, properties: { type: { type: string } } } }

        """

    @Test func streaming() throws {
        let reading = Reading(
            operation: Self.chat + "x-tollgate-streaming: { member: stream, value: sse, end: '[DONE]', event: type }")
        #expect(reading.complaints == [])
        let streaming = try #require(reading.operation?.streaming)
        #expect(streaming.member == "stream" && streaming.value == .string("sse"))
        #expect(streaming.end == "[DONE]" && streaming.event == "type")
        let plain = Reading(operation: Self.chat + "x-tollgate-streaming: { member: stream, value: true }")
        #expect(plain.complaints == [])
        #expect(plain.operation?.streaming?.value == .true)
    }

    @Test func misusedStreaming() {
        let wrong = Reading(operation: Self.chat + "x-tollgate-streaming: { member: strem, event: typ, stop: x }")
        #expect(
            wrong.complaints == [
                "openapi.yaml:17:39: error: the body has no member \"strem\" [did you mean \"stream\"?]",
                "openapi.yaml:17:53: error: no event has a member \"typ\" [did you mean \"type\"?]",
                "openapi.yaml:17:58: error: unknown keyword \"stop\" in \"x-tollgate-streaming\"",
            ])
        let silent = Reading(operation: Self.chat + "x-tollgate-streaming: { end: '[DONE]' }")
        #expect(
            silent.complaints == [
                """
                openapi.yaml:17:7: error: missing "member" in "x-tollgate-streaming" \
                [it names the member of the body that asks for the stream]
                """
            ])
        let whole = Reading(
            operation: "x-tollgate-streaming: { member: stream }\nresponses: { '200': { description: Fine } }")
        #expect(
            whole.complaints == [
                """
                openapi.yaml:8:7: error: the operation has no successful response of type "text/event-stream"
                """
            ])
    }

    @Test func aliases() {
        let item = "get: { responses: { '200': { description: Fine } } }"
        let reading = Reading(
            """
            paths:
              /a-b/{id}/c:
                x-tollgate-aliases: ['/a_b/{id}/c', '/c/{id}', '/a_b/{other}', /d]
                parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
                \(item)
              /c/{number}:
                parameters: [{ name: number, in: path, required: true, schema: { type: string } }]
                \(item)
            """)
        #expect(reading.operation?.aliases == ["/a_b/{id}/c", "/c/{id}"])
        #expect(
            reading.complaints == [
                """
                openapi.yaml:5:52: error: the alias "/a_b/{other}" has other placeholders than the path "/a-b/{id}/c"
                """,
                "openapi.yaml:5:68: error: the alias \"/d\" has other placeholders than the path \"/a-b/{id}/c\"",
                "openapi.yaml:8:3: error: this path differs from another only in the names of its parameters",
                "  openapi.yaml:5:41: note: the other path",
            ])
    }
}
