import Foundation
import TollgateCore
import TollgateStoa

/// A record that a service has no words for.
struct Inexpressible: TollgateError {
    let description: String

    init(_ reason: String) {
        description = reason
    }
}

extension UsageRecord {
    /// The record as an event of Stoa's.
    func stoaEvent() throws(Inexpressible) -> Stoa.UsageEvent {
        Stoa.UsageEvent(
            eventID: id, userID: userID, timestamp: time, payload: try usage.stoaPayload(metadata: metadata),
            appMetadata: metadata.isEmpty ? nil : metadata)
    }
}

extension Usage {
    fileprivate func stoaPayload(
        metadata: [String: JSONScalar]
    ) throws(Inexpressible) -> Stoa.UsageEvent.Payload {
        switch operation {
        case .openAIChatCompletion: .openAIChatCompletion(try chat())
        case .openAIResponse: .openAIResponse(try response())
        case .openAICompletion:
            .openAICompletion(
                Stoa.OpenAICompletion(
                    model: try known(model, "model"), inputTokens: try known(inputTokens, "input tokens"),
                    outputTokens: try known(outputTokens, "output tokens"), requestID: requestID))
        case .openAIEmbedding:
            .openAIEmbedding(
                Stoa.OpenAIEmbedding(
                    model: try known(model, "model"), inputTokens: try known(inputTokens, "input tokens"),
                    dimensions: dimensions, requestID: requestID))
        case .openAIImageGeneration:
            .openAIImageGeneration(
                Stoa.OpenAIImageGeneration(
                    model: try known(model, "model"), size: try known(size, "size"), quality: quality ?? "standard",
                    count: try known(count, "number of images"), requestID: requestID))
        case .openAIAudioTranscription:
            .openAIAudioTranscription(
                Stoa.OpenAIAudioTranscription(
                    model: try known(model, "model"), durationSeconds: try known(seconds, "duration"),
                    requestID: requestID))
        case .openAIAudioSpeech:
            .openAIAudioSpeech(
                Stoa.OpenAIAudioSpeech(
                    model: try known(model, "model"), voice: try known(voice, "voice"),
                    characters: try known(characters, "number of characters"), requestID: requestID))
        case .anthropicMessages: .anthropicMessages(try message())
        case .openRouterChatCompletion: .openRouterChatCompletion(try routedChat())
        case .elevenLabsTTS, .elevenLabsSTS, .elevenLabsVoiceClone: try elevenLabs()
        case .deepgramTranscription, .deepgramTTS: try deepgram()
        case .custom:
            .customMetric(
                Stoa.CustomMetric(
                    metricName: try known(name, "name"),
                    value: NSDecimalNumber(decimal: try known(quantity, "quantity")).doubleValue, unit: unit,
                    properties: metadata))
        case .sum: throw Inexpressible("Stoa takes single events, no sums.")
        case .unrecognized(let name): throw Inexpressible("Stoa has no event type \(name).")
        }
    }

    private func known<Value>(_ value: Value?, _ name: String) throws(Inexpressible) -> Value {
        guard let value else {
            let cause = isPartial ? " The call ended before the provider told." : ""
            throw Inexpressible("The \(name) of this \(operation.rawValue) is not known.\(cause)")
        }
        return value
    }

    private func chat() throws(Inexpressible) -> Stoa.OpenAIChatCompletion {
        Stoa.OpenAIChatCompletion(
            model: try known(model, "model"), inputTokens: try known(inputTokens, "input tokens"),
            outputTokens: try known(outputTokens, "output tokens"), cachedTokens: cachedTokens ?? 0,
            reasoningTokens: reasoningTokens ?? 0, requestID: requestID, streaming: isStreamed,
            latencyMilliseconds: latencyMilliseconds)
    }

    private func response() throws(Inexpressible) -> Stoa.OpenAIResponse {
        Stoa.OpenAIResponse(
            model: try known(model, "model"), inputTokens: try known(inputTokens, "input tokens"),
            outputTokens: try known(outputTokens, "output tokens"), cachedTokens: cachedTokens ?? 0,
            reasoningTokens: reasoningTokens ?? 0, requestID: requestID, streaming: isStreamed,
            latencyMilliseconds: latencyMilliseconds)
    }

    private func message() throws(Inexpressible) -> Stoa.AnthropicMessages {
        Stoa.AnthropicMessages(
            model: try known(model, "model"), inputTokens: try known(inputTokens, "input tokens"),
            outputTokens: try known(outputTokens, "output tokens"), cacheCreationInputTokens: cacheWriteTokens ?? 0,
            cacheReadInputTokens: cachedTokens ?? 0,
            cacheTTL: cacheTTL.map { Stoa.AnthropicMessages.CacheTTL(rawValue: $0) } ?? .fiveMinutes,
            requestID: requestID,
            streaming: isStreamed, latencyMilliseconds: latencyMilliseconds)
    }

    private func routedChat() throws(Inexpressible) -> Stoa.OpenRouterChatCompletion {
        Stoa.OpenRouterChatCompletion(
            model: try known(model, "model"), inputTokens: try known(inputTokens, "input tokens"),
            outputTokens: try known(outputTokens, "output tokens"), nativeInputTokens: nativeInputTokens,
            nativeOutputTokens: nativeOutputTokens, requestID: requestID, streaming: isStreamed,
            latencyMilliseconds: latencyMilliseconds)
    }

    private func elevenLabs() throws(Inexpressible) -> Stoa.UsageEvent.Payload {
        let voice = try known(voice, "voice")
        switch operation {
        case .elevenLabsTTS:
            return .elevenLabsTTS(
                Stoa.ElevenLabsTTS(
                    voiceID: voice, modelID: model, characters: try known(characters, "number of characters"),
                    requestID: requestID, audioDurationMilliseconds: seconds.map { Int(($0 * 1000).rounded()) }))
        case .elevenLabsSTS:
            return .elevenLabsSTS(
                Stoa.ElevenLabsSTS(
                    voiceID: voice, modelID: model,
                    audioDurationMilliseconds: Int((try known(seconds, "duration") * 1000).rounded()),
                    requestID: requestID))
        default:
            return .elevenLabsVoiceClone(Stoa.ElevenLabsVoiceClone(voiceID: voice, requestID: requestID))
        }
    }

    private func deepgram() throws(Inexpressible) -> Stoa.UsageEvent.Payload {
        let model = try known(model, "model")
        guard operation == .deepgramTranscription else {
            return .deepgramTTS(
                Stoa.DeepgramTTS(
                    model: model, characters: try known(characters, "number of characters"), requestID: requestID))
        }
        return .deepgramTranscription(
            Stoa.DeepgramTranscription(
                model: model, tier: tier ?? "nova", durationSeconds: try known(seconds, "duration"),
                features: features ?? [], requestID: requestID))
    }
}
