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

    @Test func linksStayInTheFolder() throws {
        let base = FileManager.default.temporaryDirectory.appending(path: "FolderTests-\(UUID().uuidString)")
        let folder = base.appending(path: "inner")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: base) }
        try Data("secret".utf8).write(to: base.appending(path: "secret.yaml"))
        try Data("mine".utf8).write(to: folder.appending(path: "mine.yaml"))
        for (link, target) in [("out.yaml", "../secret.yaml"), ("in.yaml", "mine.yaml"), ("up", "..")] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: link).path(percentEncoded: false), withDestinationPath: target)
        }
        try FileManager.default.createSymbolicLink(
            atPath: base.appending(path: "alias").path(percentEncoded: false), withDestinationPath: "inner")
        for path in ["inner", "alias"] {
            let files = Folder(base.appending(path: path).path(percentEncoded: false), displayedAs: "")
            #expect(files.bytes(of: "in.yaml") == [UInt8]("mine".utf8))
            #expect(files.bytes(of: "out.yaml") == nil)
            #expect(files.bytes(of: "up/secret.yaml") == nil)
        }
    }
}
