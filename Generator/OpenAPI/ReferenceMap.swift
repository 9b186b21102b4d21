import GeneratorDiagnostics
import GeneratorYAML

/// Where files on the network stand on disk, so that references to them can be followed without a network.
///
/// ```yaml
/// https://example.com/common.yaml: common.yaml
/// https://example.com/schemas/: schemas/
/// ```
public struct ReferenceMap {
    /// A URL, or the beginning of many that ends in `/`; and what stands in its place.
    private var entries: [(url: String, path: String)] = []
    private var files: (any FileAccess)?

    /// Makes a map of nothing.
    public init() {}

    /// Reads a map; nil if it cannot be read.
    ///
    /// - Parameters:
    ///   - file: the map.
    ///   - files: the folder that its paths are relative to.
    ///   - diagnostics: where complaints go.
    public init?(_ file: SourceFile, files: some FileAccess, diagnostics: Diagnostics) {
        guard let root = YAMLReader.read(file, diagnostics: diagnostics) else { return nil }
        guard let mapping = root.mapping else {
            diagnostics.error("expected a mapping from URLs to files, found \(root.kind)", at: root.location)
            return nil
        }
        self.files = files
        for entry in mapping {
            guard let path = entry.value.string, Self.isInside(path) else {
                diagnostics.error(
                    "expected a file or a folder below that of the map", at: entry.value.location,
                    hint: "write its path from there on, without \"..\"")
                return nil
            }
            if entry.name.hasSuffix("/") != path.hasSuffix("/") {
                diagnostics.error(
                    "a file stands for a file, and a folder for a folder", at: entry.key.location,
                    hint: "end both with \"/\", or none")
                return nil
            }
            entries.append((entry.name, path))
        }
        // The longest beginning says most.
        entries.sort { ($0.url.utf8.count, $0.url) > ($1.url.utf8.count, $1.url) }
    }

    private static func isInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return !path.hasPrefix("/") && !path.contains("\\") && !path.contains("\0") && !parts.isEmpty
            && !parts.contains("..")
    }

    /// The content of the file that stands for a URL, and its path as diagnostics print it; nil if there is none.
    func file(at url: String) -> (bytes: [UInt8], displayPath: String)? {
        guard let files else { return nil }
        for entry in entries {
            let isFolder = entry.url.hasSuffix("/")
            guard isFolder ? url.hasPrefix(entry.url) && url != entry.url : url == entry.url else { continue }
            let path = isFolder ? entry.path + url.dropFirst(entry.url.count) : entry.path
            guard Self.isInside(path), let bytes = files.bytes(of: path) else { continue }
            return (bytes, files.displayPath(of: path))
        }
        return nil
    }
}
