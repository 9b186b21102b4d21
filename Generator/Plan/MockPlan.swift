/// The generated part of the mock: what each service's routes are, how requests are checked, what examples say.
public struct MockPlan: Sendable {
    /// For example `TollgateMock`.
    public var module: String
    public var services: [MockServicePlan]

    public init(module: String, services: [MockServicePlan] = []) {
        self.module = module
        self.services = services
    }
}

public struct MockServicePlan: Sendable {
    /// For example `stoa`.
    public var service: String
    /// `Stoa`: stem of the generated Swift names.
    public var typeStem: String
    public var origins: [String]
    /// Every operation once, though several documents may serve it.
    public var operations: [MockOperationPlan]
    /// In the order of the documents; each group has a file.
    public var groups: [RouteGroupPlan]
    /// What several routes have in common, by name.
    public var parameters: [(name: String, parameter: RoutePlan.Parameter)]
    public var replies: [(name: String, reply: RoutePlan.Reply)]
    /// JSON Schema by key; a `$ref` in it is `#/KEY`, and `$at` says where it stands in the description.
    public var schemas: [(key: String, json: String)]
    /// The lines of each file, as JSON that has the file's form.
    public var lines: [(file: String, json: String)]
    /// Where those schemas stand that have another name there, or one that several have: `spec/a.yaml#/Pet`.
    public var schemaPlaces: [(key: String, place: String)]

    public init(service: String, typeStem: String, origins: [String]) {
        self.service = service
        self.typeStem = typeStem
        self.origins = origins
        operations = []
        groups = []
        parameters = []
        replies = []
        schemas = []
        lines = []
        schemaPlaces = []
    }

    public var routes: [RoutePlan] { groups.flatMap(\.routes) }
}

/// The routes of one tag.
public struct RouteGroupPlan: Sendable {
    /// `BillingPlans`: the rest of the generated Swift names.
    public var name: String
    /// `billing.plans`
    public var tag: String
    public var origins: [String]
    public var routes: [RoutePlan]

    public init(name: String, tag: String, origins: [String], routes: [RoutePlan]) {
        self.name = name
        self.tag = tag
        self.origins = origins
        self.routes = routes
    }
}

/// What a route says itself, or the name of what it has in common with others.
public enum Shareable<Value: Sendable>: Sendable {
    case own(Value)
    case shared(String)
}

public struct MockOperationPlan: Sendable {
    /// Swift case name: `createEvent`.
    public var name: String
    /// `stoa.createEvent`.
    public var key: String
    public var documentation: String

    public init(name: String, key: String, documentation: String) {
        self.name = name
        self.key = key
        self.documentation = documentation
    }
}

public struct RoutePlan: Sendable {
    public struct Parameter: Hashable, Sendable {
        public var place: String
        public var name: String
        public var isRequired: Bool
        /// JSON Schema text.
        public var schema: String
        public var style: String
        public var explode: Bool

        public init(
            place: String, name: String, isRequired: Bool, schema: String, style: String, explode: Bool
        ) {
            self.place = place
            self.name = name
            self.isRequired = isRequired
            self.schema = schema
            self.style = style
            self.explode = explode
        }
    }

    public struct Body: Sendable {
        public var isRequired: Bool
        /// Content type to JSON Schema text.
        public var content: [(contentType: String, schema: String)]

        public init(isRequired: Bool, content: [(contentType: String, schema: String)]) {
            self.isRequired = isRequired
            self.content = content
        }
    }

    public struct Reply: Hashable, Sendable {
        public var status: Int
        public var contentType: String?
        /// JSON Schema text; nil for a body that is no JSON.
        public var schema: String?
        /// JSON text of the first example, if there is one.
        public var example: String?

        public init(status: Int, contentType: String?, schema: String?, example: String?) {
            self.status = status
            self.contentType = contentType
            self.schema = schema
            self.example = example
        }
    }

    /// A reply that is a stream of events.
    public struct Stream: Sendable {
        public var status: Int
        public var contentType: String
        /// JSON Schema text of an event.
        public var schema: String?
        /// The data that ends it.
        public var end: String?
        /// JSON text of each event.
        public var events: [String]

        public init(status: Int, contentType: String, schema: String?, end: String?, events: [String]) {
            self.status = status
            self.contentType = contentType
            self.schema = schema
            self.end = end
            self.events = events
        }
    }

    /// How a request asks for a stream.
    public struct Switch: Sendable {
        /// Of the body.
        public var member: String
        /// JSON text.
        public var value: String

        public init(member: String, value: String) {
            self.member = member
            self.value = value
        }
    }

    /// Case name of the operation: `createEvent`.
    public var operation: String
    /// Which client's surface it belongs to: `Vluna.ServiceClient`.
    public var surface: String
    /// Upper case.
    public var method: String
    /// With the server's base path: `/mgt/v1/gate/commits`.
    public var path: String
    /// Other paths that lead here, with the server's base path.
    public var aliases: [String]
    /// Where the operation stands in the description: `spec/vluna/gate.yaml#/paths/~1gate~1commits/post`.
    public var place: String
    /// Alternatives of required security schemes; empty when none is needed.
    public var security: [[String]]
    public var parameters: [Shareable<Parameter>]
    public var body: Body?
    public var replies: [Shareable<Reply>]
    public var streams: [Stream]
    /// Nil when the answer is always a stream, or never.
    public var streamSwitch: Switch?
    /// The member of an event that is also its name.
    public var eventName: String?

    public init(
        operation: String, surface: String, method: String, path: String, place: String, security: [[String]]
    ) {
        self.operation = operation
        self.place = place
        self.surface = surface
        self.method = method
        self.path = path
        self.security = security
        aliases = []
        parameters = []
        replies = []
        streams = []
    }
}
