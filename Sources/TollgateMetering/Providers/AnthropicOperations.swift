import TollgateCore

extension MeteredOperation {
    static let anthropic = [
        MeteredOperation(
            .anthropicMessages, "messages",
            request: { request, usage in
                usage.model = request["model"]
                usage.cacheTTL = request.json?.cacheTTL
            },
            answer: { $1.readMessage($0) },
            event: { event, usage in
                switch event["type"]?.text {
                case "message_start":
                    if let message = event["message"] { usage.readMessage(message) }
                    // The number of tokens written is that of a message that has only begun.
                    usage.outputTokens = nil
                    return false
                case "message_delta":
                    // Cumulative: it takes the place of what was told before.
                    usage.readMessageUsage(event["usage"])
                    return event["delta"]?["stop_reason"]?.text != nil
                default: return false
                }
            })
    ]
}

extension Usage {
    fileprivate mutating func readMessage(_ message: JSONElement) {
        readModel(message)
        requestID = message["id"]?.text ?? requestID
        readMessageUsage(message["usage"])
    }

    fileprivate mutating func readMessageUsage(_ told: JSONElement?) {
        guard let told else { return }
        inputTokens = told["input_tokens"]?.count ?? inputTokens
        outputTokens = told["output_tokens"]?.count ?? outputTokens
        cachedTokens = told["cache_read_input_tokens"]?.count ?? cachedTokens
        cacheWriteTokens = told["cache_creation_input_tokens"]?.count ?? cacheWriteTokens
        reasoningTokens = told["output_tokens_details"]?["thinking_tokens"]?.count ?? reasoningTokens
        tier = told["service_tier"]?.text ?? tier
        let written = told["cache_creation"]
        if written?["ephemeral_1h_input_tokens"]?.count ?? 0 > 0 {
            cacheTTL = "1h"
        } else if written?["ephemeral_5m_input_tokens"]?.count ?? 0 > 0 {
            cacheTTL = "5m"
        }
    }
}

extension JSONElement {
    /// The first lifetime of a cache that is asked for anywhere in a request.
    fileprivate var cacheTTL: String? {
        switch kind {
        case .object:
            if let ttl = self["cache_control"]?["ttl"]?.text, ["5m", "1h"].contains(ttl) { return ttl }
            return (try? object())?.members.lazy.compactMap { $0.element.cacheTTL }.first
        case .array: return (try? elements())?.lazy.compactMap(\.cacheTTL).first
        default: return nil
        }
    }
}
