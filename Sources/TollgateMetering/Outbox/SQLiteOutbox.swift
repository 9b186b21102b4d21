import Dispatch
import Foundation
import GRDB
import TollgateCore

/// Keeps usage in an SQLite file, which several processes of one machine may share.
///
/// What was appended survives a kill and a loss of power: each transaction is synchronised with the disk before `append`
/// returns (write-ahead log with `synchronous = FULL`), and callers that come while one is on its way share the next.
/// The file must not lie on a network file system.
public final class SQLiteOutbox: Outbox {
    let database: DatabasePool
    private let writer: GroupCommit<OutboxItem>
    private let queue = DispatchQueue(label: "tollgate.outbox.sqlite")
    private let time: any TimeSource
    private let presence: FilePresence

    /// Opens the file, and makes it if there is none.
    ///
    /// - Parameters:
    ///   - path: Where the file is. Beside it lie `…-wal`, `…-shm` and `…-lock`.
    ///   - time: The clock.
    /// - Throws: ``OutboxError``.
    public init(path: String, time: any TimeSource = .system) throws {
        self.time = time
        do {
            let presence = try FilePresence(path: path + "-lock")
            self.presence = presence
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            configuration.label = "tollgate.outbox"
            let pool = try DatabasePool(path: path, configuration: configuration)
            database = pool
            // GRDB sets NORMAL with the write-ahead log: a loss of power would take the last commits with it.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.write { database in
                try database.execute(sql: Self.schema)
                // Whoever had claimed something is gone.
                if presence.isFirst {
                    try database.execute(sql: "UPDATE outbox SET claim = 0, due = 0 WHERE state = 0 AND claim <> 0")
                }
            }
            presence.announce()
            writer = GroupCommit(label: "tollgate.outbox.sqlite.writer") { items in
                do {
                    try pool.write { try Self.insert(items, into: $0) }
                } catch {
                    throw OutboxError(error)
                }
            }
        } catch {
            throw OutboxError(error)
        }
    }

    /// `due` is 0 for what was never claimed, so that no clock can hold it back. All times are in milliseconds since 1970.
    private static let schema = """
        CREATE TABLE IF NOT EXISTS outbox (
            sequence INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL DEFAULT 0,
            claim INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            touched INTEGER NOT NULL DEFAULT 0,
            in_doubt_since INTEGER,
            reason TEXT,
            body BLOB NOT NULL
        );
        CREATE INDEX IF NOT EXISTS outbox_due ON outbox (state, kind, due);
        CREATE INDEX IF NOT EXISTS outbox_touched ON outbox (touched) WHERE touched > 0;
        """

    public var isDurable: Bool { true }

    public func append(_ items: [OutboxItem]) async throws {
        try await writer.submit(items)
    }

    private static func insert(_ items: [OutboxItem], into database: Database) throws {
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO outbox (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
        for item in items {
            try insertion.execute(arguments: [item.id.data, item.kind.rawValue, Data(item.body)])
        }
    }

    // MARK: - Claims

    public func claim(_ limit: Int, _ kind: OutboxItem.Kind, for lease: Duration) async throws -> [OutboxEntry] {
        let now = time.now.millisecondsSince1970
        return try await write { database in
            var rows = try Self.due("due <= ?", kind, now, limit, in: database)
            // What was written in the future was written before the clock was set back; others' claims are seconds away.
            if rows.isEmpty {
                rows = try Self.due("touched > ? AND touched > 0", kind, now + 60_000, limit, in: database)
            }
            let claim = Int64.random(in: 1...Int64.max)
            let update = try database.cachedStatement(
                sql: """
                    UPDATE outbox SET claim = ?, due = ?, touched = ?, attempts = attempts + 1,
                        in_doubt_since = coalesce(in_doubt_since, ?) WHERE sequence = ?
                    """)
            return try rows.map { row in
                var entry = OutboxEntry(row, at: now)
                try update.execute(arguments: [claim, now + lease.inMilliseconds, now, now, entry.sequence])
                entry.claim = claim
                entry.attempts += 1
                return entry
            }
        }
    }

    private static func due(
        _ condition: String, _ kind: OutboxItem.Kind, _ now: Int64, _ limit: Int, in database: Database
    ) throws -> [Row] {
        let selection = try database.cachedStatement(
            sql: "SELECT * FROM outbox WHERE state = 0 AND kind = ? AND \(condition) ORDER BY due, sequence LIMIT ?")
        return try Row.fetchAll(selection, arguments: [kind.rawValue, now, limit])
    }

    @discardableResult
    public func settle(_ outcomes: [OutboxOutcome]) async throws -> (removed: Int, setAside: Int) {
        let now = time.now.millisecondsSince1970
        return try await write { database in
            var sum = (removed: 0, setAside: 0)
            for outcome in outcomes {
                let changes = try Self.settle(outcome, at: now, in: database)
                switch outcome.result {
                case .taken: sum.removed += changes
                case .setAside: sum.setAside += changes
                case .putBack: break
                }
            }
            return sum
        }
    }

    private static func settle(_ outcome: OutboxOutcome, at now: Int64, in database: Database) throws -> Int {
        let place: StatementArguments = [outcome.sequence, outcome.claim]
        switch outcome.result {
        case .taken:
            try database.cachedStatement(sql: "DELETE FROM outbox WHERE sequence = ? AND claim = ?")
                .execute(arguments: place)
        case .setAside(let reason):
            try database.cachedStatement(
                sql: "UPDATE outbox SET state = 1, claim = 0, reason = ? WHERE sequence = ? AND claim = ?"
            ).execute(arguments: [reason] + place)
        case .putBack(let delay, let mayHaveArrived, let reason):
            try database.cachedStatement(
                sql: """
                    UPDATE outbox SET claim = 0, due = ?, reason = ?, in_doubt_since =
                        CASE WHEN ? AND in_doubt_since = touched THEN NULL ELSE in_doubt_since END, touched = ?
                    WHERE sequence = ? AND claim = ?
                    """
            ).execute(arguments: [now + delay.inMilliseconds, reason, !mayHaveArrived, now] + place)
        }
        return database.changesCount
    }

    public func replace(_ entries: [OutboxEntry], with items: [OutboxItem]) async throws -> Bool {
        try await write { database in
            let deletion = try database.cachedStatement(sql: "DELETE FROM outbox WHERE sequence = ? AND claim = ?")
            for entry in entries {
                try deletion.execute(arguments: [entry.sequence, entry.claim])
                guard database.changesCount == 1 else { return nil }
            }
            try Self.insert(items, into: database)
            return true
        } ?? false
    }

    // MARK: - What is there

    public func counts() async throws -> OutboxCounts {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS number FROM outbox GROUP BY state")
            let numbers = Dictionary(rows.map { ($0["state"] as Int, $0["number"] as Int) }) { $1 }
            return OutboxCounts(waiting: numbers[0] ?? 0, setAside: numbers[1] ?? 0)
        }
    }

    public func entries(
        _ state: OutboxEntry.State, after sequence: Int64, limit: Int
    ) async throws -> [OutboxEntry] {
        let now = time.now.millisecondsSince1970
        return try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM outbox WHERE state = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [state.rawValue, sequence, limit]
            ).map { OutboxEntry($0, at: now) }
        }
    }

    @discardableResult
    public func resend(_ ids: [UUID]?) async throws -> Int {
        try await write { database in
            let waiting = "UPDATE outbox SET state = 0, due = 0, in_doubt_since = NULL WHERE state = 1"
            guard let ids else {
                try database.execute(sql: waiting)
                return database.changesCount
            }
            return try ids.reduce(0) { sum, id in
                try database.execute(sql: waiting + " AND id = ?", arguments: [id.data])
                return sum + database.changesCount
            }
        }
    }
}

