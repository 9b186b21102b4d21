import Foundation
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateStoa

/// What wrapped providers meter, beside what Stoa's official wrapper makes of the same exchanges.
@Suite struct WrappedUsageTests {
    /// Where the two differ on purpose.
    private struct Difference {
        let exchange: String
        /// The members of the payload; `event` if one of the two makes none.
        let members: Set<String>
        let reason: String

        init(_ exchange: String, _ members: Set<String>, _ reason: String) {
            self.exchange = exchange
            self.members = members
            self.reason = reason
        }
    }

    private static let differences = [
        Difference(
            "openai.chat.completions.create, withoutUsage", ["event"],
            "onstoa drops a call whose usage is not told; here it is set aside, for somebody to look at"),
        Difference(
            "openai.images.generate, newerByDefault", ["quality"],
            "onstoa assumes what was not asked for; the answer tells what was made"),
        Difference(
            "openai.audio.transcriptions.create, byTokens", ["duration_seconds"],
            "the answer tells tokens, of which onstoa makes 0 seconds; here the recording's header tells the length"),
        Difference(
            "openai.audio.transcriptions.create, streamed", ["duration_seconds"],
            "the answer tells tokens, of which onstoa makes 0 seconds; here the recording's header tells the length"),
        Difference(
            "anthropic.messages.create, cacheWrittenForOtherTime", ["cache_ttl"],
            "onstoa takes the lifetime from the request; the answer tells for how long it was written"),
        Difference(
            "elevenlabs.speech_to_speech.convert, saidAgainFromSamples", ["audio_duration_ms"],
            "onstoa knows the length of WAV only, and makes 0 of samples"),
        Difference("elevenlabs.speech_to_speech.stream, saidAgain", ["event"], "onstoa meters whole answers only"),
        Difference("elevenlabs.text_to_speech.stream, spoken", ["event"], "onstoa meters whole answers only"),
        Difference(
            "elevenlabs.text_to_speech.convert_with_timestamps, spoken", ["event"],
            "onstoa does not meter speech with times"),
        Difference(
            "elevenlabs.text_to_speech.stream_with_timestamps, spoken", ["event"],
            "onstoa does not meter speech with times"),
        Difference(
            "elevenlabs.voices.pvc.create, made", ["event"], "onstoa meters the voices that are made at once only"),
        Difference(
            "deepgram.transcription.prerecorded, byDefault", ["model"],
            "onstoa assumes a model that was not asked for; the answer tells which one it was"),
    ]

    /// Every recorded exchange, through a wrapped transport and Stoa's sink to the mock.
    @Test func everyExchangeYieldsWhatTheOfficialWrapperMakesOfIt() async throws {
        var rows: [[String]] = []
        for exchange in WrappedExchange.all {
            let event = try await eventSent(for: exchange)
            let found = Self.differingMembers(exchange.event, event)
            let allowed = Self.differences.first { $0.exchange == exchange.testDescription }
            #expect(found == allowed?.members ?? [], "\(exchange.testDescription)")
            let told = exchange.event == nil ? "nothing" : exchange.isPosted ? "posts it" : "extracts it"
            rows.append([
                exchange.function, exchange.name, Self.quantities(event), told,
                allowed.map { "differs in \($0.members.sorted().joined(separator: ", ")): \($0.reason)" } ?? "same",
            ])
        }
        Self.printTable([["function", "exchange", "usage", "onstoa", "compared"]] + rows)
        #expect(rows.count >= 54)
        #expect(Set(WrappedExchange.all.map(\.provider)) == Set(AIProvider.allCases))
        for difference in Self.differences {
            #expect(WrappedExchange.all.contains { $0.testDescription == difference.exchange })
        }
    }

