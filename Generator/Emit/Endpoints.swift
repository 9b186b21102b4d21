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
        let place: Code = "\(string: plan.key), .\(name: plan.httpMethod), \(string: plan.path)"
        let end: Code = "\(place))"
        if settings.allSatisfy(\.isEmpty), end.fits(at: column) { return "\(head)\(end)" }
        let places: [Code] = ["\(string: plan.key)", ".\(name: plan.httpMethod)", "\(string: plan.path)"]
        let arguments = (place.fits(at: 10) ? [place] : places) + settings
        return """
            \(head)
                \(Code.joined(arguments, by: ",\n")))
            """
    }

    private var settings: [Code] { [idempotencyKey, accept, format, end, errors] }

    /// What the body of a success is read as.
    private var response: Code {
        switch plan.success {
        case .nothing: "Void"
        case .body: "HTTPBody"
        case .events(let type, _, _): "EventStream<\(spelling.code(type))>"
        case .json(let type): spelling.code(type)
        case .payload(let envelope, _, _, _): spelling.code(envelope)
        }
    }

    /// `accept: "audio/mpeg"`
    private var accept: Code {
        guard case .body(let accept?) = plan.success else { return "" }
        return "accept: \(string: accept)"
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

    /// `.init(402, Vluna.GateDenied.self)`
    private func error(_ error: ErrorPlan) -> Code {
        switch error.status {
        case .code(let code): ".init(\(code), \(error.type).self)"
        case .range(let first): ".init(\(first)00...\(first)99, \(error.type).self)"
        case .default: ".init(default: \(error.type).self)"
        }
    }
}
