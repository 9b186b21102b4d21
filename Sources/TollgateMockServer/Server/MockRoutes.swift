import TollgateCore

/// The routes of one service, in the order of its description.
package struct MockRoutes: Sendable {
    package private(set) var routes: [MockRoute] = []

    package init() {}

    /// Adds a route whose details are read when they are first needed.
    mutating func add(_ route: MockRoute) {
        routes.append(route)
    }

    mutating func add(_ others: MockRoutes) {
        routes += others.routes
    }

    package mutating func add(
        _ operation: MockOperation, _ method: String, _ path: String, surface: String,
        _ build: (inout MockRoute) -> Void
    ) {
        var route = MockRoute(operation: operation, method: method, path: path, surface: surface)
        build(&route)
        routes.append(route)
    }
}

/// One method on one path: what it takes, and what it may answer.
package struct MockRoute: Sendable {
    package enum Place: String, Sendable {
        case path, query, header, cookie
        /// The whole query.
        case querystring
    }

    package struct Parameter: Sendable {
        package let name: String
        package let place: Place
        package let isRequired: Bool
        package let style: String
        package let explode: Bool
        /// Whether the value is written as JSON, as `content` says, rather than in a style.
        var isJSON = false
        let schema: SchemaText

        package init(_ name: String, in place: Place, isRequired: Bool, style: String, explode: Bool, schema: String) {
            self.name = name
            self.place = place
            self.isRequired = isRequired
            self.style = style
            self.explode = explode
            self.schema = SchemaText(schema)
        }

        init(
            _ name: String, in place: Place, isRequired: Bool, style: String, explode: Bool, isJSON: Bool,
            schema: SchemaText
        ) {
            self.name = name
            self.place = place
            self.isRequired = isRequired
            self.style = style
            self.explode = explode
            self.isJSON = isJSON
            self.schema = schema
        }
    }

    package struct Body: Sendable {
        package let contentType: String
        package let isRequired: Bool
        let schema: SchemaText
    }

    package struct Reply: Sendable {
        /// For a range its first digit; 0 for what holds for all that is not named.
        package let status: Int
        /// Nil for an answer without a body.
        package let contentType: String?
        /// Of a JSON body, or of each event of a stream; nil where nothing is described, or nothing that is at hand.
        let schema: SchemaText?
        package let example: String?
        /// Whether the body is a stream of events.
        package var isStream = false
        /// The events of an example, as JSON.
        package var events: [String] = []
        /// The data that ends a stream.
        package var end: String?

        package init(_ status: Int, _ contentType: String? = nil, schema: String? = nil, example: String? = nil) {
            self.status = status
            self.contentType = contentType
            self.schema = schema.map { SchemaText($0) }
            self.example = example
        }
    }

    /// The member of the request that asks for a stream, and the value that it has then.
    package struct Streaming: Sendable {
        package let member: String
        package let value: JSONValue
    }

    package let operation: MockOperation
    package let method: String
    /// With parameters in braces: `/mgt/v1/budgets/{budget_id}`.
    package let path: String
    /// Other paths that lead to the route, with the same parameters.
    package private(set) var aliases: [String] = []
    /// The client that the route belongs to: `Vluna.BearerClient`.
    package let surface: String
    /// Where the description describes it: `spec/vluna/budgets.yaml#/paths/~1budgets/get`.
    private(set) var place = ""
    /// What is said here, unless a text says it.
    private var own = Details()
    private let text: RouteText?
    private let store = RouteChecks.Store()

    /// What else a description says about a route.
    struct Details: Sendable {
        var security: [[String]] = []
        var parameters: [Parameter] = []
        var bodies: [Body] = []
        var replies: [Reply] = []
        var streaming: Streaming?
        var eventName: String?
    }

    private var details: Details { text?.details ?? own }

    /// What is asked of requests. A route is asked only once it is complete, and always with its service's schemas.
    func checks(with schemas: MockSchemas) -> RouteChecks { store.checks(of: self, schemas) }

    /// Alternatives; all schemes of one are needed together. Empty when no credential is needed.
    package var security: [[String]] { details.security }
    package var parameters: [Parameter] { details.parameters }
    package var bodies: [Body] { details.bodies }
    /// The first one of a status is the usual one.
    package var replies: [Reply] { details.replies }
    /// Nil if the answer never comes as a stream, or always.
    package var streaming: Streaming? { details.streaming }
    /// The member of an event that is also its name.
    package var eventName: String? { details.eventName }

    package init(operation: MockOperation, method: String, path: String, surface: String) {
        self.operation = operation
        self.method = method
        self.path = path
        self.surface = surface
        text = nil
    }

    /// A route whose details are read when they are first needed.
    init(
        operation: MockOperation, method: String, path: String, aliases: [String], surface: String, text: RouteText
    ) {
        self.aliases = aliases
        self.operation = operation
        self.method = method
        self.path = path
        self.surface = surface
        self.text = text
    }

    package mutating func alias(_ path: String) {
        aliases.append(path)
    }

    /// Where the description says it: a file, and a JSON pointer into it.
    package mutating func place(_ file: String, _ pointer: String) {
        place = "\(file)#\(pointer)"
    }

    package mutating func security(_ schemes: [String]) {
        own.security.append(schemes)
    }

    package mutating func parameter(
        _ name: String, in place: Place, isRequired: Bool, style: String, explode: Bool, schema: String
    ) {
        own.parameters.append(
            Parameter(name, in: place, isRequired: isRequired, style: style, explode: explode, schema: schema))
    }

    package mutating func parameter(_ parameter: Parameter) {
        own.parameters.append(parameter)
    }

    package mutating func body(_ contentType: String, isRequired: Bool, schema: String) {
        own.bodies.append(Body(contentType: contentType, isRequired: isRequired, schema: SchemaText(schema)))
    }

    package mutating func reply(
        _ status: Int, _ contentType: String? = nil, schema: String? = nil, example: String? = nil
    ) {
        own.replies.append(Reply(status, contentType, schema: schema, example: example))
    }

    package mutating func reply(_ reply: Reply) {
        own.replies.append(reply)
    }

    /// An answer that is a stream. Its example's events follow, in their order.
    package mutating func events(_ status: Int, _ contentType: String, end: String? = nil, schema: String? = nil) {
        var reply = Reply(status, contentType, schema: schema)
        reply.isStream = true
        reply.end = end
        own.replies.append(reply)
    }

    package mutating func event(_ json: String) {
        guard let last = own.replies.indices.last else { return }
        own.replies[last].events.append(json)
    }

    package mutating func streaming(_ member: String, _ value: String) {
        own.streaming = (try? JSONValue(jsonText: value)).map { Streaming(member: member, value: $0) }
    }

    package mutating func eventNames(_ member: String) {
        own.eventName = member
    }

    /// What the description says about the stream of an answer.
    package func stream(of status: Int = 200) -> Reply? {
        replies.first { $0.status == status && $0.isStream }
    }
}

/// The named schemas of one service; a `$ref` in one is `#/NAME`.
package struct MockSchemas: Sendable {
    private(set) var texts: [String: SchemaText] = [:]

    package init() {}

    package mutating func add(_ key: String, _ json: String) {
        texts[key] = SchemaText(json)
    }
}
