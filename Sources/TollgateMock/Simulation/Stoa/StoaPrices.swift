import Foundation
import TollgateMockServer
import TollgateStoa

/// What usage costs at the simulated Stoa, exactly, in US dollars.
///
/// The real prices are the service's own; these are close to the providers' list prices. A model is looked up by its
/// name, then by the longest known name that it begins with; for others, ``unknownModel`` holds. Events of the type
/// `custom` cost nothing.
enum StoaPrices {
    /// US dollars for a million tokens.
    struct Tokens: Sendable {
        let input: Decimal
        let output: Decimal
        /// For input that came from the provider's cache.
        let cached: Decimal

        init(_ input: String, _ output: String, cached: String? = nil) {
            self.input = .exact(input)
            self.output = .exact(output)
            self.cached = .exact(cached ?? input)
        }
    }

    static let unknownModel = Tokens("1.00", "3.00")

    static let models: [String: Tokens] = [
        "gpt-3.5-turbo": Tokens("0.50", "1.50"),
        "gpt-4": Tokens("30.00", "60.00"),
        "gpt-4-turbo": Tokens("10.00", "30.00"),
        "gpt-4.1": Tokens("2.00", "8.00", cached: "0.50"),
        "gpt-4.1-mini": Tokens("0.40", "1.60", cached: "0.10"),
        "gpt-4.1-nano": Tokens("0.10", "0.40", cached: "0.025"),
        "gpt-4o": Tokens("2.50", "10.00", cached: "1.25"),
        "gpt-4o-mini": Tokens("0.15", "0.60", cached: "0.075"),
        "gpt-5": Tokens("1.25", "10.00", cached: "0.125"),
        "gpt-5-mini": Tokens("0.25", "2.00", cached: "0.025"),
        "o1": Tokens("15.00", "60.00", cached: "7.50"),
        "o3": Tokens("2.00", "8.00", cached: "0.50"),
        "o3-mini": Tokens("1.10", "4.40", cached: "0.55"),
        "o4-mini": Tokens("1.10", "4.40", cached: "0.275"),
        "text-embedding-3-small": Tokens("0.02", "0"),
        "text-embedding-3-large": Tokens("0.13", "0"),
        "text-embedding-ada-002": Tokens("0.10", "0"),
        "claude-3-haiku": Tokens("0.25", "1.25", cached: "0.025"),
        "claude-3-5-haiku": Tokens("0.80", "4.00", cached: "0.08"),
        "claude-3-5-sonnet": Tokens("3.00", "15.00", cached: "0.30"),
        "claude-3-7-sonnet": Tokens("3.00", "15.00", cached: "0.30"),
        "claude-sonnet-4": Tokens("3.00", "15.00", cached: "0.30"),
        "claude-opus-4": Tokens("15.00", "75.00", cached: "1.50"),
        "claude-haiku-4-5": Tokens("1.00", "5.00", cached: "0.10"),
    ]

    /// US dollars for one image; the second for a quality of `hd`.
    static let image = (standard: Decimal.exact("0.04"), hd: Decimal.exact("0.08"))
    /// US dollars for a second of audio.
    static let transcriptionSecond = Decimal.exact("0.0001")
    static let speechToSpeechSecond = Decimal.exact("0.002")
    /// US dollars for a million characters.
    static let speechCharacters = Decimal.exact("15.00")
    static let elevenLabsCharacters = Decimal.exact("300.00")
    /// US dollars for a voice.
    static let voiceClone = Decimal.exact("0.10")

    static func tokens(for model: String) -> Tokens {
        // OpenRouter puts the provider in front: openai/gpt-4o.
        let name = model.split(separator: "/").last.map(String.init) ?? model
        if let prices = models[name] { return prices }
        let prefix = models.keys.filter { name.hasPrefix($0) }.max { $0.count < $1.count }
        return prefix.flatMap { models[$0] } ?? unknownModel
    }

    /// What an event costs.
    static func price(of payload: Stoa.UsageEvent.Payload) -> Decimal {
        switch payload {
        case .openAIChatCompletion(let use):
            text(use.model, use.inputTokens, use.outputTokens, cached: use.cachedTokens)
        case .openAIResponse(let use):
            text(use.model, use.inputTokens, use.outputTokens, cached: use.cachedTokens)
        case .openAICompletion(let use): text(use.model, use.inputTokens, use.outputTokens)
        case .openAIEmbedding(let use): text(use.model, use.inputTokens, 0)
        case .openAIImageGeneration(let use):
            Decimal(use.count) * (use.quality == "hd" ? image.hd : image.standard)
        case .openAIAudioTranscription(let use): .exact("\(use.durationSeconds)") * transcriptionSecond
        case .openAIAudioSpeech(let use): (Decimal(use.characters) * speechCharacters).millionth
        case .anthropicMessages(let use): anthropic(use)
        case .openRouterChatCompletion(let use): text(use.model, use.inputTokens, use.outputTokens)
        case .elevenLabsTTS(let use): (Decimal(use.characters) * elevenLabsCharacters).millionth
        case .elevenLabsSTS(let use): Decimal(use.audioDurationMilliseconds) * speechToSpeechSecond * .exact("0.001")
        case .elevenLabsVoiceClone: voiceClone
        case .deepgramTranscription(let use): .exact("\(use.durationSeconds)") * transcriptionSecond
        case .deepgramTTS(let use): (Decimal(use.characters) * speechCharacters).millionth
        case .customMetric, .unrecognized: 0
        }
    }

    /// What a report in the form of the first clients costs: its tokens, in either provider's words.
    static func price(of report: Stoa.UsageReport) -> Decimal {
        func count(_ names: String...) -> Int {
            names.lazy.compactMap { report.usage[$0]?.number?.int }.first ?? 0
        }
        let model = report.usage["model"]?.text ?? ""
        return text(model, count("prompt_tokens", "input_tokens"), count("completion_tokens", "output_tokens"))
    }

    private static func text(_ model: String, _ input: Int, _ output: Int, cached: Int = 0) -> Decimal {
        let prices = tokens(for: model)
        let fromCache = min(max(cached, 0), input)
        let sum =
            Decimal(input - fromCache) * prices.input + Decimal(fromCache) * prices.cached
            + Decimal(output) * prices.output
        return sum.millionth
    }

    /// Writing to the cache costs a quarter more than other input, or twice as much for one hour.
    private static func anthropic(_ use: Stoa.AnthropicMessages) -> Decimal {
        let prices = tokens(for: use.model)
        let writing = prices.input * (use.cacheTTL == .oneHour ? 2 : .exact("1.25"))
        let sum =
            Decimal(use.inputTokens) * prices.input + Decimal(use.outputTokens) * prices.output
            + Decimal(use.cacheReadInputTokens) * prices.cached + Decimal(use.cacheCreationInputTokens) * writing
        return sum.millionth
    }
}

extension Decimal {
    /// The number that a text writes; 0 for a text that is none.
    static func exact(_ text: String) -> Decimal {
        JSONNumber(text)?.decimal ?? 0
    }

    fileprivate var millionth: Decimal { self * Decimal(sign: .plus, exponent: -6, significand: 1) }
}
