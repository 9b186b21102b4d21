import Foundation

/// The usual forms: `meter.record(userID: "u", .chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94))`.
extension Usage {
    /// One call of OpenAI's chat completions.
    ///
    /// - Parameters:
    ///   - model: The model's name, best as the answer gives it.
    ///   - inputTokens: How many tokens the model read, the cached ones included.
    ///   - outputTokens: How many tokens the model wrote, reasoning included.
    ///   - cachedTokens: How many of the tokens read came from the cache.
    ///   - reasoningTokens: How many of the tokens written are reasoning.
    /// - Returns: What to record.
    public static func chatCompletion(
        model: String, inputTokens: Int?, outputTokens: Int?, cachedTokens: Int? = nil, reasoningTokens: Int? = nil
    ) -> Usage {
        var usage = tokens(.openAIChatCompletion, model, inputTokens, outputTokens)
        usage.cachedTokens = cachedTokens
        usage.reasoningTokens = reasoningTokens
        return usage
    }

    /// One call of OpenAI's responses; the parameters are those of a chat completion.
    public static func response(
        model: String, inputTokens: Int?, outputTokens: Int?, cachedTokens: Int? = nil, reasoningTokens: Int? = nil
    ) -> Usage {
        var usage = chatCompletion(
            model: model, inputTokens: inputTokens, outputTokens: outputTokens, cachedTokens: cachedTokens,
            reasoningTokens: reasoningTokens)
        usage.operation = .openAIResponse
        return usage
    }

    /// One call of OpenAI's embeddings.
    public static func embedding(model: String, inputTokens: Int?) -> Usage {
        tokens(.openAIEmbedding, model, inputTokens, nil)
    }

    /// One call of Anthropic's messages.
    ///
    /// - Parameters:
    ///   - model: The model's name, best as the answer gives it.
    ///   - inputTokens: How many tokens the model read, besides those of the cache.
    ///   - outputTokens: How many tokens the model wrote.
    ///   - cacheReadTokens: How many more tokens came from the cache.
    ///   - cacheWriteTokens: How many more tokens were read and written to the cache.
    /// - Returns: What to record.
    public static func message(
        model: String, inputTokens: Int?, outputTokens: Int?, cacheReadTokens: Int? = nil, cacheWriteTokens: Int? = nil
    ) -> Usage {
        var usage = tokens(.anthropicMessages, model, inputTokens, outputTokens)
        usage.cachedTokens = cacheReadTokens
        usage.cacheWriteTokens = cacheWriteTokens
        return usage
    }

    /// Text that was spoken.
    public static func speech(
        _ operation: Operation = .openAIAudioSpeech, model: String, voice: String? = nil, characters: Int?
    ) -> Usage {
        var usage = Usage(operation, model: model)
        usage.voice = voice
        usage.characters = characters
        return usage
    }

    /// Speech that was written down.
    public static func transcription(
        _ operation: Operation = .openAIAudioTranscription, model: String, seconds: Double?
    ) -> Usage {
        var usage = Usage(operation, model: model)
        usage.seconds = seconds
        return usage
    }

    /// Something that the application counts itself.
    ///
    /// - Parameters:
    ///   - name: What it is: `pages.exported`.
    ///   - quantity: How much of it.
    ///   - unit: What it is counted in.
    /// - Returns: What to record.
    public static func custom(_ name: String, quantity: Decimal = 1, unit: String? = nil) -> Usage {
        var usage = Usage(.custom)
        usage.name = name
        usage.quantity = quantity
        usage.unit = unit
        return usage
    }

    private static func tokens(_ operation: Operation, _ model: String, _ input: Int?, _ output: Int?) -> Usage {
        var usage = Usage(operation, model: model)
        usage.inputTokens = input
        usage.outputTokens = output
        return usage
    }
}
