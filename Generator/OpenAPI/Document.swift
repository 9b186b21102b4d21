import GeneratorDiagnostics
import GeneratorYAML

/// Everything that was read: the root documents and one table of all schemas that they reach, and of all others under
/// `components`.
///
/// A schema that two documents reference through `$ref` is one entry, so that it becomes one Swift type.
public struct Specification: Sendable {
    public var documents: [Document]
    /// Indexed by ``SchemaID``.
    public var schemas: [Schema]

    public init(documents: [Document] = [], schemas: [Schema] = []) {
        self.documents = documents
        self.schemas = schemas
    }

    public subscript(id: SchemaID) -> Schema { schemas[id.index] }

    /// Follows `$ref`s until a schema that is not a bare reference.
    ///
    /// A reference with siblings (3.1) is not bare: it says more than its target.
    public func resolved(_ id: SchemaID) -> SchemaID {
        var current = id
        while let target = schemas[current.index].reference, schemas[current.index].isBareReference {
            current = target
        }
        return current
    }
}

/// Names a schema by its place in ``Specification/schemas``.
public struct SchemaID: Hashable, Sendable {
    public let index: Int

    public init(index: Int) {
        self.index = index
    }
}

/// One OpenAPI document (3.0, 3.1 or 3.2) with its references resolved.
public struct Document: Sendable {
    /// As `generator.yaml` names it, for example `vluna/openapi.yaml`.
    public var name: String
    public var location: SourceLocation
    /// Of OpenAPI, as the document writes it: `3.1.0`.
    public var version: String
    public var title: String
    /// What the document says its own version is; empty if it does not say.
    public var apiVersion = ""
    public var summary: String?
    public var description: String?
    public var servers: [Server] = []
    public var tags: [Tag] = []
    public var operations: [Operation] = []
    /// Those that had to be left out. Each has its diagnostic.
    public var omissions: [Omission] = []
    /// The requests that the service sends; their paths are empty, and their ids are the webhooks' names unless they
    /// have others.
    public var webhooks: [Operation] = []
    public var security: [[String]] = []
    public var securitySchemes: [SecurityScheme] = []

    public init(name: String, location: SourceLocation, version: String, title: String) {
        self.name = name
        self.location = location
        self.version = version
        self.title = title
    }
}

/// An operation that cannot be called as the document describes it.
public struct Omission: Sendable {
    /// As it goes over the wire: `GET`.
    public var method: String
    public var path: String
    /// The end of a sentence: `the parameter "id" cannot be read`.
    public var reason: String
    public var location: SourceLocation

    public init(method: String, path: String, reason: String, location: SourceLocation) {
        self.method = method
        self.path = path
        self.reason = reason
        self.location = location
    }
}

public struct Server: Sendable {
    /// A part of the URL that the caller chooses.
    public struct Variable: Sendable {
        public var name: String
        public var defaultValue: String
        /// The values that there are; empty if any will do.
        public var values: [String]
        public var description: String?

        public init(name: String, defaultValue: String, values: [String] = [], description: String? = nil) {
            self.name = name
            self.defaultValue = defaultValue
            self.values = values
            self.description = description
        }
    }

    /// With the variables' default values.
    public var url: String
    /// As written: `https://{region}.example.com`.
    public var template: String
    /// Those of the template, in the order of the document.
    public var variables: [Variable]
    /// OpenAPI 3.2.
    public var name: String?
    public var description: String?

    public init(url: String, template: String? = nil, variables: [Variable] = [], description: String? = nil) {
        self.url = url
        self.template = template ?? url
        self.variables = variables
        self.description = description
    }
}

public struct Tag: Sendable {
    public var name: String
    public var description: String?
    public var location: SourceLocation

    public init(name: String, description: String? = nil, location: SourceLocation) {
        self.name = name
        self.description = description
        self.location = location
    }
}

public struct SecurityScheme: Sendable {
    public enum Kind: Sendable {
        case bearer
        case basic
        case apiKey(name: String, location: ParameterLocation)
        case oauth2
        case openIDConnect
        case mutualTLS
        case otherHTTP(String)
    }

    public var name: String
    public var kind: Kind
    public var description: String?
    /// Of `oauth2`.
    public var flows: [OAuthFlow] = []
    /// Of `openIdConnect`: where the provider describes itself.
    public var openIDConnectURL: String?
    /// What a bearer token looks like: `JWT`.
    public var bearerFormat: String?
    /// OpenAPI 3.2.
    public var isDeprecated = false
    public var location: SourceLocation

    public init(name: String, kind: Kind, description: String? = nil, location: SourceLocation) {
        self.name = name
        self.kind = kind
        self.description = description
        self.location = location
    }
}

/// One way to obtain an OAuth 2.0 token.
public struct OAuthFlow: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case implicit, password, clientCredentials, authorizationCode
        /// OpenAPI 3.2.
        case deviceAuthorization
    }

    public var kind: Kind
    public var tokenURL: String?
    public var authorizationURL: String?
    public var refreshURL: String?
    public var deviceAuthorizationURL: String?
    /// In the order of the document.
    public var scopes: [(name: String, description: String)] = []

    public init(kind: Kind) {
        self.kind = kind
    }
}
