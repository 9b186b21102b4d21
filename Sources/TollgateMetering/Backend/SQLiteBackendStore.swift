import Dispatch
import Foundation
import GRDB
import TollgateBackend
import TollgateCore

/// Keeps quotas and handled webhooks in an SQLite file, which several processes of one machine may share: the outbox's
/// own file, or another one.
///
/// What was counted survives the end of the process, be it by SIGKILL; a loss of power may take the last moments with
/// it.
public final class SQLiteBackendStore: BackendStorage {
    private let database: DatabasePool
    private let queue = DispatchQueue(label: "tollgate.backend.sqlite")

    /// Opens the file, and makes it if there is none.
    ///
    /// - Parameter path: Where the file is.
    /// - Throws: What the database throws.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.label = "tollgate.backend"
        database = try DatabasePool(path: path, configuration: configuration)
        try database.write { database in
            try database.execute(sql: Self.schema)
            try database.execute(
                sql: "DELETE FROM backend WHERE kind = ? AND touched < ?",
                arguments: [BackendText.webhook.rawValue, Date().timeIntervalSince1970 - WebhookLedger.memory])
        }
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS backend (
            kind TEXT NOT NULL, key TEXT NOT NULL, touched REAL NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key)
        ) WITHOUT ROWID;
        """

    package func update<Result: Sendable>(
        _ kind: BackendText, _ key: String, at now: Date,
        _ change: @escaping @Sendable ([UInt8]?) throws -> (text: [UInt8], result: Result)
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [database] in
                continuation.resume(
                    with: Swift.Result {
                        // Immediate, so that nobody reads the same text before it is written.
                        try database.write { try Self.update(kind, key, at: now, in: $0, change) }
                    })
            }
        }
    }

    private static func update<Result>(
        _ kind: BackendText, _ key: String, at now: Date, in database: Database,
        _ change: ([UInt8]?) throws -> (text: [UInt8], result: Result)
    ) throws -> Result {
        let selection = try database.cachedStatement(sql: "SELECT body FROM backend WHERE kind = ? AND key = ?")
        let body = try Data.fetchOne(selection, arguments: [kind.rawValue, key])
        let (text, result) = try change(body.map { [UInt8]($0) })
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO backend (kind, key, touched, body) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [kind.rawValue, key, now.timeIntervalSince1970, Data(text)])
        return result
    }
}

extension QuotaStore where Self == SQLiteBackendStore {
    /// Counts in an SQLite file.
    ///
    /// - Parameter path: Where the file is, the outbox's own or another one; it is made if there is none.
    /// - Returns: The store.
    /// - Throws: What the database throws.
    public static func sqlite(path: String) throws -> SQLiteBackendStore { try SQLiteBackendStore(path: path) }
}

extension WebhookLog where Self == SQLiteBackendStore {
    /// Remembers in an SQLite file.
    ///
    /// - Parameter path: Where the file is, the outbox's own or another one; it is made if there is none.
    /// - Returns: The log.
    /// - Throws: What the database throws.
    public static func sqlite(path: String) throws -> SQLiteBackendStore { try SQLiteBackendStore(path: path) }
}
