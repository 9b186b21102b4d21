import Foundation

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

    public func bytes(of path: String) -> [UInt8]? {
        (try? Data(contentsOf: url.appending(path: path, directoryHint: .notDirectory))).map { [UInt8]($0) }
    }

    public func displayPath(of path: String) -> String {
        prefix + path
    }
}
