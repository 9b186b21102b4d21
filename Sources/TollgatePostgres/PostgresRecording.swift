import Foundation
import TollgateCore
import TollgateMetering

/// Items that are written in one transaction: into the outbox, and into the table of what was used.
struct PostgresRecording {
    private let items: [OutboxItem]
    private let records: [UsageRecord?]

    init(_ items: [OutboxItem]) {
        // Of one that comes twice at once the first counts.
        var seen: Set<UUID> = []
        let items = items.filter { seen.insert($0.id).inserted }
        self.items = items
        records = items.map { $0.kind == .event ? try? $0.record() : nil }
    }

    /// Writes all items or none.
    ///
    /// If the connection is lost at the last moment, the database knows whether the transaction was done, and is asked.
    func write(to session: Session) throws {
        if !session.isAlive { try session.connect() }
        var transaction: String?
        do {
            _ = try session.execute("BEGIN")
            transaction = try insert(into: session)
            _ = try session.execute("COMMIT")
        } catch {
            if session.isAlive {
                _ = try session.execute("ROLLBACK")
                throw error
            }
            guard let transaction else {
                // Not committed, so it can be done again, once.
                return try again(on: session)
            }
            try resolve(transaction, on: session)
        }
    }

    private func again(on session: Session) throws {
        try session.connect()
        try session.transaction { _ = try insert(into: $0) }
    }

    private func resolve(_ transaction: String, on session: Session) throws {
        do {
            try session.connect()
            for _ in 0..<100 {
                switch try session.execute("SELECT pg_xact_status($1::text::xid8)", [transaction]).rows.first?.first {
                case "committed": return
                case "aborted": return try session.transaction { _ = try insert(into: $0) }
                default: _ = try session.execute("SELECT pg_sleep(0.05)")
                }
            }
        } catch {
            throw OutboxError(.uncertain, "\(error)")
        }
        throw OutboxError(.uncertain, "the database does not say whether the transaction was done")
    }

    /// Adds what is not there already, and counts what was added.
    /// - Returns: The id of the transaction.
    @discardableResult
    func insert(into session: Session) throws -> String? {
        let usages = records.map { $0?.usage }
        return try session.execute(
            """
            WITH given AS (
                SELECT *, (to_timestamp(time / 1000.0) AT TIME ZONE 'UTC')::date AS day
                FROM unnest($1::uuid[], $2::smallint[], $3::bytea[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                    $8::bigint[], $9::bigint[], $10::bigint[])
                AS given (id, kind, body, time, key_id, user_id, model, input_tokens, output_tokens, tokens)),
            added AS (
                INSERT INTO tollgate_outbox (id, kind, body) SELECT id, kind, body FROM given
                ON CONFLICT (id) DO NOTHING RETURNING id),
            counted AS (
                INSERT INTO tollgate_usage AS u
                SELECT day, key_id, user_id, model, count(*), coalesce(sum(input_tokens), 0),
                    coalesce(sum(output_tokens), 0), coalesce(sum(tokens), 0), count(*) FILTER (WHERE tokens IS NULL)
                FROM given JOIN added USING (id) WHERE day IS NOT NULL
                GROUP BY day, key_id, user_id, model ORDER BY day, key_id, user_id, model
                ON CONFLICT (day, key_id, user_id, model) DO UPDATE SET requests = u.requests + excluded.requests,
                    input_tokens = u.input_tokens + excluded.input_tokens,
                    output_tokens = u.output_tokens + excluded.output_tokens, tokens = u.tokens + excluded.tokens,
                    unknown = u.unknown + excluded.unknown)
            SELECT pg_current_xact_id()
            """,
            [
                PostgresArray.of(items.map(\.id.uuidString)), PostgresArray.of(items.map { "\($0.kind.rawValue)" }),
                PostgresArray.of(items.map { PostgresBytes.text($0.body) }),
                PostgresArray.of(records.map { $0.map { "\($0.milliseconds)" } }),
                PostgresArray.of(records.map { $0?.keyID ?? "" }), PostgresArray.of(records.map { $0?.userID ?? "" }),
                PostgresArray.of(usages.map { $0?.model ?? "" }),
                PostgresArray.of(usages.map { $0?.inputTokens.map { "\($0)" } }),
                PostgresArray.of(usages.map { $0?.outputTokens.map { "\($0)" } }),
                PostgresArray.of(usages.map { $0?.totalTokens.map { "\($0)" } }),
            ]
        ).rows.first?.first ?? nil
    }
}

