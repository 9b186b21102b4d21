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
        let head: Code = "static let \(name: plan.endpointName) = Endpoint<\(response)>("
        let place: Code = "\(string: plan.key), .\(name: plan.httpMethod), \(string: plan.path)"
        let line: Code = "\(head)\(place))"
        if plan.idempotencyHeader == nil, plan.errors.isEmpty, line.fits(at: 4) { return line }
        let arguments = Code.joined([place, idempotencyKey, errors], by: ",\n")
        return """
            \(head)
                \(arguments))
            """
    }

    /// What the body of a success is read as.
    private var response: Code {
        switch plan.success {
        case .nothing: "Void"
        case .bytes: "[UInt8]"
        case .json(let type): spelling.code(type)
        case .payload(let envelope, _, _, _): spelling.code(envelope)
        }
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
