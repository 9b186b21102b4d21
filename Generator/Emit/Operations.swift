import GeneratorPlan

/// One call.
struct OperationPrinter {
    let spelling: Spelling
    let plan: OperationPlan

    /// ```
    /// /// Closes a lease and charges what was used.
    /// public func commit(leaseToken: String, quantityMinor: Int64) async throws -> Vluna.Commit {
    ///     var request = APIRequest(Self.commitEndpoint)
    ///     request.json(Vluna.CommitRequest(leaseToken: leaseToken, quantityMinor: quantityMinor))
    ///     return try await client.send(request).data
    /// }
    /// ```
    func methods() -> Code {
        .blocks([call, plan.paging.map(pages) ?? ""])
    }

    private var call: Code {
        let tail: Code =
            switch plan.success {
            case .nothing: ") async throws {"
            default: ") async throws -> \(result) {"
            }
        return """
            \(OperationDocumentation(spelling: spelling, plan: plan).comment())
            \(availability)
            \(Code.list("public func \(name: plan.methodName)(", plan.arguments.map(parameter), tail, at: 4))
                \(body)
            }
            """
    }

    private var availability: Code {
        plan.isDeprecated ? "@available(*, deprecated)" : ""
    }

    private var result: Code {
        switch plan.success {
        case .nothing: "Void"
        case .bytes: "[UInt8]"
        case .json(let type), .payload(_, _, let type, _): spelling.code(type)
        }
    }

    /// `limit: Int? = nil`
    private func parameter(_ argument: ArgumentPlan) -> Code {
        let type = spelling.code(argument.type)
        let declaration = name(argument)
        if let value = argument.defaultValue { return "\(declaration): \(type) = \(expression: value)" }
        if argument.isPatch { return "\(declaration): Patch<\(type)> = .absent" }
        if argument.isOptional { return "\(declaration): \(type)? = nil" }
        return "\(declaration): \(type)"
    }

    /// `limit`, `_ body` or `for period`
    private func name(_ argument: ArgumentPlan) -> Code {
        let isOwnLabel = SwiftText.label(argument.label) == SwiftText.label(argument.name)
        return isOwnLabel ? "\(label: argument.name)" : "\(label: argument.label) \(name: argument.name)"
    }

    // MARK: Body

    /// ```
    /// var request = APIRequest(Self.commitEndpoint)
    /// request.json(body)
    /// let envelope = try await client.send(request)
    /// var payload = envelope.data
    /// payload.hints = envelope.hints
    /// return payload
    /// ```
    private var body: Code {
        let settings = plan.parameters.map(setting) + requestBody
        let new: Code = "APIRequest(Self.\(name: plan.endpointName))"
        if settings.isEmpty { return sending(new) }
        return """
            var request = \(new)
            \(Code.lines(settings))
            \(sending("request"))
            """
    }

    private func sending(_ request: Code) -> Code {
        let sent: Code = "try await \(client).send(\(request))"
        switch plan.success {
        case .nothing: return sent
        case .bytes, .json: return "return \(sent)"
        case .payload(_, let member, _, let carried) where carried.isEmpty: return "return \(sent).\(name: member)"
        case .payload(_, let member, let type, let carried):
            let payload: Code = type.isOptional ? "payload?" : "payload"
            return """
                let envelope = \(sent)
                var payload = envelope.\(name: member)
                \(Code.lines(carried.map { "\(payload).\(name: $0) = envelope.\(name: $0)" }))
                return payload
                """
        }
    }

    /// An argument called `client` would be taken for the client.
    private var client: Code {
        plan.arguments.contains { $0.name == "client" } ? "self.client" : "client"
    }

    // MARK: Parameters

    /// `request.query("limit", limit)`
    private func setting(_ parameter: ParameterPlan) -> Code {
        let wireName: Code = "\(string: parameter.wireName)"
        let argument: Code = "\(name: parameter.argument)"
        return switch parameter.place {
        case .path: "request.path(\(wireName), \(argument))"
        case .query: "request.query(\(wireName), \(argument)\(style(of: parameter)))"
        case .header: "request.header(.named(\(wireName)), \(argument))"
        case .cookie: ""
        }
    }

    /// Nothing for a single value: only lists and objects have a style.
    private func style(of parameter: ParameterPlan) -> Code {
        if case .scalar = parameter.type { return "" }
        switch (parameter.style, parameter.explode) {
        case ("deepObject", _): return ", style: .deepObject"
        case ("spaceDelimited", false): return ", style: .spaces"
        case ("pipeDelimited", false): return ", style: .pipes"
        case (_, false): return ", style: .commas"
        default: return ""
        }
    }

    /// ```
    /// request.json(Vluna.CommitRequest(leaseToken: leaseToken))
    /// ```
    private var requestBody: [Code] {
        switch plan.body {
        case nil: []
        case .json(let argument, _): ["request.json(\(name: argument))"]
        case .bytes(let argument, let contentType):
            ["request.body(HTTPBody([UInt8](\(name: argument))), contentType: \(string: contentType))"]
        case .flattened(let model, let arguments): [flattened(model, arguments)]
        }
    }

    private func flattened(_ model: TypeName, _ arguments: [(label: String, argument: String)]) -> Code {
        let values: [Code] = arguments.map { "\(label: $0.label): \(name: $0.argument)" }
        let line: Code = "request.json(\(model)(\(Code.joined(values, by: ", "))))"
        if line.fits(at: 8) { return line }
        return """
            request.json(
                \(Code.list("\(model)(", values, "))", at: 12))
            """
    }

    // MARK: Pages

    /// ```
    /// /// All items of ``usage(from:cursor:)``, page by page as they are needed.
    /// public func usagePages(from: Date, cursor: String? = nil) -> PageSequence<Vluna.UsagePage, Vluna.Row> {
    ///     PageSequence(startingAt: cursor) { cursor in
    ///         try await usage(from: from, cursor: cursor)
    ///     } items: {
    ///         $0.rows
    ///     } next: {
    ///         $0.nextCursor
    ///     }
    /// }
    /// ```
    private func pages(_ paging: PagingPlan) -> Code {
        let tail: Code = ") -> PageSequence<\(spelling.code(paging.page)), \(spelling.code(paging.item))> {"
        let parameters = plan.arguments.map(parameter)
        return """
            \(OperationDocumentation(spelling: spelling, plan: plan).pagesComment())
            \(availability)
            \(Code.list("public func \(name: paging.methodName)(", parameters, tail, at: 4))
                PageSequence(startingAt: \(name: paging.cursorArgument)) { \(name: paging.cursorArgument) in
                    \(Code.list("try await \(name: plan.methodName)(", plan.arguments.map(passedOn), ")", at: 12))
                } items: {
                    \(expression: paging.itemsExpression)
                } next: {
                    \(expression: paging.nextExpression)
                }
            }
            """
    }

    /// `limit: limit`
    private func passedOn(_ argument: ArgumentPlan) -> Code {
        if argument.label == "_" { return "\(name: argument.name)" }
        return "\(label: argument.label): \(name: argument.name)"
    }
}

extension TypePlan {
    fileprivate var isOptional: Bool {
        if case .optional = self { true } else { false }
    }
}
