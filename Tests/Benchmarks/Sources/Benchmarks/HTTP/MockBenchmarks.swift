import Dispatch
import TollgateMock
import TollgateStoa
import TollgateVluna

/// The mock server against a bare Hummingbird route: the same requests, sent by the same tool.
struct MockBenchmarks {
    let effort: Effort
    let calls: SampleCalls

    func section() async throws -> Section {
        let mock = try await MockServer.start()
        let bare = try await BareServer.start([calls.publicKey, calls.authorize])
        let rows = [try await publicKey(mock, bare), try await authorize(mock, bare)]
        await bare.stop()
        await mock.stop()
        return Section(
            title: "mock: requests a second / those of a bare Hummingbird route with the same answer (more is better)",
            rows: rows)
    }

    private func publicKey(_ mock: MockServer, _ bare: BareServer) async throws -> Row {
        let capture = RequestCapture(reply: calls.publicKey.body)
        var stoa = mock.stoa.client()
        stoa.client.transport = capture
        return try await row("GET of a constant (Stoa's public key)", mock, bare) { [stoa] in
            for _ in 0..<effort.requests { _ = try await stoa.install.publicKey() }
            return capture.take()
        }
    }

    private func authorize(_ mock: MockServer, _ bare: BareServer) async throws -> Row {
        let capture = RequestCapture(reply: calls.authorize.body)
        var vluna = try mock.vluna.serviceClient().with(principalID: SampleCalls.principalID)
        vluna.client.transport = capture
        return try await row("signed POST (Vluna's gate, authorize)", mock, bare) { [vluna] in
            for _ in 0..<effort.requests { _ = try await vluna.gate.authorize(featureCode: SampleCalls.featureCode) }
            return capture.take()
        }
    }

    private func row(
        _ name: String, _ mock: MockServer, _ bare: BareServer, requests: () async throws -> [[UInt8]]
    ) async throws -> Row {
        let ours = LoadTool(port: mock.url.port ?? 0, connections: effort.connections)
        let theirs = LoadTool(port: bare.port, connections: effort.connections)
        _ = (try await ours.send(requests()), try await theirs.send(requests()))
        let rounds = try await interleaved(
            effort, ours: { try await ours.send(requests()) }, theirs: { try await theirs.send(requests()) })
        return Row(name: name, rates: rounds)
    }
}
