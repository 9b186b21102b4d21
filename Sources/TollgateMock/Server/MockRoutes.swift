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
    }

    struct Body: Sendable {
        let contentType: String
        let isRequired: Bool
        let schema: SchemaText
    }

    struct Reply: Sendable {
        let status: Int
        let contentType: String?
        let example: String?
    }

    let operation: MockOperation
    let method: String
    /// With parameters in braces: `/mgt/v1/budgets/{budget_id}`.
    let path: String
    /// The client that the route belongs to: `Vluna.BearerClient`.
    let surface: String
    /// Alternatives; all schemes of one are needed together. Empty when no credential is needed.
    private(set) var security: [[String]] = []
    private(set) var parameters: [Parameter] = []
    private(set) var bodies: [Body] = []
    private(set) var replies: [Reply] = []

    init(operation: MockOperation, method: String, path: String, surface: String) {
        self.operation = operation
        self.method = method
        self.path = path
        self.surface = surface
    }

    mutating func security(_ schemes: [String]) {
        security.append(schemes)
    }

    mutating func parameter(
        _ name: String, in place: Place, isRequired: Bool, style: String, explode: Bool, schema: String
    ) {
        parameters.append(
            Parameter(
                name: name, place: place, isRequired: isRequired, style: style, explode: explode,
                schema: SchemaText(schema)))
    }

    mutating func body(_ contentType: String, isRequired: Bool, schema: String) {
        bodies.append(Body(contentType: contentType, isRequired: isRequired, schema: SchemaText(schema)))
    }

    mutating func reply(_ status: Int, _ contentType: String? = nil, example: String? = nil) {
        replies.append(Reply(status: status, contentType: contentType, example: example))
    }

    /// The answer that the description gives as an example of success.
    var exampleOfSuccess: Reply? {
        replies.first { 200..<300 ~= $0.status }
    }
}

/// The named schemas of one service; a `$ref` in one is `#/NAME`.
struct MockSchemas: Sendable {
    private(set) var texts: [String: SchemaText] = [:]

    mutating func add(_ key: String, _ json: String) {
        texts[key] = SchemaText(json)
    }
}
