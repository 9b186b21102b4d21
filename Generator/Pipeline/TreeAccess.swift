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
        let file = URL(filePath: place(path), directoryHint: .notDirectory)
        return try attempt(path) { [UInt8](try Data(contentsOf: file)) }
    }

    public func write(_ bytes: [UInt8], to path: String) throws(TreeError) {
        let file = place(path)
        let folder = (file as NSString).deletingLastPathComponent
        if type(of: (path as NSString).deletingLastPathComponent) == nil {
            try attempt(path) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        }
        // Foundation's writing waits for the disk at each file. What a power cut takes is generated anew.
        let new = "\(folder)/.\((file as NSString).lastPathComponent).new"
        guard put(bytes, into: new), rename(new, file) == 0 else {
            let problem = String(cString: strerror(errno))
            unlink(new)
            throw TreeError(path, "cannot be written: \(problem)")
        }
    }

    /// Whether the file now holds the bytes; if not, `errno` says why.
    private func put(_ bytes: [UInt8], into file: String) -> Bool {
        guard let stream = fopen(file, "w") else { return false }
        let isWhole = fwrite(bytes, 1, bytes.count, stream) == bytes.count
        let problem = errno
        // What is still in the buffer is written now.
        guard fclose(stream) == 0 else { return false }
        errno = problem
        return isWhole
    }

    public func remove(_ path: String, keeping folder: String) throws(TreeError) {
        try attempt(path) { try FileManager.default.removeItem(atPath: place(path)) }
        var parent = (path as NSString).deletingLastPathComponent
        while parent.hasPrefix(folder + "/") || (folder.isEmpty && !parent.isEmpty), try entries(of: parent).isEmpty {
            let empty = parent
            try attempt(empty) { try FileManager.default.removeItem(atPath: place(empty)) }
            parent = (parent as NSString).deletingLastPathComponent
        }
    }

    // MARK: Disk

    private func place(_ path: String) -> String {
        let folder = root.isEmpty ? "." : root
        return path.isEmpty ? folder : "\(folder)/\(path)"
    }

    /// Of the entry itself, not of what a link points to; nil if there is none.
    private func type(of path: String) -> FileAttributeType? {
        var status = stat()
        guard lstat(place(path), &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .typeRegular
        case S_IFDIR: .typeDirectory
        case S_IFLNK: .typeSymbolicLink
        default: .typeUnknown
        }
    }

    private func entries(of folder: String) throws(TreeError) -> [(name: String, type: FileAttributeType?)] {
        if type(of: folder) == nil { return [] }
        let names = try attempt(folder) {
            try FileManager.default.contentsOfDirectory(atPath: place(folder))
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
