import GeneratorPlan

/// The routes of a service: what a request must look like and what the replies look like.
struct MockRoutesPrinter {
    let plan: MockServicePlan

    /// ```
    /// extension MockRoutes {
    ///     /// The routes of Stoa.
    ///     static func stoa() -> MockRoutes {
    ///         var routes = MockRoutes()
    ///         routes.add(.stoa.createEvent, "POST", "/v1/events", surface: "Stoa") { route in
    ///             …
    ///         }
    ///         return routes
    ///     }
    /// }
    /// ```
    func code() -> Code {
        """
        extension MockRoutes {
            /// The routes of \(name: plan.typeStem).
            static func \(name: plan.service)() -> MockRoutes {
                \(MockPrinter.filling("routes", of: "MockRoutes", plan.routes.map(adding)))
            }
        }
        """
    }

    /// ```
    /// routes.add(.stoa.createEvent, "POST", "/v1/events", surface: "Stoa") { route in
    ///     route.security(["apiKey"])
    ///     route.reply(204)
    /// }
    /// ```
    private func adding(_ route: RoutePlan) -> Code {
        let arguments: [Code] = [
            ".\(name: plan.service).\(name: route.operation)", "\(string: route.method)", "\(string: route.path)",
            "surface: \(string: route.surface)",
        ]
        let request = route.security.map(security) + route.parameters.map(parameter) + bodies(of: route)
        let settings = Code.lines(request + route.replies.map(reply))
        if settings.isEmpty { return .list("routes.add(", arguments, ") { _ in }", at: 8) }
        return """
            \(Code.list("routes.add(", arguments, ") { route in", at: 8))
                \(settings)
            }
            """
    }

    /// `route.security(["realm", "serviceKey"])`
    private func security(_ schemes: [String]) -> Code {
        "route.security([\(Code.joined(schemes.map { "\(string: $0)" }, by: ", "))])"
    }

    /// ```
    /// route.parameter(
    ///     "limit", in: .query, isRequired: false, style: "form", explode: true,
    ///     schema: #"{"type":"integer"}"#
    /// )
    /// ```
    private func parameter(_ parameter: RoutePlan.Parameter) -> Code {
        let isRequired: Code = parameter.isRequired ? "true" : "false"
        let explode: Code = parameter.explode ? "true" : "false"
        let arguments: Code = """
            \(string: parameter.name), in: .\(name: parameter.place), isRequired: \(isRequired), \
            style: \(string: parameter.style), explode: \(explode)
            """
        return .list("route.parameter(", [arguments, "schema: \(raw: parameter.schema)"], ")", at: 12)
    }

    /// `route.body("application/json", isRequired: true, schema: ##"{"$ref":"#/CreateEventRequest"}"##)`
    private func bodies(of route: RoutePlan) -> [Code] {
        guard let body = route.body else { return [] }
        let isRequired: Code = body.isRequired ? "true" : "false"
        return body.content.map { content in
            let arguments: Code = "\(string: content.contentType), isRequired: \(isRequired)"
            return .list("route.body(", [arguments, "schema: \(raw: content.schema)"], ")", at: 12)
        }
    }

    /// `route.reply(201, "application/json", example: #"{"event_id":"evt_1"}"#)`
    private func reply(_ reply: RoutePlan.Reply) -> Code {
        let contentType = reply.contentType.map { type -> Code in ", \(string: type)" } ?? ""
        var arguments: [Code] = ["\(reply.status)\(contentType)"]
        if let example = reply.example { arguments.append("example: \(raw: example)") }
        return .list("route.reply(", arguments, ")", at: 12)
    }
}
