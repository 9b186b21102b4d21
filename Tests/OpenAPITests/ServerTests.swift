import GeneratorOpenAPI
import Testing

/// Servers, security schemes and what operations ask of them.
struct ServerTests {
    @Test func serversHaveVariables() throws {
        let reading = Reading(
            """
            servers:
              - url: https://{region}.example.com/{version}
                description: Main
                variables:
                  region: { default: eu, enum: [eu, us], description: Where }
                  version: { default: v1 }
            paths:
              /a:
                servers: [{ url: https://files.example.com }]
                get: { operationId: a, responses: { '200': { description: Fine } } }
                put: { operationId: b, servers: [{ url: / }], responses: { '200': { description: Fine } } }
              /b: { get: { operationId: c, responses: { '200': { description: Fine } } } }
            """)
        #expect(reading.complaints == [])
        let server = try #require(reading.document?.servers.first)
        #expect(server.url == "https://eu.example.com/v1")
        #expect(server.template == "https://{region}.example.com/{version}")
        #expect(server.variables.map(\.name) == ["region", "version"])
        #expect(server.variables.map(\.defaultValue) == ["eu", "v1"])
        #expect(server.variables.map(\.values) == [["eu", "us"], []])
        #expect(server.variables[0].description == "Where")
        let operations = try #require(reading.document?.operations)
        #expect(operations.map { $0.servers.map(\.url) } == [["https://files.example.com"], ["/"], []])
    }

    @Test func faultyServersAreReadOrLeftOut() {
        let reading = Reading(
            """
            servers:
              - { url: 'https://{a}', variables: { a: { enum: [x, y] }, b: { default: 1 } } }
              - { description: Nowhere }
            paths: {}
            """, strictness: .outside)
        #expect(
            reading.complaints == [
                "openapi.yaml:4:40: warning: missing \"default\" in a server variable object",
                "openapi.yaml:4:61: warning: the URL of the server has no variable \"b\"",
                "openapi.yaml:4:75: warning: expected a string, found an integer; it is taken as one",
                "openapi.yaml:5:5: warning: a server is left out: missing \"url\" in a server object",
            ])
        #expect(reading.document?.servers.map(\.url) == ["https://x"])
    }

    private static let schemes = """
        security: [{ oauth: [read] }, {}]
        paths:
          /a:
            get:
              operationId: a
              security: [{ oauth: [read, write], key: [] }, { basic: [] }]
              responses: { '200': { description: Fine } }
            put: { operationId: b, security: [], responses: { '200': { description: Fine } } }
            post: { operationId: c, responses: { '200': { description: Fine } } }
        components:
          securitySchemes:
            oauth:
              type: oauth2
              flows:
                clientCredentials: { tokenUrl: https://example.com/token, scopes: { read: Reads, write: Writes } }
                authorizationCode:
                  { authorizationUrl: https://example.com/auth, tokenUrl: https://example.com/t, refreshUrl: /r, scopes: {} }
            key: { type: apiKey, in: cookie, name: session, description: A cookie }
            basic: { type: http, scheme: BASIC }
            bearer: { type: http, scheme: bearer, bearerFormat: JWT }
            digest: { type: http, scheme: Digest }
            open: { type: openIdConnect, openIdConnectUrl: https://example.com/.well-known }
            mutual: { type: mutualTLS }
        """

    @Test func schemesAreResolved() throws {
        let reading = Reading(Self.schemes)
        #expect(reading.complaints == [])
        let document = try #require(reading.document)
        let kinds = document.securitySchemes.map { String(describing: $0.kind) }
        #expect(
            kinds == [
                "oauth2", "apiKey(name: \"session\", location: GeneratorOpenAPI.ParameterLocation.cookie)", "basic",
                "bearer", "otherHTTP(\"digest\")", "openIDConnect", "mutualTLS",
            ])
        let flows = document.securitySchemes[0].flows
        #expect(flows.map(\.kind) == [.clientCredentials, .authorizationCode])
        #expect(flows.map(\.tokenURL) == ["https://example.com/token", "https://example.com/t"])
        #expect(flows[0].scopes.map(\.name) == ["read", "write"])
        #expect(flows[0].scopes.map(\.description) == ["Reads", "Writes"])
        #expect(flows[1].authorizationURL == "https://example.com/auth" && flows[1].refreshURL == "/r")
        #expect(document.securitySchemes[3].bearerFormat == "JWT")
        #expect(document.securitySchemes[5].openIDConnectURL == "https://example.com/.well-known")
    }

    @Test func operationsSayWhatTheyNeed() throws {
        let document = try #require(Reading(Self.schemes).document)
        #expect(document.security == [["oauth"], []])
        #expect(document.operations.map(\.security) == [[["oauth", "key"], ["basic"]], [], nil])
        #expect(document.operations.map(\.scopes) == [["oauth": ["read", "write"]], [:], [:]])
    }

    @Test func faultySchemesAreLeftOut() {
        let reading = Reading(
            """
            security: [{ none: [] }]
            paths: {}
            components:
              securitySchemes:
                a: { type: apiKey, in: body, name: x }
                b: { $ref: '#/components/securitySchemes/c' }
                d: { type: http, scheme: bearer }
            """, strictness: .outside)
        #expect(reading.document?.securitySchemes.map(\.name) == ["d"])
        #expect(reading.document?.security == [[]])
        #expect(
            reading.complaints == [
                "openapi.yaml:3:14: warning: no security scheme of the document is named \"none\"; it is left out",
                """
                openapi.yaml:7:28: warning: the security scheme "a" is left out: "body" is none of "query", \
                "header", "cookie"
                """,
                """
                openapi.yaml:8:16: warning: the security scheme "b" is left out: "#/components/securitySchemes/c" \
                points to nothing: there is no "c" in "/components/securitySchemes"
                """,
            ])
    }
}
