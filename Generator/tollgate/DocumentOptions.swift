import ArgumentParser
import Foundation
import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPipeline
import GeneratorPlan

/// What `generate` needs to know of a document from outside.
struct DocumentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An OpenAPI document, YAML or JSON.", valueName: "file"))
    var input: String?

    @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String?

    @Option(help: ArgumentHelp("The name of the Swift module and of the client's type.", valueName: "name"))
    var module: String?

    @Flag(help: "Write a whole package: the client, a mock server, and tests of both.")
    var package = false

    @Option(
        help: ArgumentHelp(
            "With --package: where Tollgate's own package is, a folder or a URL. (default: where this tool is)",
            valueName: "place"))
    var tollgate: String?

    @Option(
        help: ArgumentHelp(
            "Only the operations with a tag (tag:points), a path (path:/points/*) or an identifier "
                + "(operation:getPoint), and what they reach. May be repeated.", valueName: "filter"))
    var filter: [String] = []

    @Option(help: ArgumentHelp("An OpenAPI Overlay to apply first. May be repeated.", valueName: "file"))
    var overlay: [String] = []

    @Option(help: ArgumentHelp("A mapping from URLs that the document refers to to files.", valueName: "file"))
    var references: String?

    @Option(help: ArgumentHelp("The folder that references cannot leave. (default: the document's)", valueName: "dir"))
    var referencesWithin: String?

    @Option(help: ArgumentHelp("Where to write what was generated and what was left out, as JSON.", valueName: "file"))
    var report: String?

    func validate() throws {
        if input == nil {
            let others = [output, module, tollgate, references, referencesWithin, report].compactMap { $0 }
            if !others.isEmpty || package || !filter.isEmpty || !overlay.isEmpty {
                throw ValidationError("these options go with --input, which names a document")
            }
            return
        }
        guard output != nil else { throw ValidationError("--output is missing: the folder to write to") }
        guard let module else { throw ValidationError("--module is missing: the name of the Swift module") }
        if let problem = DocumentPipeline.problem(withModule: module) { throw ValidationError(problem) }
        for text in filter where OperationFilter(text) == nil {
            throw ValidationError("\"\(text)\" is no filter: write tag:NAME, path:/PATH or operation:ID")
        }
        if tollgate != nil, !package { throw ValidationError("--tollgate goes with --package") }
    }

    func generate(from input: String, check: Bool) throws {
        guard let output, let module else { return }
        let start = ContinuousClock.now
        let diagnostics = Diagnostics()
        guard let (folder, document) = Folder.holding(input, within: referencesWithin) else {
            throw ValidationError("\(input) is not below \(referencesWithin ?? "")")
        }
        var pipeline = DocumentPipeline(files: folder, document: document, module: module, diagnostics: diagnostics)
        if package { pipeline.package = PackagePlan(module: module, tollgate: try dependency(of: output)) }
        let options = readerOptions(diagnostics)
        let plan: Plan?
        if let options {
            pipeline.options = options
            plan = pipeline.plan()
        } else {
            plan = nil
        }
        printError(DiagnosticPrinter().text(diagnostics.all))
        var summary = DocumentReport(document: document, diagnostics: diagnostics)
        if let plan {
            do {
                let generated = pipeline.emit(plan)
                let reports = try OutputFolder(files: DiskTree(root: output)).update(
                    with: generated, folders: pipeline.folders, mode: check ? .check : .write)
                summary.add(plan, generated: generated, reports: reports)
            } catch {
                printError("error: \(error)\n")
                throw ExitCode.failure
            }
        }
        summary.seconds = (ContinuousClock.now - start) / .seconds(1)
        if let report { try summary.json().write(to: URL(filePath: report)) }
        print(summary.line(), terminator: "")
        if plan == nil { throw ExitCode.failure }
        guard check else { return }
        printError(summary.complaints(in: output))
        if !summary.isUpToDate { throw ExitCode.failure }
    }

    // MARK: Reading

    /// Nil if a file cannot be read, which the diagnostics tell.
    private func readerOptions(_ diagnostics: Diagnostics) -> SpecificationReader.Options? {
        var options = SpecificationReader.Options(strictness: .outside)
        options.filters = filter.compactMap(OperationFilter.init)
        options.overlays = overlay.compactMap { file($0, diagnostics) }
        if let references, let map = file(references, diagnostics) {
            guard let (folder, _) = Folder.holding(references),
                let references = ReferenceMap(map, files: folder, diagnostics: diagnostics)
            else { return nil }
            options.references = references
        }
        return diagnostics.hasErrors ? nil : options
    }

    private func file(_ path: String, _ diagnostics: Diagnostics) -> SourceFile? {
        let shown = SourceFile.displayPath(of: path)
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            diagnostics.error("there is no file \"\(shown)\"", at: nil)
            return nil
        }
        return SourceFile(path: shown, bytes: [UInt8](data))
    }

    // MARK: Package

    private func dependency(of output: String) throws -> PackagePlan.Dependency {
        if let tollgate, tollgate.contains("://") || tollgate.hasPrefix("git@") { return .url(tollgate) }
        let place = try tollgate.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? ownPackage()
        return .path(relativePath(from: URL(filePath: output, directoryHint: .isDirectory), to: place))
    }

    /// The package that the tool was built from: in the working directory, or around the executable.
    private func ownPackage() throws -> URL {
        let current = URL(filePath: ".", directoryHint: .isDirectory)
        var place = Bundle.main.executableURL?.deletingLastPathComponent()
        var places = [current]
        while let folder = place, folder.pathComponents.count > 1 {
            places.append(folder)
            place = folder.deletingLastPathComponent()
        }
        let own = places.first { folder in
            let manifest = folder.appending(path: "Package.swift")
            return (try? String(contentsOf: manifest, encoding: .utf8))?.contains("name: \"tollgate\"") == true
        }
        guard let own else { throw ValidationError("Tollgate's own package is not here: name it with --tollgate") }
        return own
    }

    private func relativePath(from folder: URL, to place: URL) -> String {
        let from = folder.standardizedFileURL.pathComponents.filter { $0 != "/" }
        let to = place.standardizedFileURL.pathComponents.filter { $0 != "/" }
        let common = zip(from, to).prefix { $0 == $1 }.count
        let parts = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}
