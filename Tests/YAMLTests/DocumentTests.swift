import Foundation
import GeneratorDiagnostics
import GeneratorYAML
import Testing

@Suite("Real documents")
struct DocumentTests {
    static let folder = besideCheckout.appending(path: "shared/specs")

    @Test(
        "every document is read, and every key is where it says",
        .enabled(if: FileManager.default.fileExists(atPath: folder.path)))
    func realDocuments() throws {
        let files = files(in: Self.folder, extensions: ["yaml", "yml", "json"])
        #expect(!files.isEmpty)
        for file in files {
            let diagnostics = Diagnostics()
            let bytes = Array(try Data(contentsOf: file))
            let node = YAMLReader.read(path: file.path, bytes: bytes, diagnostics: diagnostics)
            #expect(DiagnosticPrinter().text(diagnostics.all) == "")
            let root = try #require(node, "\(file.path) cannot be read")
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            #expect(misplacedKey(in: root, lines: lines) == nil)
        }
    }

    /// The first key whose place in the source does not hold its text.
    private func misplacedKey(in node: Node, lines: [ArraySlice<UInt8>]) -> String? {
        switch node.content {
        case .scalar:
            return nil
        case .sequence(let elements):
            return elements.lazy.compactMap { misplacedKey(in: $0, lines: lines) }.first
        case .mapping(let entries):
            for entry in entries {
                let location = entry.key.location
                let line = lines[location.line - 1]
                var start = line.startIndex
                var column = 1
                while column < location.column, start < line.endIndex {
                    start += 1
                    // Continuation bytes of UTF-8 belong to the character before.
                    if start == line.endIndex || line[start] & 0xC0 != 0x80 { column += 1 }
                }
                let rest = line[start...]
                let text = Array(entry.name.utf8)
                let isQuoted = rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "'")
                guard isQuoted || rest.starts(with: text) else { return "\(location)" }
                if entries[entry.name] != entry.value { return "\(location): lookup" }
                if let inner = misplacedKey(in: entry.value, lines: lines) { return inner }
            }
            return nil
        }
    }
}
