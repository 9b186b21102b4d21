import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// Root documents: versions, info, servers, tags, security, components.
struct DocumentTests {
    @Test func whatADocumentSays() throws {
        let reading = Reading(
            """
            servers:
              - url: https://{region}.example.com/{version}
                description: Production
                variables: { region: { default: eu, enum: [eu, us] }, version: { default: v1 } }
            tags: [{ name: pets, description: All about pets }]
            security: [{ key: [] }, { token: [a, b], key: [] }, {}]
            paths: {}
            components:
              securitySchemes:
                key: { type: apiKey, in: header, name: X-Key }
                token: { type: http, scheme: Bearer, description: A token }
                basic: { type: http, scheme: basic }
                hmac: { type: http, scheme: HMAC }
                oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://x', scopes: {} } } }
                oidc: { type: openIdConnect, openIdConnectUrl: 'https://x' }
                tls: { type: mutualTLS }
            """)
        #expect(reading.complaints == [])
        let document = try #require(reading.document)
        #expect(document.name == "openapi.yaml" && document.version == "3.1.0" && document.title == "Test")
        #expect(document.servers.map(\.url) == ["https://eu.example.com/v1"])
        #expect(document.tags.map(\.name) == ["pets"])
        #expect(document.tags.first?.description == "All about pets")
        #expect(document.security == [["key"], ["token", "key"], []])
        #expect(document.securitySchemes.map(\.name) == ["key", "token", "basic", "hmac", "oauth", "oidc", "tls"])
        let kinds = document.securitySchemes.map { "\($0.kind)" }
        #expect(kinds[0].contains("X-Key") && kinds[0].contains("header"))
        #expect(kinds[1...] == ["bearer", "basic", "otherHTTP(\"hmac\")", "oauth2", "openIDConnect", "mutualTLS"])
    }

