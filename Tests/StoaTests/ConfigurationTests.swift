import Configuration
import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateStoa

/// What the environment sets, for Stoa and in the same way for every other service.
@Suite struct ConfigurationTests {
    private func stoa(_ variables: [String: String], _ transport: any HTTPTransport = Failing()) throws -> Stoa {
        let all = ["STOA_API_KEY": "stoa_app_k", "STOA_BASE_URL": "https://stoa.test/api"].merging(variables) { $1 }
        return try Stoa(
            configuration: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: all)),
            transport: transport)
    }

    @Test func nothingIsSetUnlessItIsThere() throws {
        let client = try stoa([:]).client
        #expect(client.baseURL.absoluteString == "https://stoa.test/api")
        #expect(client.retry == .standard)
        #expect(client.timeout == .seconds(30))
        #expect(client.connectTimeout == .seconds(5))
        #expect(client.observer == nil)
    }

    @Test func whatIsThereIsSet() throws {
        let client = try stoa([
            "STOA_TIMEOUT": "7.5", "STOA_CONNECT_TIMEOUT": "0.25", "STOA_IDLE_TIMEOUT": "90", "STOA_MAX_RETRIES": "5",
            "STOA_LOG_LEVEL": "Debug", "STOA_RETRY_POLICY": "official",
        ]).client
        #expect(client.timeout == .milliseconds(7500))
        #expect(client.connectTimeout == .milliseconds(250))
        #expect(client.idleTimeout == .seconds(90))
        var expected = RetryPolicy.officialStoa
        expected.maximumRetries = 5
        #expect(client.retry == expected)
        #expect(client.observer != nil)
        #expect(try stoa(["STOA_RETRY_POLICY": "never"]).client.retry == .never)
    }

    @Test(arguments: [
        (["STOA_API_KEY": ""], "STOA_API_KEY is not set."),
        (["STOA_BASE_URL": "stoa"], "STOA_BASE_URL is not an address"),
        (["STOA_TIMEOUT": "soon"], "STOA_TIMEOUT is not a number of seconds"),
        (["STOA_TIMEOUT": "0"], "STOA_TIMEOUT is not a number of seconds"),
        (["STOA_CONNECT_TIMEOUT": "nan"], "STOA_CONNECT_TIMEOUT is not a number of seconds"),
        (["STOA_RETRY_POLICY": "often"], "STOA_RETRY_POLICY is none of standard, never, official."),
        (["STOA_MAX_RETRIES": "-1"], "STOA_MAX_RETRIES is not a number from 0 to 100."),
        (["STOA_LOG_LEVEL": "loud"], "STOA_LOG_LEVEL is none of trace, debug, info,"),
    ])
    func whatIsWrongIsNamed(_ variables: [String: String], _ start: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try stoa(variables) }
        #expect(error?.description.hasPrefix(start) == true, "\(String(describing: error))")
    }

    /// The official client's table: multiplier, maximum and minimum to the waits before the further tries.
    static let waits: [([String: String], [Double])] = [
        ([:], [2, 4, 8]),
        (["STOA_RETRY_WAIT_MULTIPLIER": "0.5"], [0.5, 1, 2]),
        (["STOA_RETRY_WAIT_MULTIPLIER": "10", "STOA_RETRY_WAIT_MAX": "30"], [10, 20, 30]),
        (["STOA_RETRY_WAIT_MAX": "3"], [2, 3, 3]),
        (["STOA_RETRY_WAIT_MIN": "5"], [5, 5, 8]),
        (["STOA_RETRY_WAIT_MULTIPLIER": "a lot"], [2, 4, 8]),
    ]

    @Test(arguments: waits)
    func theOfficialClientsPolicy(_ variables: [String: String], _ waits: [Double]) async throws {
        for (status, tries) in [(500, 4), (503, 4), (429, 4), (408, 1), (409, 1), (400, 1)] {
            let transport = Failing(status: status)
            let time = SkippedTime()
            var stoa = try stoa(variables.merging(["STOA_RETRY_POLICY": "official"]) { $1 }, transport)
            stoa.client.time = time
            stoa.client.timeout = nil
            let asking = stoa
            await #expect(throws: (any Error).self) { try await asking.install.publicKey() }
            #expect(transport.count == tries, "\(status)")
            #expect(time.waits == (tries == 1 ? [] : waits.map { .seconds($0) }))
        }
    }

    @Test func theOfficialClientGivesUpWithoutAConnection() async throws {
        let transport = Failing(status: nil)
        let official = try stoa(["STOA_RETRY_POLICY": "official"], transport)
        await #expect(throws: ConnectionError.self) { try await official.install.publicKey() }
        #expect(transport.count == 1)
    }

    @Test func theWaitsCountForTheStandardPolicy() async throws {
        let transport = Failing()
        let time = SkippedTime()
        var stoa = try stoa(["STOA_RETRY_WAIT_MULTIPLIER": "3", "STOA_RETRY_WAIT_MIN": "3"], transport)
        stoa.client.time = time
        stoa.client.retry.jitter = .none
        let asking = stoa
        await #expect(throws: (any Error).self) { try await asking.install.publicKey() }
        #expect(time.waits == [.seconds(3), .seconds(6)])
    }
}

/// Fails each request; with 429 it asks to wait for a minute and a half.
private final class Failing: HTTPTransport {
    private let status: Int?
    private let requests = Mutex(0)

    /// - Parameter status: Nil for no connection at all.
    init(status: Int? = 503) {
        self.status = status
    }

    var count: Int { requests.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        requests.withLock { $0 += 1 }
        guard let status else { throw ConnectionError(.refused, mayHaveBeenApplied: false) }
        let fields: HTTPFields = status == 429 ? [.retryAfter: "90"] : [:]
        return HTTPReply(head: HTTPResponse(status: .init(code: status), headerFields: fields), body: HTTPBody("{}"))
    }
}

/// A clock that skips waits, and keeps them.
private final class SkippedTime: TimeSource {
    private let kept = Mutex<[Duration]>([])

    var now: Date { Date(timeIntervalSince1970: 1_767_323_045 + waits.reduce(.zero, +) / .seconds(1)) }
    var waits: [Duration] { kept.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        kept.withLock { $0.append(duration) }
    }

    func expire(after limit: Duration) async throws {
        let (never, hold) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        hold.finish()
        throw CancellationError()
    }
}
