import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// Anthropic: messages, and prompts that are cached.
enum AnthropicProvider: Provider {
    static let routes = MockRoutes.anthropic()
    static let schemas = MockSchemas.anthropic()
    static let prefixes = ["/v1/messages"]
    static let requestIDField = HTTPField.Name.named("request-id")

    static func requestID(_ random: inout SeededGenerator) -> String {
        "req_011\(random.token(21))"
    }

    static func checkKey(_ call: MockCall) throws(ProviderFailure) {
        guard let key = call.header(.named("x-api-key")) ?? call.bearerToken else {
            throw ProviderFailure(401, .noKey, "x-api-key header is required")
        }
        guard key == MockProviders.anthropicKey else { throw ProviderFailure(401, .wrongKey, "invalid x-api-key") }
    }

    static func reply(to failure: ProviderFailure, requestID: String) -> MockReply {
        let type: JSONValue =
            switch failure.status {
            case 401: "authentication_error"
            case 402: "billing_error"
            case 403: "permission_error"
            case 404, 405: "not_found_error"
            case 409: "conflict_error"
            case 429: "rate_limit_error"
            case 504: "timeout_error"
            case 529: "overloaded_error"
            case 500...: "api_error"
            default: "invalid_request_error"
            }
        return MockReply(
            status: failure.status,
            json: [
                "type": "error", "error": ["type": type, "message": .string(failure.message)],
                "request_id": .string(requestID),
            ] as JSONValue)
    }

    // MARK: - Models

    private static let versions = [
        "claude-opus-4-1": "claude-opus-4-1-20250805", "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
        "claude-haiku-4-5": "claude-haiku-4-5-20251001", "claude-opus-4-5": "claude-opus-4-5-20251101",
        "claude-3-5-haiku-latest": "claude-3-5-haiku-20241022",
        "claude-3-7-sonnet-latest": "claude-3-7-sonnet-20250219",
    ]

    private static func resolve(_ model: String) throws(ProviderFailure) -> String {
        guard ["claude-3", "claude-opus-", "claude-sonnet-", "claude-haiku-"].contains(where: { model.hasPrefix($0) })
        else { throw ProviderFailure(404, .unknownModel, "model: \(model)") }
        return versions[model] ?? model
    }

    // MARK: - Messages

    static func answer(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request["model"]?.text ?? "")
        let answer = ModelAnswer(to: ModelQuestion(message: request), fixed: world.answer)
        let thought = request["thinking"]?["type"] == "enabled" ? Tokens.pieces(of: "Let me think about it.") : []
        let input = PromptCache.usage(of: request, model: model, at: call.now, &world)
        let output: JSONValue = [
            "output_tokens": .int(answer.tokens + thought.count),
            "output_tokens_details": ["thinking_tokens": .int(thought.count)],
        ]
        let head: JSONValue = [
            "id": .string("msg_01\(world.random.token(22))"), "type": "message", "role": "assistant",
            "model": .string(model),
        ]
        let blocks = blocks(answer, thought, toolID: "toolu_01\(world.random.token(22))")
        guard call.wantsStream(request) else {
            return MockReply(
                json: head.merging([
                    "content": .array(blocks.map(\.whole)), "usage": input.merging(output.members),
                ]).merging(answer.reason))
        }
        let start = head.merging([
            "content": [], "stop_reason": .null, "stop_sequence": .null,
            "usage": input.merging(["output_tokens": 1]),
        ])
        var events: [JSONValue] = [["type": "message_start", "message": start]]
        for (index, block) in blocks.enumerated() {
            let place: JSONValue = ["index": .int(index)]
            events.append(place.merging(["type": "content_block_start", "content_block": block.begun]))
            if index == 0 { events.append(["type": "ping"]) }
            events += block.deltas.map { place.merging(["type": "content_block_delta", "delta": $0]) }
            events.append(place.merging(["type": "content_block_stop"]))
        }
        events.append(["type": "message_delta", "delta": .object(answer.reason), "usage": output])
        events.append(["type": "message_stop"])
        return call.stream(events)
    }

    /// A part of a message, whole and as it grows.
    private struct Block {
        let whole: JSONValue
        let begun: JSONValue
        let deltas: [JSONValue]
    }

    private static func blocks(_ answer: ModelAnswer, _ thought: [String], toolID: String) -> [Block] {
        var blocks: [Block] = []
        if !thought.isEmpty {
            let begun: JSONValue = ["type": "thinking", "thinking": "", "signature": ""]
            blocks.append(
                Block(
                    whole: begun.merging(["thinking": .string(thought.joined()), "signature": "c2lnbmF0dXJl"]),
                    begun: begun,
                    deltas: thought.map { ["type": "thinking_delta", "thinking": .string($0)] }
                        + [["type": "signature_delta", "signature": "c2lnbmF0dXJl"]]))
        }
        if let tool = answer.tool {
            let begun: JSONValue = [
                "type": "tool_use", "id": .string(toolID), "name": .string(tool.name), "input": [:],
            ]
            blocks.append(
                Block(
                    whole: begun.merging(["input": (try? JSONValue(jsonText: answer.text)) ?? [:]]), begun: begun,
                    deltas: answer.pieces.map { ["type": "input_json_delta", "partial_json": .string($0)] }))
        } else {
            let begun: JSONValue = ["type": "text", "text": ""]
            blocks.append(
                Block(
                    whole: begun.merging(["text": .string(answer.text)]), begun: begun,
                    deltas: answer.pieces.map { ["type": "text_delta", "text": .string($0)] }))
        }
        return blocks
    }
}

