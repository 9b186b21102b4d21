import GeneratorDiagnostics
import GeneratorOpenAPI
import Testing

/// References to the network that are followed on disk, and schemas that are known by a URI.
struct ReferenceMapTests {
    private func read(_ map: String, reference: String, files: [String: String]) -> Reading {
        let diagnostics = Diagnostics()
        let source = SourceFile(path: "map.yaml", bytes: Array(map.utf8))
        let references = ReferenceMap(source, files: MemoryFiles(files: files), diagnostics: diagnostics)
        #expect(diagnostics.all.isEmpty)
        return Reading(schemas: "A: { $ref: '\(reference)' }", strictness: .outside) {
            $0.references = references ?? ReferenceMap()
        }
    }

    @Test func filesStandForURLs() {
        let reading = read(
            "https://example.com/common.yaml: copies/common.yaml",
            reference: "https://example.com/common.yaml#/components/schemas/B",
            files: [
                "copies/common.yaml":
                    "components: { schemas: { B: { $ref: '#/components/schemas/C' }, C: { type: string } } }"
            ])
        #expect(reading.complaints == [])
        let schema = reading.schema("A")?.reference.map { reading.specification.resolved($0) }
        #expect(reading.place(schema) == "https://example.com/common.yaml#/components/schemas/C")
    }

    @Test func foldersStandForBeginnings() {
        let reading = read(
            "{ https://example.com/: all/, https://example.com/v2/: second/ }",
            reference: "https://example.com/v2/a.yaml#/B",
            files: ["second/a.yaml": "B: { $ref: '../b.yaml#/C' }", "all/b.yaml": "C: { typ: string }"])
        #expect(
            reading.complaints == [
                "all/b.yaml:1:6: warning: unknown keyword \"typ\" in a schema object; it is ignored [did you mean \"type\"?]"
            ])
    }

    @Test func whatIsNotMappedIsRefused() {
        for reference in ["https://example.org/x.yaml", "https://example.com/../etc.yaml", "https://example.com/"] {
            let reading = read("https://example.com/: all/", reference: reference, files: ["etc.yaml": "{}"])
            #expect(reading.complaints.count == 1)
            #expect(reading.complaints.first?.contains(": error: remote references are refused") == true)
        }
    }

    @Test(arguments: [
        ("- a", "map.yaml:1:1: error: expected a mapping from URLs to files, found a sequence"),
        ("{ https://a: ../b }", "map.yaml:1:14: error: expected a file or a folder below that of the map"),
        ("{ https://a: 1 }", "map.yaml:1:14: error: expected a file or a folder below that of the map"),
        ("{ https://a/: b }", "map.yaml:1:3: error: a file stands for a file, and a folder for a folder"),
    ])
    func faultyMapsAreRefused(map: String, message: String) {
        let diagnostics = Diagnostics()
        let source = SourceFile(path: "map.yaml", bytes: Array(map.utf8))
        #expect(ReferenceMap(source, files: MemoryFiles(files: [:]), diagnostics: diagnostics) == nil)
        #expect(
            diagnostics.all.map { "\($0.location.map(String.init(describing:)) ?? ""): error: \($0.message)" } == [
                message
            ])
    }

    // MARK: - URIs of schemas

    @Test func schemasAreKnownByTheirURIs() {
        let reading = Reading(
            schemas: """
                A:
                  $id: https://example.com/schemas/a.json
                  properties:
                    b: { $ref: b.json }
                    c: { $ref: 'https://example.com/schemas/b.json#/$defs/C' }
                    d: { $ref: '#/$defs/D' }
                    e: { $ref: '#/components/schemas/E' }
                  $defs: { D: { type: integer } }
                B: { $id: https://example.com/schemas/b.json, $defs: { C: { type: string } } }
                E: { properties: { self: { $ref: 'https://example.com/schemas/a.json' } } }
                """)
        #expect(reading.complaints == [])
        let targets = reading.schema("A")?.properties.map { reading.place(reading.specification[$0.schema].reference) }
        #expect(
            targets == [
                "openapi.yaml#/components/schemas/B", "openapi.yaml#/components/schemas/B/$defs/C",
                "openapi.yaml#/components/schemas/A/$defs/D", "openapi.yaml#/components/schemas/E",
            ])
    }

    @Test func documentsAreKnownByTheirURIs() {
        let reading = Reading(
            version: "3.2.0",
            """
            $self: https://example.com/openapi.yaml
            paths: {}
            components:
              schemas:
                A: { $ref: 'openapi.yaml#/components/schemas/B' }
                B: { $ref: 'https://example.com/openapi.yaml#/components/schemas/C' }
                C: { type: string }
            """)
        #expect(reading.complaints == [])
        let target = reading.schema("A")?.reference.map { reading.specification.resolved($0) }
        #expect(reading.place(target) == "openapi.yaml#/components/schemas/C")
    }
}
