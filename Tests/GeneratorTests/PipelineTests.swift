import GeneratorDiagnostics
import GeneratorEmit
import GeneratorPipeline
import Testing

/// From `generator.yaml` to the text of files.
@Suite struct PipelineTests {
    private static let configuration = """
        modules:
          - module: TollgatePets
            namespace: Pets
            service: pets
            documents:
              - { file: pets/openapi.yaml, client: Pets.Client }
        mock: TollgateMock
        """

    private static let document = """
        openapi: 3.1.0
        info: { title: Pets, version: '1' }
        servers: [{ url: https://pets.example/v1 }]
        tags: [{ name: pets, description: Animals. }]
        paths:
          /pets:
            get:
              operationId: listPets
              tags: [pets]
              summary: Lists the pets.
              description: All of them.
              responses:
                '200':
                  description: The pets.
                  content:
                    application/json:
                      schema: { type: array, items: { $ref: '#/components/schemas/Pet' } }
                      example: []
        components:
          schemas:
            Pet:
              type: object
              description: An animal.
              required: [name]
              properties:
                name: { type: string, description: What it is called. }
        """

    private func run(
        _ files: [String: String], displayedAs: String = "spec"
    ) -> (texts: [String: String], diagnostics: String) {
        let diagnostics = Diagnostics()
        let pipeline = Pipeline(
            files: MemoryFolder(files: files, displayedAs: displayedAs), diagnostics: diagnostics)
        let files = pipeline.plan().map(pipeline.emit) ?? []
        let texts = files.map { ("\($0.module)/\($0.path)", $0.text) }
        return (Dictionary(uniqueKeysWithValues: texts), diagnostics.text)
    }

    private func complaints(_ configuration: String, documents: [String: String] = [:]) -> String {
        let files = documents.merging(["generator.yaml": configuration]) { $1 }
        return run(files).diagnostics
    }

    @Test func wholeLine() throws {
        let result = run(["generator.yaml": Self.configuration, "pets/openapi.yaml": Self.document])
        #expect(result.diagnostics == "")
        let operations = try #require(result.texts["TollgatePets/Operations/ClientPets.swift"])
        #expect(operations.contains("public func list() async throws -> [Pets.Pet] {"))
        let routes = try #require(result.texts["TollgateMock/PetsPetsRoutes.swift"])
        #expect(routes.contains(#"routes.add(.pets.listPets, "GET", "/v1/pets", surface: "Pets.Client")"#))
    }

    @Test func outputDoesNotDependOnTheWorkingDirectory() {
        let files = ["generator.yaml": Self.configuration, "pets/openapi.yaml": Self.document]
        #expect(run(files).texts == run(files, displayedAs: "/home/somebody/package/spec").texts)
    }

    @Test func nothingComesOutWhenThereAreErrors() {
        let broken = Self.document.replacing("required: [name]", with: "requried: [name]")
        let result = run(["generator.yaml": Self.configuration, "pets/openapi.yaml": broken])
        #expect(result.texts.isEmpty)
        #expect(result.diagnostics.hasPrefix("spec/pets/openapi.yaml:24:7: error: "))
        #expect(result.diagnostics.contains("did you mean \"required\"?"))
    }

    // MARK: generator.yaml

