import Foundation
import TollgateCore
import TollgateMock

/// The mock server against a bare Hummingbird route: the same requests, sent by the same tool.
struct MockBenchmarks {
    let effort: Effort
    let calls: [SampleCall]

    func section() async throws -> Section {
        let bare = try await BareServer.start(calls.map(\.reply))
        let mock = try await MockServer.start()
        try SampleCall.prepare(mock)
        var rows: [Row] = []
        for call in calls { rows.append(try await row(call, mock: mock.url, bare: bare.url)) }
        await mock.stop()
        await bare.stop()
        return Section(
            title: "mock: requests a second / those of a bare Hummingbird route with the same answer (more is better)",
            rows: rows)
    }

    /// Each request is sent once to each server, so that the mock neither sees a nonce nor an idempotency key again.
    private func row(_ call: SampleCall, mock: URL, bare: URL) async throws -> Row {
        let ours = try LoadTool(server: mock, connections: effort.connections)
        let theirs = try LoadTool(server: bare, connections: effort.connections)
        let requests = { try await call.requests(effort.requests, to: mock).map(\.wireBytes) }
        let warmUp = try await requests()
        for tool in [ours, theirs] { try await check(try await tool.send(warmUp).lastBody, of: call, mock) }
        let rounds = try await interleaved(
            effort, prepare: requests, ours: { try await ours.send($0).rate },
            theirs: { try await theirs.send($0).rate })
        return Row(name: call.name, rates: rounds)
    }

    /// Lets the SDK read a body that came from a server.
    private func check(_ body: [UInt8], of call: SampleCall, _ server: URL) async throws {
        guard body.count == call.reply.body.count else { throw Mismatch("\(call.name): answers of different lengths") }
        try await call.client(server, CannedTransport(reply: body))()
    }
}
