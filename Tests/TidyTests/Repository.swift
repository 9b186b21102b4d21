import Foundation

/// The checkout that this test was compiled in, as a list of files.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File {
        /// From the root, with `/`: `Sources/TollgateCore/JSON/JSONValue.swift`.
        var path: String
        var text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var isGenerated: Bool { path.contains("/Generated/") }
        var name: String { String(path.split(separator: "/").last ?? "") }
    }

    /// Everything that is not a build product.
    static let files: [File] = {
        var found: [File] = []
        collect(root, prefix: "", into: &found)
        return found.sorted { $0.path < $1.path }
    }()

    static var swift: [File] { files.filter { $0.path.hasSuffix(".swift") } }
    static var handWritten: [File] { swift.filter { !$0.isGenerated && !$0.path.hasPrefix("Tests/Cases/") } }

    /// Names at the top that are not hidden.
    static var topLevel: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func collect(_ folder: URL, prefix: String, into files: inout [File]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where !isIgnored(name) {
            let url = folder.appending(path: name)
            let path = prefix + name
            // What a link leads to counts where it is.
            let isLink = try? url.resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink
            guard isLink != true else { continue }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                collect(url, prefix: path + "/", into: &files)
            } else if let text = try? String(contentsOf: url, encoding: .utf8) {
                files.append(File(path: path, text: text))
            }
        }
    }

    private static func isIgnored(_ name: String) -> Bool {
        name == ".git" || name.hasPrefix(".build") || name == ".swiftpm" || name == "Package.resolved"
            || name == "__pycache__"
    }
}
