import GeneratorDiagnostics
import GeneratorYAML

/// Request bodies, responses, media types and examples.
extension Session {
    func requestBody(_ target: Target) -> RequestBody? {
        guard let target = follow(target, as: .requestBodies), let fields = open(target, as: .requestBody) else {
            return nil
        }
        let content = mediaTypes(fields)
        if let entry = fields.mapping.entry("content"), entry.value.mapping?.isEmpty == true {
            slip("a request body needs at least one media type", at: entry.key.location)
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
        return responses.compactMap { name, target in
            guard let status = ResponseStatus(name) else {
                slip(
                    "\"\(name)\" is no status code", at: target.location,
                    hint: "three digits, a range such as \"4XX\", or \"default\"")
                return nil
            }
            return response(target, status: status)
        }
    }

    func response(_ target: Target, status: ResponseStatus) -> Response? {
        let location = target.location
        guard let target = follow(target, as: .responses), let fields = open(target, as: .response) else { return nil }
        var response = Response(
            status: status,
            description: target.description ?? fields.string("description") ?? fields.string("summary") ?? "",
            headers: headers(fields), content: mediaTypes(fields), location: location)
        response.component = target.place.component
        return response
    }

    // MARK: - Media types

    /// The `content` of a request body, a response, a parameter or a header.
    func mediaTypes(_ fields: Fields) -> [MediaType] {
        var mediaTypes: [MediaType] = []
        for (name, target) in fields.members("content") {
            guard let contentType = contentType(name) else {
                slip("\"\(name)\" is no media type", at: target.location, hint: "for example \"application/json\"")
                continue
            }
            guard let mediaType = mediaType(contentType, target) else { continue }
            if mediaTypes.contains(where: { $0.contentType == contentType }) {
                diagnostics.warning(
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
        let essence = text.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        let parts = essence.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? essence : nil
    }

    func mediaType(_ contentType: String, _ target: Target) -> MediaType? {
        let location = target.location
        guard let target = follow(target, as: .mediaTypes), let fields = open(target, as: .mediaType) else {
            return nil
        }
        for (_, encoding) in fields.members("encoding") { _ = open(encoding, as: .encoding) }
        var mediaType = MediaType(
            contentType: contentType, schema: fields.target("schema").map(schema), examples: examples(fields),
            location: location)
        mediaType.itemSchema = fields.target("itemSchema").map(schema)
        return mediaType
    }

    // MARK: - Examples

    /// The `example` and the `examples` of a media type or of a parameter.
    func examples(_ fields: Fields) -> [Example] {
        let unnamed = fields["example"].map { [Example(value: $0)] } ?? []
        return unnamed + fields.members("examples").compactMap(example)
    }

    func example(_ name: String, _ target: Target) -> Example? {
        guard let target = follow(target, as: .examples), let fields = open(target, as: .example) else { return nil }
        let summary = fields.string("summary") ?? target.description ?? fields.string("description")
        return (fields["value"] ?? fields["dataValue"]).map { Example(name: name, summary: summary, value: $0) }
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
