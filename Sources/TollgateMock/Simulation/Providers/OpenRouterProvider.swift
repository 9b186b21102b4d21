import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// OpenRouter: models of several providers, and what they cost.
enum OpenRouterProvider: Provider {
    static let routes = MockRoutes.openrouter()
    static let schemas = MockSchemas.openrouter()
    static let prefixes = ["/api/v1/chat/"]
    static let requestIDField = HTTPField.Name.named("X-Request-Id")

    /// What every model costs for a token, in US dollars.
    private static let inputPrice: Decimal = 25 / 10_000_000
    private static let outputPrice: Decimal = 100 / 10_000_000

    static func requestID(_ random: inout SeededGenerator) -> String {
        random.uuid()
    }

    static func checkKey(_ call: MockCall) throws(ProviderFailure) {
        guard let key = call.bearerToken else { throw ProviderFailure(401, .noKey, "No auth credentials found") }
        guard key == MockProviders.openRouterKey else { throw ProviderFailure(401, .wrongKey, "User not found.") }
    }

    static func reply(to failure: ProviderFailure, requestID: String) -> MockReply {
        MockReply(
            status: failure.status,
            json: [
                "error": ["code": .int(failure.status), "message": .string(failure.message)], "user_id": .null,
            ] as JSONValue)
    }

    /// The makers of models, and how the names of their models begin.
    private static let makers = [
        "openai": OpenAIProvider.chatModels, "anthropic": ["claude-"], "google": ["gemini-", "gemma-"],
        "meta-llama": ["llama-"], "mistralai": ["mistral-", "ministral-"], "deepseek": ["deepseek-"],
        "qwen": ["qwen"], "x-ai": ["grok-"], "openrouter": ["auto"],
    ]

    /// - Throws: ``ProviderFailure`` for a model that is at none of the providers that the mock knows of.
    private static func resolve(_ request: JSONValue) throws(ProviderFailure) -> String {
        let model = request["model"]?.text ?? request["models"]?.texts?.first ?? "openai/gpt-4o"
        let parts = model.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let names = makers[String(parts[0])], names.contains(where: { parts[1].hasPrefix($0) })
        else {
            throw ProviderFailure(400, .unknownModel, "\(model) is not a valid model ID")
        }
        return model
    }

    static func answer(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request)
        let id = "gen-\(Int64(call.now.timeIntervalSince1970))-\(world.random.token(20))"
        let answer = ModelAnswer(to: ModelQuestion(chat: request), fixed: world.answer)
        let callID = "call_\(world.random.token(24))"
        let usage = usage(request, answer)
        let head: JSONValue = [
            "id": .string(id), "created": call.seconds, "model": .string(model), "provider": "Mock",
            "system_fingerprint": .null,
        ]
        var reply: MockReply
        if call.wantsStream(request) {
            var events = answer.deltas(index: 0, callID: callID).map { choice in
                head.merging(["object": "chat.completion.chunk", "choices": [choice]])
            }
            // The last piece tells the usage, whether it was asked for or not.
            if let last = events.popLast() { events.append(last.merging(["usage": usage])) }
            reply = call.stream(events)
            if case .pieces(let pieces) = reply.body {
                reply.body = .pieces([Array(": OPENROUTER PROCESSING\n\n".utf8)] + pieces)
            }
        } else {
            reply = MockReply(
                json: head.merging([
                    "object": "chat.completion", "choices": [answer.choice(index: 0, callID: callID)], "usage": usage,
                ]))
        }
        reply.headers[.named("X-Generation-Id")] = id
        return reply
    }

    private static func usage(_ request: JSONValue, _ answer: ModelAnswer) -> JSONValue {
        let input = Tokens.count(request["messages"]) + Tokens.count(request["tools"])
        let reasoning = OpenAIProvider.reasoningTokens(request["reasoning"]?["effort"] ?? request["reasoning_effort"])
        let output = answer.tokens + reasoning
        let (inputCost, outputCost) = (Decimal(input) * inputPrice, Decimal(output) * outputPrice)
        return [
            "prompt_tokens": .int(input), "completion_tokens": .int(output), "total_tokens": .int(input + output),
            "prompt_tokens_details": ["cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": ["reasoning_tokens": .int(reasoning)],
            "cost": number(inputCost + outputCost), "is_byok": false,
            "cost_details": [
                "upstream_inference_cost": .null, "upstream_inference_prompt_cost": number(inputCost),
                "upstream_inference_completions_cost": number(outputCost),
            ],
        ]
    }

    private static func number(_ value: Decimal) -> JSONValue {
        JSONNumber(value).map { .number($0) } ?? .null
    }
}
