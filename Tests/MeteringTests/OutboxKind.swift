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
        guard self != .memory else { return try await body(MemoryOutbox()) }
        try await withLocation { try await body(open($0)) }
    }

    /// Calls `body` with a place for a new durable outbox, and clears up after it.
    func withLocation(_ body: (String) async throws -> Void) async throws {
        guard self == .postgres else { return try await TemporaryFolder.with { try await body($0 + "/usage.db") } }
        try await body(PostgresServer.shared.get().newDatabase())
    }

    /// Opens a durable outbox, as if the clock had been wrong by so much when it was used before.
    func open(_ location: String, clockShiftedBy seconds: TimeInterval = 0) throws -> any Outbox {
        guard self == .postgres else {
            return try SQLiteOutbox(path: location, time: ShiftedTime(by: seconds))
        }
        let outbox = try PostgresOutbox(location)
        // The clock of the database's machine cannot be set. What was written by it can.
        let shift = "\(seconds) * interval '1 s'"
        try PostgresServer.execute(
            """
            UPDATE tollgate_outbox SET due = due - \(shift), touched = touched - \(shift),
                in_doubt_since = in_doubt_since - \(shift)
            """, at: location)
        return outbox
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
