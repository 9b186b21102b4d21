import GeneratorPlan

/// What is fixed about an operation.
struct EndpointPrinter {
    let spelling: Spelling
    let plan: OperationPlan

    /// ```
    /// static let commitEndpoint = Endpoint<Vluna.CommitEnvelope>(
    ///     "vluna.commit", .post, "/gate/commits",
    ///     idempotencyKey: .named("Idempotency-Key"),
    ///     errors: [
    ///         .init(402, Vluna.GateDenied.self),
    ///         .init(default: Vluna.Failure.self),
    ///     ])
    /// ```
    func declaration() -> Code {
        let name: Code = "static let \(name: plan.endpointName) ="
        let type: Code = "Endpoint<\(response)>("
        let line: Code = "\(name) \(type)"
        if line.fits(at: 4) { return "\(name) \(value(type, at: line.text.count + 4))" }
        return """
            \(name)
                \(value(type, at: type.text.count + 8))
            """
    }

    /// With arguments that would begin at the column if all were on one line.
    private func value(_ head: Code, at column: Int) -> Code {
        let places: [Code] = ["\(label)\(string: plan.key)", method, "\(string: plan.path)"]
        let place = Code.joined(places, by: ", ")
        let end: Code = "\(place))"
        if settings.allSatisfy(\.isEmpty), changes.isEmpty, end.fits(at: column) { return "\(head)\(end)" }
        let arguments = (place.fits(at: 10) ? [place] : places) + settings
        return """
            \(head)
                \(Code.joined(arguments, by: ",\n")))
                \(changes)
            """
    }

    /// `.post`, or `.named("COPY")`
    private var method: Code {
        Self.methods.contains(plan.httpMethod) ? ".\(name: plan.httpMethod)" : ".named(\(string: plan.httpMethod))"
    }

    private static let methods: Set = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
    ]

    /// Which of the initialisers it is.
    private var label: Code {
        switch plan.success {
        case .jsonOrNothing: "orNothing: "
        case .byStatus: "byStatus: "
        case .text: "text: "
        case .rawEvents: "events: "
        case .nothing, .json, .payload, .body, .events: ""
        }
    }

    /// ```
    /// .withoutCredential()
    /// .at("https://upload.example.com", unlessMovedFrom: Vluna.defaultBaseURL)
    /// ```
    private var changes: Code {
        .lines([
            plan.isPublic ? ".withoutCredential()" : "",
            plan.leadsElsewhere ? ".allowingRedirects()" : "",
            server,
        ])
    }

    private var server: Code {
        guard let server = plan.server, let client = plan.serverOwner else { return "" }
        return ".at(\(string: server), unlessMovedFrom: \(path: client).defaultBaseURL)"
    }

    private var settings: [Code] { [idempotencyKey, accept, format, end, errors] }

    /// What the body of a success is read as.
    private var response: Code {
        switch plan.success {
        case .nothing: "Void"
        case .body: "HTTPBody"
        case .text: "String"
        case .rawEvents: "ServerSentEvents"
        case .byStatus(let result): "\(name: result.name)"
        case .jsonOrNothing(let type): spelling.code(type.orNothing)
        case .events(let type, _, _): "EventStream<\(spelling.code(type))>"
        case .json(let type): spelling.code(type)
        case .payload(let envelope, _, _, _): spelling.code(envelope)
        }
    }

    /// `accept: "audio/mpeg"`
    private var accept: Code {
        switch plan.success {
        case .body(let accept?): "accept: \(string: accept)"
        case .text(let accept) where accept != "text/plain": "accept: \(string: accept)"
        default: plan.accept.map { "accept: \(string: $0)" } ?? ""
        }
    }

    /// `end: "[DONE]"`
    private var end: Code {
        guard case .events(_, let end?, _) = plan.success else { return "" }
        return "end: \(string: end)"
    }

    private var format: Code {
        guard case .events(_, _, areLines: true) = plan.success else { return "" }
        return "format: .jsonLines"
    }

    private var idempotencyKey: Code {
        guard let header = plan.idempotencyHeader else { return "" }
        return "idempotencyKey: .named(\(string: header))"
    }

    private var errors: Code {
        if plan.errors.isEmpty { return "" }
        return .array("errors: [", plan.errors.map(error), "]", at: 8)
    }

    /// `.init(402, Vluna.GateDenied.self)`, or `.init(422, content: [String].self)` for what is no error by itself
    private func error(_ error: ErrorPlan) -> Code {
        let type = spelling.code(error.type)
        let meta: Code = error.type.isOptional ? "(\(type)).self" : "\(type).self"
        let value: Code = error.isContent ? "content: \(meta)" : meta
        return switch error.status {
        case .code(let code): ".init(\(code), \(value))"
        case .range(let first): ".init(\(first)00...\(first)99, \(value))"
        case .default: error.isContent ? ".init(defaultContent: \(meta))" : ".init(default: \(meta))"
        }
    }
}

extension TypePlan {
    var isOptional: Bool {
        if case .optional = self { true } else { false }
    }

    /// The type with the question mark of a body that need not be there.
    var orNothing: TypePlan { isOptional ? self : .optional(self) }
}
