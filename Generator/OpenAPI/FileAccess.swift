import Foundation
import GeneratorDiagnostics
import GeneratorYAML

/// Where the files of a specification come from.
///
/// Paths are relative to the folder of the specification, with `/` between their parts and without `.` and `..`:
/// `vluna/gate.yaml`.
public protocol FileAccess {
    /// The content of a file, or nil if there is no such file.
    func bytes(of path: String) -> [UInt8]?

    /// The path of a file as diagnostics print it.
    func displayPath(of path: String) -> String
}

/// The files of a folder on disk.
public struct Folder: FileAccess {
    private let url: URL
    private let prefix: String

    /// Takes the files of a folder.
    ///
    /// - Parameters:
    ///   - path: the folder, absolute or relative to the working directory.
    ///   - displayPath: what diagnostics print for the folder, without `/` at the end; empty to print only the path
    ///     within the folder.
    public init(_ path: String, displayedAs displayPath: String) {
        url = URL(filePath: path, directoryHint: .isDirectory)
        prefix = displayPath.isEmpty ? "" : displayPath + "/"
    }

    /// The content of a regular file; a symbolic link is followed if it stays in the folder.
    public func bytes(of path: String) -> [UInt8]? {
        let file = url.appending(path: path, directoryHint: .notDirectory).resolvingSymlinksInPath()
        let parts = url.resolvingSymlinksInPath().pathComponents
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false))
        guard file.pathComponents.starts(with: parts), let attributes, let size = attributes[.size] as? Int,
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        if size <= YAMLReader.mostBytes { return (try? Data(contentsOf: file)).map { [UInt8]($0) } }
        // It will be refused for its size; there is no use in reading it to the end.
        let start = try? FileHandle(forReadingFrom: file).read(upToCount: YAMLReader.mostBytes + 1)
        return start.map { [UInt8]($0) }
    }

    public func displayPath(of path: String) -> String {
        prefix + path
    }

    /// The folder that a document and the files that it refers to stand in, and the document's path within it.
    ///
    /// - Parameters:
    ///   - document: a file, absolute or relative to the working directory.
    ///   - root: the folder that references cannot leave; by default, that of the document itself.
    /// - Returns: nil if the document is not below `root`.
    public static func holding(_ document: String, within root: String? = nil) -> (folder: Folder, document: String)? {
        let file = URL(filePath: document, directoryHint: .notDirectory).standardizedFileURL
        let folder =
            root.map { URL(filePath: $0, directoryHint: .isDirectory).standardizedFileURL }
            ?? file.deletingLastPathComponent()
        let parts = file.pathComponents
        guard parts.count > folder.pathComponents.count, parts.starts(with: folder.pathComponents) else { return nil }
        let path = parts.dropFirst(folder.pathComponents.count).joined(separator: "/")
        let displayPath = SourceFile.displayPath(of: file.path(percentEncoded: false))
        return (Folder(url: folder, prefix: String(displayPath.dropLast(path.count))), path)
    }

    private init(url: URL, prefix: String) {
        self.url = url
        self.prefix = prefix
    }
}
