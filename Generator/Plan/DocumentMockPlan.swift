/// The mock of a document from outside: tables of JSON, which the mock server reads when it needs them.
public struct DocumentMockPlan: Sendable {
    /// One operation on one path.
    public struct Route: Sendable {
        /// Swift name of the operation: `getPet`.
        public var name: String
        /// `petstore.getPet`
        public var key: String
        public var documentation: String
        /// As it goes over the wire.
        public var method: String
        public var path: String
        /// What else the mock needs to know, as JSON.
        public var json: String
    }

    public struct SecurityScheme: Sendable {
        public var name: String
        /// `basic`, `header`, `query`, `cookie`, `unseen`, or a scheme of HTTP authentication.
        public var kind: String
        /// Of the header field, query parameter or cookie; empty for others.
        public var field: String
    }

    /// For example `PetstoreMock`.
    public var module: String
    /// `petstore`: how the document and its operations are named in Swift, and the first half of their keys.
    public var service: String
    /// `Petstore`: stem of the generated Swift names.
    public var typeStem: String
    public var title: String
    public var origin: String
    /// What the paths of the servers' URLs begin with; the first server's first.
    public var basePaths: [String]
    public var securitySchemes: [SecurityScheme] = []
    public var routes: [Route] = []
    /// What several routes have in common, by a key that `$ref` names.
    public var parts: [(key: String, json: String)] = []
    /// JSON Schema by key; a `$ref` in it is `#/KEY`.
    public var schemas: [(key: String, json: String)] = []

    public init(
        module: String, service: String, typeStem: String, title: String, origin: String, basePaths: [String]
    ) {
        self.module = module
        self.service = service
        self.typeStem = typeStem
        self.title = title
        self.origin = origin
        self.basePaths = basePaths
    }
}