    @Test func versions() {
        let swagger = Reading(["openapi.yaml": "swagger: '2.0'\ninfo: { title: T, version: '1' }\npaths: {}\n"])
        #expect(
            swagger.complaints == [
                "openapi.yaml:1:1: error: Swagger 2.0 is not supported [convert the document to OpenAPI 3]"
            ])
        #expect(swagger.document == nil)
        let future = Reading(version: "4.0.0", "paths: {}")
        #expect(
            future.complaints == ["openapi.yaml:1:10: error: OpenAPI 4.0.0 is not supported; 3.0, 3.1 and 3.2 are"])
        let number = Reading(version: "3.1", "paths: {}")
        #expect(
            number.complaints == [
                "openapi.yaml:1:10: error: expected a string, found a number [write it in quotes: \"3.1\"]"
            ])
        for version in ["3.0.4", "3.1.1", "3.2.0"] {
            #expect(Reading(version: version, "paths: {}").complaints == [])
        }
    }

    @Test func missingFields() {
        let empty = Reading(["openapi.yaml": "{}"])
        #expect(
            empty.complaints == [
                "openapi.yaml:1:1: error: missing \"openapi\" in an OpenAPI object",
                "openapi.yaml:1:1: error: missing \"info\" in an OpenAPI object",
                "openapi.yaml:1:1: error: missing \"paths\" in an OpenAPI object",
            ])
        let title = Reading(["openapi.yaml": "openapi: 3.0.3\ninfo:\n  version: '1'\npaths: {}\n"])
        #expect(title.complaints == ["openapi.yaml:2:1: error: missing \"title\" in an info object"])
        let nobody = Reading(["a.yaml": "x: 1"], documents: ["b.yaml"])
        #expect(nobody.complaints == ["error: there is no file \"b.yaml\""])
    }

    @Test func wrongKindsOfNodes() {
        let reading = Reading(
            """
            servers: https://example.com
            tags: [pets]
            paths: []
            components: null
            security: {}
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:3:10: error: expected a sequence, found a string",
                "openapi.yaml:4:8: error: expected a mapping, found a string",
                "openapi.yaml:5:8: error: expected a mapping, found a sequence",
                "openapi.yaml:6:13: error: expected a mapping, found null",
                "openapi.yaml:7:11: error: expected a sequence, found a mapping",
            ])
        let scalar = Reading(["openapi.yaml": "just text"])
        #expect(scalar.complaints == ["openapi.yaml:1:1: error: expected a mapping, found a string"])
    }

    @Test func unknownKeywords() {
        let reading = Reading(
            """
            pathes: {}
            paths: { x-anything: 1, x-tollgate-elsewhere: 1 }
            x-tollgate-name: a
            x-tollgate-nmae: b
            x-own: c
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:3:1: error: unknown keyword \"pathes\" in an OpenAPI object [did you mean \"paths\"?]",
                "openapi.yaml:4:25: error: unknown keyword \"x-tollgate-elsewhere\" in \"paths\"",
                "openapi.yaml:5:1: error: \"x-tollgate-name\" does not belong in an OpenAPI object",
                """
                openapi.yaml:6:1: error: unknown keyword "x-tollgate-nmae" in an OpenAPI object \
                [did you mean "x-tollgate-name"?]
                """,
            ])
    }

    @Test func keywordsOfOtherObjects() {
        let reading = Reading([
            "openapi.yaml": """
            openapi: 3.1.0
            info:
              title: Test
              version: '1'
              licence: { name: MIT }
              license: { name: MIT, urll: 'https://x' }
              contact: { mail: a@b }
            paths: {}
            tags: [{ name: a, externalDocs: { link: b } }]
            """
        ])
        #expect(
            reading.complaints == [
                "openapi.yaml:5:3: error: unknown keyword \"licence\" in an info object [did you mean \"license\"?]",
                "openapi.yaml:6:25: error: unknown keyword \"urll\" in a license object [did you mean \"url\"?]",
                "openapi.yaml:7:14: error: unknown keyword \"mail\" in a contact object [did you mean \"email\"?]",
                "openapi.yaml:9:19: error: missing \"url\" in an external documentation object",
                "openapi.yaml:9:35: error: unknown keyword \"link\" in an external documentation object",
            ])
    }

    @Test func serverVariables() {
        let reading = Reading("servers: [{ url: 'https://{host}/{path}', variables: { host: {} } }]\npaths: {}")
        #expect(
            reading.complaints == [
                "openapi.yaml:3:18: error: the server variable \"host\" is not described",
                "openapi.yaml:3:18: error: the server variable \"path\" is not described",
                "openapi.yaml:3:56: error: missing \"default\" in a server variable object",
            ])
    }

    @Test func security() {
        let reading = Reading(
            """
            security: [{ tokn: [] }]
            paths: {}
            components:
              securitySchemes:
                token: { type: htpp, scheme: bearer }
                key: { type: apiKey, in: path, name: X-Key }
                other: { type: apiKey, in: query }
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:3:14: error: no security scheme of the document is named \"tokn\"",
                """
                openapi.yaml:7:20: error: "htpp" is none of "apiKey", "http", "mutualTLS", "oauth2", "openIdConnect" \
                [did you mean "http"?]
                """,
                "openapi.yaml:8:30: error: \"path\" is none of \"query\", \"header\", \"cookie\"",
                "openapi.yaml:9:5: error: missing \"name\" in a security scheme object of type \"apiKey\"",
            ])
    }

    @Test func tagsAreDescribedOnce() {
        let reading = Reading("tags:\n  - name: a\n  - name: a\npaths: {}")
        #expect(
            reading.complaints == [
                "openapi.yaml:5:11: error: the tag \"a\" is described twice",
                "  openapi.yaml:4:11: note: first described here",
            ])
    }

    @Test func componentsAreReadThoughNobodyRefersToThem() {
        let reading = Reading(
            """
            paths: {}
            components:
              schemas: { 'a b': { typ: string } }
              responses: { R: { description: 1 } }
              parameters: { P: { name: p, in: quary, schema: {} } }
              examples: { E: { valu: 1 } }
              requestBodies: { B: {} }
              headers: { H: { schema: { type: strin } } }
              securitySchemes: { S: { type: http } }
            """)
        #expect(
            reading.complaints == [
                "openapi.yaml:5:14: error: the name of a component is made of letters, digits, \".\", \"_\" and \"-\"",
                "openapi.yaml:5:23: error: unknown keyword \"typ\" in a schema object [did you mean \"type\"?]",
                "openapi.yaml:6:34: error: expected a string, found an integer [write it in quotes: \"1\"]",
                """
                openapi.yaml:7:35: error: "quary" is none of "path", "query", "header", "cookie" \
                [did you mean "query"?]
                """,
                "openapi.yaml:8:20: error: unknown keyword \"valu\" in an example object [did you mean \"value\"?]",
                "openapi.yaml:9:20: error: missing \"content\" in a request body object",
                """
                openapi.yaml:10:35: warning: there is no type "strin"; any value is accepted [did you mean "string"?]
                """,
                "openapi.yaml:11:22: error: missing \"scheme\" in a security scheme object of type \"http\"",
            ])
    }

    @Test func partsOfADocument() {
        let reading = Reading(
            "paths: { /a: { $ref: 'part.yaml#/paths/~1a' } }",
            files: [
                "part.yaml": """
                paths:
                  /a: { summary: One }
                  /b: { summary: Two }
                componets: {}
                components: { schemas: { A: { typ: string } } }
                """
            ])
        #expect(
            reading.complaints == [
                "part.yaml:3:3: warning: no document refers to the path item \"/b\"",
                """
                part.yaml:4:1: error: unknown keyword "componets" in a part of a document \
                [did you mean "components"?]
                """,
                "part.yaml:5:31: error: unknown keyword \"typ\" in a schema object [did you mean \"type\"?]",
            ])
    }

    @Test func webhooksAreRead() throws {
        let reading = Reading(
            """
            webhooks:
              created: { $ref: 'part.yaml#/webhooks/created' }
              paid:
                post:
                  operationId: notifyOfPayment
                  responses: { '200': { description: Fine } }
            """,
            files: [
                "part.yaml": """
                webhooks:
                  created:
                    post:
                      requestBody: { content: { application/json: { schema: { type: object } } } }
                      responses: { '200': { description: Fine } }
                  forgotten: { post: { responses: { '200': { description: Fine } } } }
                components: {}
                """
            ])
        let webhooks = try #require(reading.document?.webhooks)
        #expect(webhooks.map(\.id) == ["created", "notifyOfPayment"])
        #expect(webhooks[0].requestBody?.content.first?.schema != nil)
        #expect(reading.document?.operations.isEmpty == true)
        #expect(
            reading.complaints == ["part.yaml:6:3: warning: no document refers to the path item \"forgotten\""])
    }
}
