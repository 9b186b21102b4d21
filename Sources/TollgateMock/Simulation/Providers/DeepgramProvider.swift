import Crypto
import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// Deepgram: speech into text, and text into speech.
enum DeepgramProvider: Provider {
    static let routes = MockRoutes.deepgram()
    static let schemas = MockSchemas.deepgram()
    static let prefixes = ["/v1/listen", "/v1/speak"]
    static let requestIDField = HTTPField.Name.named("dg-request-id")

    static func requestID(_ random: inout SeededGenerator) -> String {
        random.uuid()
    }

    static func checkKey(_ call: MockCall) throws(ProviderFailure) {
        guard let authorization = call.header(.authorization) else {
            throw ProviderFailure(401, .noKey, "Invalid credentials.")
        }
        guard authorization.lowercased().hasPrefix("token "), authorization.dropFirst(6) == MockProviders.deepgramKey
        else { throw ProviderFailure(401, .wrongKey, "Invalid credentials.") }
    }

    static func reply(to failure: ProviderFailure, requestID: String) -> MockReply {
        let code =
            switch (failure.kind, failure.status) {
            case (_, 401): "INVALID_AUTH"
            case (_, 402): "ASR_PAYMENT_REQUIRED"
            case (_, 403): "INSUFFICIENT_PERMISSIONS"
            case (_, 429): "TOO_MANY_REQUESTS"
            case (_, 503): "SERVICE_UNAVAILABLE"
            case (_, 500...): "INTERNAL_SERVER_ERROR"
            case (.notFound, _): "NOT_FOUND"
            default: "Bad Request"
            }
        return MockReply(
            status: failure.status,
            json: [
                "err_code": .string(code), "err_msg": .string(failure.message), "request_id": .string(requestID),
            ] as JSONValue)
    }

    static func answer(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        switch DeepgramOperation(rawValue: call.operation.key) {
        case .transcribe: return try listen(call, &world)
        case .generateSpeech: return try speak(call, world)
        case nil: throw ProviderFailure(.notFound)
        }
    }

    // MARK: - Speech into text

    private static func listen(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let content = try call.checkedContent()
        let model = try resolve(call, "base", ["nova", "enhanced", "base", "whisper", "flux"])
        guard call.query("callback").isEmpty else {
            return MockReply(json: ["request_id": .string(world.requestID)] as JSONValue)
        }
        let url = content.json.flatMap { try? JSONValue(json: $0) }?["url"]?.text
        let bytes = url.map { Array($0.utf8) } ?? content.bytes
        // A recording on the web is not fetched: its length follows from its address.
        let recording = url == nil ? Recording(bytes) : Recording(duration: 5 + Double(bytes.count % 50))
        let channels = isOn("multichannel", call) ? recording.channels : 1
        let modelID = modelID(model)
        let name = "\(model.contains("-") && !model.hasPrefix("nova-") ? "" : "general-")\(model)"
        let metadata: JSONValue = [
            "request_id": .string(world.requestID), "transaction_key": "deprecated",
            "sha256": .string(Hexadecimal.text(SHA256.hash(data: Data(bytes)))),
            "created": (try? JSONValue(jsonBytes: call.now.jsonBytes())) ?? .null,
            "duration": .seconds(recording.duration), "channels": .int(channels), "models": [.string(modelID)],
            "model_info": .object([
                modelID: ["name": .string(name), "version": "2025-07-31.0", "arch": .string(model)]
            ]),
        ]
        let text = world.answer ?? recording.transcript
        let channel = channel(recording, text, call)
        var results: [String: JSONValue] = ["channels": .array(Array(repeating: channel, count: channels))]
        if isOn("utterances", call) {
            results["utterances"] = [
                [
                    "id": .string(world.random.uuid()), "start": 0, "end": .seconds(recording.duration),
                    "confidence": 0.98, "channel": 0, "transcript": .string(text), "words": words(recording, call),
                ]
            ]
        }
        let tags = call.query("tag")
        return MockReply(
            json: [
                "metadata": metadata.merging(tags.isEmpty ? [:] : ["tags": .array(tags.map { .string($0) })]),
                "results": .object(results),
            ] as JSONValue)
    }

    private static func channel(_ recording: Recording, _ text: String, _ call: MockCall) -> JSONValue {
        let alternative: JSONValue = [
            "transcript": .string(text), "confidence": 0.98, "words": words(recording, call),
        ]
        let channel: JSONValue = ["alternatives": [alternative]]
        return isOn("detect_language", call) ? channel.merging(["detected_language": "en"]) : channel
    }

    private static func words(_ recording: Recording, _ call: MockCall) -> JSONValue {
        let isPunctuated = isOn("punctuate", call) || isOn("smart_format", call)
        let words = recording.words.map { word -> JSONValue in
            var members: [String: JSONValue] = [
                "word": .string(word.text.lowercased().filter { $0.isLetter || $0.isNumber }),
                "start": .seconds(word.start), "end": .seconds(word.end), "confidence": 0.98,
            ]
            if isPunctuated { members["punctuated_word"] = .string(word.text) }
            if isOn("diarize", call) { members["speaker"] = 0 }
            return .object(members)
        }
        return .array(words)
    }

    // MARK: - Text into speech

    private static func speak(_ call: MockCall, _ world: ProviderWorld) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(call, "aura-asteria-en", ["aura"])
        guard call.query("callback").isEmpty else {
            return MockReply(json: ["request_id": .string(world.requestID)] as JSONValue)
        }
        let text = request["text"]?.text ?? ""
        let encoding = call.query("encoding").last ?? "mp3"
        let rate = call.query("sample_rate").last.flatMap { Int($0) } ?? 24_000
        let audio = Sound.silence(
            seconds: Sound.duration(ofSpeaking: text), format: encoding, rate: min(max(rate, 8_000), 48_000))
        var reply = MockReply(contentType: Sound.mediaType(encoding), pieces: Sound.pieces(of: audio))
        reply.headers[.named("dg-model-name")] = model
        reply.headers[.named("dg-char-count")] = String(text.unicodeScalars.count)
        return reply
    }

    // MARK: - Parameters

    private static func resolve(
        _ call: MockCall, _ usual: String, _ families: [String]
    ) throws(ProviderFailure) -> String {
        let model = call.query("model").last ?? usual
        guard families.contains(where: { model.hasPrefix($0) }) else {
            throw ProviderFailure(400, .unknownModel, "No such model/language/tier combination found.")
        }
        return model
    }

    private static func isOn(_ name: String, _ call: MockCall) -> Bool {
        call.query(name).last == "true"
    }

    /// The same for the same model.
    private static func modelID(_ model: String) -> String {
        var random = SeededGenerator(seed: 0, stream: model)
        return random.uuid()
    }
}
