import Foundation

/// The files that are measured.
struct Checkout {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The content of `spec/`, by path within it.
    func spec() -> [String: [UInt8]] {
        let folder = root.appending(path: "spec")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        var files: [String: [UInt8]] = [:]
        for path in paths where path.hasSuffix(".yaml") {
            files[path] = bytes(folder.appending(path: path))
        }
        return files
    }

    /// A large document that is no part of the checkout; nil if it is not beside it.
    var openAI: [UInt8]? {
        bytes(root.deletingLastPathComponent().appending(path: "shared/specs/openai.yaml"))
    }

    private func bytes(_ file: URL) -> [UInt8]? {
        (try? Data(contentsOf: file)).map { [UInt8]($0) }
    }
}
