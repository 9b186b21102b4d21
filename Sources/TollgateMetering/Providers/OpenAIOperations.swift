import TollgateCore

extension MeteredOperation {
    static let openAI = [
        MeteredOperation(
            .openAIChatCompletion, "chat/completions", isAskedForUsage: true, request: { $1.model = $0["model"] },
            answer: { $1.readCompletion($0) }, event: { $1.readCompletionChunk($0) }),
        MeteredOperation(
            .openAICompletion, "completions", isAskedForUsage: true, request: { $1.model = $0["model"] },
            answer: { $1.readCompletion($0) }, event: { $1.readCompletionChunk($0) }),
        MeteredOperation(
            .openAIResponse, "responses", request: { $1.model = $0["model"] }, answer: { $1.readResponse($0) },
            event: { event, usage in
                if let response = event["response"] { usage.readResponse(response) }
                return ["response.completed", "response.incomplete", "response.failed"].contains(event["type"]?.text)
            }),
        MeteredOperation(
            .openAIEmbedding, "embeddings",
            request: { request, usage in
                usage.model = request["model"]
                usage.dimensions = request.number("dimensions")
            },
            answer: { answer, usage in
                usage.readModel(answer)
                usage.inputTokens = answer["usage"]?["prompt_tokens"]?.count ?? answer["usage"]?["total_tokens"]?.count
            }),
        MeteredOperation(
            .openAIImageGeneration, "images/generations",
            request: { request, usage in
                usage.model = request["model"] ?? "dall-e-2"
                usage.size = request["size"] ?? "1024x1024"
                usage.quality = request["quality"] ?? "standard"
                usage.count = request.number("n") ?? 1
            },
            answer: { answer, usage in
                usage.readImage(answer)
                usage.count = (try? answer["data"]?.elements())?.count ?? usage.count
            },
            event: { event, usage in
                usage.readImage(event)
                return event["type"]?.text == "image_generation.completed"
            }),
        MeteredOperation(
            .openAIAudioTranscription, "audio/transcriptions",
            request: { request, usage in
                usage.model = request["model"] ?? "whisper-1"
                usage.seconds = request.recordingSeconds("file")
            },
            answer: { $1.readTranscription($0) },
            event: { event, usage in
                usage.readTranscription(event)
                return event["type"]?.text == "transcript.text.done"
            }),
        MeteredOperation(
            .openAIAudioSpeech, "audio/speech",
            request: { request, usage in
                usage.model = request["model"] ?? "tts-1"
                usage.voice = request["voice"] ?? request.json?["voice"]?["id"]?.text ?? "alloy"
                usage.characters = request.characters("input")
            },
            event: { event, usage in
                usage.readTokens(event["usage"])
                return event["type"]?.text == "speech.audio.done"
            }),
    ]
}

extension Usage {
    /// The model that answered; the one that was asked for stays if the answer names none.
    mutating func readModel(_ answer: JSONElement) {
        model = answer["model"]?.text ?? model
    }

    /// A chat completion, an older completion, or a chunk of one of them; OpenRouter's, too.
    mutating func readCompletion(_ answer: JSONElement) {
        readModel(answer)
        requestID = answer["id"]?.text ?? requestID
        tier = answer["service_tier"]?.text ?? tier
        guard let told = answer["usage"] else { return }
        inputTokens = told["prompt_tokens"]?.count ?? inputTokens
        outputTokens = told["completion_tokens"]?.count ?? outputTokens
        cachedTokens = told["prompt_tokens_details"]?["cached_tokens"]?.count ?? cachedTokens
        cacheWriteTokens = told["prompt_tokens_details"]?["cache_write_tokens"]?.count ?? cacheWriteTokens
        reasoningTokens = told["completion_tokens_details"]?["reasoning_tokens"]?.count ?? reasoningTokens
    }

    /// - Returns: Whether the usage in it is final. Some services tell a preliminary one with each chunk.
    mutating func readCompletionChunk(_ chunk: JSONElement) -> Bool {
        readCompletion(chunk)
        guard let told = chunk["usage"], !told.isNull, let choices = try? chunk["choices"]?.elements() else {
            return false
        }
        return choices.allSatisfy { $0["finish_reason"]?.text != nil }
    }

    fileprivate mutating func readResponse(_ response: JSONElement) {
        readModel(response)
        requestID = response["id"]?.text ?? requestID
        tier = response["service_tier"]?.text ?? tier
        readTokens(response["usage"])
    }

    /// The usage in the form of OpenAI's later operations.
    fileprivate mutating func readTokens(_ told: JSONElement?) {
        guard let told else { return }
        inputTokens = told["input_tokens"]?.count ?? inputTokens
        outputTokens = told["output_tokens"]?.count ?? outputTokens
        cachedTokens = told["input_tokens_details"]?["cached_tokens"]?.count ?? cachedTokens
        cacheWriteTokens = told["input_tokens_details"]?["cache_write_tokens"]?.count ?? cacheWriteTokens
        reasoningTokens = told["output_tokens_details"]?["reasoning_tokens"]?.count ?? reasoningTokens
    }

    /// What was made, where the answer says so: `auto` was asked for, and `1536x1024` made.
    fileprivate mutating func readImage(_ answer: JSONElement) {
        size = answer["size"]?.text ?? size
        quality = answer["quality"]?.text ?? quality
        readTokens(answer["usage"])
    }

    fileprivate mutating func readTranscription(_ answer: JSONElement) {
        seconds = answer["duration"]?.seconds ?? answer["usage"]?["seconds"]?.seconds ?? seconds
        readTokens(answer["usage"])
    }
}
