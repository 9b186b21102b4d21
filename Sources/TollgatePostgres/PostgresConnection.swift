import CPostgres
import Dispatch
import Foundation
import TollgateMetering

/// One connection to a database, used on a queue of its own.
final class PostgresConnection: Sendable {
    private let queue: DispatchQueue
    private let session: Session

    /// - Throws: ``OutboxError`` if the database cannot be reached.
    init(_ url: String, label: String) throws {
        queue = DispatchQueue(label: label)
        session = Session(url)
        try queue.sync { [session] in try session.connect() }
    }

    /// Runs `body` when those before it are done. It goes on when the task is cancelled.
    func run<Result: Sendable>(_ body: @escaping @Sendable (Session) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [session] in
                continuation.resume(with: Swift.Result { try body(session) })
            }
        }
    }

    /// Runs `body` and waits for it; for queues that may block.
    func runBlocking<Result>(_ body: (Session) throws -> Result) throws -> Result {
        try queue.sync { try body(session) }
    }
}

/// What is known of a connection.
///
/// Unchecked: it is used by nobody but the queue of its ``PostgresConnection``, one block at a time; afterwards only
/// `deinit` touches it.
final class Session: @unchecked Sendable {
    private let url: String
    private var connection: OpaquePointer?

    init(_ url: String) {
        self.url = url
    }

    deinit {
        PQfinish(connection)
    }

    /// Connects anew.
    func connect() throws(OutboxError) {
        PQfinish(connection)
        // What the URL says comes later, and wins.
        let settings = [
            ("connect_timeout", "5"), ("application_name", "tollgate"), ("client_encoding", "UTF8"),
            ("options", "-c statement_timeout=30000 -c client_min_messages=warning"), ("dbname", url),
        ]
        let names = settings.map { strdup($0.0) } + [nil]
        let values = settings.map { strdup($0.1) } + [nil]
        defer { for text in names + values { free(text) } }
        connection = PQconnectdbParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
        guard isAlive else {
            throw OutboxError(.unavailable, message)
        }
    }

    /// Whether there is a connection, as far as is known without asking.
    var isAlive: Bool { connection != nil && PQstatus(connection) == CONNECTION_OK }

    /// Runs a statement.
    /// - Returns: The rows, every value as text; and how many rows it changed.
    func execute(_ statement: String, _ parameters: [String?] = []) throws(OutboxError) -> PostgresResult {
        let values = parameters.map { $0.map { strdup($0) } ?? nil }
        defer { for value in values { free(value) } }
        let result = PQexecParams(
            connection, statement, Int32(values.count), nil, values.map { UnsafePointer($0) }, nil, nil, 0)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            return PostgresResult(result)
        default:
            let state = PQresultErrorField(result, 67).map { String(cString: $0) } ?? ""
            throw OutboxError(state: state, isAlive: isAlive, message: message)
        }
    }

    private var message: String {
        String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: " ")
    }
}

/// What a statement gave.
struct PostgresResult {
    let rows: [[String?]]
    let changed: Int

    fileprivate init(_ result: OpaquePointer?) {
        let columns = PQnfields(result)
        rows = (0..<PQntuples(result)).map { row in
            (0..<columns).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
        changed = Int(String(cString: PQcmdTuples(result))) ?? 0
    }
}

extension OutboxError {
    /// Tells failures apart by PostgreSQL's code for the error: `53100` is a full disk.
    fileprivate init(state: String, isAlive: Bool, message: String) {
        switch state {
        case "53100": self.init(.diskFull, message)
        case let state where state.hasPrefix("53") || state.hasPrefix("57") || state.hasPrefix("08") || !isAlive:
            self.init(.unavailable, message)
        default: self.init(.failed, message)
        }
    }
}
