import Foundation
import TollgateCore
import TollgateMockServer

extension OpenAIProvider {
    private static let dimensions = [
        "text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072, "text-embedding-ada-002": 1_536,
    ]

    static func embed(_ call: MockCall) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request["model"]?.text, Array(dimensions.keys))
        let count = request["dimensions"]?.number?.int ?? dimensions[model] ?? 1_536
        let texts = texts(of: request["input"])
        let isBase64 = request["encoding_format"] == "base64"
        let data = texts.enumerated().map { index, text -> JSONValue in
            let vector = vector(of: text.text, dimensions: min(count, 3_072))
            return [
                "object": "embedding", "index": .int(index),
                "embedding": isBase64
                    ? .string(Data(vector.flatMap(\.littleEndianBytes)).base64EncodedString())
                    : .array(vector.map { JSONNumber(Double($0)).map { .number($0) } ?? 0 }),
            ]
        }
        let tokens = texts.reduce(0) { $0 + $1.tokens }
        return MockReply(
            json: [
                "object": "list", "model": .string(model), "data": .array(data),
                "usage": ["prompt_tokens": .int(tokens), "total_tokens": .int(tokens)],
            ] as JSONValue)
    }

    /// The texts to embed; those that come as numbers of tokens stand for themselves.
    private static func texts(of input: JSONValue?) -> [(text: String, tokens: Int)] {
        switch input {
        case .string(let text): return [(text, Tokens.count(text))]
        case .array(let elements):
            if elements.first?.number != nil { return [(JSONValue.array(elements).jsonText(), elements.count)] }
            return elements.flatMap { texts(of: $0) }
        default: return []
        }
    }

    /// A vector of length 1 that depends on the text only.
    private static func vector(of text: String, dimensions: Int) -> [Float] {
        var random = SeededGenerator(seed: 0, stream: text)
        let numbers = (0..<dimensions).map { _ in Double.random(in: -1...1, using: &random) }
        let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return numbers.map { Float($0 / length) }
    }
}

extension Float {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * UInt32($0))) }
    }
}
