import Foundation
import TollgateCore
import TollgateMock
import TollgateMockClient
import TollgateStoa

/// What a tester feels of the mock server: how soon it is there and gone, how long a request takes at worst, and what
/// it needs after many.
struct SandboxBenchmarks {
    let effort: Effort
    let calls: [SampleCall]

    func section() async throws -> Section {
        var section = Section(title: "mock: times and memory, for orientation")
        section.notes.append(try await startAndStop())
        section.notes += try await slowest()
        section.notes.append(try await memory())
        return section
    }

    private func startAndStop() async throws -> String {
        let call = calls[0]
        var (starts, stops): ([Double], [Double]) = ([], [])
        for _ in 0..<max(effort.requests / 10, 40) {
            let begin = ContinuousClock.now
            let mock = try await MockServer.start()
            let request = try await call.requests(1, to: mock.url).map(\.wireBytes)
            _ = try await LoadTool(server: mock.url, connections: 1).send(request)
            let answered = ContinuousClock.now
            await mock.stop()
            starts.append((answered - begin) / .seconds(1))
            stops.append((ContinuousClock.now - answered) / .seconds(1))
        }
        return "start to first answer \(duration(Ratio.median(of: starts))), stop \(duration(Ratio.median(of: stops))) "
            + "at the median of \(starts.count)"
    }

    private func slowest() async throws -> [String] {
        let mock = try await MockServer.start()
        try SampleCall.prepare(mock)
        var lines: [String] = []
        for call in calls {
            let tool = try LoadTool(server: mock.url, connections: 1)
            _ = try await tool.send(try await call.requests(effort.requests, to: mock.url).map(\.wireBytes))
            let requests = try await call.requests(effort.requests, to: mock.url).map(\.wireBytes)
            let times = try await tool.send(requests).times.sorted()
            let (middle, late) = (times[times.count / 2], times[times.count * 99 / 100])
            lines.append("\(call.name): \(duration(middle)) at the median, \(duration(late)) at p99, one connection")
        }
        await mock.stop()
        return lines
    }

    /// Requests that keep nothing but what the journal does, to the program that testers run.
    private func memory() async throws -> String {
        let server = try ServerProcess("tollgate-mock", ["--port", "0"])
        defer { server.stop() }
        _ = try await MockClient(baseURL: server.url).stoa.setBalance(userID: SampleCall.event.userID, balance: 5)
        let count = effort.requests * 500
        let tool = try LoadTool(server: server.url, connections: effort.connections)
        let before = try server.residentMegabytes()
        let size = 2_000
        for _ in 0..<count / size / 2 {
            for call in calls.prefix(2) {
                _ = try await tool.send(try await call.requests(size, to: server.url).map(\.wireBytes))
            }
        }
        let sent = count / size / 2 * size * 2
        return String(
            format: "resident memory of tollgate-mock %.1f MB, after %d requests %.1f MB", before, sent,
            try server.residentMegabytes())
    }
}
