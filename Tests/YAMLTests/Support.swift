import Foundation
import GeneratorDiagnostics
import GeneratorYAML
import Testing

/// A place in a file; Swift Testing has a type of the same name.
typealias Place = GeneratorDiagnostics.SourceLocation

/// Reads a text that must have no mistakes.
func read(
    _ text: String, path: String = "a.yaml", sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws -> Node {
    let diagnostics = Diagnostics()
    let node = YAMLReader.read(path: path, bytes: Array(text.utf8), diagnostics: diagnostics)
    #expect(DiagnosticPrinter().text(diagnostics.all) == "", sourceLocation: sourceLocation)
    return try #require(node, sourceLocation: sourceLocation)
}

/// What is printed when a text is read.
func complaints(_ text: String, path: String = "a.yaml") -> String {
    complaints(bytes: Array(text.utf8), path: path)
}

/// What is printed when a text is read.
func complaints(bytes: [UInt8], path: String = "a.yaml") -> String {
    let diagnostics = Diagnostics()
    let node = YAMLReader.read(path: path, bytes: bytes, diagnostics: diagnostics)
    #expect(node != nil || diagnostics.hasErrors, "neither a node nor an error")
    return DiagnosticPrinter().text(diagnostics.all)
}

/// A node as text: scalars in quotes if they are strings, with line and column of every node if asked for.
func outline(_ node: Node, places: Bool = false) -> String {
    let place = places ? "@\(node.location.line):\(node.location.column)+\(node.location.length)" : ""
    switch node.content {
    case .scalar(let scalar):
        let text = scalar.kind == .string ? "\"\(scalar.text)\"" : scalar.isNull ? "null" : scalar.text
        return text + place
    case .sequence(let elements):
        return "[" + elements.map { outline($0, places: places) }.joined(separator: ", ") + "]" + place
    case .mapping(let entries):
        let texts = entries.map { entry in
            let key = places ? "\(entry.name)@\(entry.key.location.line):\(entry.key.location.column)" : entry.name
            return "\(key): \(outline(entry.value, places: places))"
        }
        return "{" + texts.joined(separator: ", ") + "}" + place
    }
}

/// The folder that the checkout is in; real documents may lie beside it.
let besideCheckout = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// All files with one of these extensions below a folder, in order of their paths.
func files(in folder: URL, extensions: Set<String>) -> [URL] {
    let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let urls = (enumerator?.allObjects ?? []).compactMap { $0 as? URL }
    return urls.filter { extensions.contains($0.pathExtension) }.sorted { $0.path < $1.path }
}
