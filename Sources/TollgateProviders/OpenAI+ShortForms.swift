import TollgateCore

// The short forms of what conversations mostly consist of.

extension OpenAI.ChatMessage {
    /// The application's instructions.
    public static func developer(_ text: String) -> Self { .developer(OpenAI.DeveloperMessage(content: .text(text))) }

    /// The application's instructions, for models before `o1`.
    public static func system(_ text: String) -> Self { .system(OpenAI.SystemMessage(content: .text(text))) }

    /// What the user says.
    public static func user(_ text: String) -> Self { .user(OpenAI.UserMessage(content: .text(text))) }

    /// What the model said before.
    public static func assistant(_ text: String) -> Self {
        .assistant(OpenAI.AssistantMessage(content: .text(text)))
    }

    /// An answer, handed back so that the conversation can go on.
    public static func assistant(_ answer: OpenAI.ChatCompletionMessage) -> Self {
        .assistant(
            OpenAI.AssistantMessage(
                content: answer.content.map { .text($0) }, refusal: answer.refusal, toolCalls: answer.toolCalls,
                audio: answer.audio.map { OpenAI.SpokenAnswerReference(id: $0.id) }))
    }

    /// What a tool that the model called has answered.
    public static func tool(_ text: String, callID: String) -> Self {
        .tool(OpenAI.ToolMessage(toolCallID: callID, content: .text(text)))
    }
}

extension OpenAI.InputItem {
    /// The application's instructions.
    public static func developer(_ text: String) -> Self {
        .message(OpenAI.InputMessage(role: .developer, content: .text(text)))
    }

    /// What the user says.
    public static func user(_ text: String) -> Self {
        .message(OpenAI.InputMessage(role: .user, content: .text(text)))
    }

    /// What the model said before.
    public static func assistant(_ text: String) -> Self {
        .message(OpenAI.InputMessage(role: .assistant, content: .text(text)))
    }

    /// A part of an answer, handed back so that the conversation can go on.
    public init(_ item: OpenAI.OutputItem) {
        self =
            switch item {
            case .message(let message): .message(OpenAI.InputMessage(message))
            case .functionCall(let call): .functionCall(call)
            case .customToolCall(let call): .customToolCall(call)
            case .reasoning(let reasoning): .reasoning(reasoning)
            case .webSearchCall(let call): .webSearchCall(call)
            case .fileSearchCall(let call): .fileSearchCall(call)
            case .codeInterpreterCall(let call): .codeInterpreterCall(call)
            case .imageGenerationCall(let call): .imageGenerationCall(call)
            case .mcpCall(let call): .mcpCall(call)
            case .mcpTools(let tools): .mcpTools(tools)
            case .mcpApprovalRequest(let request): .mcpApprovalRequest(request)
            case .compaction(let item): .compaction(item)
            case .other(let item): .other(item)
            case .unrecognized(let value): .unrecognized(value)
            }
    }
}

extension OpenAI.InputMessage {
    fileprivate init(_ message: OpenAI.OutputMessage) {
        let parts = message.content.map { part -> OpenAI.InputPart in
            switch part {
            case .text(let text): .outputText(text)
            case .refusal(let refusal): .refusal(refusal)
            case .unrecognized(let value): .unrecognized(value)
            }
        }
        self.init(
            role: .assistant, content: .parts(parts), id: message.id, status: message.status, phase: message.phase)
    }
}

extension OpenAI.Response {
    /// All text of the answer in one piece; empty if there is none.
    public var outputText: String {
        output.reduce(into: "") { result, item in
            guard case .message(let message) = item else { return }
            for case .text(let part) in message.content { result += part.text }
        }
    }
}