    /// A request that does not ask for usage gets it asked for; the caller does not see what comes of that.
    @Test func usageIsAskedForAndHidden() async throws {
        let streams = WrappedExchange.streams.filter {
            $0.function.hasSuffix("completions.create") && $0.provider == .openAI
        }
        #expect(streams.count == 4)
        for exchange in streams {
            var members = try #require(try JSONValue(jsonBytes: exchange.requestBody).object)
            members["stream_options"] = nil
            for options in [nil, ["include_obfuscation": true], ["include_usage": false]] as [JSONValue?] {
                members["stream_options"] = options
                let asked = JSONValue.object(members)
                let notes = Notes()
                let got = try await exchange.pass(
                    requestBody: asked.jsonBytes(),
                    seen: { _, body in
                        let sent = try? JSONValue(jsonBytes: body)
                        #expect(sent?["stream_options"]?["include_usage"] == true)
                        #expect(sent?["stream_options"]?["include_obfuscation"] == options?["include_obfuscation"])
                        #expect(sent?["messages"] == asked["messages"] && sent?["model"] == asked["model"])
                    },
                    through: { notes.transport(wrapping: $0, provider: .openAI, userID: "user_123") })
                let shown = String(decoding: got, as: UTF8.self)
                let events = String(decoding: exchange.responseBody, as: UTF8.self).components(separatedBy: "\n\n")
                let expected = events.filter { !$0.contains(#""choices": []"#) && !$0.contains(#""choices":[]"#) }
                #expect(shown == expected.joined(separator: "\n\n"))
                let usage = try #require(notes.records.first?.usage)
                #expect(usage.inputTokens != nil && usage.outputTokens != nil && !usage.isPartial && usage.isStreamed)
            }
        }
    }

    // MARK: - Comparing

    /// The event that Stoa gets; nil if the use is set aside.
    private func eventSent(for exchange: WrappedExchange) async throws -> JSONValue? {
        let mock = MockServer.inProcess()
        try mock.stoa.setBalance("1000", of: "user_123")
        let meter = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()))
        let got = try await exchange.pass { base in
            meter.transport(wrapping: base, provider: exchange.provider, userID: "user_123")
        }
        #expect(got == exchange.responseBody, "\(exchange.testDescription) passes as it is")
        let counts = try await meter.flush()
        #expect(counts.waiting == 0)
        guard counts.setAside == 0 else { return nil }
        #expect(mock.stoa.events(of: "user_123").count == 1, "\(exchange.testDescription)")
        let request = try #require(mock.requests(of: .stoa.batchCreateEvents).first)
        let event = try #require(try JSONValue(jsonBytes: request.body)["events"]?[0])
        var payload = try #require(event["payload"]?.object)
        if Self.hasLatency(event["event_type"]) { #expect(payload["latency_ms"]?.number != nil) }
        payload["latency_ms"] = nil
        return ["event_type": event["event_type"] ?? .null, "payload": .object(payload)]
    }

    private static func hasLatency(_ type: JSONValue?) -> Bool {
        ["openai.chat_completion", "openai.response", "anthropic.messages", "openrouter.chat_completion"]
            .contains(type?.string)
    }

    /// The names of members that are not the same. A member that is null is one that is not there.
    private static func differingMembers(_ theirs: JSONValue?, _ ours: JSONValue?) -> Set<String> {
        guard let theirs, let ours else { return ["event"] }
        guard theirs["event_type"] == ours["event_type"] else { return ["event_type"] }
        let (left, right) = (theirs["payload"]?.object ?? [:], ours["payload"]?.object ?? [:])
        return Set(left.keys).union(right.keys).filter { !isSame(left[$0], right[$0]) }
    }

    private static func isSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        if let left = left?.number?.double, let right = right?.number?.double { return left == right }
        return (left ?? .null) == (right ?? .null)
    }

    private static func quantities(_ event: JSONValue?) -> String {
        let names = [
            ("input_tokens", "in"), ("output_tokens", "out"), ("cached_tokens", "cached"),
            ("cache_read_input_tokens", "cache read"), ("cache_creation_input_tokens", "cache written"),
            ("reasoning_tokens", "reasoning"), ("native_input_tokens", "native in"), ("characters", "characters"),
            ("duration_seconds", "s"), ("audio_duration_ms", "ms"), ("n", "images"),
        ]
        let told = names.compactMap { member, name in
            event?["payload"]?[member]?.number.map { "\($0) \(name)" }
        }
        return event == nil ? "set aside: not told" : told.isEmpty ? "1 call" : told.joined(separator: ", ")
    }

    private static func printTable(_ rows: [[String]]) {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
        }
        print(lines.joined(separator: "\n"))
    }
}
