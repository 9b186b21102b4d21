import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// Changes to a document before it is read.
struct OverlayTests {
    private static let document = """
        servers: [{ url: 'https://example.com' }]
        paths:
          /a:
            get: &get
              operationId: getA
              tags: [x]
              responses: { '200': { description: Fine } }
            post: { operationId: internalA, x-internal: true, responses: { '200': { description: Fine } } }
          /b: { get: { <<: *get, operationId: getB } }
        components: { schemas: { A: { type: object, properties: { a: { type: string } }, required: [a] } } }
        """

    private func read(
        _ actions: String..., head: String = "overlay: 1.0.0\ninfo: { title: Fix, version: '1' }"
    ) -> Reading {
        Reading(Self.document, strictness: .outside) { options in
            options.overlays = actions.enumerated().map { index, actions in
                SourceFile(path: "fix\(index).yaml", bytes: Array("\(head)\nactions:\n\(actions)\n".utf8))
            }
        }
    }

    @Test func updatesAreMerged() throws {
        let reading = read(
            """
            - target: $.components.schemas.A
              update: { description: New, properties: { a: { type: integer }, b: { type: string } }, required: [b] }
            - target: $.servers
              update: { url: 'https://two.example.com' }
            - target: $.paths['/a'].get
              update: { tags: [y, z] }
            """)
        #expect(reading.complaints == [])
        let schema = try #require(reading.schema("A"))
        #expect(schema.description == "New" && schema.required == ["a", "b"])
        #expect(schema.properties.map(\.name) == ["a", "b"])
        #expect(reading.specification[schema.properties[0].schema].kinds == [.integer])
        #expect(reading.document?.servers.map(\.url) == ["https://example.com", "https://two.example.com"])
        #expect(reading.document?.operations.map(\.tags) == [["x", "y", "z"], [], ["x"]])
        #expect(schema.properties[0].location.description == "openapi.yaml:12:59")
        #expect(schema.properties[1].location.description == "fix0.yaml:5:67")
        #expect(schema.location.description == "openapi.yaml:12:26")
    }

    @Test func nodesAreRemoved() {
        let reading = read(
            """
            - { target: '$.paths.*[?@.x-internal]', remove: true }
            - { target: '$.components.schemas.A.required[0]', remove: true }
            """)
        #expect(reading.complaints == [])
        #expect(reading.document?.operations.map(\.id) == ["getA", "getB"])
        #expect(reading.schema("A")?.required == [])
    }

    @Test func overlaysApplyInOrder() {
        let reading = read(
            "- { target: $.info, update: { title: One } }\n- { target: $, update: { info: { title: Two } } }",
            "- { target: '$.info', update: { title: Three } }")
        #expect(reading.complaints == [])
        #expect(reading.document?.title == "Three")
    }

    @Test func complaintsShowWhereItComesFrom() {
        let reading = read("- { target: $.components.schemas.A, update: { properties: { c: { tpye: string } } } }")
        #expect(
            reading.complaints == [
                "fix0.yaml:4:66: warning: unknown keyword \"tpye\" in a schema object; it is ignored [did you mean \"type\"?]"
            ])
    }

    @Test func whatSelectsNothingIsAWarning() {
        let reading = read("- { target: $.paths.none, remove: true }")
        #expect(
            reading.complaints == [
                "fix0.yaml:4:13: warning: the target \"$.paths.none\" is not in the document; the action does nothing"
            ])
        #expect(reading.document?.operations.count == 3)
    }

    @Test(arguments: [
        (
            "- { target: paths, remove: true }",
            "4:13: error: \"paths\" is no JSONPath: a JSONPath begins with \"$\" at character 1 [for example $.paths['/users'].get]"
        ),
        ("- { target: $.paths }", "4:3: error: an action needs \"update\" or \"remove: true\""),
        ("- { update: {} }", "4:3: error: missing \"target\" in an action object"),
        ("- { target: $, remove: true }", "4:13: error: the whole document cannot be removed"),
        ("- { target: $.paths, update: 1 }", "4:30: error: an object is updated by a mapping, found an integer"),
        ("- 1", "4:3: error: expected an action object, found an integer"),
        ("  {}", "4:3: error: \"actions\" is a sequence of one action at least"),
    ])
    func isRefused(actions: String, message: String) {
        let reading = read(actions)
        #expect(reading.complaints == ["fix0.yaml:" + message])
        #expect(reading.document == nil)
    }

    @Test func otherVersionsAreRefused() {
        #expect(
            read("- { target: $, update: {} }", head: "overlay: 2.0.0\nextends: x.yaml").complaints.contains(
                "fix0.yaml:1:10: error: Overlay 2.0.0 is not supported; 1.0 is"))
        #expect(
            read("- { target: $, update: {} }", head: "overlay: 1.0.0\nextends: x.yaml\ninfo: {}").complaints == [])
    }

    @Test func growthIsBounded() {
        let update = "- { target: '$..*', update: { a: { b: { c: { d: {} } } } } }\n"
        let reading = read(String(repeating: update, count: 100))
        #expect(reading.document == nil)
        #expect(reading.complaints.contains { $0.contains(": error: the overlays add more than 200000 nodes") })
    }

    @Test func depthIsBounded() {
        let update = "- { target: '$..deepest', update: { deepest: { \(String(repeating: "a: { ", count: 90)) } }\n"
        let closed = update.replacing(" } }\n", with: String(repeating: " }", count: 92) + " }\n")
        let first = "- { target: $, update: { x-deepest: { deepest: {} } } }\n"
        let reading = read(first + closed + closed.replacing("$..deepest'", with: "$..deepest.deepest.a..a'"))
        #expect(reading.document == nil || reading.document?.operations.count == 3)
    }

    @Test func scalarsStayAsTheyAre() {
        let reading = read("- { target: '$.info.*', update: { a: b } }")
        #expect(
            reading.complaints == [
                "fix0.yaml:4:13: warning: what is neither an object nor an array stays as it is (2 of 2 targets)",
                "  openapi.yaml:2:16: note: the first one is here",
            ])
        #expect(reading.document?.title == "Test")
    }

    @Test func filtersSeeTheChangedDocument() {
        let overlay = "overlay: 1.0.0\nactions: [{ target: '$.paths[\"/b\"].get', update: { tags: [new] } }]\n"
        let reading = Reading(Self.document, strictness: .outside) { options in
            options.overlays = [SourceFile(path: "fix.yaml", bytes: Array(overlay.utf8))]
            options.filters = [.tag("new")]
        }
        #expect(reading.document?.operations.map(\.id) == ["getB"])
    }
}
