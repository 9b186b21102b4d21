import TollgateCore

/// The routes of one service, in the order of its description.
struct MockRoutes: Sendable {
    private(set) var routes: [MockRoute] = []

    mutating func add(
        _ operation: MockOperation, _ method: String, _ path: String, surface: String,
        _ build: (inout MockRoute) -> Void
    ) {
        var route = MockRoute(operation: operation, method: method, path: path, surface: surface)
        build(&route)
        routes.append(route)
    }
}

/// One method on one path: what it takes, and what it may answer.
struct MockRoute: Sendable {
    enum Place: String, Sendable {
        case path, query, header, cookie
    }

    struct Parameter: Sendable {
        let name: String
        let place: Place
        let isRequired: Bool
        let style: String
        let explode: Bool
        let schema: SchemaText

        init(_ name: String, in place: Place, isRequired: Bool, style: String, explode: Bool, schema: String) {
            self.name = name
            self.place = place
            self.isRequired = isRequired
            self.style = style
            self.explode = explode
            self.schema = SchemaText(schema)
        }
    }

    struct Body: Sendable {
        let contentType: String
        let isRequired: Bool
        let schema: SchemaText
    }

    struct Reply: Sendable {
        let status: Int
        /// Nil for an answer without a body.
        let contentType: String?
        let example: String?
        /// Whether the body is a stream of events.
        var isStream = false
        /// The events of an example, as JSON.
        var events: [String] = []
        /// The data that ends a stream.
        var end: String?

        init(_ status: Int, _ contentType: String? = nil, example: String? = nil) {
            self.status = status
            self.contentType = contentType
            self.example = example
        }
    }

    /// The member of the request that asks for a stream, and the value that it has then.
    struct Streaming: Sendable {
        let member: String
        let value: JSONValue
    }

    let operation: MockOperation
    let method: String
    /// With parameters in braces: `/mgt/v1/budgets/{budget_id}`.
    let path: String
    /// Other paths that lead to the route, with the same parameters.
    private(set) var aliases: [String] = []
    /// The client that the route belongs to: `Vluna.BearerClient`.
    let surface: String
    /// Alternatives; all schemes of one are needed together. Empty when no credential is needed.
    private(set) var security: [[String]] = []
    private(set) var parameters: [Parameter] = []
    private(set) var bodies: [Body] = []
    /// The first one of a status is the usual one.
    private(set) var replies: [Reply] = []
    /// Nil if the answer never comes as a stream, or always.
    private(set) var streaming: Streaming?
    /// The member of an event that is also its name.
    private(set) var eventName: String?

    init(operation: MockOperation, method: String, path: String, surface: String) {
        self.operation = operation
        self.method = method
        self.path = path
        self.surface = surface
    }

    mutating func alias(_ path: String) {
        aliases.append(path)
    }

    mutating func security(_ schemes: [String]) {
        security.append(schemes)
    }

    mutating func parameter(
        _ name: String, in place: Place, isRequired: Bool, style: String, explode: Bool, schema: String
    ) {
        parameters.append(
            Parameter(name, in: place, isRequired: isRequired, style: style, explode: explode, schema: schema))
    }

    mutating func parameter(_ parameter: Parameter) {
        parameters.append(parameter)
    }

    mutating func body(_ contentType: String, isRequired: Bool, schema: String) {
        bodies.append(Body(contentType: contentType, isRequired: isRequired, schema: SchemaText(schema)))
    }

    mutating func reply(_ status: Int, _ contentType: String? = nil, example: String? = nil) {
        replies.append(Reply(status, contentType, example: example))
    }

    mutating func reply(_ reply: Reply) {
        replies.append(reply)
    }

    /// An answer that is a stream. Its example's events follow, in their order.
    mutating func events(_ status: Int, _ contentType: String, end: String? = nil) {
        var reply = Reply(status, contentType)
        reply.isStream = true
        reply.end = end
        replies.append(reply)
    }

    mutating func event(_ json: String) {
        guard let last = replies.indices.last else { return }
        replies[last].events.append(json)
    }

    mutating func streaming(_ member: String, _ value: String) {
        streaming = (try? JSONValue(jsonText: value)).map { Streaming(member: member, value: $0) }
    }

    mutating func eventNames(_ member: String) {
        eventName = member
    }

    /// What the description says about the stream of an answer.
    func stream(of status: Int = 200) -> Reply? {
        replies.first { $0.status == status && $0.isStream }
    }
}

/// The named schemas of one service; a `$ref` in one is `#/NAME`.
struct MockSchemas: Sendable {
    private(set) var texts: [String: SchemaText] = [:]

    mutating func add(_ key: String, _ json: String) {
        texts[key] = SchemaText(json)
    }
}
