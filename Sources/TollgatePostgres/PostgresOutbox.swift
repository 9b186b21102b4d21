import Foundation
import TollgateCore
import TollgateMetering

/// Keeps usage in a PostgreSQL database, which several machines may share.
///
/// Each claims what no other has claimed (`FOR UPDATE SKIP LOCKED`), for a while: what a machine that died had claimed
/// becomes free again. All times are those of the database. It has two tables, `tollgate_outbox` and `tollgate_usage`;
/// the second one keeps what was used by key, user, model and day for good, see ``usage(from:through:)``.
public final class PostgresOutbox: Outbox {
    private let connection: PostgresConnection
    private let writer: GroupCommit<OutboxItem>

    /// Connects, and makes the tables if there are none.
    ///
    /// - Parameter url: The database, `postgres://user:password@host/name`, or anything else that libpq takes.
    /// - Throws: ``OutboxError``.
    public init(_ url: String) throws {
        connection = try PostgresConnection(url, label: "tollgate.outbox.postgres")
        let recording = try PostgresConnection(url, label: "tollgate.outbox.postgres.recording")
        try connection.runBlocking { session in
            for statement in PostgresSchema.statements { _ = try session.execute(statement) }
        }
        writer = GroupCommit(label: "tollgate.outbox.postgres.writer") { items in
            try recording.runBlocking { try PostgresRecording(items).write(to: $0) }
        }
    }

    public var isDurable: Bool { true }

    public func append(_ items: [OutboxItem]) async throws {
        try await writer.submit(items)
    }

    // MARK: - Claims

    public func claim(_ limit: Int, _ kind: OutboxItem.Kind, for lease: Duration) async throws -> [OutboxEntry] {
        let claim = Int64.random(in: 1...Int64.max)
        let values = ["\(kind.rawValue)", "\(limit)", "\(claim)", "\(lease.milliseconds)"]
        return try await run { session in
            let entries = try Self.claim("due <= now()", values, in: session)
            guard entries.isEmpty else { return entries }
            // What was written in the future was written before the clock was set back; others' claims are seconds away.
            return try Self.claim("touched > now() + interval '1 minute'", values, in: session)
        }
    }

    private static func claim(
        _ condition: String, _ values: [String], in session: Session
    ) throws(OutboxError) -> [OutboxEntry] {
        try session.execute(
            """
            WITH due AS (
                SELECT sequence, in_doubt_since FROM tollgate_outbox
                WHERE state = 0 AND kind = $1 AND \(condition) ORDER BY due, sequence LIMIT $2
                FOR UPDATE SKIP LOCKED)
            UPDATE tollgate_outbox AS o
            SET claim = $3, due = now() + $4 * interval '1 ms', touched = now(), attempts = attempts + 1,
                in_doubt_since = coalesce(o.in_doubt_since, now())
            FROM due WHERE o.sequence = due.sequence
            RETURNING o.sequence, o.id, o.kind, o.state, o.claim, o.attempts,
                extract(epoch FROM now() - due.in_doubt_since), o.reason, o.body
            """,
            values
        ).rows.compactMap { OutboxEntry($0) }.sorted { $0.sequence < $1.sequence }
    }

    @discardableResult
    public func settle(_ outcomes: [OutboxOutcome]) async throws -> (removed: Int, setAside: Int) {
        let settlement = PostgresSettlement(outcomes)
        return try await run { session in
            try session.transaction { session in
                try settlement.putBack(session)
                return (removed: try settlement.remove(session), setAside: try settlement.setAside(session))
            }
        }
    }

    public func replace(_ entries: [OutboxEntry], with items: [OutboxItem]) async throws -> Bool {
        let settlement = PostgresSettlement(entries.map { OutboxOutcome($0, .taken) })
        return try await run { session in
            try session.transactionIfAny { session in
                guard try settlement.remove(session) == entries.count else { return nil }
                try PostgresRecording(items).insert(into: session)
                return true
            } ?? false
        }
    }

    // MARK: - What is there

    public func counts() async throws -> OutboxCounts {
        try await run { session in
            let rows = try session.execute("SELECT state, count(*) FROM tollgate_outbox GROUP BY state").rows
            let numbers = Dictionary(rows.map { ($0[0] ?? "", $0[1].flatMap { Int($0) } ?? 0) }) { $1 }
            return OutboxCounts(waiting: numbers["0"] ?? 0, setAside: numbers["1"] ?? 0)
        }
    }

