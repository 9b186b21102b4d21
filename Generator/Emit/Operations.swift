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
        case .body: "HTTPBody"
        case .text: "String"
        case .rawEvents: "ServerSentEvents"
        case .byStatus(let result): "\(name: result.name)"
        case .events(let type, _, _): "EventStream<\(spelling.code(type))>"
        case .jsonOrNothing(let type): spelling.code(type.orNothing)
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
        case .body, .text, .events, .rawEvents, .json, .jsonOrNothing, .byStatus: return "return \(sent)"
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
        let value: Code = "\(parameter.form == .json ? "json: " : "")\(name: parameter.argument)"
        let settings = settings(of: parameter)
        return switch parameter.place {
        case .path: "request.path(\(wireName), \(value)\(settings))"
        case .query: "request.query(\(wireName), \(value)\(settings))"
        case .header: "request.header(.named(\(wireName)), \(value)\(settings))"
        case .cookie: "request.cookie(\(wireName), \(value)\(settings))"
        case .queryString: "request.queryString(\(value))"
        }
    }

    private func settings(of parameter: ParameterPlan) -> Code {
        let reserved: Code = parameter.allowsReserved ? ", allowReserved: true" : ""
        return switch parameter.form {
        case .plain: reserved
        case .json: ""
        case .query(let style): ", style: .\(name: style.rawValue)\(reserved)"
        case .path(let style): ", style: .\(name: style.rawValue)"
        case .exploded: ", isExploded: true"
        }
    }

    /// ```
    /// request.json(Vluna.CommitRequest(leaseToken: leaseToken))
    /// request.multipart(body, adding: "stream", true)
    /// ```
    private var requestBody: [Code] {
        guard let body = plan.body else { return [] }
        let (method, addition) = (method(body.encoding), addition(body.addition))
        switch body.content {
        case .argument(let name):
            let arguments: [Code] = ["\(name: name)", addition] + settings(of: body.encoding)
            return [.list("request.\(method)(", arguments.filter { !$0.isEmpty }, ")", at: 8)]
        case .flattened(let model, let arguments):
            let more = [addition] + settings(of: body.encoding)
            return [flattened(model, arguments, method, .joined(more, by: ", "))]
        }
    }

    private func method(_ encoding: BodyPlan.Encoding) -> Code {
        switch encoding {
        case .json: "json"
        case .jsonLines: "jsonLines"
        case .form, .styledForm: "form"
        case .multipart: "multipart"
        case .text: "text"
        case .bytes: "body"
        }
    }

    /// `contentType: "application/merge-patch+json"`
    private func settings(of encoding: BodyPlan.Encoding) -> [Code] {
        switch encoding {
        case .json(nil), .form: []
        case .json(let contentType?), .jsonLines(let contentType), .text(let contentType), .bytes(let contentType):
            ["contentType: \(expression: contentType)"]
        case .styledForm(let styles):
            ["styles: \(table(styles.map { "\(string: $0.name): .\(name: $0.style.rawValue)" }))"]
        case .multipart(let contentTypes) where contentTypes.isEmpty: []
        case .multipart(let contentTypes):
            ["contentTypes: \(table(contentTypes.map { "\(string: $0.name): \(string: $0.type)" }))"]
        }
    }

    private func table(_ entries: [Code]) -> Code {
        entries.isEmpty ? "[:]" : .array("[", entries, "]", at: 12)
    }

    /// `adding: "stream", true`
    private func addition(_ addition: BodyPlan.Addition?) -> Code {
        addition.map { "adding: \(string: $0.member), \(expression: $0.value)" } ?? ""
    }

    private func flattened(
        _ model: TypeName, _ arguments: [(label: String, argument: String)], _ method: Code, _ addition: Code
    ) -> Code {
        let values: [Code] = arguments.map { "\(label: $0.label): \(name: $0.argument)" }
        let added: Code = addition.isEmpty ? "" : ", \(addition)"
        let line: Code = "request.\(method)(\(model)(\(Code.joined(values, by: ", ")))\(added))"
        if line.fits(at: 8) { return line }
        if addition.isEmpty {
            return """
                request.\(method)(
                    \(Code.list("\(model)(", values, "))", at: 12))
                """
        }
        return """
            request.\(method)(
                \(Code.list("\(model)(", values, "),", at: 12))
                \(addition))
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
                PageSequence(startingAt: \(cursor(paging))) { \(name: cursorName(paging)) in
                    \(page(paging))
                } items: {
                    \(expression: paging.itemsExpression)
                } next: {
                    \(expression: paging.nextExpression)
                }
            }
            """
    }

    /// `cursor` or `body.cursor`
    private func cursor(_ paging: PagingPlan) -> Code {
        switch paging.cursor {
        case .argument(let name): "\(name: name)"
        case .member(let member, let argument): "\(name: argument).\(name: member)"
        }
    }

    private func cursorName(_ paging: PagingPlan) -> String {
        switch paging.cursor {
        case .argument(let name), .member(let name, _): name
        }
    }

    /// ```
    /// var body = body
    /// body.cursor = cursor
    /// return try await list(body)
    /// ```
    private func page(_ paging: PagingPlan) -> Code {
        let call = Code.list("try await \(name: plan.methodName)(", plan.arguments.map(passedOn), ")", at: 12)
        guard case .member(let member, let argument) = paging.cursor else { return call }
        return """
            var \(name: argument) = \(name: argument)
            \(name: argument).\(name: member) = \(name: member)
            return \(call)
            """
    }

    /// `limit: limit`
    private func passedOn(_ argument: ArgumentPlan) -> Code {
        if argument.label == "_" { return "\(name: argument.name)" }
        return "\(label: argument.label): \(name: argument.name)"
    }
}
