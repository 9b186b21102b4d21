import Foundation
import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPipeline
import GeneratorPlan
import GeneratorYAML

/// What the generator is measured with.
struct Subject {
    let name: String
    let files: MemoryFiles
    /// Reads, resolves and plans as the tool does; nil if there are errors that the tool stops at.
    let plan: (Diagnostics) -> Plan?

    /// This package's own `spec/`, through the same pipeline as the tool's.
    static func own() -> Subject {
        let root = (0..<6).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let files = MemoryFiles(folder: root.appending(path: "spec").path)
        return Subject(name: "spec/", files: files) { Pipeline(files: files, diagnostics: $0).plan() }
    }

    /// A document from elsewhere. What cannot be read is left out, and the rest is generated.
    static func document(at path: String) -> Subject {
        let url = URL(filePath: path)
        let name = url.lastPathComponent
        let files = MemoryFiles(folder: url.deletingLastPathComponent().path)
        let module = PlanConfiguration.Module(
            module: "Elsewhere", namespace: "Elsewhere", service: "elsewhere",
            documents: [.init(name: name, client: "Elsewhere")])
        let configuration = PlanConfiguration(
            modules: [module], mock: "ElsewhereMock", acronyms: ["API", "HTTP", "ID", "JSON", "URL"])
        return Subject(name: name, files: files) { diagnostics in
            let specification = SpecificationReader(files: files, diagnostics: diagnostics, strictness: .outside)
                .read(documents: [name])
            return PlanBuilder(specification: specification, configuration: configuration, diagnostics: diagnostics)
                .build()
        }
    }

    /// All files as nodes.
    func nodes() -> [Node] {
        files.content.compactMap { YAMLReader.read(path: $0.key, bytes: $0.value, diagnostics: Diagnostics()) }
    }

    /// The Swift files; nothing is written.
    func generate() -> [GeneratedFile] {
        plan(Diagnostics()).map(Emitter.files) ?? []
    }
}

/// The files of a folder, each read from the disk when it is first asked for, so that no disk is measured thereafter.
final class MemoryFiles: FileAccess {
    private let folder: Folder
    /// The files that were asked for, by path.
    private(set) var content: [String: [UInt8]] = [:]

    init(folder: String) {
        self.folder = Folder(folder, displayedAs: "")
    }

    func bytes(of path: String) -> [UInt8]? {
        if let known = content[path] { return known }
        content[path] = folder.bytes(of: path)
        return content[path]
    }

    func displayPath(of path: String) -> String { path }
}
