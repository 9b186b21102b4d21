/// A path with placeholders, as `/users/{id}`.
struct PathTemplate {
    let text: String
    /// The names in braces, in order.
    private(set) var placeholders: [String] = []
    /// The path without these names: paths with the same shape answer the same requests.
    private(set) var shape = ""
    /// Whether each brace has its counterpart and each placeholder a name.
    private(set) var isWellFormed = true

    init(_ text: String) {
        self.text = text
        var name: String?
        for character in text {
            switch (character, name) {
            case ("{", nil):
                name = ""
                shape.append(character)
            case ("}", let complete?):
                placeholders.append(complete)
                isWellFormed = isWellFormed && !complete.isEmpty
                name = nil
                shape.append(character)
            case ("{", _), ("}", _):
                isWellFormed = false
            case (_, nil):
                shape.append(character)
            case (_, let begun?):
                name = begun + String(character)
            }
        }
        isWellFormed = isWellFormed && name == nil
    }
}
