import TollgateCore

/// An AI provider whose calls can be metered.
public enum AIProvider: String, Sendable, Hashable, CaseIterable {
    case openAI, anthropic, openRouter, elevenLabs, deepgram

    /// The metered operations; where several match a path, the first counts.
    var operations: [MeteredOperation] {
        switch self {
        case .openAI: MeteredOperation.openAI
        case .anthropic: MeteredOperation.anthropic
        case .openRouter: MeteredOperation.openRouter
        case .elevenLabs: MeteredOperation.elevenLabs
        case .deepgram: MeteredOperation.deepgram
        }
    }

    /// The operation that a request calls; nil if it is not metered.
    func operation(of request: HTTPRequest) -> MeteredOperation? {
        guard request.method == .post, let path = request.path else { return nil }
        let components = path.prefix { $0 != "?" }.split(separator: "/")
        return operations.first { $0.matches(components) }
    }
}

/// How the use of one of a provider's operations is found out: what the request tells, what the answer tells, and what
/// the events of a streamed answer tell.
struct MeteredOperation: Sendable {
    let operation: Usage.Operation
    /// The end of the path; `*` stands for any component.
    let path: [Substring]
    /// Whether a stream tells its usage only if `stream_options.include_usage` asks for it.
    let isAskedForUsage: Bool
    let request: @Sendable (RequestContent, inout Usage) -> Void
    let headers: @Sendable (HTTPFields, inout Usage) -> Void
    let answer: @Sendable (JSONElement, inout Usage) -> Void
    /// Reads one event, and says whether no later one tells more of the usage.
    let event: @Sendable (JSONElement, inout Usage) -> Bool

    init(
        _ operation: Usage.Operation, _ path: StaticString, isAskedForUsage: Bool = false,
        request: @escaping @Sendable (RequestContent, inout Usage) -> Void,
        headers: @escaping @Sendable (HTTPFields, inout Usage) -> Void = { _, _ in },
        answer: @escaping @Sendable (JSONElement, inout Usage) -> Void = { _, _ in },
        event: @escaping @Sendable (JSONElement, inout Usage) -> Bool = { _, _ in false }
    ) {
        self.operation = operation
        self.path = "\(path)".split(separator: "/")
        self.isAskedForUsage = isAskedForUsage
        self.request = request
        self.headers = headers
        self.answer = answer
        self.event = event
    }

    fileprivate func matches(_ components: [Substring]) -> Bool {
        components.count >= path.count
            && zip(components.suffix(path.count), path).allSatisfy { $1 == "*" || $0 == $1 }
    }
}
