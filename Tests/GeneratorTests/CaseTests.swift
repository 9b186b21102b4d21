import Foundation
import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPlan
import Testing

/// Documents with what must become of them, found by folder: `Tests/Cases/accepted/NAME/openapi.yaml` becomes the Swift
/// in `Expected` (which `CompiledCaseTests` compiles and runs), `Tests/Cases/rejected/NAME/openapi.yaml` the complaints
/// in `diagnostics.txt`. `Tests/Cases/outside/NAME/openapi.yaml` is read as a document from outside; it has both, and of
/// the Swift only the models.
///
/// `UPDATE_CASES=1 swift test --filter CaseTests` writes what came out into the folders; read the diff.
@Suite struct CaseTests {
    @Test(arguments: Case.all("accepted"))
    func accepted(_ example: Case) throws {
        let diagnostics = Diagnostics()
        let files = example.generate(diagnostics)
        #expect(DiagnosticPrinter().text(diagnostics.all) == "")
        let made = Dictionary(uniqueKeysWithValues: files.map { ("\($0.module)/\($0.path)", $0.text) })
        if Case.isUpdating { try example.replaceExpected(with: made) }
        let expected = try example.expected()
        #expect(Set(made.keys) == Set(expected.keys), "files are missing from Expected, or stale in it")
        for (path, text) in made where expected[path] != nil {
            #expect(text == expected[path], "\(path)")
        }
    }

    @Test(arguments: Case.all("rejected"))
    func rejected(_ example: Case) throws {
        let diagnostics = Diagnostics()
        _ = example.generate(diagnostics)
        #expect(diagnostics.hasErrors)
        let text = DiagnosticPrinter().text(diagnostics.all)
        let file = example.folder.appending(path: "diagnostics.txt")
        if Case.isUpdating { try Data(text.utf8).write(to: file) }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test(arguments: Case.all("outside"))
    func outside(_ example: Case) throws {
        let diagnostics = Diagnostics()
        let files = example.generateFromOutside(diagnostics)
        #expect(!diagnostics.hasErrors)
        let made = Dictionary(uniqueKeysWithValues: files.map { ("\($0.module)/\($0.path)", $0.text) })
        let text = DiagnosticPrinter().text(diagnostics.all)
        let file = example.folder.appending(path: "diagnostics.txt")
        if Case.isUpdating {
            try example.replaceExpected(with: made)
            try Data(text.utf8).write(to: file)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)))
        #expect(try example.expected() == made)
    }

    @Test func casesAreFound() {
        #expect(Case.all("outside").count >= 2)
        #expect(Case.all("accepted").count >= 4)
        #expect(Case.all("rejected").count >= 7)
    }

    @Test(arguments: Case.all("accepted"))
    func twoRunsGiveTheSameBytes(_ example: Case) {
        #expect(example.generate(Diagnostics()) == example.generate(Diagnostics()))
    }
}

struct Case: Sendable, CustomTestStringConvertible {
    let folder: URL

    var testDescription: String { folder.lastPathComponent }

    static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_CASES"] == "1"

    static func all(_ kind: String) -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Cases/\(kind)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map { Case(folder: folder.appending(path: $0)) }
    }

    /// `kitchen-sink` to `KitchenSink`: module and namespace of what the case becomes.
    private var namespace: String {
        folder.lastPathComponent.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// The folder's document becomes one module, and the routes of a mock.
    func generate(_ diagnostics: Diagnostics) -> [GeneratedFile] {
        let reader = SpecificationReader(files: Folder(folder.path, displayedAs: ""), diagnostics: diagnostics)
        let specification = reader.read(documents: ["openapi.yaml"])
        if diagnostics.hasErrors { return [] }
        let module = PlanConfiguration.Module(
            module: namespace, namespace: namespace, service: "example",
            documents: [PlanConfiguration.ModuleDocument(name: "openapi.yaml", client: "\(namespace).Client")])
        let configuration = PlanConfiguration(
            modules: [module], mock: "Mock", acronyms: ["XUSD"], spellings: ["openai": "OpenAI"])
        let plan = PlanBuilder(specification: specification, configuration: configuration, diagnostics: diagnostics)
            .build()
        return diagnostics.hasErrors ? [] : Emitter.files(for: plan)
    }

    /// The models of the document, read as one from outside.
    func generateFromOutside(_ diagnostics: Diagnostics) -> [GeneratedFile] {
        let reader = SpecificationReader(
            files: Folder(folder.path, displayedAs: ""), diagnostics: diagnostics, strictness: .outside)
        let specification = reader.read(documents: ["openapi.yaml"])
        let plan = PlanBuilder(
            specification: specification,
            configuration: .outside(document: "openapi.yaml", module: namespace), diagnostics: diagnostics
        ).build()
        return Emitter.files(for: plan).filter { $0.path.hasPrefix("Models/") }
    }

    private var expectedFolder: URL { folder.appending(path: "Expected") }

    /// By path within the folder.
    func expected() throws -> [String: String] {
        var files: [String: String] = [:]
        let paths = try FileManager.default.subpathsOfDirectory(atPath: expectedFolder.path)
        for path in paths where path.hasSuffix(".swift") {
            files[path] = try String(contentsOf: expectedFolder.appending(path: path), encoding: .utf8)
        }
        return files
    }

    func replaceExpected(with files: [String: String]) throws {
        if FileManager.default.fileExists(atPath: expectedFolder.path) {
            try FileManager.default.removeItem(at: expectedFolder)
        }
        for (path, text) in files {
            let file = expectedFolder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }
}