    public func entries(
        _ state: OutboxEntry.State, after sequence: Int64, limit: Int
    ) async throws -> [OutboxEntry] {
        try await run { session in
            try session.execute(
                """
                SELECT sequence, id, kind, state, claim, attempts,
                    extract(epoch FROM now() - in_doubt_since), reason, body
                FROM tollgate_outbox WHERE state = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
                """,
                ["\(state.rawValue)", "\(sequence)", "\(limit)"]
            ).rows.compactMap { OutboxEntry($0) }
        }
    }

    @discardableResult
    public func resend(_ ids: [UUID]?) async throws -> Int {
        try await run { session in
            let waiting = """
                UPDATE tollgate_outbox SET state = 0, claim = 0, due = '-infinity', in_doubt_since = NULL WHERE state = 1
                """
            guard let ids else { return try session.execute(waiting).changed }
            return try session.execute(
                waiting + " AND id = ANY ($1::uuid[])", [PostgresArray.of(ids.map(\.uuidString))]
            ).changed
        }
    }

    /// What was recorded, by key, user, model and day (UTC), whether it was sent or not.
    ///
    /// - Parameters:
    ///   - first: The first day.
    ///   - last: The last day.
    /// - Returns: In the order of days, keys, users and models.
    /// - Throws: ``OutboxError``.
    public func usage(from first: CalendarDate, through last: CalendarDate) async throws -> [DailyUsage] {
        try await run { session in
            try session.execute(
                """
                SELECT day, key_id, user_id, model, requests, input_tokens, output_tokens, tokens, unknown
                FROM tollgate_usage WHERE day BETWEEN $1::date AND $2::date ORDER BY day, key_id, user_id, model
                """,
                ["\(first)", "\(last)"]
            ).rows.compactMap { DailyUsage($0) }
        }
    }

    // MARK: - The connection

    /// Runs `body` on the connection, on a new one if the old one is lost. What is lost on the way is not repeated here.
    private func run<Result: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Result
    ) async throws -> Result {
        try await connection.run { session in
            if !session.isAlive { try session.connect() }
            return try body(session)
        }
    }
}

extension Outbox where Self == PostgresOutbox {
    /// Keeps usage in a PostgreSQL database, which several machines may share.
    ///
    /// - Parameter url: The database, `postgres://user:password@host/name`.
    /// - Returns: The outbox.
    /// - Throws: ``OutboxError``.
    public static func postgres(_ url: String) throws -> PostgresOutbox { try PostgresOutbox(url) }
}

/// What was used with one key, by one user and of one model, on one day (UTC).
public struct DailyUsage: Sendable, Hashable {
    public let day: CalendarDate
    /// Nil for use without a key.
    public let keyID: String?
    public let userID: String
    /// Nil for use of no model.
    public let model: String?
    /// How many uses there were.
    public let requests: Int64
    /// The sum of those that are known.
    public let inputTokens: Int64
    /// The sum of those that are known.
    public let outputTokens: Int64
    /// All tokens, each once, as far as they are known.
    public let tokens: Int64
    /// Of how many uses the tokens are not known.
    public let unknown: Int64

    fileprivate init?(_ row: [String?]) {
        let numbers = row[4...].map { $0.flatMap { Int64($0) } ?? 0 }
        guard let day = row[0].flatMap({ CalendarDate($0) }), let userID = row[2] else { return nil }
        self.day = day
        self.userID = userID
        keyID = row[1].flatMap { $0.isEmpty ? nil : $0 }
        model = row[3].flatMap { $0.isEmpty ? nil : $0 }
        (requests, inputTokens, outputTokens, tokens) = (numbers[0], numbers[1], numbers[2], numbers[3])
        unknown = numbers[4]
    }
}

extension OutboxEntry {
    /// A row of sequence, id, kind, state, claim, attempts, seconds in doubt, reason and body.
    fileprivate init?(_ row: [String?]) {
        guard let sequence = row[0].flatMap({ Int64($0) }), let id = row[1].flatMap({ UUID(uuidString: $0) }),
            let body = row[8].flatMap({ PostgresBytes.bytes($0) })
        else { return nil }
        let kind = row[2].flatMap { Int($0) }.flatMap { OutboxItem.Kind(rawValue: $0) } ?? .event
        self.init(
            sequence: sequence, item: OutboxItem(id: id, kind: kind, body: body),
            state: row[3] == "0" ? .waiting : .setAside, claim: row[4].flatMap { Int64($0) } ?? 0,
            attempts: row[5].flatMap { Int($0) } ?? 0,
            inDoubtFor: row[6].flatMap { Double($0) }.map { .seconds(max(0, $0)) }, reason: row[7])
    }
}

extension Duration {
    /// Rounded up.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
