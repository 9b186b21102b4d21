import GeneratorDiagnostics
import GeneratorYAML

/// Parameters and headers.
extension Session {
    private static let places = ["path", "query", "header", "cookie"]
    /// Headers that OpenAPI describes elsewhere: by media types and by security schemes.
    private static let describedElsewhere = ["accept", "content-type", "authorization"]

    /// The `parameters` of a path item or of an operation, without repetitions.
    func parameters(_ fields: Fields) -> [Parameter] {
        var parameters: [Parameter] = []
        var first: [Parameter.Key: SourceLocation] = [:]
        for target in fields.elements("parameters") {
            let read = part(name(of: target), at: target.location) { parameter(target) }
            guard let parameter = read else { continue }
            if let first = first[parameter.key] {
                duplicate(
                    "the \(parameter.place.rawValue) parameter \"\(parameter.name)\" is described twice",
                    assumed: "the first one counts", at: target.location, first: first,
                    note: "first described here")
            } else if parameter.place == .header && Self.describedElsewhere.contains(parameter.name.lowercased()) {
                warning(
                    "OpenAPI ignores a header parameter named \"\(parameter.name)\"", at: target.location,
                    hint: "describe it by the media type or by a security scheme")
            } else {
                parameters.append(parameter)
                first[parameter.key] = parameter.location
            }
        }
        return parameters
    }

    /// What a parameter is called that cannot be read.
    private func name(of target: Target) -> String {
        let mapping = target.node.mapping
        let name = mapping?["name"]?.text ?? mapping?["$ref"]?.text
        return name.map { "the parameter \"\($0)\"" } ?? "a parameter"
    }

    func parameter(_ target: Target) -> Parameter? {
        guard let target = follow(target, as: .parameters) else { return nil }
        return once(target, in: \.knownParameters) { described(target) }
    }

    private func described(_ target: Target) -> Parameter? {
        guard let fields = open(target, as: .parameter), let nameNode = fields["name"],
            let name = string(nameNode), let placeNode = fields["in"]
        else { return nil }
        let places = Self.places + (target.place.file.version >= .v32 ? ["querystring"] : [])
        guard let place = choice(placeNode, of: places).flatMap(ParameterLocation.init(rawValue:)) else { return nil }
        var parameter = Parameter(name: name, place: place, schema: nil, location: nameNode.location)
        parameter.component = target.place.component
        parameter.description = target.description ?? fields.string("description")
        parameter.isDeprecated = fields.bool("deprecated") ?? false
        parameter.isRequired = fields.bool("required") ?? false
        parameter.allowsEmptyValue = fields.bool("allowEmptyValue") ?? false
        if place == .path && !parameter.isRequired {
            slip(
                "a path parameter is always required", at: fields["required"]?.location ?? nameNode.location,
                hint: "write \"required: true\"")
            parameter.isRequired = true
        }
        readStyle(fields, into: &parameter)
        parameter.examples = examples(fields)
        switch content(fields) {
        case .schema(let schema):
            parameter.schema = schema
        case .mediaType(let mediaType):
            parameter.schema = mediaType.schema
            parameter.contentType = mediaType.contentType
            parameter.examples += mediaType.examples
        case nil:
            break
        }
        parameter.isContext = headerMark("x-tollgate-context", fields, parameter)
        parameter.isIdempotencyKey = headerMark("x-tollgate-idempotency-key", fields, parameter)
        parameter.swiftName = swiftName(fields)
        return parameter
    }

    private func readStyle(_ fields: Fields, into parameter: inout Parameter) {
        let known = ParameterStyle.names(in: parameter.place)
        if let style = fields["style"], !known.isEmpty, let name = choice(style, of: known, else: known[0]) {
            parameter.style = name
            parameter.explode = name == "form"
        }
        if let explode = fields.bool("explode") { parameter.explode = explode }
        parameter.allowReserved = fields.bool("allowReserved") ?? false
    }

    /// A string that must be one of a few words; in documents from outside, `fallback` stands for any other.
    func choice(_ node: Node, of words: [String], else fallback: String? = nil) -> String? {
        guard let word = string(node) else { return nil }
        if words.contains(word) { return word }
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        let message = "\"\(word)\" is none of \(list)"
        let hint = didYouMean(word, in: words)
        guard strictness == .outside, let fallback else {
            error(message, at: node.location, hint: hint)
            return nil
        }
        slip(message, assumed: "it is taken as \"\(fallback)\"", at: node.location, hint: hint)
        return fallback
    }

    /// What describes the value of a parameter or of a header.
    private enum Content {
        case schema(SchemaID)
        case mediaType(MediaType)
    }

    /// The `schema` of a parameter or of a header, or the one media type of its `content`.
    private func content(_ fields: Fields) -> Content? {
        if let schema = fields.target("schema") {
            if let content = fields.mapping.entry("content") {
                slip(
                    "either \"schema\" or \"content\", not both", assumed: "\"schema\" counts",
                    at: content.key.location)
            }
            return .schema(self.schema(schema))
        }
        guard let content = fields.mapping.entry("content") else {
            slip("missing \"schema\" or \"content\"", assumed: "it is a string", at: fields.location)
            return nil
        }
        let mediaTypes = mediaTypes(fields)
        if mediaTypes.count != 1 {
            let assumed = mediaTypes.isEmpty ? "it is a string" : "the first one counts"
            slip("exactly one media type is needed here", assumed: assumed, at: content.key.location)
        }
        return mediaTypes.first.map(Content.mediaType)
    }

    /// A mark that only header parameters bear.
    private func headerMark(_ keyword: String, _ fields: Fields, _ parameter: Parameter) -> Bool {
        guard let entry = fields.mapping.entry(keyword), bool(entry.value) == true else { return false }
        if parameter.place == .header { return true }
        error("\"\(keyword)\" belongs to header parameters only", at: entry.key.location)
        return false
    }

    // MARK: - Headers

    func headers(_ fields: Fields) -> [Header] {
        fields.members("headers").compactMap { name, target in
            if name.lowercased() == "content-type" { return nil }
            return part("the header \"\(name)\"", at: target.location) { header(name, target) }
        }
    }

    func header(_ name: String, _ target: Target) -> Header? {
        guard let target = follow(target, as: .headers), let fields = open(target, as: .header) else { return nil }
        var header = Header(
            name: name, description: target.description ?? fields.string("description"),
            isRequired: fields.bool("required") ?? false, schema: nil)
        header.explode = fields.bool("explode") ?? false
        switch content(fields) {
        case .schema(let schema): header.schema = schema
        case .mediaType(let mediaType):
            header.schema = mediaType.schema
            header.contentType = mediaType.contentType
        case nil: break
        }
        return header
    }
}

/// The words for how a value is written.
enum ParameterStyle {
    /// Those that a place has, the usual one first.
    static func names(in place: ParameterLocation) -> [String] {
        switch place {
        case .path: ["simple", "label", "matrix"]
        case .query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"]
        case .header: ["simple"]
        case .cookie: ["form", "cookie"]
        case .querystring: []
        }
    }
}
