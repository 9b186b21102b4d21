import TollgateCore

// The short forms of what conversations mostly consist of.

extension OpenRouter.ChatMessage {
    /// The application's instructions.
    public static func system(_ text: String) -> Self { .system(OpenRouter.SystemMessage(content: .text(text))) }

    /// What the user says.
    public static func user(_ text: String) -> Self { .user(OpenRouter.UserMessage(content: .text(text))) }

    /// What the model said before.
    public static func assistant(_ text: String) -> Self {
        .assistant(OpenRouter.AssistantMessage(content: .text(text)))
    }

    /// What a tool that the model called has answered.
    public static func tool(_ text: String, callID: String) -> Self {
        .tool(OpenRouter.ToolMessage(toolCallID: callID, content: .text(text)))
    }
}

extension OpenRouter.Content {
    /// All text in one piece; empty if there is none.
    public var plainText: String {
        switch self {
        case .text(let text): text
        case .parts(let parts):
            parts.reduce(into: "") { result, part in
                if case .text(let text) = part { result += text.text }
            }
        case .unrecognized: ""
        }
    }
}
