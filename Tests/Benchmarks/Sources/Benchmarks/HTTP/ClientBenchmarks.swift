import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TollgateCore
import TollgateMock
import TollgateStoa

/// Calls of the SDK against a bare AsyncHTTPClient loop, to the same bare server on as many connections.
///
/// The SDK builds and signs each request, guards it with a timeout and its retry policy, and decodes the answer. The
/// loop sends one such request again and again, and only collects the answer's bytes.
struct ClientBenchmarks {
    let effort: Effort
    let calls: [SampleCall]

    func section() async throws -> Section {
        let server = try await BareServer.start(calls.map(\.reply))
        // As the SDK's own, it follows no redirects.
        let bare = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
        var rows: [Row] = []
        for call in calls { rows.append(try await row(call, server.url, bare)) }
        try await bare.shutdown()
        await server.stop()
        return Section(
            title: "client: calls a second / those of a bare AsyncHTTPClient loop without JSON (more is better)",
            rows: rows)
    }

    private func row(_ call: SampleCall, _ server: URL, _ client: HTTPClient) async throws -> Row {
        guard let request = try await call.requests(1, to: server).first?.clientRequest else {
            throw Mismatch("\(call.name): no request")
        }
        let expected = ByteBuffer(bytes: call.reply.body)
        let ours = try call.client(server, Stoa(apiKey: MockStoa.apiKey).client.transport)
        let bare: SampleCall.Call = {
            let response = try await client.execute(request, timeout: .seconds(30))
            let body = try await response.body.collect(upTo: 1 << 20)
            guard response.status == .ok, body == expected else { throw Mismatch("an unexpected answer") }
        }
        _ = (try await rate(ours), try await rate(bare))
        let rounds = try await interleaved(effort, ours: { try await rate(ours) }, theirs: { try await rate(bare) })
        return Row(name: call.name, rates: rounds)
    }

    /// Calls a second, when several tasks make one call after the other.
    private func rate(_ call: @escaping SampleCall.Call) async throws -> Double {
        let share = effort.requests / effort.callers
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<effort.callers {
                group.addTask {
                    for _ in 0..<share { try await call() }
                }
            }
            try await group.waitForAll()
        }
        return Double(share * effort.callers) / ((ContinuousClock.now - start) / .seconds(1))
    }
}
