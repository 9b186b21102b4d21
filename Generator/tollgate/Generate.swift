import ArgumentParser
import Foundation
import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPipeline
import GeneratorPlan

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes Sources/*/Generated; with --input, the client of any OpenAPI document.",
        discussion: "Only files whose content changes are touched, and files that the documents no longer ask for are "
            + "removed. Nothing is written when a document has errors.")

    @OptionGroup(title: "Tollgate's own services") var specification: SpecificationOptions

    @Option(help: ArgumentHelp("The folder that holds Sources.", valueName: "dir"))
    var root = "."

    @OptionGroup(title: "A document from outside") var document: DocumentOptions

    @Flag(help: "Write nothing; name each file that differs, is missing or is stale, and exit with status 1 if any is.")
    var check = false

    func validate() throws {
        try document.validate()
    }

    func run() throws {
        if let input = document.input { return try document.generate(from: input, check: check) }
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
