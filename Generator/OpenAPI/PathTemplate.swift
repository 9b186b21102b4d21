/// A path with placeholders, as `/users/{id}`.
struct PathTemplate {
    /// As written.
    let text: String
    /// As it is requested: with a slash before it, and without the operators of URI templates (RFC 6570).
    private(set) var request = ""
    /// The first placeholder with such operators, `{;id*}`: OpenAPI says the same by the parameter's style.
    private(set) var decorated: String?
    /// The names in braces, in order.
    private(set) var placeholders: [String] = []
    /// The path without these names: paths with the same shape answer the same requests.
    private(set) var shape = ""
    /// Whether each brace has its counterpart and each placeholder a name.
    private(set) var isWellFormed = true

    init(_ text: String) {
        self.text = text
        if !text.isEmpty, !text.hasPrefix("/") { request = "/" }
        var name: String?
        for character in text {
            switch (character, name) {
            case ("{", nil):
                name = ""
                shape.append(character)
            case ("}", let complete?):
                let plain = Self.withoutOperators(complete)
                if plain != complete, decorated == nil { decorated = complete }
                placeholders.append(plain)
                request += "{\(plain)}"
                isWellFormed = isWellFormed && !plain.isEmpty
                name = nil
                shape.append(character)
            case ("{", _), ("}", _):
                isWellFormed = false
            case (_, nil):
                shape.append(character)
                request.append(character)
            case (_, let begun?):
                name = begun + String(character)
            }
        }
        isWellFormed = isWellFormed && name == nil
    }

    private static func withoutOperators(_ name: String) -> String {
        let rest = name.drop { ".;?&+#/".contains($0) }
        return String(rest.hasSuffix("*") ? rest.dropLast() : rest)
    }
}
