import TollgateCore

// The short forms of what conversations mostly consist of.

extension Anthropic.InputMessage {
    /// What the user says.
    public static func user(_ text: String) -> Self { Self(role: .user, content: .text(text)) }

    /// What the user says, shows, or answers for tools.
    public static func user(_ blocks: [Anthropic.ContentBlock]) -> Self { Self(role: .user, content: .blocks(blocks)) }

    /// What the model said before.
    public static func assistant(_ text: String) -> Self { Self(role: .assistant, content: .text(text)) }

    /// An answer, handed back so that the conversation can go on.
    public static func assistant(_ message: Anthropic.Message) -> Self {
        Self(role: .assistant, content: .blocks(message.content))
    }
}

extension Anthropic.ContentBlock {
    /// Some text.
    public static func text(_ text: String) -> Self { .text(Anthropic.TextBlock(text: text)) }

    /// What a tool that the model called has answered.
    public static func toolResult(_ text: String, toolUseID: String, isError: Bool? = nil) -> Self {
        .toolResult(Anthropic.ToolResultBlock(toolUseID: toolUseID, content: .text(text), isError: isError))
    }
}

extension Anthropic.Message {
    /// All text of the answer in one piece; empty if there is none.
    public var text: String {
        content.reduce(into: "") { result, block in
            if case .text(let part) = block { result += part.text }
        }
    }
}
