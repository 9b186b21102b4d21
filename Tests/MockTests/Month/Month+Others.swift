import Foundation
import TollgateAIKit
import TollgateCore
import TollgateProviders
import TollgateStoa
import TollgateStripe
import TollgateTogo

@testable import TollgateMock

// MARK: - togo

extension Month {
    mutating func openTogo() async throws {
        for user in ["togo-a", "togo-b", "togo-c"] {
            togo.add(mock.togo.issueKey(userID: user))
            guard let first = togo.keys.last else { continue }
            togo.add(try await first.client.keys.create(name: "limited", quota: 400_000))
        }
    }

    mutating func actAtTogo() async throws {
        let place = draw(togo.keys.count)
        let key = togo.keys[place]
        switch draw(10) {
        case ..<3:
            try await useKey(
                place, model: "gpt-4o", input: Int(draw(1...9_000)), output: Int(draw(0...3_000)),
                cost: draw(0...90_000_000))
        case 3:
            // Once more: nothing changes.
            if let event = togo.events.last { mock.togo.record(event) }
        case ..<8:
            let client = key.client
            let outcome = try await Outcome { try await client.usage.get() }
            expect(outcome, refusedWith: key.isRevoked ? "401 " : nil, "a key of \(key.user)")
            let sum = key.isRevoked ? nil : togo.sums[key.user] ?? TogoBilling.Consumption.none
            expect(outcome.value?.jsonText(), sum?.jsonText(), "consumption of \(key.user)")
        case 8:
            guard let owner = togo.keys.first(where: { $0.user == key.user }) else { return }
            let shown = try await owner.client.keys.list()
            let known = togo.keys.filter { $0.user == key.user }
            expect(shown.map(\.id), known.reversed().map(\.id), "keys of \(key.user)")
            expect(shown.count(where: \.isRevoked), known.count(where: \.isRevoked), "revoked keys of \(key.user)")
        default:
            try await changeKeys(place)
        }
    }

    /// Records a use of a key, as an application does after a call of a model.
    private mutating func useKey(
        _ place: Int, model: String, input: Int, output: Int, cost: Int64
    ) async throws {
        let key = togo.keys[place]
        let isWithin = key.quota == 0 || key.tokens < key.quota
        expect(mock.togo.isWithinQuota(key.id), isWithin, "quota of \(key.id)")
        guard isWithin, !key.isRevoked else { return }
        let event = TogoBilling.UsageEvent(
            id: name("use"), keyID: key.id, userID: key.user, model: model, inputTokens: Int64(input),
            outputTokens: Int64(output), cost: Decimal(billionths: cost), createdAt: now)
        mock.togo.record(event)
        togo.enter(event, at: place)
    }

    /// A user's first key stays; another is revoked, and a new one is made.
    private mutating func changeKeys(_ place: Int) async throws {
        let key = togo.keys[place]
        guard let owner = togo.keys.first(where: { $0.user == key.user }), owner.id != key.id, !key.isRevoked else {
            return
        }
        try await owner.client.keys.revoke(id: key.id)
        togo.keys[place].isRevoked = true
        togo.add(try await owner.client.keys.create(name: "limited", quota: draw(50_000...500_000)))
    }
}

// MARK: - The AI Kit and Stripe

extension Month {
    func openKit() {
        for (key, customer) in KitBook.customers {
            mock.aikit.setKey(key, customer: customer, isUsable: true)
        }
    }

    /// In the middle of the month one of the kit's customers pays an invoice, and begins to count anew.
    mutating func beginOthers(day: Int) async throws {
        guard day == 15 else { return }
        let status = try await mock.stripe.webhook(.invoicePaid(customer: "cus_b"))
            .send(to: mock.aikit.webhookURL, through: wire)
        expect(status, 200, "webhook of the kit")
        kit.since["kit-b"] = now
    }

    private mutating func useKit(tokens: Int) {
        let use = KitBook.Use(key: pick(["kit-a", "kit-b"]), time: now, tokens: Int64(tokens))
        mock.aikit.record(tokens: use.tokens, key: use.key)
        kit.uses.append(use)
    }

    mutating func actAtKit() async throws {
        let key = pick(["kit-a", "kit-b"])
        useKit(tokens: draw(5_000))
        guard let client = kit.clients[key] else { return }
        let summary = try await client.usage.get(period: .currentMonth)
        let expected = kit.monthSum(of: key)
        expect(summary.tokensUsed, expected.tokens, "tokens of \(key)")
        expect(summary.requests, expected.requests, "requests of \(key)")
    }

    mutating func actAtStripe() async throws {
        let recent = meters.reports.last.flatMap { now < $0.time + Self.day ? $0 : nil }
        if let recent, draw(4) == 0 {
            // Reported once more within a day: it counts once, whatever the report says.
            try await meters.client.billing.meterEvents.create(
                eventName: recent.name, customerID: recent.customer, value: recent.value + 1,
                identifier: recent.identifier)
        } else if draw(8) == 0 {
            let identifier = name("meter")
            _ = try await meters.client.billing.meterEvents.create(
                eventName: "api_tokens", payload: ["value": "5"], identifier: identifier)
            meters.complaints.insert(identifier)
        } else {
            try await count(draw(0...100_000), at: pick(["api_tokens", "api_calls"]))
        }
    }

