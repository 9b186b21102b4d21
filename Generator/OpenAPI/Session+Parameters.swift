import GeneratorDiagnostics
import GeneratorYAML

/// Parameters and headers.
extension Session {
    private static let places = ["path", "query", "header", "cookie"]
    private static let styles: [ParameterLocation: [String]] = [
        .path: ["simple", "label", "matrix"],
        .query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        .header: ["simple"],
        .cookie: ["form", "cookie"],
    ]
    /// Headers that OpenAPI describes elsewhere: by media types and by security schemes.
    private static let describedElsewhere = ["accept", "content-type", "authorization"]

    /// The `parameters` of a path item or of an operation, without repetitions.
    func parameters(_ fields: Fields) -> [Parameter] {
        var parameters: [Parameter] = []
        for target in fields.elements("parameters") {
            guard let parameter = parameter(target) else { continue }
            if let first = parameters.first(where: { $0.isSame(as: parameter) }) {
                duplicate(
                    "the \(parameter.place.rawValue) parameter \"\(parameter.name)\" is described twice",
                    at: target.location, first: first.location, note: "first described here")
            } else if parameter.place == .header && Self.describedElsewhere.contains(parameter.name.lowercased()) {
                diagnostics.warning(
                    "OpenAPI ignores a header parameter named \"\(parameter.name)\"", at: target.location,
                    hint: "describe it by the media type or by a security scheme")
            } else {
                parameters.append(parameter)
            }
        }
        return parameters
    }

    func parameter(_ target: Target) -> Parameter? {
        guard let target = follow(target, as: .parameters), let fields = open(target, as: .parameter),
            let nameNode = fields["name"], let name = string(nameNode), let placeNode = fields["in"]
        else { return nil }
        let places = Self.places + (target.place.file.version >= .v32 ? ["querystring"] : [])
        guard let place = choice(placeNode, of: places).flatMap(ParameterLocation.init(rawValue:)) else { return nil }
        var parameter = Parameter(name: name, place: place, schema: nil, location: nameNode.location)
        parameter.component = target.place.component
        parameter.description = target.description ?? fields.string("description")
        parameter.isDeprecated = fields.bool("deprecated") ?? false
        parameter.isRequired = fields.bool("required") ?? false
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
        if let style = fields["style"], let known = Self.styles[parameter.place], let name = choice(style, of: known) {
            parameter.style = name
            parameter.explode = name == "form"
        }
        if let explode = fields.bool("explode") { parameter.explode = explode }
        parameter.allowReserved = fields.bool("allowReserved") ?? false
    }

    /// What describes the value of a parameter or of a header.
    private enum Content {
        case schema(SchemaID)
        case mediaType(MediaType)

        var schema: SchemaID? {
            switch self {
            case .schema(let schema): schema
            case .mediaType(let mediaType): mediaType.schema
            }
        }
    }

    /// The `schema` of a parameter or of a header, or the one media type of its `content`.
    private func content(_ fields: Fields) -> Content? {
        if let schema = fields.target("schema") {
            if let content = fields.mapping.entry("content") {
                error("either \"schema\" or \"content\", not both", at: content.key.location)
            }
            return .schema(self.schema(schema))
        }
        guard let content = fields.mapping.entry("content") else {
            error("missing \"schema\" or \"content\"", at: fields.location)
            return nil
        }
        let mediaTypes = mediaTypes(fields)
        if mediaTypes.count != 1 { error("exactly one media type is needed here", at: content.key.location) }
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
            name.lowercased() == "content-type" ? nil : header(name, target)
        }
    }

    func header(_ name: String, _ target: Target) -> Header? {
        guard let target = follow(target, as: .headers), let fields = open(target, as: .header) else { return nil }
        let description = target.description ?? fields.string("description")
        return Header(
            name: name, description: description, isRequired: fields.bool("required") ?? false,
            schema: content(fields)?.schema)
    }
}
