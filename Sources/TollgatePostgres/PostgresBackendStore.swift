import Foundation
import TollgateBackend
import TollgateCore
import TollgateMetering

/// Keeps quotas and handled webhooks in a PostgreSQL database, which several machines may share: the outbox's own, or
/// another one. It has one table, `tollgate_backend`.
public final class PostgresBackendStore: BackendStorage {
    private let connection: PostgresConnection

    /// Connects, and makes the table if there is none.
    ///
    /// - Parameter url: The database, `postgres://user:password@host/name`, or anything else that libpq takes.
    /// - Throws: ``OutboxError``.
    public init(_ url: String) throws {
        connection = try PostgresConnection(url, label: "tollgate.backend.postgres")
        try connection.runBlocking { session in
            for statement in Self.schema { _ = try session.execute(statement) }
            _ = try session.execute(
                "DELETE FROM tollgate_backend WHERE kind = 'webhook' AND touched < now() - $1 * interval '1 s'",
                ["\(Int(WebhookLedger.memory))"])
        }
    }

    private static let schema = [
        "BEGIN",
        // Two machines that start together would make the table twice.
        "SELECT pg_advisory_xact_lock(hashtext('tollgate_backend'))",
        """
        CREATE TABLE IF NOT EXISTS tollgate_backend (
            kind text NOT NULL, key text NOT NULL, touched timestamptz NOT NULL, body text NOT NULL,
            PRIMARY KEY (kind, key))
        """,
        "COMMIT",
    ]

    package func update<Result: Sendable>(
        _ kind: BackendText, _ key: String, at now: Date,
        _ change: @escaping @Sendable ([UInt8]?) throws -> (text: [UInt8], result: Result)
    ) async throws -> Result {
        // PostgreSQL's text has no place for the character 0.
        let place = [kind.rawValue, key.replacing("\0", with: "\u{FFFD}")]
        return try await connection.run { session in
            if !session.isAlive { try session.connect() }
            return try session.transaction { session in
                // There must be a row to lock.
                _ = try session.execute(
                    """
                    INSERT INTO tollgate_backend (kind, key, touched, body) VALUES ($1, $2, now(), '')
                    ON CONFLICT (kind, key) DO NOTHING
                    """, place)
                let rows = try session.execute(
                    "SELECT body FROM tollgate_backend WHERE kind = $1 AND key = $2 FOR UPDATE", place
                ).rows
                let body = rows.first?.first.flatMap { $0 } ?? ""
                let (text, result) = try change(body.isEmpty ? nil : Array(body.utf8))
                _ = try session.execute(
                    "UPDATE tollgate_backend SET body = $3, touched = now() WHERE kind = $1 AND key = $2",
                    place + [String(decoding: text, as: UTF8.self)])
                return result
            }
        }
    }
}

extension QuotaStore where Self == PostgresBackendStore {
    /// Counts in a PostgreSQL database, which several machines may share.
    ///
    /// - Parameter url: The database, `postgres://user:password@host/name`.
    /// - Returns: The store.
    /// - Throws: ``OutboxError``.
    public static func postgres(_ url: String) throws -> PostgresBackendStore { try PostgresBackendStore(url) }
}

extension WebhookLog where Self == PostgresBackendStore {
    /// Remembers in a PostgreSQL database, which several machines may share.
    ///
    /// - Parameter url: The database, `postgres://user:password@host/name`.
    /// - Returns: The log.
    /// - Throws: ``OutboxError``.
    public static func postgres(_ url: String) throws -> PostgresBackendStore { try PostgresBackendStore(url) }
}
