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

        public init(module: String, namespace: String, service: String, documents: [ModuleDocument]) {
            self.module = module
            self.namespace = namespace
            self.service = service
            self.documents = documents
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

    public var modules: [Module]
    /// The module that gets the mock's routes; `nil` for none.
    public var mock: String?
    /// The test target that gets a table of what the operations send and answer; `nil` for none.
    public var fixtures: String?
    /// Words written in capitals, in any case: `URL`.
    public var acronyms: [String]
    /// Lower-case words with a spelling of their own: `openai` to `OpenAI`.
    public var spellings: [String: String]

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
