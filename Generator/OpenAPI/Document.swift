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
    public var version: String
    public var title: String
    public var description: String?
    public var servers: [Server]
    public var tags: [Tag]
    public var operations: [Operation]
    /// The requests that the service sends; their paths are empty, and their ids are the webhooks' names unless they
    /// have others.
    public var webhooks: [Operation]
    public var security: [[String]]
    public var securitySchemes: [SecurityScheme]

    public init(
        name: String, location: SourceLocation, version: String, title: String, description: String? = nil,
        servers: [Server] = [], tags: [Tag] = [], operations: [Operation] = [], webhooks: [Operation] = [],
        security: [[String]] = [], securitySchemes: [SecurityScheme] = []
    ) {
        self.name = name
        self.location = location
        self.version = version
        self.title = title
        self.description = description
        self.servers = servers
        self.tags = tags
        self.operations = operations
        self.webhooks = webhooks
        self.security = security
        self.securitySchemes = securitySchemes
    }
}

public struct Server: Sendable {
    public var url: String
    public var description: String?

    public init(url: String, description: String? = nil) {
        self.url = url
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
    public var location: SourceLocation

    public init(name: String, kind: Kind, description: String? = nil, location: SourceLocation) {
        self.name = name
        self.kind = kind
        self.description = description
        self.location = location
    }
}