extension ModelQuestion {
    fileprivate init(message request: JSONValue) {
        self.init(text: request["messages"]?.lastUserText ?? "")
        maximum = request["max_tokens"]?.number?.int
        stops = request["stop_sequences"]?.texts ?? []
        schema = request["output_config"]?["format"]?["schema"]
        let tools = (request["tools"]?.elements ?? []).compactMap { tool in
            tool["name"]?.text.map { ModelTool(name: $0, parameters: tool["input_schema"]) }
        }
        switch request["tool_choice"]?["type"]?.text {
        case "any": tool = tools.first
        case "tool": tool = tools.first { $0.name == request["tool_choice"]?["name"]?.text }
        default: break
        }
    }
}

extension ModelAnswer {
    /// Why the answer ends, in Anthropic's words.
    fileprivate var reason: [String: JSONValue] {
        switch ending {
        case .complete: ["stop_reason": "end_turn", "stop_sequence": .null]
        case .tooLong: ["stop_reason": "max_tokens", "stop_sequence": .null]
        case .stopped(let text): ["stop_reason": "stop_sequence", "stop_sequence": .string(text)]
        case .call: ["stop_reason": "tool_use", "stop_sequence": .null]
        }
    }
}

/// What the caches of prompts make of a request.
private enum PromptCache {
    /// The usage of the input. What is cached counts apart from the rest.
    static func usage(
        of request: JSONValue, model: String, at now: Date, _ world: inout ProviderWorld
    ) -> JSONValue {
        let blocks = blocks(of: request)
        let total = blocks.reduce(0) { $0 + $1.tokens }
        guard let last = blocks.lastIndex(where: { $0.control != nil }) else {
            return counts(input: total)
        }
        let cached = blocks[...last].reduce(0) { $0 + $1.tokens }
        let isLong = blocks[last].control?["ttl"] == "1h"
        let name = "\(model) " + blocks[...last].map(\.content).joined(separator: "\n")
        let isKnown = world.cachedPrompts[name].map { now < $0 } ?? false
        // Each use begins the time anew.
        world.cachedPrompts[name] = now.addingTimeInterval(isLong ? 3_600 : 300)
        if isKnown { return counts(input: total - cached, read: cached) }
        return counts(input: total - cached, short: isLong ? 0 : cached, long: isLong ? cached : 0)
    }

    private static func counts(input: Int, read: Int = 0, short: Int = 0, long: Int = 0) -> JSONValue {
        [
            "input_tokens": .int(input), "cache_read_input_tokens": .int(read),
            "cache_creation_input_tokens": .int(short + long),
            "cache_creation": ["ephemeral_5m_input_tokens": .int(short), "ephemeral_1h_input_tokens": .int(long)],
            "service_tier": "standard",
        ]
    }

    /// The prompt in the order in which it is cached: tools, instructions, messages.
    private static func blocks(of request: JSONValue) -> [(content: String, tokens: Int, control: JSONValue?)] {
        let messages = (request["messages"]?.elements ?? []).flatMap { message -> [JSONValue] in
            let frame: JSONValue = ["role": message["role"] ?? .null]
            guard let parts = message["content"]?.elements else { return [[message]] }
            return [[frame]] + parts
        }
        let system = request["system"]?.elements ?? request["system"].map { [$0] } ?? []
        var blocks = ((request["tools"]?.elements ?? []) + system + messages).map { block in
            (content: block.jsonText(), tokens: Tokens.count(block), control: block["cache_control"])
        }
        // The request's own mark means the last block.
        if let control = request["cache_control"], let last = blocks.indices.last { blocks[last].control = control }
        return blocks
    }
}
