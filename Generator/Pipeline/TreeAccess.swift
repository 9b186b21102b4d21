import Foundation

/// The files of a source tree. Paths are relative to its root, with `/` between their parts.
public protocol TreeAccess {
    /// The names of the folders within a folder, sorted; none if there is no such folder.
    func folders(in folder: String) throws(TreeError) -> [String]

    /// The paths, relative to the folder, of everything below it but folders; none if there is no such folder. Symbolic
    /// links are listed and not followed.
    func files(below folder: String) throws(TreeError) -> [String]

    /// The names of the regular files in a folder; none if there is no such folder, or if it is a symbolic link.
    func files(in folder: String) throws(TreeError) -> [String]

    /// Whether there is a symbolic link of this path.
    func isLink(_ path: String) throws(TreeError) -> Bool

    /// The content of a file; nil if there is none, or if it is a symbolic link.
    func bytes(of path: String) throws(TreeError) -> [UInt8]?

    /// Writes a file, whole or not at all, with the folders that it needs.
    func write(_ bytes: [UInt8], to path: String) throws(TreeError)

    /// Removes a file, and the folders around it that this leaves empty, up to the one that is kept.
    func remove(_ path: String, keeping folder: String) throws(TreeError)
}

/// A file or a folder that cannot be read or written.
public struct TreeError: Error, CustomStringConvertible {
    public let path: String
    public let problem: String

    public init(_ path: String, _ problem: String) {
        self.path = path
        self.problem = problem
    }

    public var description: String { "\(path): \(problem)" }
}

/// A source tree on disk.
public struct DiskTree: TreeAccess {
    private let root: String

    /// - Parameter root: the folder that holds `Sources`, absolute or relative to the working directory.
    public init(root: String) {
        self.root = root
    }

    public func folders(in folder: String) throws(TreeError) -> [String] {
        try entries(of: folder).filter { $0.type == .typeDirectory }.map(\.name)
    }

    public func files(below folder: String) throws(TreeError) -> [String] {
        if type(of: folder) == .typeSymbolicLink {
            throw TreeError(folder, "is a symbolic link; the generator writes to folders of its own only")
        }
        var files: [String] = []
        for entry in try entries(of: folder) {
            if entry.type == .typeDirectory {
                files += try self.files(below: "\(folder)/\(entry.name)").map { "\(entry.name)/\($0)" }
            } else if entry.name != ".DS_Store" {
                files.append(entry.name)
            }
        }
        return files
    }

    public func files(in folder: String) throws(TreeError) -> [String] {
        if !folder.isEmpty, type(of: folder) != .typeDirectory { return [] }
        return try entries(of: folder).filter { $0.type == .typeRegular }.map(\.name)
    }

    public func isLink(_ path: String) -> Bool {
        type(of: path) == .typeSymbolicLink
    }

    public func bytes(of path: String) throws(TreeError) -> [UInt8]? {
        guard type(of: path) == .typeRegular else { return nil }
        return try attempt(path) { [UInt8](try Data(contentsOf: url(path))) }
    }

    public func write(_ bytes: [UInt8], to path: String) throws(TreeError) {
        try attempt(path) {
            let file = url(path)
            let folder = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // Foundation's atomic writing waits for the disk at each file. What was lost with the machine is generated anew.
            let new = folder.appending(path: ".\(file.lastPathComponent).new", directoryHint: .notDirectory)
            try Data(bytes).write(to: new)
            guard rename(new.path(percentEncoded: false), file.path(percentEncoded: false)) == 0 else {
                let problem = String(cString: strerror(errno))
                try? FileManager.default.removeItem(at: new)
                throw TreeError(path, "cannot be replaced: \(problem)")
            }
        }
    }

    public func remove(_ path: String, keeping folder: String) throws(TreeError) {
        try attempt(path) { try FileManager.default.removeItem(at: url(path)) }
        var parent = (path as NSString).deletingLastPathComponent
        while parent.hasPrefix(folder + "/") || (folder.isEmpty && !parent.isEmpty), try entries(of: parent).isEmpty {
            let empty = parent
            try attempt(empty) { try FileManager.default.removeItem(at: url(empty)) }
            parent = (parent as NSString).deletingLastPathComponent
        }
    }

    // MARK: Disk

    private func url(_ path: String) -> URL {
        let folder = URL(filePath: root, directoryHint: .isDirectory)
        return path.isEmpty ? folder : folder.appending(path: path, directoryHint: .notDirectory)
    }

    /// Of the entry itself, not of what a link points to; nil if there is none.
    private func type(of path: String) -> FileAttributeType? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url(path).path(percentEncoded: false))
        return attributes?[.type] as? FileAttributeType
    }

    private func entries(of folder: String) throws(TreeError) -> [(name: String, type: FileAttributeType?)] {
        if type(of: folder) == nil { return [] }
        let names = try attempt(folder) {
            try FileManager.default.contentsOfDirectory(atPath: url(folder).path(percentEncoded: false))
        }
        return names.sorted().map { ($0, type(of: "\(folder)/\($0)")) }
    }

    private func attempt<Result>(_ path: String, _ action: () throws -> Result) throws(TreeError) -> Result {
        do {
            return try action()
        } catch let error as TreeError {
            throw error
        } catch {
            throw TreeError(path, (error as NSError).localizedDescription)
        }
    }
}
