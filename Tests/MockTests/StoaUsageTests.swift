import Foundation
import Testing
import TollgateCore
import TollgateStoa

@testable import TollgateMock

@Suite struct StoaUsageTests {
    private let mock = MockServer.frozen()

    private func member(_ balance: String = "5.00") throws -> Stoa {
        try mock.stoa.setBalance(balance, of: "u")
        return mock.stoa.client()
    }

    private func event(
        _ number: Int = 1, _ payload: Stoa.UsageEvent.Payload = .chat("gpt-4o", input: 10, output: 5),
        user: String = "u", at time: Date = .start, dryRun: Bool = false
    ) throws -> Stoa.UsageEvent {
        let id = try #require(UUID(uuidString: "018f0000-0000-7000-8000-00000000000\(number)"))
        return Stoa.UsageEvent(eventID: id, userID: user, timestamp: time, payload: payload, dryRun: dryRun)
    }

    private func send(_ stoa: Stoa, _ event: Stoa.UsageEvent) async throws -> Stoa.EventReceipt {
        try await stoa.events.create(
            eventID: event.eventID, userID: event.userID, timestamp: event.timestamp, payload: event.payload,
            appMetadata: event.appMetadata, dryRun: event.dryRun)
    }

    @Test func chargesExactly() async throws {
        let receipt = try await send(member(), event())
        #expect(receipt.status == .accepted)
        #expect(receipt.charged == Decimal(string: "0.000075"))
        #expect(receipt.balance == Decimal(string: "4.999925"))
        #expect(mock.stoa.balance(of: "u") == Decimal(string: "4.999925"))
    }

    @Test func countsADuplicateOnce() async throws {
        let stoa = try member()
        _ = try await send(stoa, event())
        let again = try await send(stoa, event())
        #expect(again.status == .duplicate)
        #expect(again.charged == 0)
        #expect(mock.stoa.events(of: "u").count == 1)
        await #expect { try await send(stoa, event(1, .chat("gpt-4o", input: 11, output: 5))) } throws: { error in
            (error as? Stoa.Failure)?.detail.code == .eventIDConflict
        }
        #expect(mock.stoa.balance(of: "u") == Decimal(string: "4.999925"))
    }

    @Test func forgetsAnIDAfterThirtyDays() async throws {
        let stoa = try member()
        _ = try await send(stoa, event())
        mock.clock.advance(by: .seconds(30 * 86_400 - 1))
        #expect(try await send(stoa, event()).status == .duplicate)
        mock.clock.advance(by: .seconds(1))
        #expect(try await send(stoa, event()).status == .accepted)
        #expect(mock.stoa.events(of: "u").count == 2)
    }

    @Test func saysWhatIsMissing() async throws {
        let stoa = try member("0.000074")
        do {
            _ = try await send(stoa, event())
            Issue.record("the balance did not cover it")
        } catch let error as Stoa.InsufficientBalance {
            #expect(error.balance == Decimal(string: "0.000074"))
            #expect(error.required == Decimal(string: "0.000075"))
            #expect(error.detail?.code == .insufficientBalance)
            #expect(error.topUpURL == (try await stoa.topUpURL(userID: "u")))
        }
        #expect(mock.stoa.events(of: "u").isEmpty)
        try mock.stoa.setBalance("0.000075", of: "u")
        #expect(try await send(stoa, event()).balance == 0)
        // What costs nothing can be tracked without credit.
        #expect(try await stoa.track("report.exported", userID: "u").charged == 0)
    }

    @Test func aTrialChangesNothing() async throws {
        let stoa = try member()
        let trial = try await send(stoa, event(dryRun: true))
        #expect(trial.dryRun == true)
        #expect(trial.charged == Decimal(string: "0.000075"))
        #expect(mock.stoa.balance(of: "u") == 5)
        #expect(try await send(stoa, event()).status == .accepted)
    }

    @Test func refusesStrangersAndTheFuture() async throws {
        let stoa = try member()
        func code(_ event: Stoa.UsageEvent) async throws -> Stoa.ErrorCode? {
            do {
                _ = try await send(stoa, event)
                return nil
            } catch let error as Stoa.Failure {
                return error.detail.code
            }
        }
        #expect(try await code(event(1, user: "stranger")) == .userNotFound)
        #expect(try await code(event(1, at: .start + 3_601)) == .timestampInFuture)
        #expect(try await code(event(1, at: .start + 3_600)) == nil)
    }

    @Test func judgesEachEventOfABatch() async throws {
        let stoa = try member("0.001")
        let result = try await stoa.events.batchCreate(events: [
            event(1), event(2, .chat("gpt-4", input: 900_000, output: 0)), event(3, user: "stranger"), event(4),
        ])
        #expect(result.results?.map(\.status) == [.accepted, .rejected, .rejected, .accepted])
        #expect(result.results?[1].error?.code == .insufficientBalance)
        #expect(result.results?[1].required == 27)
        #expect(result.results?[1].topUpURL != nil)
        #expect(result.results?[2].error?.code == .userNotFound)
        #expect([result.accepted, result.duplicates, result.rejected] == [2, 0, 2])
        #expect(mock.stoa.balance(of: "u") == Decimal(string: "0.00085"))
        let again = try await stoa.events.batchCreate(events: [event(1), event(4)])
        #expect(again.duplicates == 2)
    }

    @Test func refusesABatchThatHoldsAnIDTwice() async throws {
        let stoa = try member()
        await #expect { try await stoa.events.batchCreate(events: [event(1), event(1)]) } throws: { error in
            (error as? Stoa.Failure)?.detail.violations?.map(\.pointer) == ["/events/1/event_id"]
        }
        #expect(mock.stoa.events(of: "u").isEmpty)
    }

    @Test func chargesReportsOfTheFirstClients() async throws {
        let stoa = try member()
        let receipt = try await stoa.usage.report(
            userID: "u", function: "openai.chat.completions.create",
            usage: ["model": "gpt-4", "prompt_tokens": 10, "completion_tokens": 5], durationMilliseconds: 1_234)
        #expect(receipt.charged == Decimal(string: "0.0006"))
        #expect(receipt.balance == Decimal(string: "4.9994"))
        await #expect(throws: Stoa.InsufficientBalance.self) {
            try await stoa.usage.report(
                userID: "u", function: "f", usage: ["model": "gpt-4", "prompt_tokens": 1_000_000],
                durationMilliseconds: 1)
        }
    }

    @Test func concurrentEventsUnderOneIDCountOnce() async throws {
        let stoa = try member()
        let one = try event()
        let statuses = try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask { try await send(stoa, one).status }
            }
            return try await group.reduce(into: [Stoa.EventStatus?]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == .accepted } == 1)
        #expect(statuses.count { $0 == .duplicate } == 19)
        #expect(mock.stoa.balance(of: "u") == Decimal(string: "4.999925"))
    }
}

