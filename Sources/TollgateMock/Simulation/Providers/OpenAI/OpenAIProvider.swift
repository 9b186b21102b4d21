import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// OpenAI: its key, its models and its errors.
enum OpenAIProvider: Provider {
    static let routes = MockRoutes.openai()
    static let schemas = MockSchemas.openai()
    static let prefixes = ["/v1/chat/", "/v1/responses", "/v1/embeddings", "/v1/images/", "/v1/audio/"]
    static let requestIDField = HTTPField.Name.named("x-request-id")

    static func requestID(_ random: inout SeededGenerator) -> String {
        "req_\(random.hex(bytes: 16))"
    }

    static func checkKey(_ call: MockCall) throws(ProviderFailure) {
        guard let key = call.bearerToken else {
            throw ProviderFailure(401, .noKey, "You didn't provide an API key.")
        }
        guard key == MockProviders.openAIKey else {
            throw ProviderFailure(401, .wrongKey, "Incorrect API key provided: \(key.prefix(3))***\(key.suffix(4)).")
        }
    }

    static func answer(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        var reply: MockReply
        switch OpenAIOperation(rawValue: call.operation.key) {
        case .createChatCompletion: reply = try chat(call, &world)
        case .createResponse: reply = try respond(call, &world)
        case .createEmbeddings: reply = try embed(call)
        case .generateImages: reply = try images(call, &world)
        case .createTranscription: reply = try transcribe(call, &world)
        case .createSpeech: reply = try speak(call)
        case nil: throw ProviderFailure(.notFound)
        }
        reply.headers[.named("openai-version")] = "2020-10-01"
        return reply
    }

    static func reply(to failure: ProviderFailure, requestID: String) -> MockReply {
        let code: JSONValue =
            switch failure.kind {
            case .wrongKey: "invalid_api_key"
            case .unknownModel: "model_not_found"
            case .notFound: "unknown_url"
            case .other where failure.status == 429: "rate_limit_exceeded"
            default: .null
            }
        let type: JSONValue =
            switch failure.status {
            case 429: "requests"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        return MockReply(
            status: failure.status,
            json: [
                "error": [
                    "message": .string(failure.message), "type": type,
                    "param": failure.parameter.map { .string($0) } ?? .null, "code": code,
                ]
            ] as JSONValue)
    }

    // MARK: - Models

    static let chatModels = ["gpt-3.5", "gpt-4", "gpt-5", "chatgpt-", "o1", "o3", "o4", "codex-", "ft:"]

    /// The version that a name stands for.
    private static let versions = [
        "gpt-4o": "gpt-4o-2024-08-06", "gpt-4o-mini": "gpt-4o-mini-2024-07-18", "gpt-4.1": "gpt-4.1-2025-04-14",
        "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14", "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
        "gpt-5": "gpt-5-2025-08-07", "gpt-5-mini": "gpt-5-mini-2025-08-07", "gpt-5-nano": "gpt-5-nano-2025-08-07",
        "o1": "o1-2024-12-17", "o3": "o3-2025-04-16", "o4-mini": "o4-mini-2025-04-16",
    ]

    /// The model that answers.
    /// - Throws: ``ProviderFailure`` if none of the families has the model.
    static func resolve(_ model: String?, _ families: [String]) throws(ProviderFailure) -> String {
        guard let model else { throw ProviderFailure(400, .invalid, "you must provide a model parameter") }
        guard families.contains(where: { model.hasPrefix($0) }) else {
            throw ProviderFailure(
                404, .unknownModel, "The model `\(model)` does not exist or you do not have access to it.")
        }
        return versions[model] ?? model
    }

    /// How much a model thinks; a part of what it writes.
    static func reasoningTokens(_ effort: JSONValue?) -> Int {
        switch effort?.text {
        case "low": 32
        case "medium": 64
        case "high": 128
        case "xhigh", "max": 256
        default: 0
        }
    }
}
