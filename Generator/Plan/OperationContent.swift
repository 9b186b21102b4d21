import GeneratorDiagnostics
import GeneratorOpenAPI

// Which of the responses and bodies that a document offers a call is about.

extension Operation {
    /// The responses that a call returns: those of the statuses 2xx, or `default` where no status is a success.
    var successes: [Response] {
        let successes = responses.filter { $0.status.isSuccess }
        if !successes.isEmpty || leadsElsewhere { return successes }
        return responses.filter { $0.status == .default && isOnlyForSuccess($0) }
    }

    /// The responses that a call throws.
    var failures: [Response] {
        responses.filter { $0.status.isError && !($0.status == .default && isSuccess($0)) }
    }

    /// Whether the only success is to lead to another place.
    var leadsElsewhere: Bool {
        let statuses = responses.map(\.status)
        return !statuses.contains { $0.isSuccess } && statuses.contains { $0.isRedirect }
    }

    private func isSuccess(_ response: Response) -> Bool {
        !leadsElsewhere && !responses.contains { $0.status.isSuccess } && isOnlyForSuccess(response)
    }

    /// Beside other errors, `default` is the rest of the errors.
    private func isOnlyForSuccess(_ response: Response) -> Bool {
        !responses.contains { $0.status != .default && $0.status.isError }
    }
}

extension Specification {
    /// Whether values of a schema may be objects. Forms of anything else are not described by OpenAPI.
    func hasMembers(_ id: SchemaID) -> Bool {
        let schema = self[resolved(id)]
        if !schema.kinds.isEmpty { return schema.kinds.contains(.object) }
        return schema.items == nil && schema.enumValues.isEmpty
    }
}

extension ResponseStatus {
    var isRedirect: Bool {
        switch self {
        case .code(let code): (300..<400).contains(code)
        case .range(let first): first == 3
        case .default: false
        }
    }
}

/// A body that a call sends.
struct SentBody {
    enum Kind {
        case json
        case form
        case multipart
        /// One JSON value a line.
        case jsonLines
        case text
        case bytes
    }

    var media: MediaType
    var kind: Kind
    /// Of the call's name, where another call has the plain one.
    var suffix = ""
}

extension MediaType {
    /// A range such as `*/*`, described as if it were JSON.
    var isAnything: Bool { ["*/*", "application/*"].contains(contentType) }

    var isText: Bool {
        contentType.hasPrefix("text/") && contentType != "text/event-stream" && !contentType.contains("*")
    }
}

extension OperationPlanner {
    /// The bodies that get a call each: first one with structure, then those of other forms with another schema, and
    /// one of bytes.
    func bodies(of operation: Operation) -> [SentBody] {
        let content = operation.requestBody?.content ?? []
        let kinds = content.map(kind)
        func first(_ kind: SentBody.Kind, where fits: (MediaType) -> Bool = { _ in true }) -> SentBody? {
            zip(content, kinds).first { $1 == kind && fits($0) }.map { SentBody(media: $0.0, kind: kind) }
        }
        let json =
            first(.json) { $0.contentType == "application/json" } ?? first(.json) { !$0.isAnything } ?? first(.json)
        var bodies = [json, first(.form), first(.multipart), first(.jsonLines)].compactMap { $0 }
        if let main = bodies.first, bodies.count > 1 {
            let others = bodies.dropFirst().filter { schema(of: $0) != schema(of: main) }
            bodies = [main] + others.map { SentBody(media: $0.media, kind: $0.kind, suffix: suffix(of: $0.kind)) }
        }
        let sent = Set(bodies.map(\.media.contentType))
        for (media, kind) in zip(content, kinds) where kind != .bytes && kind != .text {
            guard !sent.contains(media.contentType), !isSame(media, as: bodies) else { continue }
            let other = bodies.first.map { "the call sends \"\($0.media.contentType)\"" } ?? "the call sends no body"
            diagnostics.warning("a body of type \"\(media.contentType)\" is left out; \(other)", at: media.location)
        }
        let raw = zip(content, kinds).filter { $1 == .bytes || $1 == .text }.map(\.0)
        if let media = raw.first {
            let isText = bodies.isEmpty && raw.count == 1 && kind(of: media) == .text
            bodies.append(SentBody(media: media, kind: isText ? .text : .bytes))
        }
        return bodies
    }

    /// The media types that are sent in the same way as another one, with the same schema.
    func contentTypes(of body: SentBody, in operation: Operation) -> [String] {
        let alike = (operation.requestBody?.content ?? []).filter { media in
            kind(of: media) == body.kind && !media.isAnything
                && schema(of: SentBody(media: media, kind: body.kind)) == schema(of: body)
        }
        let names = alike.map { $0.name.isEmpty ? $0.contentType : $0.name }
        return names.isEmpty ? ["application/json"] : names
    }

    private func kind(of media: MediaType) -> SentBody.Kind {
        if media.isJSON { return .json }
        if media.isForm { return media.schema.map(specification.hasMembers) ?? true ? .form : .text }
        if media.isMultipart { return .multipart }
        if media.isJSONLines { return .jsonLines }
        if media.isAnything, let schema = media.schema, isStructured(schema) { return .json }
        return media.isText ? .text : .bytes
    }

    /// Whether a value of the schema is no string of bytes.
    func isStructured(_ id: SchemaID) -> Bool {
        let schema = specification[specification.resolved(id)]
        return schema.hasShape && schema.kinds != [.string]
    }

    private func schema(of body: SentBody) -> SchemaID? {
        body.media.schema.map(specification.resolved)
    }

    private func isSame(_ media: MediaType, as bodies: [SentBody]) -> Bool {
        guard let own = media.schema.map(specification.resolved) else { return false }
        return bodies.contains { schema(of: $0) == own }
    }

    private func suffix(of kind: SentBody.Kind) -> String {
        switch kind {
        case .json: "JSON"
        case .form: "Form"
        case .multipart: "Multipart"
        case .jsonLines: "Lines"
        case .text, .bytes: ""
        }
    }
}
