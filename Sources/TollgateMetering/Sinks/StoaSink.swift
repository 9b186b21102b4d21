import Foundation
import TollgateCore
import TollgateStoa

/// Sends usage to Stoa, up to 500 events in a call.
///
/// What an event cannot say without a number that is not known is refused, rather than sent as 0. An event that the
/// user's balance does not cover waits until it does.
public struct StoaSink: UsageSink {
    private let stoa: Stoa
    public var limits = SinkLimits(batch: 500, dedupeWindow: .seconds(30 * 86_400))

    public init(_ stoa: Stoa) {
        self.stoa = stoa.with(retry: .never)
    }

    public func send(_ records: [OutgoingUsage]) async throws -> [Delivery] {
        var deliveries = [Delivery?](repeating: nil, count: records.count)
        var events: [(index: Int, event: Stoa.UsageEvent)] = []
        for (index, record) in records.enumerated() {
            do throws(Inexpressible) {
                events.append((index, try record.record.stoaEvent()))
            } catch {
                deliveries[index] = .refused(error.reason)
            }
        }
        if !events.isEmpty {
            let result = try await stoa.events.batchCreate(events: events.map(\.event))
            for (place, (index, event)) in events.enumerated() {
                deliveries[index] = result.delivery(of: event, at: place)
            }
        }
        return deliveries.map { $0 ?? .delivered }
    }
}

extension UsageSink where Self == StoaSink {
    /// Sends usage to Stoa.
    public static func stoa(_ stoa: Stoa) -> StoaSink { StoaSink(stoa) }
}

extension Stoa.EventBatchResult {
    /// What became of an event. The service may leave out the results; then the numbers have to do.
    fileprivate func delivery(of event: Stoa.UsageEvent, at place: Int) -> Delivery {
        let inPlace = results.flatMap { $0.indices.contains(place) ? $0[place] : nil }
        let named = inPlace?.eventID == event.eventID ? inPlace : results?.first { $0.eventID == event.eventID }
        guard let result = named ?? (inPlace?.eventID == nil ? inPlace : nil) else {
            return (rejected ?? 0) == 0 ? .delivered : .unknown("The answer does not say which events were rejected.")
        }
        switch result.status {
        case .duplicate: return .duplicate
        case .rejected: return result.error.delivery
        case .accepted, nil: return .delivered
        case .unrecognized(let status): return .unknown("The event's status is \(status).")
        }
    }
}

extension Stoa.FailureDetail? {
    /// What a rejection means.
    fileprivate var delivery: Delivery {
        let reason = self.map { "\($0.code.rawValue): \($0.message)" } ?? "rejected without a reason"
        switch self?.code {
        case .insufficientBalance, .timestampInFuture: return .postponed(reason)
        case .rateLimited, .unavailable: return .postponed(reason)
        case .internalError: return .unknown(reason)
        default: return .refused(reason)
        }
    }
}

// MARK: - Records as events

/// A record that a service has no words for.
struct Inexpressible: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension UsageRecord {
    fileprivate func stoaEvent() throws(Inexpressible) -> Stoa.UsageEvent {
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
