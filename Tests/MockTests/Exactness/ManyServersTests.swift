import Foundation
import Testing
import TollgateCore
import TollgateStoa
import TollgateTransport

@testable import TollgateMock
@testable import TollgateMockServer

/// A thousand servers come and go in one process, where nothing else opens or closes anything.
@Suite struct ManyServersTests {
    @Test(.timeLimit(.minutes(10))) func aThousandLeaveNothing() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            print(try await ManyServers.live(1_000))
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("1000 servers: 1000 right, 0 alive, 0 descriptors left"), "\(output)")
    }
}

private enum ManyServers {
    /// A server's handler, as long as anything holds it.
    private struct Trace: Sendable {
        let isRight: Bool
        weak let handler: MockHandler?
    }

    /// Starts so many servers, 25 at a time, and says what they left.
    static func live(_ count: Int) async throws -> String {
        // The first ones open what the process keeps for all.
        _ = try await wave(0..<25)
        let before = try descriptors()
        var traces: [Trace] = []
        for start in stride(from: 0, to: count, by: 25) { traces += try await wave(start..<start + 25) }
        let left = try descriptors() - before
        // A task that went on would hold its server.
        for _ in 0..<1_000 where traces.contains(where: { $0.handler != nil }) { await Task.yield() }
        let (right, alive) = (traces.count(where: \.isRight), traces.count { $0.handler != nil })
        return "\(traces.count) servers: \(right) right, \(alive) alive, \(left) descriptors left"
    }

    private static func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
    }

    private static func wave(_ numbers: Range<Int>) async throws -> [Trace] {
        let transport = AsyncHTTPTransport()
        let traces = try await withThrowingTaskGroup { group in
            for number in numbers { group.addTask { try await live(number, transport) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        await transport.shutdown()
        return traces
    }

    /// Starts a server, calls it once over its socket, and stops it.
    private static func live(_ number: Int, _ transport: any HTTPTransport) async throws -> Trace {
        let mock = try await MockServer.start(seed: UInt64(number))
        let stoa = Stoa(apiKey: mock.stoa.apiKey, baseURL: mock.stoa.baseURL, transport: transport)
        try mock.stoa.setBalance("\(number + 1)", of: "user_\(number)")
        try await stoa.with(retry: .never).identify(userID: "user_\(number)", email: "ada@example.com")
        let isRight =
            mock.stoa.balance(of: "user_\(number)") == Decimal(number + 1)
            // Nothing of another server, and its own request and no other.
            && mock.stoa.balance(of: "user_\(number + 1)") == nil && mock.exchanges.map { $0.number } == [1]
        let trace = Trace(isRight: isRight, handler: mock.handler)
        await mock.stop()
        return trace
    }
}
