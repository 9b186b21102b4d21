import ArgumentParser
import Foundation
import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPipeline
import GeneratorPlan

@main
struct Tollgate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tollgate", abstract: "Writes the Swift SDK and the mock's routes from OpenAPI documents.",
        subcommands: [Generate.self, Lint.self])
}

struct SpecificationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder with generator.yaml and the documents.", valueName: "dir"))
    var spec = "spec"

    /// As the terminal's user sees it.
    var displayedFolder: String { SourceFile.displayPath(of: spec) }

    /// Reads and plans; prints what there is to complain about.
    ///
    /// - Throws: `ExitCode` if there were errors.
    func plan() throws -> (pipeline: Pipeline, plan: Plan, warnings: Int) {
        let diagnostics = Diagnostics()
        let pipeline = Pipeline(
            files: Folder(spec, displayedAs: displayedFolder),
            folderName: URL(filePath: spec).standardizedFileURL.lastPathComponent, diagnostics: diagnostics)
        let plan = pipeline.plan()
        printError(DiagnosticPrinter().text(diagnostics.all))
        guard let plan else { throw ExitCode.failure }
        return (pipeline, plan, diagnostics.all.count)
    }
}

struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Complains about the documents as generate does, and writes nothing.")

    @OptionGroup var specification: SpecificationOptions

    func run() throws {
        let (_, plan, warnings) = try specification.plan()
        let documents = plan.modules.flatMap(\.documents)
        let operations = documents.reduce(0) { $0 + $1.operations }
        let models = documents.reduce(0) { $0 + $1.models }
        let counts = "\(documents.count) documents, \(operations) operations, \(models) models"
        print("\(counts): no errors, \(warnings) warnings")
    }
}

func printError(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
}
