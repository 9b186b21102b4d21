import HTTPTypes
import TollgateCore

/// Reads what a call says for one parameter, in all styles in which lists and objects can be written.
struct ParameterReader {
    let call: MockCall
    let parameter: MockRoute.Parameter

    /// The JSON value that the parameter writes; nil if it is not there.
    var value: JSONValue? {
        if parameter.isJSON { return texts.last.map { json(PercentEncoding.decode($0, plusIsSpace: isInQuery)) } }
        if parameter.place == .querystring { return queryString }
        let schema = parameter.schema.schema
        if let elements = reader.elements(of: schema) { return list(elements) }
        guard reader.isObject(schema) else { return texts.last.map { reader.value(of: decoded($0), schema) } }
        return object(schema)
    }

    /// The text of a parameter that is neither a list nor an object, without escapes; nil if it is not there.
    var text: String? { texts.last.map(decoded) }

    private var reader: TextReader { TextReader(schemas: call.schemas) }

    private var isInQuery: Bool { parameter.place == .query || parameter.place == .querystring }

    private func json(_ text: String) -> JSONValue {
        (try? JSONValue(jsonText: text)) ?? .string(text)
    }

    /// A whole query that is one value.
    private var queryString: JSONValue? {
        guard let query = call.request.query else { return nil }
        let schema = parameter.schema.schema
        var tree = FormTree()
        for item in PercentEncoding.items(of: query) {
            _ = tree.add(.text(item.value), named: item.name, members: reader.members(of: schema))
        }
        return reader.value(of: tree, schema)
    }

    /// The values under the parameter's name, as sent.
    private var texts: [Substring] {
        switch parameter.place {
        case .path: call.sentPathParameters[parameter.name].map { [unmarked($0)] } ?? []
        case .query: sent(call.request.query, at: "&")
        case .querystring: call.request.query.map { [$0] } ?? []
        case .header: HTTPField.Name(parameter.name).map { call.request.headers[values: $0].map { $0[...] } } ?? []
        case .cookie:
            call.request.headers[values: .cookie].flatMap { sent($0[...], at: ";") }
        }
    }

    /// The values of the pairs with the parameter's name.
    private func sent(_ pairs: Substring?, at separator: Character) -> [Substring] {
        self.pairs(of: pairs ?? "", at: separator).filter { $0.name == parameter.name }.map(\.value)
    }

    private func pairs(of text: Substring, at separator: Character) -> [(name: String, value: Substring)] {
        text.split(separator: separator).map { pair in
            let pair = pair.trimming(" ")
            let sign = pair.firstIndex(of: "=")
            return (decoded(pair[..<(sign ?? pair.endIndex)]), sign.map { pair[pair.index(after: $0)...] } ?? "")
        }
    }

    private func decoded(_ text: Substring) -> String {
        parameter.place == .header ? String(text) : PercentEncoding.decode(text, plusIsSpace: isInQuery)
    }

    // MARK: - Lists and objects

    /// Without what `label` and `matrix` put before a value: `.blue` and `;color=blue` are `blue`.
    private func unmarked(_ text: Substring) -> Substring {
        switch parameter.style {
        case "label" where text.hasPrefix("."): return text.dropFirst()
        case "matrix" where text.hasPrefix(";"):
            // Several pairs are taken apart where they mean something.
            let name = "\(parameter.name)="
            let rest = text.dropFirst()
            return rest.hasPrefix(name) && !rest.contains(";") ? rest.dropFirst(name.count) : rest
        default: return text
        }
    }

    private func list(_ elements: [Schema]) -> JSONValue? {
        guard !texts.isEmpty else { return nil }
        return .array(texts.flatMap(parts).map { reader.scalar($0, elements) })
    }

    /// The elements of a list that is one text with separators in it.
    private func parts(of text: Substring) -> [String] {
        // Documents differ on what is between the elements of a label: RFC 6570 says a comma, OpenAPI 3.0 said a dot.
        let isDotted = parameter.style == "label" && !text.contains(",")
        let separator = isDotted ? "." : parameter.separator
        if parameter.style == "matrix", text.contains(";") {
            return pairs(of: text, at: ";").map { decoded($0.value) }
        }
        if text.contains(separator) { return text.split(separator: separator).map { decoded($0.trimming(" ")) } }
        // Some clients escape the separators, too.
        return decoded(text).split(separator: separator).map(String.init)
    }

    private func object(_ schema: Schema) -> JSONValue? {
        var tree = FormTree()
        var isThere = false
        for (name, value) in members(schema) {
            isThere = true
            // What is nested too deep is no member of any schema.
            _ = tree.add(.text(value), named: name)
        }
        if isThere { return reader.value(of: tree, schema) }
        // Some clients write an object as JSON, without saying so.
        if let text = texts.last { return reader.value(of: decoded(text), schema) }
        // An object without members leaves no trace when each of them would stand by itself.
        let isUnseen = parameter.explode && (isInQuery || parameter.place == .cookie)
        return isUnseen && parameter.isRequired ? .object([:]) : nil
    }

    private func members(_ schema: Schema) -> [(name: String, value: String)] {
        if parameter.style == "deepObject" {
            let prefix = "\(parameter.name)["
            return call.request.queryItems.compactMap { item in
                guard item.name.hasPrefix(prefix) else { return nil }
                let path = item.name.dropFirst(prefix.count)
                return ("\(path.prefix { $0 != "]" })\(path.drop { $0 != "]" }.dropFirst())", item.value)
            }
        }
        guard parameter.explode else {
            let parts = texts.flatMap(parts)
            return stride(from: 0, to: parts.count - 1, by: 2).map { (parts[$0], parts[$0 + 1]) }
        }
        return exploded(schema).map { ($0.name, decoded($0.value)) }
    }

    /// The members of an object of which each stands by itself.
    private func exploded(_ schema: Schema) -> [(name: String, value: Substring)] {
        let others = Set(call.route.parameters.map(\.name))
        let known = reader.members(of: schema)
        func isMember(_ name: String) -> Bool { known.contains(name) || (known.isEmpty && !others.contains(name)) }
        switch parameter.place {
        case .query: return pairs(of: call.request.query ?? "", at: "&").filter { isMember($0.name) }
        case .cookie:
            return call.request.headers[values: .cookie].flatMap { pairs(of: $0[...], at: ";") }
                .filter { isMember($0.name) }
        case .path, .header, .querystring:
            let separator: Character = parameter.style == "matrix" ? ";" : parameter.separator
            return texts.filter { $0.contains("=") }.flatMap { pairs(of: $0, at: separator) }
        }
    }
}

extension MockRoute.Parameter {
    fileprivate var separator: Character {
        switch style {
        case "spaceDelimited": " "
        case "pipeDelimited": "|"
        case "label" where explode: "."
        default: ","
        }
    }
}