extension UsageRecord {
    /// When the use took place, in milliseconds since 1970.
    fileprivate var milliseconds: Int64 { Int64((time.timeIntervalSince1970 * 1000).rounded()) }
}

/// Outcomes by what becomes of the items.
struct PostgresSettlement {
    private let outcomes: [OutboxOutcome]

    init(_ outcomes: [OutboxOutcome]) {
        self.outcomes = outcomes
    }

    /// - Returns: How many items were removed.
    func remove(_ session: Session) throws -> Int {
        let taken = outcomes.filter { $0.result == .taken }
        guard !taken.isEmpty else { return 0 }
        return try session.execute(
            """
            DELETE FROM tollgate_outbox AS o USING unnest($1::bigint[], $2::bigint[]) AS t (sequence, claim)
            WHERE o.sequence = t.sequence AND o.claim = t.claim
            """,
            Self.places(taken)
        ).changed
    }

    /// - Returns: How many items were set aside.
    func setAside(_ session: Session) throws -> Int {
        let reasons = outcomes.compactMap { outcome in
            if case .setAside(let reason) = outcome.result { (outcome, reason) } else { nil }
        }
        guard !reasons.isEmpty else { return 0 }
        return try session.execute(
            """
            UPDATE tollgate_outbox AS o SET state = 1, claim = 0, reason = t.reason
            FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS t (sequence, claim, reason)
            WHERE o.sequence = t.sequence AND o.claim = t.claim
            """,
            Self.places(reasons.map(\.0)) + [PostgresArray.of(reasons.map(\.1))]
        ).changed
    }

    func putBack(_ session: Session) throws {
        var back: [OutboxOutcome] = []
        var columns: (delays: [String], arrived: [String], reasons: [String]) = ([], [], [])
        for outcome in outcomes {
            guard case .putBack(let delay, let mayHaveArrived, let reason) = outcome.result else { continue }
            back.append(outcome)
            columns.delays.append("\(delay.milliseconds)")
            columns.arrived.append("\(mayHaveArrived)")
            columns.reasons.append(reason)
        }
        guard !back.isEmpty else { return }
        _ = try session.execute(
            """
            UPDATE tollgate_outbox AS o
            SET claim = 0, due = now() + t.delay * interval '1 ms', reason = t.reason,
                in_doubt_since = CASE WHEN NOT t.arrived AND o.in_doubt_since = o.touched THEN NULL
                    ELSE o.in_doubt_since END
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::text[])
                AS t (sequence, claim, delay, arrived, reason)
            WHERE o.sequence = t.sequence AND o.claim = t.claim
            """,
            Self.places(back) + [
                PostgresArray.of(columns.delays), PostgresArray.of(columns.arrived), PostgresArray.of(columns.reasons),
            ])
    }

    private static func places(_ outcomes: [OutboxOutcome]) -> [String?] {
        [PostgresArray.of(outcomes.map { "\($0.sequence)" }), PostgresArray.of(outcomes.map { "\($0.claim)" })]
    }
}

extension Session {
    /// Runs a transaction; it is rolled back if `body` throws.
    func transaction<Result>(_ body: (Session) throws -> Result) throws -> Result {
        guard let result = try transactionIfAny({ try Optional(body($0)) }) else {
            throw OutboxError(.failed, "the transaction was rolled back")
        }
        return result
    }

    /// Runs a transaction; it is rolled back if `body` returns nil or throws.
    func transactionIfAny<Result>(_ body: (Session) throws -> Result?) throws -> Result? {
        _ = try execute("BEGIN")
        do {
            let result = try body(self)
            _ = try execute(result == nil ? "ROLLBACK" : "COMMIT")
            return result
        } catch {
            if isAlive { _ = try execute("ROLLBACK") }
            throw error
        }
    }
}

/// PostgreSQL's text form of arrays.
enum PostgresArray {
    static func of(_ values: [String?]) -> String {
        var text = "{"
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            guard let value else {
                text += "NULL"
                continue
            }
            text += "\""
            for character in value.unicodeScalars {
                // PostgreSQL's text has no place for the character 0.
                if character == "\0" { continue }
                if character == "\"" || character == "\\" { text += "\\" }
                text.unicodeScalars.append(character)
            }
            text += "\""
        }
        return text + "}"
    }
}

/// PostgreSQL's text form of bytes: `\x` and two digits for each.
enum PostgresBytes {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        "\\x" + String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8.dropFirst(2))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
