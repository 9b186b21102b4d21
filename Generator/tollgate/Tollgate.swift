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

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes Sources/*/Generated.",
        discussion: "Only files whose content changes are touched, and files that the documents no longer ask for are "
            + "removed. Nothing is written when a document has errors.")

    @OptionGroup var specification: SpecificationOptions

    @Option(help: ArgumentHelp("The folder that holds Sources.", valueName: "dir"))
    var root = "."

    @Flag(help: "Write nothing; name each file that differs, is missing or is stale, and exit with status 1 if any is.")
    var check = false

    func run() throws {
        let start = ContinuousClock.now
        let (pipeline, plan, _) = try specification.plan()
        let mode: SourceTree.Mode = check ? .check : .write
        let tests = [plan.fixtures?.target].compactMap { $0 }
        let tree = SourceTree(files: DiskTree(root: root))
        let reports: [FolderReport]
        do {
            reports = try tree.update(
                with: pipeline.emit(plan), modules: plan.moduleNames, tests: tests, mode: mode)
        } catch {
            printError("error: \(error)\n")
            throw ExitCode.failure
        }
        let summary = Summary(plan: plan, specFolder: specification.displayedFolder, reports: reports, mode: mode)
        print(summary.table(), terminator: "")
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("done in \(String(format: "%.2f", seconds)) s")
        guard check else { return }
        let complaints = summary.complaints()
        printError(complaints)
        if !complaints.isEmpty { throw ExitCode.failure }
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

private func printError(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
}
