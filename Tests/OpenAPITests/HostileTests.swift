import GeneratorDiagnostics
import Testing

@testable import GeneratorOpenAPI

/// Documents that mean harm end in a diagnostic or in what can be made of them, never in a crash.
struct HostileTests {
    @Test func circlesOfEveryKindAreCut() {
        let reading = Reading(
            """
            paths:
              /a: { $ref: '#/paths/~1b' }
              /b: { $ref: '#/paths/~1a' }
              /c:
                get:
                  operationId: c
                  parameters: [{ $ref: '#/components/parameters/P' }]
                  requestBody: { $ref: '#/components/requestBodies/B' }
                  responses: { '200': { $ref: '#/components/responses/R' }, '400': { description: Bad } }
                  callbacks: { x: { $ref: '#/components/callbacks/C' } }
            components:
              parameters: { P: { $ref: '#/components/parameters/Q' }, Q: { $ref: '#/components/parameters/P' } }
              requestBodies: { B: { $ref: '#/components/requestBodies/B' } }
              responses: { R: { $ref: '#/components/responses/R' } }
              callbacks: { C: { $ref: '#/components/callbacks/C' } }
              headers: { H: { $ref: '#/components/headers/H' } }
              examples: { E: { $ref: '#/components/examples/E' } }
              schemas:
                A: { allOf: [{ $ref: '#/components/schemas/B' }] }
                B: { allOf: [{ $ref: '#/components/schemas/A' }, { properties: { a: { $ref: '#/components/schemas/A' } } }] }
                C: { $ref: '#/components/schemas/D' }
                D: { $ref: '#/components/schemas/C' }
                E: { oneOf: [{ $ref: '#/components/schemas/E' }, { type: string }] }
            """, strictness: .outside)
        #expect(reading.complaints.allSatisfy { !$0.contains(": error: ") })
        #expect(reading.document?.operations.isEmpty == true)
        #expect(reading.document?.omissions.map(\.path) == ["/c"])
        #expect(reading.complaints.contains { $0.contains("the path \"/a\" is left out: this reference leads back") })
        for name in ["A", "B", "C", "D", "E"] { #expect(reading.schema(name) != nil) }
        #expect(reading.schema("C")?.reference == nil || reading.schema("D")?.reference == nil)
    }

    @Test func pointersCanBeAbsurd() {
        for pointer in [
            "#/" + String(repeating: "a/", count: 10_000), "#//////",
            "#/components/schemas/A/allOf/99999999999999999999",
            "#/components/schemas/A/allOf/-1", "#/~2", "#/%00", "#%", "#/components/schemas/A/required/0",
        ] {
            let reading = Reading(
                schemas: "A: { required: [x], allOf: [{ type: object }], properties: { a: { $ref: '\(pointer)' } } }",
                strictness: .outside)
            #expect(reading.complaints.allSatisfy { !$0.contains(": error: ") })
            #expect(reading.complaints.count == 1, "\(pointer.prefix(40)): \(reading.complaints)")
        }
    }

    @Test func namesAreKeptAsTheyAre() {
        let name = "../../etc/passwd\\n\\0*/\\u202e"
        let reading = Reading(
            "paths: { \"/\(name)\": { get: { operationId: \"\(name)\", tags: [\"\(name)\"] } } }\n",
            strictness: .outside)
        #expect(reading.operation?.path.hasPrefix("/../../etc/passwd\n") == true)
        #expect(reading.operation?.id == reading.operation?.tags.first)
    }

    @Test func depthIsNoMatterOfTheStack() {
        for text in [
            String(repeating: "{ properties: { a: ", count: 95) + "{}" + String(repeating: " } }", count: 95),
            String(repeating: "{ allOf: [", count: 95) + "{}" + String(repeating: "] }", count: 95),
        ] {
            let reading = Reading(schemas: "A: \(text)", strictness: .outside)
            #expect(reading.complaints == [])
            #expect(reading.specification.schemas.count == 96)
        }
        let deep = Reading(schemas: "A: \(String(repeating: "[", count: 100_000))", strictness: .outside)
        #expect(deep.complaints.count == 1 && deep.document == nil)
    }

    @Test func longChainsOfReferencesEnd() throws {
        func chain(_ count: Int) -> [String] {
            (0..<count).map { "S\($0): { $ref: '#/components/schemas/S\($0 + 1)' }" } + ["S\(count): { type: string }"]
        }
        let long = Reading(schemas: chain(400).joined(separator: "\n"))
        #expect(long.complaints == [])
        let first = long.specification.resolved(SchemaID(index: 0))
        #expect(long.specification[first].kinds == [.string])

        let endless = Reading(schemas: chain(3000).joined(separator: "\n"), strictness: .outside)
        let message =
            "warning: this reference leads to another, and so on without end; it is ignored (and 5 more places)"
        #expect(endless.complaints.count == 1 && endless.complaints[0].hasSuffix(message), "\(endless.complaints)")

        let parameters = (0..<600).map { "P\($0): { $ref: '#/components/parameters/P\($0 + 1)' }" }
        let others = Reading(
            "paths: {}\ncomponents: { parameters: { \(parameters.joined(separator: ", ")) } }", strictness: .outside)
        #expect(others.complaints.contains { $0.contains("and so on without end") })
    }

    @Test func aliasesThatMultiplyAreRefused() {
        let levels = (1...9).map { "  a\($0): &a\($0) [\(String(repeating: "*a\($0 - 1), ", count: 10))]" }
        let reading = Reading(
            "x-bomb:\n  a0: &a0 [x]\n" + levels.joined(separator: "\n") + "\npaths: {}\n", strictness: .outside)
        #expect(reading.document == nil)
        #expect(reading.complaints.count == 1 && reading.complaints[0].contains("the aliases up to here stand for"))
    }

    @Test func aliasedSchemasAreEachTheirOwn() {
        let shared = (0..<200).map { "p\($0): *s" }.joined(separator: ", ")
        let reading = Reading(
            schemas: "A: &s { type: object, properties: { x: { type: string } } }\nB: { properties: { \(shared) } }",
            strictness: .outside)
        #expect(reading.complaints == [])
        #expect(reading.schema("B")?.properties.count == 200)
    }

    @Test(arguments: [
        "", "null", "[]", "1", "text", "{}", "openapi: 3.1.0", "openapi: 4.0.0", "openapi: []", "swagger: '2.0'",
        "openapi: 3.1.0\npaths: []", "openapi: 3.1.0\npaths: 1\ninfo: 2\ncomponents: 3\nservers: 4\ntags: 5",
        "openapi: 3.1.0\npaths: { /a: 1, /b: [], /c: null, d: {} }\nsecurity: 1\nwebhooks: []",
        "openapi: 3.1.0\ncomponents: { schemas: 1, responses: [], parameters: x, examples: 1, links: 1 }",
    ])
    func anythingElseIsAnswered(text: String) {
        let reading = Reading(["openapi.yaml": text], strictness: .outside)
        #expect(!reading.complaints.isEmpty)
        let isRefused = reading.complaints.contains { $0.contains("error: ") }
        #expect(isRefused == (reading.document == nil), "\(reading.complaints)")
    }

    @Test func referencesStayBelowTheFolder() throws {
        let inner = try #require(Folder.holding("/a/b/openapi.yaml"))
        #expect(inner.document == "openapi.yaml")
        #expect(inner.folder.displayPath(of: "x.yaml") == "/a/b/x.yaml")
        let outer = try #require(Folder.holding("/a/b/../b/openapi.yaml", within: "/a"))
        #expect(outer.document == "b/openapi.yaml")
        #expect(outer.folder.displayPath(of: outer.document) == "/a/b/openapi.yaml")
        #expect(Folder.holding("/a/b/openapi.yaml", within: "/a/c") == nil)
        #expect(Folder.holding("/a/bc/openapi.yaml", within: "/a/b") == nil)

        let files = [
            "b/openapi.yaml": "openapi: 3.1.0\npaths: { /x: { $ref: '../c/x.yaml' } }",
            "c/x.yaml": "get: { operationId: x }",
        ]
        let reading = Reading(files, documents: ["b/openapi.yaml"], strictness: .outside)
        #expect(reading.operation?.id == "x")
    }

    @Test func referencesThatMultiplyAreRefused() {
        let parameters = (0..<100).map { "{ name: p\($0), in: query, schema: {} }" }.joined(separator: ", ")
        let paths = (0..<50).map { "  /\($0): { $ref: '#/components/pathItems/X' }" }.joined(separator: "\n")
        let reading = Reading(
            """
            paths:
            \(paths)
            components:
              pathItems: { X: { parameters: [\(parameters)], get: { operationId: a, responses: { '200': {} } } } }
            """, strictness: .outside
        ) { $0.mostParts = 2000 }
        let errors = reading.complaints.filter { $0.contains(": error: ") }
        #expect(errors.count == 1)
        #expect(errors.first?.contains("what the document refers to has more than 2000 parts") == true)
    }

    @Test func longTextsAreRead() {
        let text = String(repeating: "x", count: 2_000_000)
        let path = "/" + text.prefix(100_000)
        let reading = Reading(
            [
                "openapi.json": """
                {"openapi": "3.1.0", "info": {"title": "\(text)", "version": ""}, "\(text)": 1,
                "paths": {"\(path)": {"get": {"operationId": "a", "summary": "\(text)", "responses": {"200": {}}}}}}
                """
            ], documents: ["openapi.json"], strictness: .outside)
        #expect(reading.operation?.summary?.utf8.count == 2_000_000)
        #expect(reading.operation?.path.utf8.count == 100_001)
        #expect(reading.complaints.count == 2)
    }
}
