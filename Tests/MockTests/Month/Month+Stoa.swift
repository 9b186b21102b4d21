import Foundation
import TollgateCore
import TollgateStoa

@testable import TollgateMock

extension Month {
    mutating func openStoa() async throws {
        for number in 1...8 {
            let user = "user-\(number)"
            _ = try await stoa.client.registerMember(
                registrationSecret: mock.stoa.registrationSecret, userID: user, email: "\(user)@example.com")
            stoa.users.append(user)
            stoa.balances[user] = StoaBook.opening
        }
    }

    mutating func actAtStoa() async throws {
        let user = pick(stoa.users)
        switch draw(100) {
        case ..<56:
            let (payload, price) = payload()
            try await record(payload, price, of: user)
        case ..<66: try await recordAgain()
        case ..<78: try await recordBatch()
        case ..<86: try await report(of: user)
        case ..<90: try await tryOut(user)
        case ..<93: try await conflict()
        default: try await topUp(user)
        }
    }

    // MARK: - Events

    /// Makes up a use, and what it costs.
    private mutating func payload() -> (Stoa.UsageEvent.Payload, Int64) {
        let (input, output, model) = (draw(40_000), draw(4_000), pick(["gpt-4o", "gpt-4o-mini", "gpt-5-mini"]))
        let cached = draw(input + 1)
        switch draw(10) {
        case ..<4:
            return (
                .chat(model, input: input, output: output, cached: cached),
                StoaBook.price(model, input: input, output: output, cached: cached)
            )
        case 4:
            let use = Stoa.AnthropicMessages(
                model: "claude-sonnet-4-20250514", inputTokens: input, outputTokens: output,
                cacheCreationInputTokens: output, cacheReadInputTokens: cached)
            let price = StoaBook.price("claude-sonnet-4", input: input + cached, output: output, cached: cached)
            // Writing to the cache costs a quarter more than other input.
            return (.anthropicMessages(use), price + Int64(output) * 3_750)
        case 5:
            let use = Stoa.OpenRouterChatCompletion(
                model: "acme/house-model", inputTokens: input, outputTokens: output)
            return (.openRouterChatCompletion(use), StoaBook.price("house-model", input: input, output: output))
        case 6:
            let use = Stoa.OpenAIAudioTranscription(model: "whisper-1", durationSeconds: Double(output) / 2)
            return (.openAIAudioTranscription(use), Int64(output) * 50_000)
        case 7:
            let use = Stoa.ElevenLabsSTS(voiceID: "v", audioDurationMilliseconds: output)
            return (.elevenLabsSTS(use), Int64(output) * 2_000)
        case 8:
            let use = Stoa.OpenAIImageGeneration(
                model: "dall-e-3", size: "1024x1024", quality: output % 2 == 0 ? "hd" : "standard", count: 2)
            return (.openAIImageGeneration(use), output % 2 == 0 ? 160_000_000 : 80_000_000)
        default:
            return (.customMetric(Stoa.CustomMetric(metricName: "report.exported", value: 1, properties: [:])), 0)
        }
    }

    private mutating func event(
        _ payload: Stoa.UsageEvent.Payload, of user: String, dryRun: Bool = false
    ) -> Stoa.UsageEvent {
        Stoa.UsageEvent(
            eventID: UUID(drawnFrom: &random), userID: user, timestamp: now, payload: payload, dryRun: dryRun)
    }

    private func send(_ event: Stoa.UsageEvent) async throws -> Outcome<Stoa.EventReceipt> {
        let client = stoa.client
        return try await Outcome {
            try await client.events.create(
                eventID: event.eventID, userID: event.userID, timestamp: event.timestamp, payload: event.payload,
                dryRun: event.dryRun)
        }
    }

    /// Records one event.
    mutating func record(_ payload: Stoa.UsageEvent.Payload, _ price: Int64, of user: String) async throws {
        let event = event(payload, of: user)
        let outcome = try await send(event)
        guard stoa.take(price, from: user) else {
            return expect(outcome, refusedWith: "402 insufficient_balance", "event of \(user)")
        }
        expect(outcome, refusedWith: nil, "event of \(user)")
        expect(outcome.value?.charged, Decimal(billionths: price), "price of \(payload.discriminator)")
        expect(outcome.value?.balance, Decimal(billionths: stoa.balances[user] ?? 0), "balance of \(user)")
        stoa.events.append((event, price))
    }

