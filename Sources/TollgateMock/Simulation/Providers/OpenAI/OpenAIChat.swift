import Foundation
import TollgateCore
import TollgateMockServer

extension OpenAIProvider {
    static func chat(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request["model"]?.text, chatModels)
        let id = "chatcmpl-\(world.random.token(29))"
        let answer = ModelAnswer(to: ModelQuestion(chat: request), fixed: world.answer)
        let callID = "call_\(world.random.token(24))"
        let count = request["n"]?.number?.int ?? 1
        let usage = chatUsage(request, answer, count: count)
        let head: JSONValue = [
            "id": .string(id), "created": call.seconds, "model": .string(model), "service_tier": "default",
            "system_fingerprint": "fp_tollgate",
        ]
        guard call.wantsStream(request) else {
            let choices = (0..<count).map { answer.choice(index: $0, callID: callID) }
            return MockReply(
                json: head.merging(["object": "chat.completion", "choices": .array(choices), "usage": usage]))
        }
        let tellsUsage = request["stream_options"]?["include_usage"] == true
        let chunk = head.merging(["object": "chat.completion.chunk"]).merging(tellsUsage ? ["usage": .null] : [:])
        var events = (0..<count).flatMap { index in
            answer.deltas(index: index, callID: callID).map { chunk.merging(["choices": [$0]]) }
        }
        if tellsUsage { events.append(chunk.merging(["choices": [], "usage": usage])) }
        return call.stream(events)
    }

    private static func chatUsage(_ request: JSONValue, _ answer: ModelAnswer, count: Int) -> JSONValue {
        let input = Tokens.count(request["messages"]) + Tokens.count(request["tools"])
        let reasoning = reasoningTokens(request["reasoning_effort"])
        let output = (answer.tokens + reasoning) * count
        return [
            "prompt_tokens": .int(input), "completion_tokens": .int(output), "total_tokens": .int(input + output),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": .int(reasoning * count), "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }
}

extension ModelQuestion {
    /// What a chat completion asks, of OpenAI or of others who took over its form.
    init(chat request: JSONValue) {
        self.init(text: request["messages"]?.lastUserText ?? "")
        maximum = (request["max_completion_tokens"] ?? request["max_tokens"])?.number?.int
        stops = request["stop"]?.text.map { [$0] } ?? request["stop"]?.texts ?? []
        let format = request["response_format"]
        wantsJSON = format?["type"] == "json_object"
        schema = format?["json_schema"]?["schema"]
        let tools = (request["tools"]?.elements ?? []).compactMap { tool in
            tool["function"]?["name"]?.text.map { ModelTool(name: $0, parameters: tool["function"]?["parameters"]) }
        }
        let choice = request["tool_choice"]
        if choice == "required" { tool = tools.first }
        if let name = choice?["function"]?["name"]?.text { tool = tools.first { $0.name == name } }
    }
}

extension ModelAnswer {
    fileprivate var finishReason: JSONValue {
        switch ending {
        case .complete, .stopped: "stop"
        case .tooLong: "length"
        case .call: "tool_calls"
        }
    }

    private func toolCall(_ tool: ModelTool, arguments: String, id: String) -> JSONValue {
        [
            "id": .string(id), "type": "function",
            "function": ["name": .string(tool.name), "arguments": .string(arguments)],
        ]
    }

    /// The whole answer as one of a chat completion's.
    func choice(index: Int, callID: String) -> JSONValue {
        var message: [String: JSONValue] = [
            "role": "assistant", "content": tool == nil ? .string(text) : .null, "refusal": .null, "annotations": [],
        ]
        if let tool { message["tool_calls"] = [toolCall(tool, arguments: text, id: callID)] }
        return [
            "index": .int(index), "message": .object(message), "logprobs": .null, "finish_reason": finishReason,
        ]
    }

    /// The answer in the pieces of a chat completion's stream.
    func deltas(index: Int, callID: String) -> [JSONValue] {
        func piece(_ delta: JSONValue, _ reason: JSONValue = .null) -> JSONValue {
            ["index": .int(index), "delta": delta, "logprobs": .null, "finish_reason": reason]
        }
        let body: [JSONValue]
        if let tool {
            let first = toolCall(tool, arguments: "", id: callID).merging(["index": 0])
            body =
                [piece(["role": "assistant", "content": .null, "tool_calls": [first]])]
                + pieces.map { text in
                    piece(["tool_calls": [["index": 0, "function": ["arguments": .string(text)]]]])
                }
        } else {
            body =
                [piece(["role": "assistant", "content": "", "refusal": .null])]
                + pieces.map { piece(["content": .string($0)]) }
        }
        return body + [piece([:], finishReason)]
    }
}
