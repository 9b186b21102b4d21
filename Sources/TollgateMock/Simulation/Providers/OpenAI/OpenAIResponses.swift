import Foundation
import TollgateCore
import TollgateMockServer

extension OpenAIProvider {
    static func respond(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request["model"]?.text, chatModels)
        let answer = ModelAnswer(to: ModelQuestion(response: request), fixed: world.answer)
        let itemID = "\(answer.tool == nil ? "msg" : "fc")_\(world.random.hex(bytes: 24))"
        let item = ResponseItem(id: itemID, callID: "call_\(world.random.token(24))", answer: answer)
        let begun: JSONValue = [
            "id": .string("resp_\(world.random.hex(bytes: 24))"), "object": "response", "created_at": call.seconds,
            "status": "in_progress", "background": false, "error": .null, "incomplete_details": .null,
            "instructions": request["instructions"] ?? .null,
            "max_output_tokens": request["max_output_tokens"] ?? .null,
            "model": .string(model), "output": [], "parallel_tool_calls": request["parallel_tool_calls"] ?? true,
            "previous_response_id": request["previous_response_id"] ?? .null,
            "reasoning": request["reasoning"] ?? ["effort": .null, "summary": .null], "service_tier": "default",
            "store": request["store"] ?? true, "temperature": request["temperature"] ?? 1,
            "text": request["text"] ?? ["format": ["type": "text"]], "tool_choice": request["tool_choice"] ?? "auto",
            "tools": request["tools"] ?? [], "top_p": request["top_p"] ?? 1, "truncation": "disabled", "usage": .null,
            "metadata": request["metadata"] ?? [:],
        ]
        var ended: [String: JSONValue] = [
            "status": answer.isCut ? "incomplete" : "completed", "output": [item.whole],
            "usage": responseUsage(request, answer),
        ]
        if answer.isCut { ended["incomplete_details"] = ["reason": "max_output_tokens"] }
        let whole = begun.merging(ended)
        guard call.wantsStream(request) else { return MockReply(json: whole) }
        let events =
            [["type": "response.created", "response": begun], ["type": "response.in_progress", "response": begun]]
            + item.events
            + [["type": answer.isCut ? "response.incomplete" : "response.completed", "response": whole]]
        return call.stream(
            events.enumerated().map { $1.merging(["sequence_number": .int($0)]) })
    }

    private static func responseUsage(_ request: JSONValue, _ answer: ModelAnswer) -> JSONValue {
        let input =
            Tokens.count(request["instructions"]) + Tokens.count(request["input"]) + Tokens.count(request["tools"])
        let reasoning = reasoningTokens(request["reasoning"]?["effort"])
        let output = answer.tokens + reasoning
        return [
            "input_tokens": .int(input), "input_tokens_details": ["cached_tokens": 0, "cache_write_tokens": 0],
            "output_tokens": .int(output), "output_tokens_details": ["reasoning_tokens": .int(reasoning)],
            "total_tokens": .int(input + output),
        ]
    }
}

extension ModelQuestion {
    fileprivate init(response request: JSONValue) {
        self.init(text: request["input"]?.text ?? request["input"]?.lastUserText ?? "")
        maximum = request["max_output_tokens"]?.number?.int
        let format = request["text"]?["format"]
        wantsJSON = format?["type"] == "json_object"
        schema = format?["schema"]
        let tools = (request["tools"]?.elements ?? []).compactMap { tool in
            tool["type"] == "function"
                ? tool["name"]?.text.map { ModelTool(name: $0, parameters: tool["parameters"]) } : nil
        }
        let choice = request["tool_choice"]
        if choice == "required" { tool = tools.first }
        if let name = choice?["name"]?.text { tool = tools.first { $0.name == name } }
    }
}

extension ModelAnswer {
    /// Whether it could not be said to the end.
    fileprivate var isCut: Bool {
        if case .tooLong = ending { true } else { false }
    }
}

/// What the model says or calls, as an item of a response.
private struct ResponseItem {
    let id: String
    let callID: String
    let answer: ModelAnswer

    var whole: JSONValue {
        item(answer.text, status: answer.isCut ? "incomplete" : "completed")
    }

    private func item(_ text: String, status: JSONValue) -> JSONValue {
        if let tool = answer.tool {
            return [
                "id": .string(id), "type": "function_call", "status": status, "call_id": .string(callID),
                "name": .string(tool.name), "arguments": .string(text),
            ]
        }
        return [
            "id": .string(id), "type": "message", "status": status, "role": "assistant",
            "content": status == "in_progress" ? [] : [part(text)],
        ]
    }

    private func part(_ text: String) -> JSONValue {
        ["type": "output_text", "annotations": [], "logprobs": [], "text": .string(text)]
    }

    /// From the beginning to the end of the item.
    var events: [JSONValue] {
        let place: JSONValue = ["output_index": 0, "item_id": .string(id)]
        let name = answer.tool == nil ? "response.output_text" : "response.function_call_arguments"
        let detail: [String: JSONValue] = answer.tool == nil ? ["content_index": 0, "logprobs": []] : [:]
        let deltas = answer.pieces.map { piece in
            place.merging(detail).merging(["type": .string("\(name).delta"), "delta": .string(piece)])
        }
        let done = place.merging(detail).merging([
            "type": .string("\(name).done"), answer.tool == nil ? "text" : "arguments": .string(answer.text),
        ])
        var body = deltas + [done]
        if answer.tool == nil {
            let part = place.merging(["content_index": 0])
            body.insert(part.merging(["type": "response.content_part.added", "part": self.part("")]), at: 0)
            body.append(part.merging(["type": "response.content_part.done", "part": self.part(answer.text)]))
        }
        let added: JSONValue = [
            "type": "response.output_item.added", "output_index": 0, "item": item("", status: "in_progress"),
        ]
        return [added] + body + [["type": "response.output_item.done", "output_index": 0, "item": whole]]
    }
}
