import Foundation
import Testing

/// A disk that gets full.
enum FullDisk: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// No file may become larger than a limit.
    case fileSize
    /// An SQLite file on a small file system in memory; only root may make one, and not everywhere.
    case tmpfs
    /// A PostgreSQL database on one.
    case tmpfsOfDatabase

    static var available: [FullDisk] { canMount ? allCases : [.fileSize] }

    var testDescription: String { rawValue }

    var kind: OutboxKind { self == .tmpfsOfDatabase ? .postgres : .sqlite }

    private static let canMount: Bool = {
        guard let folder = try? TemporaryFolder.make() else { return false }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) else { return false }
        return run("umount", folder)
    }()

    /// Where the file system is mounted.
    private static var mountPoint: String { "/tmp/tollgate-full-disk-\(ProcessInfo.processInfo.processIdentifier)" }

    /// Calls `body` with the location of an outbox on the disk, and the limit that a process has to set itself.
    func with(_ body: (String, Int?) async throws -> Void) async throws {
        guard self != .fileSize else {
            return try await TemporaryFolder.with { try await body($0 + "/usage.db", 700_000) }
        }
        let folder = Self.mountPoint
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // An empty database takes 7 MB.
        let size = self == .tmpfs ? "1m" : "9m"
        try #require(Self.run("mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", folder))
        defer { _ = Self.run("umount", folder) }
        guard self == .tmpfsOfDatabase else { return try await body(folder + "/usage.db", nil) }
        try await PostgresServer.shared.get().withDatabase(in: folder) { try await body($0, nil) }
    }

    func makeRoom() throws {
        guard self != .fileSize else { return }
        try #require(Self.run("mount", "-o", "remount,size=64m", Self.mountPoint))
    }

    private static func run(_ arguments: String...) -> Bool {
        (try? Program.runBlocking("/usr/bin/env", arguments).status == 0) ?? false
    }
}
