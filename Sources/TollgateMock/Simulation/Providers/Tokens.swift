import TollgateCore

/// An estimate of how models count: the same text always has the same number of tokens.
enum Tokens {
    /// What an image counts for.
    private static let image = 85
    /// What surrounds a message.
    private static let frame = 3
    /// A long word consists of several tokens.
    private static let longest = 6

    /// Members that say nothing to the model.
    private static let silent: Set = ["type", "role", "id", "call_id", "tool_call_id", "tool_use_id", "cache_control"]

    /// The tokens of a text, which together are the text.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var letters = 0
        for character in text {
            let isLetter = character.isLetter || character.isNumber
            let continues = isLetter ? letters < longest && (letters > 0 || piece.allSatisfy(\.isWhitespace)) : false
            let isSpaceBefore = letters == 0 && !piece.isEmpty && piece.allSatisfy(\.isWhitespace)
            if !piece.isEmpty, !continues, !isSpaceBefore {
                pieces.append(piece)
                piece = ""
                letters = 0
            }
            piece.append(character)
            letters = isLetter ? letters + 1 : 0
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    static func count(_ text: String) -> Int {
        pieces(of: text).count
    }

    /// The tokens of a conversation: everything in it that a model reads.
    static func count(_ value: JSONValue?) -> Int {
        switch value {
        case .string(let text): text.hasPrefix("data:") ? image : count(text)
        case .array(let elements): elements.reduce(0) { $0 + count($1) + ($1["role"] == nil ? 0 : frame) }
        case .object(let members) where members["type"] == "base64": image
        case .object(let members): members.reduce(0) { $0 + (silent.contains($1.key) ? 0 : count($1.value)) }
        default: 0
        }
    }
}
