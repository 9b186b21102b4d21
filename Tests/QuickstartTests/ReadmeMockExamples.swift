import Foundation
import Testing
import Tollgate
import TollgateMock
import TollgateMockClient

/// The README's examples of levers from another process, and of proxies before a real service, compiled and run.
@Suite struct ReadmeMockExamples {
    @Test func leversFromElsewhere() async throws {
        let mock = try await MockServer.start()
        mock.clock.set(Date(timeIntervalSince1970: 1_800_000_000))
        let mockURL = mock.url

        let levers = MockClient(baseURL: mockURL)
        _ = try await levers.clock.advance(seconds: 3_600)
        _ = try await levers.faults.inject(
            fault: .rateLimit(.init(kind: .rateLimit)), operation: "vluna.authorize", next: 1)

        #expect(mock.clock.now == Date(timeIntervalSince1970: 1_800_003_600))
        let acme = try mock.vluna.serviceClient().with(principalID: "org_acme")
        _ = try await acme.gate.authorize(featureCode: "openai.gpt5.2")
        #expect(mock.requests(of: .vluna.authorize).map(\.status) == [429, 200])
        await mock.stop()
    }

    @Test func recordsWatchesAndReplays() async throws {
        let real = MockServer.inProcess()
        try real.stoa.setBalance("5.00", of: "user_123")
        let (serviceURL, service, apiKey) = (real.url, real.transport, real.stoa.apiKey)
        let folder = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }

        let proxy = try MockProxy.inProcess(to: serviceURL, over: service, recordingInto: folder, watching: true)
        let stoa = Stoa(apiKey: apiKey, baseURL: serviceURL, transport: proxy.transport)
        try await stoa.record(.chat("gpt-4o", input: 1_000, output: 0), userID: "user_123")
        #expect(proxy.violations == [])

        let replay = try MockServer.inProcess(replaying: folder, .lenient)
        try await replay.stoa.client().record(.chat("gpt-4o", input: 1_000, output: 0), userID: "user_123")
        #expect(replay.requests(of: .stoa.createEvent).map(\.status) == [200])
        #expect(real.requests(of: .stoa.createEvent).count == 1)
    }
}