    /// Reports to a meter.
    private mutating func count(_ value: Int64, at meter: String) async throws {
        let report = MeterBook.Report(
            name: meter, customer: pick(["cus_1", "cus_2", "cus_3"]), value: value, identifier: name("meter"),
            time: now)
        let event = try await meters.client.billing.meterEvents.create(
            eventName: meter, customerID: report.customer, value: value, identifier: report.identifier,
            at: now - Double(draw(3_600)))
        expect(event.identifier, report.identifier, "identifier of a meter event")
        meters.reports.append(report)
        meters.sums[meter, default: [:]][report.customer, default: 0] += value
    }
}

// MARK: - Models

extension Month {
    /// Asks a model of some provider, and has what it reports recorded everywhere.
    mutating func actWithModel() async throws {
        let question = (0...draw(30)).map { "word\($0)" }.joined(separator: " ")
        let use = try await ask(question)
        expect(use.input > 0, true, "tokens that \(use.model) read")
        let user = pick(stoa.users)
        try await record(use.payload, use.price, of: user)
        guard use.input + use.output > 0 else { return }
        try await useKey(draw(togo.keys.count), model: use.model, input: use.input, output: use.output, cost: use.price)
        useKit(tokens: use.input + use.output)
        if draw(2) == 0 { try await count(Int64(use.input + use.output), at: "api_tokens") }
    }

    /// What a model has used, in the form that Stoa takes.
    private struct ModelUse {
        let model: String
        let input: Int
        let output: Int
        let price: Int64
        let payload: Stoa.UsageEvent.Payload
    }

    private mutating func ask(_ question: String) async throws -> ModelUse {
        let (openAI, anthropic) = (mock.providers.openAI, mock.providers.anthropic)
        let openAIClient = wire.count(
            OpenAI(apiKey: openAI.apiKey, baseURL: openAI.baseURL, transport: mock.transport))
        switch draw(6) {
        case 0, 1:
            let answer = try await openAIClient.chat.completions.create(model: "gpt-4o", messages: [.user(question)])
            return chat("gpt-4o", answer.usage?.promptTokens ?? 0, answer.usage?.completionTokens ?? 0)
        case 2:
            let stream = try await openAIClient.chat.completions.stream(
                model: "gpt-4o-mini", messages: [.user(question)], streamOptions: .init(includeUsage: true))
            var usage: OpenAI.ChatUsage?
            for try await chunk in stream { usage = chunk.usage ?? usage }
            return chat("gpt-4o-mini", usage?.promptTokens ?? 0, usage?.completionTokens ?? 0)
        case 3:
            let answer = try await openAIClient.embeddings.create(
                model: "text-embedding-3-small", input: .text(question), dimensions: 8)
            let (model, input) = ("text-embedding-3-small", answer.usage.promptTokens)
            return ModelUse(
                model: model, input: input, output: 0, price: StoaBook.price(model, input: input, output: 0),
                payload: .openAIEmbedding(Stoa.OpenAIEmbedding(model: model, inputTokens: input)))
        case 4:
            let client = wire.count(
                Anthropic(apiKey: anthropic.apiKey, baseURL: anthropic.baseURL, transport: mock.transport))
            let answer = try await client.messages.create(
                model: "claude-sonnet-4-5", maxTokens: 20, messages: [.user(question)])
            let (input, output) = (answer.usage.inputTokens, answer.usage.outputTokens)
            return ModelUse(
                model: "claude-sonnet-4", input: input, output: output,
                price: StoaBook.price("claude-sonnet-4", input: input, output: output),
                payload: .anthropicMessages(
                    Stoa.AnthropicMessages(
                        model: "claude-sonnet-4-5", inputTokens: input, outputTokens: output,
                        cacheCreationInputTokens: 0, cacheReadInputTokens: 0)))
        default:
            return try await speak(question)
        }
    }

    private func chat(_ model: String, _ input: Int, _ output: Int) -> ModelUse {
        ModelUse(
            model: model, input: input, output: output, price: StoaBook.price(model, input: input, output: output),
            payload: .chat(model, input: input, output: output))
    }

    /// Speech is billed by the character.
    private func speak(_ text: String) async throws -> ModelUse {
        let access = mock.providers.elevenLabs
        let client = wire.count(
            ElevenLabs(apiKey: access.apiKey, baseURL: access.baseURL, transport: mock.transport))
        let answer = try await client.response {
            try await $0.textToSpeech.convert(voiceID: MockProviders.voiceID, text: text, outputFormat: .ulawAt8kHz)
                .collect(upTo: 1 << 24)
        }
        let count = answer.headers[.named("x-character-count")].flatMap { Int($0) } ?? 0
        return ModelUse(
            model: "eleven_multilingual_v2", input: count, output: 0, price: Int64(count) * 300_000,
            payload: .elevenLabsTTS(Stoa.ElevenLabsTTS(voiceID: MockProviders.voiceID, characters: count)))
    }
}
