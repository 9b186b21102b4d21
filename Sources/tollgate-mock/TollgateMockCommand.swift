import ArgumentParser
import Dispatch
import Foundation
import TollgateMock

/// Serves a mock of the billing services until it is told to stop.
@main
struct TollgateMockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tollgate-mock",
        abstract: "Behaves like the billing services, for tests: no account, no network, no money.",
        discussion: """
            Prints one line NAME=value for everything that a client needs, then READY, and serves until it gets \
            SIGTERM or SIGINT. VLUNA_GATE_LEASE_TTL_SECONDS and VLUNA_GATE_LATE_COMMIT_GRACE_MS are read from the \
            environment, as the real server does.
            """)

    @Option(help: "The name or address to listen at.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 for one that the system chooses.")
    var port = 0

    @Option(help: "What ids and tokens are made from.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "A state to begin with: \(MockScenario.all.map(\.name).joined(separator: ", ")); or a file of JSON. "
                + "May be repeated.", valueName: "name or file"))
    var scenario: [String] = []

    @OptionGroup(title: "Instead of a mock")
    var sandbox: SandboxOptions

    func validate() throws {
        guard 0...65_535 ~= port else { throw ValidationError("A port is a number from 0 to 65535.") }
    }

    func run() async throws {
        let (signals, report) = AsyncStream<Void>.makeStream()
        // Before the server is up, so that no signal is missed.
        let sources = [SIGTERM, SIGINT].map { Self.watch($0) { report.yield() } }
        defer { sources.forEach { $0.cancel() } }

        if let served = try await sandbox.start(host: host, port: port) {
            try Self.announce(served.environment)
            for await _ in signals { break }
            await served.stop()
            return
        }
        let settings = MockSettings(environment: ProcessInfo.processInfo.environment)
        let mock = try await MockServer.start(host: host, port: port, seed: seed, settings: settings)
        let customer = Self.customer(of: mock)
        for name in scenario { try mock.run(Self.scenario(name)) }
        try Self.announce(mock.environment + customer)
        for await _ in signals { break }
        await mock.stop()
    }

    /// Says what clients need, and that they are answered.
    private static func announce(_ environment: [(name: String, value: String)]) throws {
        let lines = environment.map { "\($0.name)=\($0.value)\n" }
        try FileHandle.standardOutput.write(contentsOf: Data((lines.joined() + "READY\n").utf8))
    }

    /// A scenario by its name or its file.
    private static func scenario(_ name: String) throws -> MockScenario {
        if let scenario = MockScenario(named: name) { return scenario }
        guard let data = FileManager.default.contents(atPath: name) else {
            throw ValidationError("There is no scenario \(name), and no such file.")
        }
        do {
            return try MockScenario(json: String(decoding: data, as: UTF8.self), name: name)
        } catch {
            throw ValidationError("\(name) is no scenario: \(error)")
        }
    }

    /// What a customer's client needs: a payer with an account, and a platform token that lasts as long as a lease.
    private static func customer(of mock: MockServer) -> [(name: String, value: String)] {
        let principalID = "org_test"
        let token = mock.vluna.issuePlatformToken(
            principalID: principalID, userID: "user_test", lifetime: .seconds(12 * 3600))
        return [
            ("VLUNA_PRINCIPAL_ID", principalID),
            ("VLUNA_BILLING_ACCOUNT_ID", mock.vluna.accountID(of: principalID)), ("VLUNA_ACCESS_TOKEN", token),
        ]
    }

    /// Takes a signal away from the system, which would end the program.
    private static func watch(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }
}
