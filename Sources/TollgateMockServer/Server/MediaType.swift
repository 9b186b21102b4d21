/// What a `Content-Type` says: `multipart/form-data; boundary=x`.
struct MediaType: Sendable {
    /// How the bytes of a body are read.
    enum Form: Sendable {
        case json, urlEncoded, multipart, bytes
    }

    /// In small letters, without parameters: `multipart/form-data`.
    let name: String
    private let parameters: [(name: String, value: String)]

    init(_ text: some StringProtocol) {
        var parts = Self.split(text[...], at: ";").map { $0.trimming(" \t") }
        name = parts.removeFirst().lowercased()
        parameters = parts.compactMap { part in
            guard let sign = part.firstIndex(of: "=") else { return nil }
            return (part[..<sign].trimming(" \t").lowercased(), Self.unquoted(part[part.index(after: sign)...]))
        }
    }

    var form: Form {
        switch name {
        case "application/json": .json
        case "application/x-www-form-urlencoded": .urlEncoded
        case "multipart/form-data": .multipart
        default: name.hasSuffix("+json") ? .json : .bytes
        }
    }

    /// The value of a parameter, without quotation marks.
    subscript(parameter: String) -> String? {
        parameters.first { $0.name == parameter }?.value
    }

    /// Whether a range contains it: `audio/mpeg`, `audio/*` or `*/*`.
    func fits(_ range: String) -> Bool {
        range == name || range == "*/*" || (range.hasSuffix("/*") && name.hasPrefix(range.dropLast()))
    }

    /// The parts between separators that are not within quotation marks.
    static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        let text = Substring(text)
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.indices {
            switch text[index] {
            case "\"" where !isEscaped: isQuoted.toggle()
            case separator where !isQuoted:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
            isEscaped = isQuoted && text[index] == "\\" && !isEscaped
        }
        return parts + [text[start...]]
    }

    /// A value without the quotation marks around it, and without the backslashes before those within it.
    static func unquoted(_ text: some StringProtocol) -> String {
        let text = text.trimming(" \t")
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return String(text) }
        return String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }
}

extension StringProtocol {
    /// The text without these characters at its ends.
    func trimming(_ characters: String) -> Substring {
        let text = Substring(self)
        guard let first = text.firstIndex(where: { !characters.contains($0) }),
            let last = text.lastIndex(where: { !characters.contains($0) })
        else { return "" }
        return text[first...last]
    }
}
