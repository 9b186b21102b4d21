/// Chooses operations of a document.
public enum OperationFilter: Hashable, Sendable {
    /// Those with a tag.
    case tag(String)
    /// Those of the paths that a pattern fits: `/collections/*`.
    case path(String)
    /// Those whose `operationId` a pattern fits: `get*`.
    case operation(String)

    /// Takes `tag:NAME`, `path:PATTERN` or `operation:PATTERN`; in patterns, `*` stands for any text.
    ///
    /// Nil if the text is none of them.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let value = String(text[text.index(after: colon)...])
        if value.isEmpty { return nil }
        switch text[..<colon] {
        case "tag": self = .tag(value)
        case "path": self = .path(value)
        case "operation": self = .operation(value)
        default: return nil
        }
    }
}

extension OperationFilter: CustomStringConvertible {
    /// As it is written: `tag:points`.
    public var description: String {
        switch self {
        case .tag(let name): "tag:\(name)"
        case .path(let pattern): "path:\(pattern)"
        case .operation(let pattern): "operation:\(pattern)"
        }
    }
}
