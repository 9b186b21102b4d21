import Foundation
import TollgateCore

/// What one call of a provider used, or what an application counted itself.
///
/// A quantity that is not known is nil, and never 0. Numbers of tokens are the provider's own: OpenAI counts cached
/// tokens among the tokens read, Anthropic beside them; ``totalTokens`` knows the difference.
public struct Usage: Sendable, Hashable {
    /// What was called.
    public var operation: Operation
    /// The provider's name of the model.
    public var model: String?

    /// How many tokens the model read, as the provider counts them.
    public var inputTokens: Int?
    /// How many tokens the model wrote, reasoning included.
    public var outputTokens: Int?
    /// How many tokens came from the cache.
    public var cachedTokens: Int?
    /// How many tokens were written to the cache.
    public var cacheWriteTokens: Int?
    /// For how long tokens were written to the cache: `5m` or `1h`.
    public var cacheTTL: String?
    /// How many of the tokens written are reasoning.
    public var reasoningTokens: Int?
    /// ``inputTokens`` as the model's own tokenizer counts them.
    public var nativeInputTokens: Int?
    /// ``outputTokens`` as the model's own tokenizer counts them.
    public var nativeOutputTokens: Int?

    /// How many characters were spoken.
    public var characters: Int?
    /// How long the audio is.
    public var seconds: Double?
    /// How many images were made; of a sum, how many events are in it.
    public var count: Int?
    /// How much of what ``name`` says.
    public var quantity: Decimal?
    /// What the application calls the thing it counts.
    public var name: String?
    /// What ``quantity`` is counted in.
    public var unit: String?
    /// What the provider says that the call cost, in its own currency.
    public var cost: Decimal?

    /// The voice that spoke.
    public var voice: String?
    /// The size of an image.
    public var size: String?
    /// The quality of an image.
    public var quality: String?
    /// The tier that the provider served the call with.
    public var tier: String?
    /// What else was asked of the provider: `diarize`, `punctuate`.
    public var features: [String]?
    /// The length of an embedding.
    public var dimensions: Int?

    /// The provider's id in the body of the answer: `chatcmpl-…`, `msg_…`.
    public var requestID: String?
    /// The provider's id in the header of the answer.
    public var providerRequestID: String?
    /// Whether the answer was streamed.
    public var isStreamed = false
    /// Whether the call ended before the provider told everything, so that more was used than is known.
    public var isPartial = false
    /// How long the call took.
    public var latencyMilliseconds: Int?

    public init(_ operation: Operation, model: String? = nil) {
        self.operation = operation
        self.model = model
    }

    /// All tokens that the call took, read and written, each once; nil if one of the two is not known.
    public var totalTokens: Int? {
        guard let inputTokens else { return nil }
        let written = operation == .openAIEmbedding ? outputTokens ?? 0 : outputTokens
        guard let written else { return nil }
        let beside = operation == .anthropicMessages ? (cachedTokens ?? 0, cacheWriteTokens ?? 0) : (0, 0)
        return Self.sum([inputTokens, written, beside.0, beside.1])
    }

    /// The sum; nil if it is too large.
    private static func sum(_ numbers: [Int]) -> Int? {
        var total = 0
        for number in numbers {
            let (next, overflow) = total.addingReportingOverflow(number)
            guard !overflow else { return nil }
            total = next
        }
        return total
    }
}

extension Usage {
    /// What was called, under the names that Stoa gives to event types.
    public enum Operation: OpenEnum {
        case openAIChatCompletion, openAIResponse, openAICompletion, openAIEmbedding, openAIImageGeneration
        case openAIAudioTranscription, openAIAudioSpeech
        case anthropicMessages
        case openRouterChatCompletion
        case elevenLabsTTS, elevenLabsSTS, elevenLabsVoiceClone
        case deepgramTranscription, deepgramTTS
        /// Something that the application counts itself.
        case custom
        /// The sum of several uses of one user, made by a sink that reports sums.
        case sum
        /// A value that this version does not know; it is kept as it came.
        case unrecognized(String)

        public init(rawValue: String) {
            self = Self.named[rawValue] ?? .unrecognized(rawValue)
        }

        public var rawValue: String {
            switch self {
            case .openAIChatCompletion: "openai.chat_completion"
            case .openAIResponse: "openai.response"
            case .openAICompletion: "openai.completion"
            case .openAIEmbedding: "openai.embedding"
            case .openAIImageGeneration: "openai.image_generation"
            case .openAIAudioTranscription: "openai.audio_transcription"
            case .openAIAudioSpeech: "openai.audio_speech"
            case .anthropicMessages: "anthropic.messages"
            case .openRouterChatCompletion: "openrouter.chat_completion"
            case .elevenLabsTTS: "elevenlabs.tts"
            case .elevenLabsSTS: "elevenlabs.sts"
            case .elevenLabsVoiceClone: "elevenlabs.voice_clone"
            case .deepgramTranscription: "deepgram.transcription"
            case .deepgramTTS: "deepgram.tts"
            case .custom: "custom"
            case .sum: "sum"
            case .unrecognized(let name): name
            }
        }

        private static let known: [Operation] = [
            .openAIChatCompletion, .openAIResponse, .openAICompletion, .openAIEmbedding, .openAIImageGeneration,
            .openAIAudioTranscription, .openAIAudioSpeech, .anthropicMessages, .openRouterChatCompletion,
            .elevenLabsTTS, .elevenLabsSTS, .elevenLabsVoiceClone, .deepgramTranscription, .deepgramTTS, .custom, .sum,
        ]
        private static let named = Dictionary(known.map { ($0.rawValue, $0) }) { $1 }

        /// The provider, as it stands before the point: `openai`.
        public var provider: String { String(rawValue.prefix { $0 != "." }) }
    }
}
