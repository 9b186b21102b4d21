/// A Swift package around the client of a document from outside: the client, its mock and tests of both.
public struct PackagePlan: Sendable {
    /// Where the package depends on Tollgate's.
    public enum Dependency: Sendable {
        /// Relative to the package, or absolute.
        case path(String)
        case url(String)
    }

    /// For example `Qdrant`: the client's target, and the package.
    public var module: String
    public var mock: String
    public var tests: String
    public var tollgate: Dependency
    /// As a header line names it: `qdrant.json`.
    public var origin: String

    public init(module: String, tollgate: Dependency) {
        self.module = module
        self.tollgate = tollgate
        mock = module + "Mock"
        tests = module + "Tests"
        origin = ""
    }
}

/// The tests of a package: each operation is called once, and each example is read and written.
public struct TestPlan: Sendable {
    /// One call with values that satisfy the description.
    public struct Call: Sendable {
        /// The operation: `qdrant.getPoint`.
        public var key: String
        /// From the client to the call: `["points", "get"]`.
        public var path: [String]
        /// With `_` for no label.
        public var arguments: [(label: String, value: SamplePlan)]
        public var isDeprecated: Bool
        public var returnsNothing: Bool
        /// Which of the credentials it is called with; nil for none.
        public var credential: Int?
    }

    /// The calls of one group.
    public struct Group: Sendable {
        /// `Points`
        public var name: String
        public var calls: [Call]
    }

    /// Examples of one type.
    public struct Examples: Sendable {
        public var type: TypePlan
        /// Where an example stands, `qdrant.json#/components/schemas/Point/example`, and the example on one line.
        public var rows: [(place: String, json: String)]
    }

    public var client: String
    /// The name of the mock's document: `qdrant`.
    public var service: String
    public var package: PackagePlan
    public var groups: [Group] = []
    /// Swift expressions.
    public var credentials: [String] = []
    public var examples: [Examples] = []
    /// Operations for which no values were found, and why.
    public var uncalled: [(key: String, reason: String)] = []

    public init(client: String, service: String, package: PackagePlan) {
        self.client = client
        self.service = service
        self.package = package
    }
}

/// A value for an argument of a call.
public indirect enum SamplePlan: Sendable {
    /// A Swift expression.
    case literal(String)
    /// Read from JSON.
    case json(String)
    /// An `HTTPBody`.
    case bytes(String)
    /// An `UploadedFile`.
    case file
    case list([SamplePlan])
    /// A model that cannot be read from JSON, by its initialiser.
    case model(TypeName, arguments: [(label: String, value: SamplePlan)])
}
