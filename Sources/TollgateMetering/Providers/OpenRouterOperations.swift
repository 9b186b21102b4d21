import TollgateCore

extension MeteredOperation {
    static let openRouter = [
        MeteredOperation(
            .openRouterChatCompletion, "chat/completions", request: { $1.model = $0["model"] },
            answer: { answer, usage in
                usage.readCompletion(answer)
                usage.readRouting(answer)
            },
            event: { chunk, usage in
                usage.readRouting(chunk)
                return usage.readCompletionChunk(chunk)
            })
    ]
}

extension Usage {
    fileprivate mutating func readRouting(_ answer: JSONElement) {
        guard let told = answer["usage"], !told.isNull else { return }
        cost = (try? told["cost"]?.decimal()) ?? cost
        // OpenRouter counts as the model's own tokenizer does; that it did shows in the details of the cost.
        let isNative = told["cost_details"].map { !$0.isNull } ?? false
        nativeInputTokens = (told["native_prompt_tokens"] ?? (isNative ? told["prompt_tokens"] : nil))?.count
        nativeOutputTokens = (told["native_completion_tokens"] ?? (isNative ? told["completion_tokens"] : nil))?.count
    }
}