    @Test func configurationMustBeThere() {
        #expect(
            run([:]).diagnostics == """
                error: there is no file "spec/generator.yaml"
                  it says which document becomes which Swift module

                """)
    }

    @Test func misspeltKeyword() {
        #expect(
            complaints("moduls: []").hasPrefix(
                """
                spec/generator.yaml:1:1: error: unknown keyword "moduls" in the configuration
                    1 | moduls: []
                      | ^~~~~~ did you mean "modules"?

                """))
    }

    @Test func everyMistakeIsReportedAtItsPlace() {
        let text = complaints(
            """
            modules:
              - module: ../../etc
                namespace: Pets
                service: pets
                documents: none
              - namespace: 5
              - nothing
            mock: [TollgateMock]
            acronyms: [ID, 7]
            spellings: [openai]
            """)
        let heads = text.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(
            heads == [
                "spec/generator.yaml:2:13: error: \"../../etc\" cannot be a name in Swift",
                "spec/generator.yaml:5:16: error: expected a list, found a string",
                "spec/generator.yaml:6:5: error: \"module\" is missing",
                "spec/generator.yaml:6:5: error: \"service\" is missing",
                "spec/generator.yaml:6:5: error: \"documents\" is missing",
                "spec/generator.yaml:6:16: error: expected a string, found an integer",
                "spec/generator.yaml:7:5: error: expected a module as a mapping, found a string",
                "spec/generator.yaml:8:7: error: expected a string, found a sequence",
                "spec/generator.yaml:9:16: error: expected a string, found an integer",
                "spec/generator.yaml:10:12: error: expected a mapping from words to their spelling, found a sequence",
            ])
    }

    @Test func documentsMustBeThereAndWithinTheFolder() {
        let text = complaints(
            Self.configuration.replacing(
                "- { file: pets/openapi.yaml, client: Pets.Client }",
                with: "[{ file: ../secrets.yaml, client: Pets.Client }, { file: gone.yaml, client: Pets.Client }]"))
        #expect(text.contains("\"../secrets.yaml\" is not within the folder of the specification"))
        #expect(text.contains("there is no file \"spec/gone.yaml\""))
    }

    @Test func moduleOfTheMockMustBeItsOwn() {
        let text = complaints(
            Self.configuration.replacing("mock: TollgateMock", with: "mock: TollgatePets"),
            documents: ["pets/openapi.yaml": Self.document])
        #expect(text.contains("spec/generator.yaml:7:7: error: module TollgatePets is there twice"))
        #expect(text.contains("spec/generator.yaml:2:13: note: the other one is here"))
    }

    @Test func tableForRecordedExchanges() throws {
        let configuration = Self.configuration + "\nfixtures: FixtureTests\n"
        let result = run(["generator.yaml": configuration, "pets/openapi.yaml": Self.document])
        #expect(result.diagnostics == "")
        #expect(
            result.texts["FixtureTests/PetsWireTypes.swift"] == """
                // Generated by tollgate from spec/pets/openapi.yaml. Edit the spec, then run: swift run tollgate generate

                import TollgatePets

                extension WireTypes {
                    /// The operations of Pets by name.
                    static func pets() -> [String: WireTypes] {
                        var types: [String: WireTypes] = [:]
                        types["pets.listPets"] = WireTypes(success: RoundTrip([Pets.Pet].self))
                        return types
                    }
                }

                """)
    }

    // MARK: Several namespaces in one module

    private static let shared = configuration.replacing(
        "mock: TollgateMock",
        with: """
              - module: TollgatePets
                namespace: Zoo
                service: zoo
                documents:
                  - { file: zoo/openapi.yaml, client: Zoo }
            mock: TollgateMock
            """)

    @Test func namespacesOfOneModuleHaveFolders() throws {
        let result = run([
            "generator.yaml": Self.shared, "pets/openapi.yaml": Self.document, "zoo/openapi.yaml": Self.document,
        ])
        #expect(result.diagnostics == "")
        let names = result.texts.keys.filter { $0.hasPrefix("TollgatePets/") }.sorted()
        #expect(
            names == [
                "TollgatePets/Pets/Models/Pets+Pet.swift", "TollgatePets/Pets/Operations/Pets+ClientPets.swift",
                "TollgatePets/Zoo/Models/Zoo+Pet.swift", "TollgatePets/Zoo/Operations/Zoo+Pets.swift",
            ])
        #expect(result.texts["TollgateMock/ZooRoutes.swift"] != nil)
    }

    @Test func namespacesAndServicesMustDiffer() {
        let text = complaints(
            Self.shared.replacing("Zoo", with: "Pets").replacing("service: zoo", with: "service: pets"),
            documents: ["pets/openapi.yaml": Self.document, "zoo/openapi.yaml": Self.document])
        #expect(text.contains("spec/generator.yaml:8:16: error: namespace Pets is there twice"))
        #expect(text.contains("spec/generator.yaml:9:14: error: service pets is there twice"))
        #expect(!text.contains("module TollgatePets is there twice"))
    }

    /// The models of a namespace and the groups of a client that is the namespace itself are neighbours.
    @Test func groupGivesWayToModelOfItsName() throws {
        let document = Self.document.replacing("Pet:", with: "Pets:").replacing("schemas/Pet'", with: "schemas/Pets'")
        let configuration = Self.configuration.replacing("Pets.Client", with: "Pets")
        let result = run(["generator.yaml": configuration, "pets/openapi.yaml": document])
        #expect(result.diagnostics == "")
        let operations = try #require(result.texts["TollgatePets/Operations/PetsOperations.swift"])
        #expect(operations.contains("public var pets: PetsOperations { PetsOperations(client: client) }"))
        #expect(operations.contains("public func list() async throws -> [Pets.PetsModel] {"))
        #expect(result.texts["TollgatePets/Models/PetsModel.swift"] != nil)
    }
}
