import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// ElevenLabs: speech in many voices.
enum ElevenLabsProvider: Provider {
    static let routes = MockRoutes.elevenlabs()
    static let schemas = MockSchemas.elevenlabs()
    static let prefixes = ["/v1/text-to-speech/", "/v1/speech-to-speech/", "/v1/voice-changer/", "/v1/voices"]
    static let requestIDField = HTTPField.Name.named("request-id")

    /// The voices that everybody has.
    private static let voices: Set = [
        "JBFqnCBsd6RMkjVDRZzb", "21m00Tcm4TlvDq8ikWAM", "EXAVITQu4vr4xnSDxMaL", "pNInz6obpgDQGcFmaJgB",
        "onwK4e9ZLuTAKqWW03F9", "XB0fDUnXU5powFXDhCwa", "nPczCjzI2devNBz1zQrb",
    ]

    static func requestID(_ random: inout SeededGenerator) -> String {
        random.token(20)
    }

    static func checkKey(_ call: MockCall) throws(ProviderFailure) {
        guard let key = call.header(.named("xi-api-key")) else {
            throw ProviderFailure(401, .noKey, "Neither authorization header nor xi-api-key received.")
        }
        guard key == MockProviders.elevenLabsKey else { throw ProviderFailure(401, .wrongKey, "Invalid API key") }
    }

    static func reply(to failure: ProviderFailure, requestID: String) -> MockReply {
        let violations = failure.violations.map { violation -> JSONValue in
            let names = violation.pointer.split(separator: "/").map { name -> JSONValue in
                Int(name).map { .int($0) } ?? .string(String(name))
            }
            let isMissing = violation.message == "is required"
            return [
                "loc": .array([.string(violation.source.rawValue)] + names),
                "msg": isMissing ? "field required" : .string(violation.message),
                "type": isMissing ? "value_error.missing" : "value_error",
            ]
        }
        if !violations.isEmpty { return MockReply(status: 422, json: ["detail": .array(violations)] as JSONValue) }
        let status =
            switch failure.kind {
            case .noKey: "needs_authorization"
            case .wrongKey: "invalid_api_key"
            case .unknownModel: "model_not_found"
            case .unknownVoice: "voice_not_found"
            case .invalid: "invalid_request"
            case .notFound: "not_found"
            case .other: failure.status == 429 ? "too_many_concurrent_requests" : "internal_error"
            }
        return MockReply(
            status: failure.status,
            json: ["detail": ["status": .string(status), "message": .string(failure.message)]] as JSONValue)
    }

    static func answer(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        switch ElevenLabsOperation(rawValue: call.operation.key) {
        case .convertText: return try speak(call, world).reply(isStream: false)
        case .streamText: return try speak(call, world).reply(isStream: true)
        case .convertTextWithTimestamps: return MockReply(json: try speak(call, world).timed())
        case .streamTextWithTimestamps: return call.stream(try speak(call, world).timedPieces)
        case .convertSpeech: return try change(call, world).reply(isStream: false)
        case .streamSpeech: return try change(call, world).reply(isStream: true)
        case .createInstantVoice, .createProfessionalVoice: return try makeVoice(call, &world)
        case nil: throw ProviderFailure(.notFound)
        }
    }

    // MARK: - Speech

    private static func speak(_ call: MockCall, _ world: ProviderWorld) throws(ProviderFailure) -> Speech {
        let request = try call.json()
        try check(call, request, world)
        let text = request["text"]?.text ?? ""
        return Speech(text: text, duration: Sound.duration(ofSpeaking: text), format: call.query("output_format").last)
    }

    private static func change(_ call: MockCall, _ world: ProviderWorld) throws(ProviderFailure) -> Speech {
        let content = try call.checkedContent()
        let request = content.json.flatMap { try? JSONValue(json: $0) } ?? [:]
        try check(call, request, world)
        let audio = content.files.first { $0.name == "audio" }?.bytes ?? []
        let isPCM = request["file_format"] == "pcm_s16le_16"
        let duration = isPCM ? Double(audio.count) / 32_000 : Recording(audio).duration
        return Speech(text: "", duration: duration, format: call.query("output_format").last)
    }

    private static func check(
        _ call: MockCall, _ request: JSONValue, _ world: ProviderWorld
    ) throws(ProviderFailure) {
        let voice = call.pathParameters["voice_id"] ?? ""
        guard voices.contains(voice) || world.voices.contains(voice) else {
            throw ProviderFailure(404, .unknownVoice, "A voice with the voice_id \(voice) was not found.")
        }
        let model = request["model_id"]?.text ?? "eleven_multilingual_v2"
        guard model.hasPrefix("eleven_") else {
            throw ProviderFailure(400, .unknownModel, "A model with model ID \(model) does not exist.")
        }
    }

    private static func makeVoice(
        _ call: MockCall, _ world: inout ProviderWorld
    ) throws(ProviderFailure) -> MockReply {
        _ = try call.checkedContent()
        let id = world.random.token(20)
        world.voices.insert(id)
        var answer: [String: JSONValue] = ["voice_id": .string(id)]
        if call.operation == .elevenlabs.createInstantVoice { answer["requires_verification"] = false }
        return MockReply(json: JSONValue.object(answer))
    }
}

/// What is spoken.
private struct Speech {
    /// Empty for a recording that is said again.
    let text: String
    /// In seconds.
    let duration: Double
    /// `mp3_44100_128`.
    let format: String?

    private var codec: String { String((format ?? "mp3").prefix { $0 != "_" }) }

    private func audio(seconds: Double) -> [UInt8] {
        let rate = format?.split(separator: "_").dropFirst().first.flatMap { Int($0) } ?? 44_100
        return Sound.silence(seconds: seconds, format: codec, rate: rate)
    }

    func reply(isStream: Bool) -> MockReply {
        let bytes = audio(seconds: duration)
        let type = Sound.mediaType(codec)
        var reply =
            isStream
            ? MockReply(contentType: type, pieces: Sound.pieces(of: bytes))
            : MockReply(status: 200, headers: [.contentType: type], body: bytes)
        if !text.isEmpty { reply.headers[.named("x-character-count")] = String(text.unicodeScalars.count) }
        return reply
    }

    /// The audio with the times of the characters.
    func timed() -> JSONValue {
        timed(Array(text), from: 0)
    }

    /// The same word by word.
    var timedPieces: [JSONValue] {
        var position = 0
        return Tokens.pieces(of: text).map { piece in
            defer { position += piece.count }
            return timed(Array(piece), from: position)
        }
    }

    private func timed(_ characters: [Character], from position: Int) -> JSONValue {
        let each = duration / Double(max(1, text.count))
        let places = characters.indices.map { Double(position + $0) * each }
        let alignment: JSONValue = [
            "characters": .array(characters.map { .string(String($0)) }),
            "character_start_times_seconds": .array(places.map { .seconds($0) }),
            "character_end_times_seconds": .array(places.map { .seconds($0 + each) }),
        ]
        let audio = Data(audio(seconds: Double(characters.count) * each))
        return [
            "audio_base64": .string(audio.base64EncodedString()), "alignment": alignment,
            "normalized_alignment": alignment,
        ]
    }
}
