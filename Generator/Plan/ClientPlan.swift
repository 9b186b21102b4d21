/// The client of a document from outside: the type that has the groups of operations.
///
/// The clients of our own services are written by hand.
public struct ClientPlan: Sendable {
    /// For example `Qdrant`: the module, the namespace of the models and the client, all in one.
    public var name: String
    public var documentation: String
    /// The first one is where the client goes unless it is told otherwise.
    public var servers: [ServerPlan]
    /// The text of the first server's URL; nil if it is not absolute.
    public var defaultBaseURL: String?
    /// Ways to make a client that proves who is calling.
    public var credentials: [CredentialPlan]
    /// Whether the service asks for a client certificate.
    public var needsCertificate: Bool
    /// As a header line names it: `qdrant.json`.
    public var origin: String

    public init(name: String, documentation: String, origin: String) {
        self.name = name
        self.documentation = documentation
        self.origin = origin
        servers = []
        credentials = []
        needsCertificate = false
    }
}

/// A place where the service is to be found.
public struct ServerPlan: Sendable {
    public struct Variable: Sendable {
        public var wireName: String
        public var name: String
        public var defaultValue: String
        public var documentation: String

        public init(wireName: String, name: String, defaultValue: String, documentation: String) {
            self.wireName = wireName
            self.name = name
            self.defaultValue = defaultValue
            self.documentation = documentation
        }
    }

    /// Within `Servers`: `production`.
    public var name: String
    /// The text of the URL, absolute, with its variables in braces.
    public var template: String
    public var variables: [Variable]
    public var documentation: String

    public init(name: String, template: String, variables: [Variable], documentation: String) {
        self.name = name
        self.template = template
        self.variables = variables
        self.documentation = documentation
    }
}

/// One way to prove who is calling.
public struct CredentialPlan: Sendable {
    public struct Argument: Sendable {
        public var name: String
        /// As Swift spells it: `String`.
        public var type: String
        /// A Swift expression.
        public var defaultValue: String?
        public var documentation: String

        public init(name: String, type: String = "String", defaultValue: String? = nil, documentation: String) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
            self.documentation = documentation
        }
    }

    public var arguments: [Argument]
    /// A Swift expression of the arguments and of `transport`: `TollgateCore.BearerToken(token)`.
    public var expression: String

    public init(arguments: [Argument], expression: String) {
        self.arguments = arguments
        self.expression = expression
    }
}
