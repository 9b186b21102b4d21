import Foundation
import Synchronization
import TollgateCore
import TollgateMetering
import TollgateProviders

/// What metering adds to the time between the chunks of a stream, and that it holds none of them back.
struct StreamingBenchmarks {
    let effort: Effort

    /// 2,000 tokens a second are more than providers stream.
    private static let secondsBetweenChunks = 0.0005
    private static let count = 20_000

    func rows() async throws -> [Row] {
        let meter = Meter(outbox: .memory(), sink: Nowhere(), isSending: false)
        return [
            try await row("bytes", asksForUsage: true, meter, Self.secondsToReadBytes),
            try await row("usage hidden", asksForUsage: false, meter, Self.secondsToReadBytes),
            try await row("typed client", asksForUsage: false, meter, Self.secondsToReadTyped),
        ]
    }

    private func row(
        _ name: String, asksForUsage: Bool, _ meter: Meter,
        _ seconds: (any HTTPTransport, _ asksForUsage: Bool) async throws -> Double
    ) async throws -> Row {
        let provider = StreamingProvider(count: Self.count)
        let metered = meter.transport(wrapping: provider, provider: .openAI, userID: "user_123")
        _ = (try await seconds(provider, asksForUsage), try await seconds(metered, asksForUsage))
        var pairs: [(metered: Double, bare: Double)] = []
        for round in 0..<max(5, effort.rounds / 3) {
            // The side that begins changes, so that neither profits from it.
            if round.isMultiple(of: 2) {
                let bare = try await seconds(provider, asksForUsage)
                pairs.append((try await seconds(metered, asksForUsage), bare))
            } else {
                let ours = try await seconds(metered, asksForUsage)
                pairs.append((ours, try await seconds(provider, asksForUsage)))
            }
        }
        let added = pairs.map { ($0.metered - $0.bare) / Double(Self.count) }
        let bare = Ratio.median(of: pairs.map { $0.bare / Double(Self.count) })
        return Row(
            name: "stream, \(name): adds / 1 % of 0.5 ms",
            ratio: Ratio(added.map { $0 / (Self.secondsBetweenChunks / 100) }),
            context:
                "adds \(duration(Ratio.median(of: added))) to the \(duration(bare)) of a chunk (less is better); held back: 0"
        )
    }

    // MARK: - Reading

    private static func secondsToReadBytes(
        _ transport: any HTTPTransport, _ asksForUsage: Bool
    ) async throws -> Double {
        let options = asksForUsage ? #","stream_options":{"include_usage":true}"# : ""
        let request = HTTPRequest(
            method: .post, scheme: "https", authority: "provider.example.com", path: "/v1/chat/completions")
        let start = ContinuousClock.now
        let reply = try await transport.send(
            request, body: HTTPBody(#"{"model":"gpt-4o","messages":[],"stream":true\#(options)}"#),
            timeouts: HTTPTimeouts())
        var taken = 0
        for try await _ in reply.body {
            taken += 1
            // Each chunk is here before the provider is asked for another one.
            if taken <= count, StreamingProvider.handedOut != taken { throw Mismatch("a chunk was held back") }
        }
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func secondsToReadTyped(
        _ transport: any HTTPTransport, _ asksForUsage: Bool
    ) async throws -> Double {
        let openAI = OpenAI(apiKey: "sk-test", transport: transport)
        let start = ContinuousClock.now
        var taken = 0
        for try await chunk in try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hi")])
        where !chunk.choices.isEmpty { taken += 1 }
        guard taken == count else { throw Mismatch("\(taken) chunks came") }
        return (ContinuousClock.now - start) / .seconds(1)
    }
}

/// Answers with a stream whose chunks are there at once.
private struct StreamingProvider: HTTPTransport {
    private static let handed = Mutex(0)
    private static let head = HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"])
    private static let start = """
        data: {"id":"chatcmpl-BYr4vYmsZ0Uq2cE9","object":"chat.completion.chunk","created":1767323045,\
        "model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_07871e2ad8",
        """
    private static let delta = """
        "choices":[{"index":0,"delta":{"content":" gate"},"logprobs":null,"finish_reason":null}],"usage":null}
        """
    private static let end = """
        "choices":[],"usage":{"prompt_tokens":9,"completion_tokens":20000,"total_tokens":20009}}
        """
    private static let chunk = Array("\(start)\(delta)\n\n".utf8)
    private static let usage = Array("\(start)\(end)\n\ndata: [DONE]\n\n".utf8)

    let count: Int

    /// How many chunks of the last stream were taken.
    static var handedOut: Int { handed.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        Self.handed.withLock { $0 = 0 }
        return HTTPReply(head: Self.head, body: HTTPBody(stream: Chunks(count: count)))
    }

    private struct Chunks: AsyncSequence, AsyncIteratorProtocol, Sendable {
        let count: Int
        var next = 0

        func makeAsyncIterator() -> Self { self }

        mutating func next() async throws -> [UInt8]? {
            guard next <= count else { return nil }
            defer { next += 1 }
            handed.withLock { $0 += 1 }
            return next < count ? chunk : usage
        }
    }
}

private struct Nowhere: UsageSink {
    let limits = SinkLimits(batch: 1, dedupeWindow: nil)

    func send(_ records: [OutgoingUsage]) async throws -> [Delivery] { [] }
}
