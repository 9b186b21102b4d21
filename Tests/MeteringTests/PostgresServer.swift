import Foundation
import Synchronization

@testable import TollgatePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A PostgreSQL server of the tests' own: on a socket in a temporary folder, without a port, gone with the tests.
final class PostgresServer: Sendable {
    /// Started when it is first asked for; one for all tests, each of which gets a database of its own.
    static let shared = Result { try PostgresServer() }

    private static let folders =
        ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"]
        + (13...19).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
    private static let programs = folders.first { folder in
        ["initdb", "postgres"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }

    /// Where its socket is.
    let folder: String
    private let number = Mutex(0)

    private init() throws {
        guard let programs = Self.programs else {
            throw Failure("PostgreSQL is not installed; the README's first command does it")
        }
        folder = try TemporaryFolder.make()
        // It refuses to run as root, and its folder must be its own.
        let isRoot = getuid() == 0
        if isRoot { try Self.run(["/bin/chown", "nobody", folder]) }
        let prefix = isRoot ? ["/usr/bin/setpriv", "--reuid=nobody", "--clear-groups"] : []
        try Self.run(
            prefix + [
                "\(programs)/initdb", "-D", "\(folder)/data", "-U", "tollgate", "-A", "trust", "--no-sync", "-E",
                "UTF8",
                "--locale=C",
            ])
        let server =
            prefix + [
                "\(programs)/postgres", "-D", "\(folder)/data", "-k", folder, "-c", "listen_addresses=", "-c",
                "max_connections=200",
            ]
        // It ends when the shell's input does: with this process, however that ends.
        let script = "\"$@\" & server=$!; cat > /dev/null; kill -INT $server; wait $server; rm -rf '\(folder)'"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + server
        process.standardInput = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Self.keep(process)
        try waitUntilReady()
    }

    private static let running = Mutex<[Process]>([])

    /// A process whose object is gone loses its pipe.
    private static func keep(_ process: Process) {
        running.withLock { $0.append(process) }
    }

    /// The URL of a database, by way of the server's own socket or another.
    func url(_ database: String, host: String? = nil) -> String {
        "postgresql:///\(database)?host=\(host ?? folder)&user=tollgate"
    }

    private func waitUntilReady() throws {
        for _ in 0..<600 {
            if (try? Self.execute("SELECT 1", at: url("postgres"))) != nil { return }
            usleep(50_000)
        }
        throw Failure("PostgreSQL does not start")
    }

    private func newName() -> String {
        number.withLock { number in
            number += 1
            return "tollgate_\(number)"
        }
    }

    /// Makes an empty database.
    /// - Parameter host: The folder of a socket that leads to the server, if not its own.
    /// - Returns: Its URL.
    /// - Throws: What the server says.
    func newDatabase(host: String? = nil) throws -> String {
        let name = newName()
        try Self.execute("CREATE DATABASE \(name)", at: url("postgres"))
        return url(name, host: host)
    }

    /// Calls `body` with the URL of an empty database whose tables lie in a folder.
    func withDatabase(in folder: String, _ body: (String) async throws -> Void) async throws {
        if getuid() == 0 { try Self.run(["/bin/chown", "nobody", folder]) }
        let name = newName()
        try Self.execute("CREATE TABLESPACE \(name) LOCATION '\(folder)'", at: url("postgres"))
        try Self.execute("CREATE DATABASE \(name) TABLESPACE \(name)", at: url("postgres"))
        let result: Result<Void, any Error>
        do { result = .success(try await body(url(name))) } catch { result = .failure(error) }
        try Self.execute("DROP DATABASE \(name) WITH (FORCE)", at: url("postgres"))
        try Self.execute("DROP TABLESPACE \(name)", at: url("postgres"))
        try result.get()
    }

    static func execute(_ statement: String, at url: String) throws {
        let session = Session(url)
        try session.connect()
        _ = try session.execute(statement)
    }

    private static func run(_ command: [String]) throws {
        let (status, output) = try Program.runBlocking(command[0], Array(command.dropFirst()))
        guard status == 0 else { throw Failure("\(command[0]): \(output)") }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
