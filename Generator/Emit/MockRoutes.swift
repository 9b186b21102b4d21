import GeneratorPlan

/// The routes of a service: what a request must look like and what the replies look like.
struct MockRoutesPrinter {
    let plan: MockServicePlan

    /// ```
    /// extension MockRoutes {
    ///     /// The routes of Stoa.
    ///     static func stoa() -> MockRoutes {
    ///         var routes = MockRoutes()
    ///         addStoaEvents(to: &routes)
    ///         return routes
    ///     }
    /// }
    /// ```
    func code() -> Code {
        """
        extension MockRoutes {
            /// The routes of \(name: plan.typeStem).
            static func \(name: plan.service)() -> MockRoutes {
                \(MockPrinter.filling("routes", of: "MockRoutes", plan.groups.map { "\(adder(of: $0))(to: &routes)" }))
            }
        }
        """
    }

    /// ```
    /// extension MockRoutes {
    ///     /// The routes of Stoa with the tag `events`.
    ///     static func addStoaEvents(to routes: inout MockRoutes) {
    ///         routes.add(.stoa.createEvent, "POST", "/v1/events", surface: "Stoa") { route in
    ///             …
    ///         }
    ///     }
    /// }
    /// ```
    func code(of group: RouteGroupPlan) -> Code {
        """
        extension MockRoutes {
            \(Documentation.comment("The routes of \(plan.typeStem) with the tag `\(group.tag)`.", at: 4))
            static func \(adder(of: group))(to routes: inout MockRoutes) {
                \(Code.lines(group.routes.map(adding)))
            }
        }
        """
    }

    private func adder(of group: RouteGroupPlan) -> Code {
        "\(name: "add\(plan.typeStem)\(group.name)")"
    }

    // MARK: What routes have in common

    var components: [Code] {
        let parameters = plan.parameters.map { name, parameter in
            constant(name, "MockRoute.Parameter", arguments(of: parameter))
        }
        let replies = plan.replies.map { name, reply in constant(name, "MockRoute.Reply", arguments(of: reply)) }
        return [extending("MockRoute.Parameter", parameters), extending("MockRoute.Reply", replies)]
            .filter { !$0.isEmpty }
    }

    private func extending(_ type: Code, _ members: [Code]) -> Code {
        if members.isEmpty { return "" }
        return """
            extension \(type) {
                \(Code.blocks(members))
            }
            """
    }

    /// ```
    /// static let stoaLimit = MockRoute.Parameter(
    ///     "limit", in: .query, isRequired: false, style: "form", explode: true,
    ///     schema: #"{"type":"integer"}"#
    /// )
    /// ```
    private func constant(_ name: String, _ type: Code, _ arguments: [Code]) -> Code {
        .list("static let \(name: name) = \(type)(", arguments, ")", at: 4)
    }

    // MARK: Routes

    /// ```
    /// routes.add(.stoa.createEvent, "POST", "/v1/events", surface: "Stoa") { route in
    ///     route.place("spec/stoa/events.yaml", "/paths/~1events/post")
    ///     route.security(["apiKey"])
    ///     route.reply(204)
    /// }
    /// ```
    private func adding(_ route: RoutePlan) -> Code {
        let arguments: [Code] = [
            ".\(name: plan.service).\(name: route.operation)", "\(string: route.method)", "\(string: route.path)",
            "surface: \(string: route.surface)",
        ]
        let request =
            [place(route.place)] + route.aliases.map(alias) + route.security.map(security)
            + route.parameters.map(parameter)
            + bodies(of: route)
        let answer =
            route.replies.map(reply) + route.streams.flatMap(events) + [streamSwitch(route), eventNames(route)]
        return """
            \(Code.list("routes.add(", arguments, ") { route in", at: 8))
                \(Code.lines(request + answer))
            }
            """
    }

    /// `route.place("spec/stoa/events.yaml", "/paths/~1events/post")`
    private func place(_ text: String) -> Code {
        let parts = text.split(separator: "#", maxSplits: 1).map { "\(string: String($0))" as Code }
        return .list("route.place(", parts, ")", at: 12)
    }

    /// `route.alias("/v1/event_s")`
    private func alias(_ path: String) -> Code {
        "route.alias(\(string: path))"
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
    private func parameter(_ parameter: Shareable<RoutePlan.Parameter>) -> Code {
        switch parameter {
        case .own(let parameter): .list("route.parameter(", arguments(of: parameter), ")", at: 12)
        case .shared(let name): "route.parameter(.\(name: name))"
        }
    }

    private func arguments(of parameter: RoutePlan.Parameter) -> [Code] {
        let isRequired: Code = parameter.isRequired ? "true" : "false"
        let explode: Code = parameter.explode ? "true" : "false"
        let arguments: Code = """
            \(string: parameter.name), in: .\(name: parameter.place), isRequired: \(isRequired), \
            style: \(string: parameter.style), explode: \(explode)
            """
        return [arguments, "schema: \(raw: parameter.schema)"]
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

    /// ```
    /// route.reply(
    ///     201, "application/json",
    ///     schema: ##"{"$ref":"#/UsageResult"}"##,
    ///     example: #"{"event_id":"evt_1"}"#
    /// )
    /// ```
    private func reply(_ reply: Shareable<RoutePlan.Reply>) -> Code {
        switch reply {
        case .own(let reply): .list("route.reply(", arguments(of: reply), ")", at: 12)
        case .shared(let name): "route.reply(.\(name: name))"
        }
    }

    private func arguments(of reply: RoutePlan.Reply) -> [Code] {
        let contentType = reply.contentType.map { type -> Code in ", \(string: type)" } ?? ""
        let schema: Code = reply.schema.map { "schema: \(raw: $0)" } ?? ""
        let example: Code = reply.example.map { "example: \(raw: $0)" } ?? ""
        return ["\(reply.status)\(contentType)", schema, example].filter { !$0.isEmpty }
    }

    /// ```
    /// route.events(200, "text/event-stream", end: "[DONE]", schema: ##"{"$ref":"#/Chunk"}"##)
    /// route.event(#"{"id":"1"}"#)
    /// ```
    private func events(_ stream: RoutePlan.Stream) -> [Code] {
        let end = stream.end.map { end -> Code in ", end: \(string: end)" } ?? ""
        let schema: Code = stream.schema.map { "schema: \(raw: $0)" } ?? ""
        let arguments: [Code] = ["\(stream.status), \(string: stream.contentType)\(end)", schema]
        let events = stream.events.map { Code.list("route.event(", ["\(raw: $0)"], ")", at: 12) }
        return [.list("route.events(", arguments.filter { !$0.isEmpty }, ")", at: 12)] + events
    }

    /// `route.streaming("stream", "true")`
    private func streamSwitch(_ route: RoutePlan) -> Code {
        route.streamSwitch.map { "route.streaming(\(string: $0.member), \(string: $0.value))" } ?? ""
    }

    /// `route.eventNames("type")`
    private func eventNames(_ route: RoutePlan) -> Code {
        route.eventName.map { "route.eventNames(\(string: $0))" } ?? ""
    }
}