extension Outbox where Self == SQLiteOutbox {
    /// Keeps usage in an SQLite file: what was recorded is on disk.
    ///
    /// - Parameter path: Where the file is; it is made if there is none.
    /// - Returns: The outbox.
    /// - Throws: ``OutboxError``.
    public static func sqlite(path: String) throws -> SQLiteOutbox { try SQLiteOutbox(path: path) }
}

// MARK: - Off the cooperative threads

extension SQLiteOutbox {
    /// Runs a transaction, whether or not the task is cancelled. It is rolled back if `body` returns nil or throws.
    private func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result?
    ) async throws -> Result? {
        try await onQueue { database in
            try database.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    return result == nil ? .rollback : .commit
                }
                return result
            }
        }
    }

    private func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await onQueue { try $0.write(body) }
    }

    private func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await onQueue { try $0.read(body) }
    }

    private func onQueue<Result: Sendable>(
        _ body: @escaping @Sendable (DatabasePool) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [database] in
                continuation.resume(
                    with: Swift.Result {
                        do { return try body(database) } catch { throw OutboxError(error) }
                    })
            }
        }
    }
}

extension OutboxEntry {
    fileprivate init(_ row: Row, at now: Int64) {
        let id: Data = row["id"]
        let body: Data = row["body"]
        let inDoubtSince: Int64? = row["in_doubt_since"]
        self.init(
            sequence: row["sequence"],
            item: OutboxItem(
                id: UUID(id), kind: OutboxItem.Kind(rawValue: row["kind"]) ?? .event, body: [UInt8](body)),
            state: State(rawValue: row["state"]) ?? .setAside, claim: row["claim"], attempts: row["attempts"],
            inDoubtFor: inDoubtSince.map { .milliseconds(max(0, now - $0)) }, reason: row["reason"])
    }
}

extension OutboxError {
    fileprivate init(_ error: any Error) {
        switch error {
        case let error as OutboxError:
            self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self.init(.diskFull, error.message ?? "no space left")
        case let error as DatabaseError where error.resultCode == .SQLITE_IOERR:
            self.init(.diskFull, "\(error.message ?? "input or output failed") (\(error.extendedResultCode))")
        case let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_BUSY].contains(error.resultCode):
            self.init(.unavailable, error.message ?? "cannot be opened")
        case let error as DatabaseError:
            self.init(.failed, error.message ?? "\(error.resultCode)")
        default:
            self.init(.failed, "\(error)")
        }
    }
}

extension UUID {
    fileprivate var data: Data { withUnsafeBytes(of: uuid) { Data($0) } }

    /// A UUID of 16 bytes; of bytes that are none, one of zeros.
    fileprivate init(_ data: Data) {
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &bytes) { _ = data.copyBytes(to: $0) }
        self.init(uuid: bytes)
    }
}

extension Duration {
    /// Rounded up.
    var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
