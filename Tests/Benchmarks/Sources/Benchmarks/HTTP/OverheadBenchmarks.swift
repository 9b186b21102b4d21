import AsyncHTTPClient
import Foundation
import TollgateCore
import TollgateMock
import TollgateStoa

/// What a typed call costs: the processor time of a call of the SDK against that of the same request, written by hand on
/// AsyncHTTPClient and Foundation's coders. The server is another process.
struct OverheadBenchmarks {
    let effort: Effort

    func section() async throws -> Section {
        let server = try ServerProcess()
        defer { server.stop() }
        // As the SDK's own, it follows no redirects.
        let client = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
        let hand = HandWritten(server: server.url, client: client)
        let stoa = Stoa(apiKey: MockStoa.apiKey, baseURL: server.url)
        let event = SampleCall.event
        let rows = [
            try await row(
                "GET of a constant", ours: { consume(try await stoa.install.publicKey()) },
                byHand: { consume(try await hand.publicKey()) }),
            try await row(
                "POST of a usage event", ours: { consume(try await SampleCall.record(event, stoa)) },
                byHand: { consume(try await hand.record(HandWritten.Event(event))) }),
        ]
        try await client.shutdown()
        return Section(
            title:
                "overhead: processor time of a typed call / of AsyncHTTPClient and Foundation by hand (less is better)",
            rows: rows)
    }

    private func row(
        _ name: String, ours: @escaping SampleCall.Call, byHand: @escaping SampleCall.Call
    ) async throws -> Row {
        _ = (try await seconds(ours), try await seconds(byHand))
        let rounds = try await interleaved(
            effort, ours: { try await seconds(ours) }, theirs: { try await seconds(byHand) })
        let medians = [rounds.map(\.ours), rounds.map(\.theirs)].map { Ratio.median(of: $0) }
        return Row(
            name: name, ratio: Ratio(rounds.map { $0.ours / $0.theirs }),
            context: "\(duration(medians[0])) against \(duration(medians[1]))")
    }

    /// The processor time of one call, when several tasks make one after the other.
    private func seconds(_ call: @escaping SampleCall.Call) async throws -> Double {
        let share = effort.requests / effort.callers
        let seconds = try await awaitedProcessorSeconds {
            try await withThrowingTaskGroup { group in
                for _ in 0..<effort.callers {
                    group.addTask {
                        for _ in 0..<share { try await call() }
                    }
                }
                try await group.waitForAll()
            }
        }
        return seconds / Double(share * effort.callers)
    }
}

extension HandWritten.Event {
    /// The same event as the SDK has it.
    fileprivate init(_ event: Stoa.UsageEvent) {
        self.init(
            eventID: event.eventID, userID: event.userID, timestamp: event.timestamp,
            payload: Foundations.TokenCounts(
                model: "gpt-4o", inputTokens: 1_200, outputTokens: 350, cachedTokens: 0, reasoningTokens: 0,
                requestID: nil, streaming: false, latencyMilliseconds: nil))
    }
}
