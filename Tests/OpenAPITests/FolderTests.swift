import Foundation
import GeneratorOpenAPI
import Testing

/// Files on disk.
struct FolderTests {
    @Test func readsAndDisplays() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "FolderTests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "a b"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("x: 1".utf8).write(to: folder.appending(path: "a b/c%20d.yaml"))
        let path = folder.path(percentEncoded: false)

        let files = Folder(path, displayedAs: "spec")
        #expect(files.bytes(of: "a b/c%20d.yaml") == [UInt8]("x: 1".utf8))
        #expect(files.bytes(of: "a b/none.yaml") == nil)
        #expect(files.bytes(of: "a b") == nil)
        #expect(files.displayPath(of: "vluna/gate.yaml") == "spec/vluna/gate.yaml")
        #expect(Folder(path, displayedAs: "").displayPath(of: "gate.yaml") == "gate.yaml")
    }
}
