import Foundation
import Testing
import TollgateCore
import TollgateStoa
import TollgateTransport

@testable import TollgateMock
@testable import TollgateMockServer

/// A thousand servers come and go in one process.
@Suite struct ManyServersTests {
    /// A server's handler, as long as anything holds it.
    private struct Trace: Sendable {
        weak let handler: MockHandler?
    }

    private func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
    }

    /// Starts a server, calls it once over its socket, and stops it.
    private func live(_ number: Int, _ transport: any HTTPTransport) async throws -> Trace {
        let mock = try await MockServer.start(seed: UInt64(number))
        let stoa = Stoa(apiKey: mock.stoa.apiKey, baseURL: mock.stoa.baseURL, transport: transport)
        try mock.stoa.setBalance("\(number + 1)", of: "user_\(number)")
        try await stoa.with(retry: .never).identify(userID: "user_\(number)", email: "ada@example.com")
        #expect(mock.stoa.balance(of: "user_\(number)") == Decimal(number + 1))
        #expect(mock.stoa.balance(of: "user_\(number + 1)") == nil, "nothing of another server")
        #expect(mock.exchanges.map { $0.number } == [1], "its own request and no other")
        let trace = Trace(handler: mock.handler)
        await mock.stop()
        return trace
    }

    @Test func aThousandLeaveNothing() async throws {
        let transport = AsyncHTTPTransport()
        // The first ones open what the process keeps for all.
        for number in 0..<4 { _ = try await live(number, transport) }
        let before = try descriptors()
        var traces: [Trace] = []
        for wave in 0..<40 {
            let numbers = wave * 25..<(wave + 1) * 25
            traces += try await withThrowingTaskGroup { group in
                for number in numbers { group.addTask { try await live(number, transport) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        await transport.shutdown()
        #expect(traces.count == 1_000)
        // Tests beside this one open and close some, too; one left by each server would be a thousand.
        #expect(try descriptors() < before + 100)
        // A task that went on would hold its server.
        for _ in 0..<1_000 where traces.contains(where: { $0.handler != nil }) { await Task.yield() }
        #expect(traces.count { $0.handler != nil } == 0)
    }
}