@Suite struct StoaPriceTests {
    @Test(arguments: [
        (Stoa.UsageEvent.Payload.chat("gpt-4o", input: 1_000_000, output: 0), "2.5"),
        (.chat("gpt-4o-2024-08-06", input: 1_000_000, output: 0), "2.5"),
        (.chat("gpt-4o-mini", input: 0, output: 1_000_000), "0.6"),
        (.chat("gpt-4o", input: 1_000_000, output: 0, cached: 400_000), "2"),
        (.chat("nobody-knows", input: 1_000_000, output: 1_000_000), "4"),
        (
            .openRouterChatCompletion(
                Stoa.OpenRouterChatCompletion(model: "openai/gpt-4", inputTokens: 1, outputTokens: 1)), "0.00009"
        ),
        (
            .anthropicMessages(
                Stoa.AnthropicMessages(
                    model: "claude-sonnet-4-5", inputTokens: 0, outputTokens: 0, cacheCreationInputTokens: 1_000_000,
                    cacheReadInputTokens: 1_000_000, cacheTTL: .oneHour)), "6.3"
        ),
        (.openAIEmbedding(Stoa.OpenAIEmbedding(model: "text-embedding-3-small", inputTokens: 50)), "0.000001"),
        (.openAIImageGeneration(Stoa.OpenAIImageGeneration(model: "dall-e-3", size: "1024x1024", count: 3)), "0.12"),
        (
            .openAIAudioTranscription(Stoa.OpenAIAudioTranscription(model: "whisper-1", durationSeconds: 0.1)),
            "0.00001"
        ),
        (.elevenLabsTTS(Stoa.ElevenLabsTTS(voiceID: "v", characters: 1_000)), "0.3"),
        (.elevenLabsSTS(Stoa.ElevenLabsSTS(voiceID: "v", audioDurationMilliseconds: 500)), "0.001"),
        (.customMetric(Stoa.CustomMetric(metricName: "m", value: 1_000_000)), "0"),
    ])
    func pricesAreExact(_ payload: Stoa.UsageEvent.Payload, _ expected: String) {
        #expect(StoaPrices.price(of: payload) == Decimal(string: expected))
    }
}
