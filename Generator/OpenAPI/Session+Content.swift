import GeneratorDiagnostics
import GeneratorYAML

/// Request bodies, responses, media types and examples.
extension Session {
    func requestBody(_ target: Target) -> RequestBody? {
        guard let target = follow(target, as: .requestBodies), let fields = open(target, as: .requestBody) else {
            return nil
        }
        let content = mediaTypes(fields)
        if let members = fields["content"]?.mapping {
            if members.isEmpty {
                slip(
                    "a request body needs at least one media type", assumed: "there is no body",
                    at: fields.mapping.entry("content")?.key.location ?? fields.location)
            } else if content.isEmpty, strictness == .outside {
                error("none of its media types can be read", at: fields.location)
            }
        }
        return RequestBody(
            description: target.description ?? fields.string("description"),
            isRequired: fields.bool("required") ?? false, content: content, location: target.location)
    }

    // MARK: - Responses

    /// The responses of an operation, in the order of the document.
    func responses(_ operation: Fields) -> [Response] {
        guard let entry = operation.mapping.entry("responses") else {
            if strictness == .own && operation.place.file.version > .v30 {
                error("missing \"responses\" in an operation object", at: operation.location)
            }
            return []
        }
        let responses = operation.members("responses", extensible: true)
        if entry.value.mapping != nil && responses.isEmpty {
            slip("an operation needs at least one response", at: entry.key.location)
        }
        var found: [Response] = []
        for (name, target) in responses {
            let upper = name.uppercased()
            guard let status = ResponseStatus(name) ?? (strictness == .outside ? ResponseStatus(upper) : nil) else {
                slip(
                    "\"\(name)\" is no status code", assumed: "it is left out", at: target.location,
                    hint: "three digits, a range such as \"4XX\", or \"default\"")
                continue
            }
            let read = part("the response \(name)", at: target.location) { response(target, status: status) }
            if let response = read, !found.contains(where: { $0.status == status }) { found.append(response) }
        }
        return found
    }

    func response(_ target: Target, status: ResponseStatus) -> Response? {
        guard let found = follow(target, as: .responses) else { return nil }
        var response = once(found, in: \.knownResponses) { described(found) }
        response?.status = status
        response?.location = target.location
        return response
    }

    private func described(_ target: Target) -> Response? {
        guard let fields = open(target, as: .response) else { return nil }
        var response = Response(
            status: .default,
            description: target.description ?? fields.string("description") ?? fields.string("summary") ?? "",
            headers: headers(fields), content: mediaTypes(fields), location: target.location)
        response.component = target.place.component
        return response
    }

    // MARK: - Media types

    /// The `content` of a request body, a response, a parameter or a header.
    func mediaTypes(_ fields: Fields) -> [MediaType] {
        var mediaTypes: [MediaType] = []
        for (name, target) in fields.members("content") {
            guard let contentType = contentType(name) else {
                slip(
                    "\"\(name)\" is no media type", assumed: "it is left out", at: target.location,
                    hint: "for example \"application/json\"")
                continue
            }
            let read = part("the media type \"\(name)\"", at: target.location) { mediaType(contentType, target) }
            guard var mediaType = read else { continue }
            mediaType.name = name
            if mediaTypes.contains(where: { $0.contentType == contentType }) {
                warning(
                    "media types that differ only in parameters are not supported; this one is left out",
                    at: target.location)
            } else {
                mediaTypes.append(mediaType)
            }
        }
        return mediaTypes
    }

    /// A media type in lower case and without parameters.
    private func contentType(_ text: String) -> String? {
        if text == "application/json" { return text }
        let essence = text.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        let parts = essence.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? essence : nil
    }

    func mediaType(_ contentType: String, _ target: Target) -> MediaType? {
        let location = target.location
        guard let target = follow(target, as: .mediaTypes), let fields = open(target, as: .mediaType) else {
            return nil
        }
        var mediaType = MediaType(
            contentType: contentType, schema: fields.target("schema").map(schema), examples: examples(fields),
            location: location)
        mediaType.itemSchema = fields.target("itemSchema").map(schema)
        mediaType.encodings = fields.members("encoding").compactMap { name, target in
            part("the encoding of \"\(name)\"", at: target.location) { encoding(name, target) }
        }
        mediaType.prefixEncodings = fields.elements("prefixEncoding").compactMap { target in
            part("an encoding", at: target.location) { encoding(nil, target) }
        }
        mediaType.itemEncoding = fields.target("itemEncoding").flatMap { target in
            part("the encoding of the items", at: target.location) { encoding(nil, target) }
        }
        return mediaType
    }

    private func encoding(_ property: String?, _ target: Target) -> Encoding? {
        guard let fields = open(target, as: .encoding) else { return nil }
        let contentTypes = fields.string("contentType")?.split(separator: ",") ?? []
        var encoding = Encoding(
            property: property, contentTypes: contentTypes.map { $0.filter { !$0.isWhitespace } },
            headers: headers(fields), location: target.location)
        encoding.style = fields["style"].flatMap { choice($0, of: ParameterStyle.names(in: .query)) }
        encoding.explode = fields.bool("explode")
        encoding.allowReserved = fields.bool("allowReserved") ?? false
        return encoding
    }

    // MARK: - Examples

    /// The `example` and the `examples` of a media type or of a parameter.
    func examples(_ fields: Fields) -> [Example] {
        let unnamed = fields.target("example").map { [Example($0)] } ?? []
        guard let node = fields["examples"], !node.isNull else { return unnamed }
        if strictness == .outside, node.sequence != nil {
            slip(
                "expected a mapping, found a sequence", assumed: "its elements are taken as examples",
                at: node.location)
            return unnamed + fields.elements("examples").map { Example($0.member("value") ?? $0) }
        }
        return unnamed
            + fields.members("examples").compactMap { name, target in
                // An object with none of the keywords is the value itself.
                if strictness == .outside, !isExample(target.node) {
                    slip(
                        "expected an example object, found a value", assumed: "it is taken as the example",
                        at: target.location)
                    return Example(target, name: name)
                }
                let object = part("the example \"\(name)\"", at: target.location) { follow(target, as: .examples) }
                return object.flatMap { example(name, $0) }
            }
    }

    private func isExample(_ node: Node) -> Bool {
        guard let mapping = node.mapping else { return false }
        return mapping.contains { ObjectKind.example.keywords[$0.name] != nil || $0.name == "$ref" }
    }

    func example(_ name: String, _ target: Target) -> Example? {
        guard let target = follow(target, as: .examples), let fields = open(target, as: .example) else { return nil }
        let summary = fields.string("summary") ?? target.description ?? fields.string("description")
        guard let value = fields.target("value") ?? fields.target("dataValue") else { return nil }
        return Example(value, name: name, summary: summary)
    }
}

extension Example {
    fileprivate init(_ target: Target, name: String? = nil, summary: String? = nil) {
        self.init(
            name: name, summary: summary, value: target.node, file: target.place.file.path,
            pointer: target.place.pointer)
    }
}

extension ResponseStatus {
    /// Takes `200`, `4XX` or `default`.
    fileprivate init?(_ text: String) {
        if text == "default" {
            self = .default
        } else if text.count == 3, let code = Int(text), (100...599).contains(code) {
            self = .code(code)
        } else if text.count == 3, text.hasSuffix("XX"), let digit = Int(text.prefix(1)), (1...5).contains(digit) {
            self = .range(digit)
        } else {
            return nil
        }
    }
}
