import Foundation
import TollgateCore
import TollgateMockServer

extension OpenAIProvider {
    /// One transparent pixel.
    private static let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    /// How many tokens an unfinished image costs.
    private static let partialTokens = 100

    static func images(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request["model"]?.text ?? "dall-e-2", ["gpt-image-", "chatgpt-image-", "dall-e-"])
        let count = request["n"]?.number?.int ?? 1
        guard !model.hasPrefix("dall-e-") else {
            return MockReply(json: oldImages(request, count: count, call, &world))
        }
        let quality = request["quality"]?.text.flatMap { $0 == "auto" ? nil : $0 } ?? "medium"
        let look: JSONValue = [
            "background": background(request), "output_format": request["output_format"] ?? "png",
            "quality": .string(quality), "size": size(request),
        ]
        let partials = call.wantsStream(request) ? request["partial_images"]?.number?.int ?? 0 : 0
        let usage = imageUsage(request, quality: quality, count: count, partials: partials)
        guard call.wantsStream(request) else {
            let data = JSONValue.array((0..<count).map { _ in ["b64_json": .string(png)] })
            return MockReply(json: look.merging(["created": call.seconds, "data": data, "usage": usage]))
        }
        let image = look.merging(["b64_json": .string(png), "created_at": call.seconds])
        let unfinished = (0..<partials).map { index in
            image.merging(["type": "image_generation.partial_image", "partial_image_index": .int(index)])
        }
        return call.stream(unfinished + [image.merging(["type": "image_generation.completed", "usage": usage])])
    }

    /// Older models tell no usage, and send addresses unless they are asked for the images themselves.
    private static func oldImages(
        _ request: JSONValue, count: Int, _ call: MockCall, _ world: inout ProviderWorld
    ) -> JSONValue {
        var data: [JSONValue] = []
        for _ in 0..<count {
            let address = "https://images.example.com/\(world.random.token(24)).png"
            data.append(
                request["response_format"] == "b64_json" ? ["b64_json": .string(png)] : ["url": .string(address)])
        }
        return ["created": call.seconds, "data": .array(data)]
    }

    private static func background(_ request: JSONValue) -> JSONValue {
        request["background"] == "transparent" ? "transparent" : "opaque"
    }

    private static func size(_ request: JSONValue) -> JSONValue {
        request["size"].flatMap { $0 == "auto" ? nil : $0 } ?? "1024x1024"
    }

    private static func imageUsage(_ request: JSONValue, quality: String, count: Int, partials: Int) -> JSONValue {
        let input = Tokens.count(request["prompt"])
        let each = ["low": 272, "medium": 1_056][quality] ?? 4_160
        let output = each * count + partials * partialTokens
        return [
            "input_tokens": .int(input), "output_tokens": .int(output), "total_tokens": .int(input + output),
            "input_tokens_details": ["text_tokens": .int(input), "image_tokens": 0],
            "output_tokens_details": ["text_tokens": 0, "image_tokens": .int(output)],
        ]
    }
}
