import Dispatch
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateVluna

/// The mock server against a bare Hummingbird route: the same requests, sent by the same tool.
struct MockBenchmarks {
    let effort: Effort
    let exchanges: SampleExchanges

    func section() async throws -> Section {
        var section = Section(
            title: "mock: requests a second / those of a bare Hummingbird route with the same answer (more is better)")
        let mock = try await MockServer.start()
        let bare = try await BareServer.start([exchanges.publicKey, exchanges.authorize])
        let stoa = RequestCapture(reply: exchanges.publicKey.body)
        let publicKey = exchanges.stoa(at: mock.url, transport: stoa)
        section.rows.append(
            try await row("GET, a constant (Stoa's public key)", mock, bare) {
                _ = try await publicKey.install.publicKey()
                let request = stoa.take().first ?? []
                return Array(repeating: request, count: effort.requests)
            })
        let vluna = RequestCapture(reply: exchanges.authorize.body)
        let service = try exchanges.vluna(at: mock.url, transport: vluna)
        section.rows.append(
            try await row("POST, signed (Vluna's gate, authorize)", mock, bare) {
                for _ in 0..<effort.requests { _ = try await service.gate.authorize(featureCode: "openai.gpt5.2") }
                return vluna.take()
            })
        await bare.stop()
        await mock.stop()
        return section
    }

    private func row(
        _ name: String, _ mock: MockServer, _ bare: BareServer, requests: () async throws -> [[UInt8]]
    ) async throws -> Row {
        let ours = try LoadTool(port: mock.url.port ?? 0, connections: effort.connections)
        let theirs = try LoadTool(port: bare.port, connections: effort.connections)
        // One round to warm up.
        _ = try await send(requests(), with: ours)
        _ = try await send(requests(), with: theirs)
        let rounds = try await interleaved(
            effort, ours: { try await send(requests(), with: ours) },
            theirs: { try await send(requests(), with: theirs) })
        return Row(name: name, rates: rounds)
    }

    /// Off the threads that the servers share.
    private func send(_ requests: [[UInt8]], with tool: sending LoadTool) async throws -> Double {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try tool.send(requests) })
            }
        }
    }
}
