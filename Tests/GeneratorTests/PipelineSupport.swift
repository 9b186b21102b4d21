import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPipeline

/// The folder of a specification, in memory.
struct MemoryFolder: FileAccess {
    var files: [String: String]
    var displayedAs = "spec"

    func bytes(of path: String) -> [UInt8]? {
        files[path].map { Array($0.utf8) }
    }

    func displayPath(of path: String) -> String {
        "\(displayedAs)/\(path)"
    }
}

/// A source tree in memory, which notes what is done to it.
final class MemoryTree: TreeAccess {
    var files: [String: String]
    var links: Set<String> = []
    private(set) var written: [String] = []
    private(set) var removed: [String] = []

    init(_ files: [String: String] = [:]) {
        self.files = files
    }

    func folders(in folder: String) -> [String] {
        let names = files.keys.filter { $0.hasPrefix(folder + "/") }.map { path in
            path.dropFirst(folder.count + 1).split(separator: "/")
        }
        return Set(names.filter { $0.count > 1 }.map { String($0[0]) }).sorted()
    }

    func files(below folder: String) -> [String] {
        files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
    }

    func files(in folder: String) -> [String] {
        files(below: folder).filter { !$0.contains("/") && !links.contains("\(folder)/\($0)") }
    }

    func isLink(_ path: String) -> Bool {
        links.contains(path)
    }

    func bytes(of path: String) -> [UInt8]? {
        links.contains(path) ? nil : files[path].map { Array($0.utf8) }
    }

    func write(_ bytes: [UInt8], to path: String) {
        files[path] = String(decoding: bytes, as: UTF8.self)
        links.remove(path)
        written.append(path)
    }

    func remove(_ path: String, keeping folder: String) {
        files[path] = nil
        links.remove(path)
        removed.append(path)
    }
}

extension Diagnostics {
    var text: String { DiagnosticPrinter().text(all) }
}
