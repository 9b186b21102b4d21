/// A name and its text in a form or a query, neither of them encoded.
struct NamedText: Sendable, Hashable {
    var name: String
    var text: String
}

extension JSONElement {
    /// A scalar without its quotes, `""` for null; nil for an array and an object.
    var scalarText: String? {
        switch kind {
        case .null: ""
        case .bool: (try? bool()).map { $0 ? "true" : "false" }
        case .number: try? number().jsonText()
        case .string: try? string()
        case .array, .object: nil
        }
    }

    /// The scalars of which the value consists: `items[0][price]`, where `items` is the value's own name.
    ///
    /// They come in the order of the document. An empty array and an empty object yield nothing.
    func bracketed(_ name: String) -> [NamedText] {
        if let text = scalarText { return [NamedText(name: name, text: text)] }
        if let members = try? object().members {
            return members.flatMap { $0.element.bracketed("\(name)[\($0.name)]") }
        }
        guard let elements = try? elements() else { return [] }
        return elements.enumerated().flatMap { $0.element.bracketed("\(name)[\($0.offset)]") }
    }
}
