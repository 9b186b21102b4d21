/// What `generator.yaml` says, as plain values.
public struct PlanConfiguration: Sendable {
    public struct Module: Sendable {
        /// For example `TollgateVluna`.
        public var module: String
        /// The Swift type that models are nested in: `Vluna`.
        public var namespace: String
        /// The prefix of operation keys: `vluna`.
        public var service: String
        public var documents: [ModuleDocument]
        /// Whether the documents came from outside. Then their clients are generated, too.
        public var isOutside: Bool

        public init(
            module: String, namespace: String, service: String, documents: [ModuleDocument], isOutside: Bool = false
        ) {
            self.module = module
            self.namespace = namespace
            self.service = service
            self.documents = documents
            self.isOutside = isOutside
        }
    }

    public struct ModuleDocument: Sendable {
        /// As in ``Document/name``: `vluna/openapi.yaml`.
        public var name: String
        /// The client type that gets the document's operations: `Vluna.ServiceClient`.
        public var client: String

        public init(name: String, client: String) {
            self.name = name
            self.client = client
        }
    }

    /// States of the mock that have names.
    public struct Scenarios: Sendable {
        /// The service whose operations are the steps: `mock`.
        public var service: String
        /// `mock/scenarios/low-balance.yaml`
        public var files: [String]

        public init(service: String, files: [String]) {
            self.service = service
            self.files = files
        }
    }

    public var modules: [Module]
    /// The module that gets the mock's routes; `nil` for none.
    public var mock: String?
    /// The test target that gets a table of what the operations send and answer; `nil` for none.
    public var fixtures: String?
    /// Words written in capitals, in any case: `URL`.
    public var acronyms: [String]
    /// Lower-case words with a spelling of their own: `openai` to `OpenAI`.
    public var spellings: [String: String]
    /// What the mock gets beside its routes; `nil` for none.
    public var scenarios: Scenarios?
    /// For a document from outside: the package to put around it; `nil` for none.
    public var package: PackagePlan?

    public init(
        modules: [Module], mock: String? = nil, fixtures: String? = nil, acronyms: [String] = [],
        spellings: [String: String] = [:]
    ) {
        self.modules = modules
        self.mock = mock
        self.fixtures = fixtures
        self.acronyms = acronyms
        self.spellings = spellings
    }
}

extension PlanConfiguration {
    /// For one document from outside, which becomes a module with a client of the same name; with a package, its mock
    /// and tests of both, too.
    public static func outside(document: String, module: String, package: PackagePlan? = nil) -> PlanConfiguration {
        let service = SwiftText.label(Namer().member(module))
        let outside = Module(
            module: module, namespace: module, service: service,
            documents: [ModuleDocument(name: document, client: module)], isOutside: true)
        var configuration = PlanConfiguration(modules: [outside], mock: package?.mock)
        configuration.package = package
        return configuration
    }
}

extension SwiftText {
    /// Whether a type of this name would be taken for another one, or hide one.
    public static func isOccupied(_ name: String) -> Bool {
        let modules = ["Swift", "Foundation", "HTTPTypes", "TollgateCore", "TollgateTransport", "TollgateMockServer"]
        return modules.contains(name) || Namer().type(name) == name + "Model"
    }
}