    /// Sends an event once more.
    private mutating func recordAgain() async throws {
        guard !stoa.events.isEmpty else { return }
        let (event, _) = pick(stoa.events)
        let outcome = try await send(event)
        expect(outcome.value?.status, .duplicate, "an event that was sent before")
        expect(outcome.value?.charged, 0, "price of a duplicate")
    }

    /// Sends another event under a known id.
    private mutating func conflict() async throws {
        guard let known = stoa.events.last?.event else { return }
        var other = event(.chat("gpt-4o", input: draw(100_000), output: 1), of: known.userID)
        other.eventID = known.eventID
        expect(try await send(other), refusedWith: "409 event_id_conflict", "another event under a known id")
    }

    /// Sends several events, among them one that was sent before and one of nobody.
    private mutating func recordBatch() async throws {
        var batch: [(event: Stoa.UsageEvent, price: Int64)] = []
        for _ in 0...draw(5) {
            let (payload, price) = payload()
            batch.append((event(payload, of: pick(stoa.users)), price))
        }
        let old = stoa.events.isEmpty ? nil : pick(stoa.events)
        if let old { batch.insert(old, at: draw(batch.count)) }
        batch.append((event(.chat("gpt-4o", input: 1, output: 1), of: "nobody"), 2_500 + 10_000))
        let answer = try await stoa.client.events.batchCreate(events: batch.map(\.event))
        expect(answer.results?.count, batch.count, "results of a batch")
        for ((event, price), result) in zip(batch, answer.results ?? []) {
            if event.eventID == old?.event.eventID {
                expect(result.status, .duplicate, "an event that was sent before")
            } else if stoa.take(price, from: event.userID) {
                expect(result.status, .accepted, "an event of a batch")
                expect(result.charged, Decimal(billionths: price), "price of \(event.payload.discriminator)")
                stoa.events.append((event, price))
            } else {
                expect(result.status, .rejected, "an event that nobody pays for")
            }
        }
    }

    /// Prices an event without recording it.
    private mutating func tryOut(_ user: String) async throws {
        let (payload, price) = payload()
        let outcome = try await send(event(payload, of: user, dryRun: true))
        let isCovered = price == 0 || price <= stoa.balances[user] ?? 0
        expect(outcome, refusedWith: isCovered ? nil : "402 insufficient_balance", "trial of \(user)")
        if isCovered { expect(outcome.value?.charged, Decimal(billionths: price), "price of a trial") }
    }

    // MARK: - Reports and payments

    /// Reports usage as the first clients do.
    private mutating func report(of user: String) async throws {
        let (input, output) = (draw(20_000), draw(2_000))
        let client = stoa.client
        let usage: [String: JSONValue] = [
            "model": "gpt-4o-mini", "prompt_tokens": .number(JSONNumber(input)),
            "completion_tokens": .number(JSONNumber(output)),
        ]
        let outcome = try await Outcome {
            try await client.usage.report(userID: user, function: "chat", usage: usage, durationMilliseconds: 5)
        }
        let price = StoaBook.price("gpt-4o-mini", input: input, output: output)
        guard stoa.take(price, from: user) else {
            return expect(outcome, refusedWith: "402 insufficient_balance", "report of \(user)")
        }
        expect(outcome.value?.charged, Decimal(billionths: price), "price of a report")
        expect(outcome.value?.balance, Decimal(billionths: stoa.balances[user] ?? 0), "balance of \(user)")
    }

    /// Buys credit at one of two pages. Some do not pay, and some only try.
    private mutating func topUp(_ user: String) async throws {
        _ = try await stoa.client.topUpURL(userID: user)
        let isTrial = draw(6) == 0
        let payment = try await stoa.client.createPaymentSession(
            userID: user, email: "\(user)@example.com", returnURL: "https://app.example.com/back", isDryRun: isTrial)
        stoa.payments += 1
        guard draw(4) > 0 else { return }
        let cents = Int(draw(10...60))
        let amount = "\(cents / 100).\(String(cents % 100 + 100).dropFirst())"
        try mock.stoa.complete(payment: payment.paymentID, amount: amount)
        // Paying twice changes nothing.
        try mock.stoa.complete(payment: payment.paymentID, amount: amount)
        guard !isTrial else { return }
        stoa.balances[user, default: 0] += Int64(cents) * 10_000_000
        stoa.paid[user, default: 0] += Int64(cents) * 10_000_000
    }
}
