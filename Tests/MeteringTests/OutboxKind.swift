import Foundation
import Testing
import TollgateMetering
import TollgatePostgres

/// The outboxes that there are.
enum OutboxKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, sqlite, postgres

    static var durable: [OutboxKind] { allCases.filter { $0 != .memory } }

    var testDescription: String { rawValue }

    /// Calls `body` with a new outbox, and clears up after it.
    func with(_ body: (any Outbox) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(MemoryOutbox())
        case .sqlite: try await TemporaryFolder.with { try await body(SQLiteOutbox(path: $0 + "/usage.db")) }
        case .postgres: try await body(PostgresOutbox(PostgresServer.shared.get().newDatabase()))
        }
    }
}

enum TemporaryFolder {
    static func make() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "tollgate-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = try make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }
}
