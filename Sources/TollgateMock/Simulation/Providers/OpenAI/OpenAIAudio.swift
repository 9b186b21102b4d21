import Foundation
import TollgateCore
import TollgateMockServer

extension OpenAIProvider {
    /// How many tokens a second of audio counts for, on its way in and out.
    private static let listenedPerSecond = 10.0
    private static let spokenPerSecond = 20.0

    // MARK: - Transcription

    static func transcribe(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply {
        let content = try call.checkedContent()
        guard let element = content.json, let request = try? JSONValue(json: element),
            let file = content.files.first(where: { $0.name == "file" })
        else { throw ProviderFailure(400, .invalid, "file: is required", parameter: "file") }
        let model = try resolve(request["model"]?.text, ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"])
        let recording = Recording(file.bytes)
        let text = world.answer ?? recording.transcript
        let isWhisper = model == "whisper-1"
        let usage = isWhisper ? durationUsage(recording) : tokenUsage(recording, text)
        if call.wantsStream(request), !isWhisper {
            let deltas = Tokens.pieces(of: text).map { piece -> JSONValue in
                ["type": "transcript.text.delta", "delta": .string(piece)]
            }
            return call.stream(
                deltas + [["type": "transcript.text.done", "text": .string(text), "usage": usage]])
        }
        var answer: [String: JSONValue] = ["text": .string(text), "usage": usage]
        switch request["response_format"]?.text {
        case "verbose_json":
            let grain = request["timestamp_granularities[]"]?.texts ?? ["segment"]
            answer.merge(details(recording, text, grain, language: request["language"]?.text)) { $1 }
        case "diarized_json":
            answer["task"] = "transcribe"
            answer["duration"] = .seconds(recording.duration)
            answer["segments"] = [
                [
                    "type": "transcript.text.segment", "id": "seg_0", "start": 0,
                    "end": .seconds(recording.duration), "speaker": "A", "text": .string(text),
                ]
            ]
        default: break
        }
        return MockReply(json: JSONValue.object(answer))
    }

    private static func durationUsage(_ recording: Recording) -> JSONValue {
        ["type": "duration", "seconds": .int(Int(recording.duration.rounded(.up)))]
    }

    private static func tokenUsage(_ recording: Recording, _ text: String) -> JSONValue {
        let input = Int((recording.duration * listenedPerSecond).rounded(.up))
        let output = Tokens.count(text)
        return [
            "type": "tokens", "input_tokens": .int(input), "output_tokens": .int(output),
            "total_tokens": .int(input + output),
            "input_token_details": ["audio_tokens": .int(input), "text_tokens": 0],
        ]
    }

    private static func details(
        _ recording: Recording, _ text: String, _ grain: [String], language: String?
    ) -> [String: JSONValue] {
        var details: [String: JSONValue] = [
            "task": "transcribe", "language": .string(language ?? "english"), "duration": .seconds(recording.duration),
        ]
        if grain.contains("word") {
            details["words"] = .array(
                recording.words.map { word in
                    ["word": .string(word.text), "start": .seconds(word.start), "end": .seconds(word.end)]
                })
        }
        if grain.contains("segment") {
            details["segments"] = [
                [
                    "id": 0, "seek": 0, "start": 0, "end": .seconds(recording.duration), "text": .string(text),
                    "tokens": .array(Tokens.pieces(of: text).indices.map { .int($0) }), "temperature": 0,
                    "avg_logprob": -0.25, "compression_ratio": 1.25, "no_speech_prob": 0.01,
                ]
            ]
        }
        return details
    }

    // MARK: - Speech

    static func speak(_ call: MockCall) throws(ProviderFailure) -> MockReply {
        let request = try call.json()
        let model = try resolve(request["model"]?.text, ["tts-1", "gpt-4o-mini-tts"])
        let text = request["input"]?.text ?? ""
        let format = request["response_format"]?.text ?? "mp3"
        let duration = Sound.duration(ofSpeaking: text) / (request["speed"]?.number?.double ?? 1)
        let pieces = Sound.pieces(of: Sound.silence(seconds: duration, format: format))
        guard call.wantsStream(request) else {
            return MockReply(contentType: Sound.mediaType(format), pieces: pieces)
        }
        guard !model.hasPrefix("tts-1") else {
            throw ProviderFailure(
                400, .invalid, "stream_format sse is not supported with this model.", parameter: "stream_format")
        }
        let deltas = pieces.map { piece -> JSONValue in
            ["type": "speech.audio.delta", "audio": .string(Data(piece).base64EncodedString())]
        }
        let input = Tokens.count(text)
        let output = Int((duration * spokenPerSecond).rounded(.up))
        let usage: JSONValue = [
            "input_tokens": .int(input), "output_tokens": .int(output), "total_tokens": .int(input + output),
        ]
        return call.stream(deltas + [["type": "speech.audio.done", "usage": usage]])
    }
}
