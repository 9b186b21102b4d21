import GeneratorDiagnostics
import GeneratorOpenAPI

/// `Specification` to `Plan`.
public struct PlanBuilder {
    private let specification: Specification
    private let configuration: PlanConfiguration
    private let diagnostics: Diagnostics
    private let namer: Namer

    public init(specification: Specification, configuration: PlanConfiguration, diagnostics: Diagnostics) {
        self.specification = specification
        self.configuration = configuration
        self.diagnostics = diagnostics
        namer = Namer(acronyms: configuration.acronyms, spellings: configuration.spellings)
    }

    /// Decides everything; what a document has that cannot be generated is reported, with its place.
    public func build() -> Plan {
        var plan = Plan()
        var services: [MockServicePlan] = []
        var fixtures: [FixtureServicePlan] = []
        for module in configuration.modules {
            let documents = module.documents.compactMap { entry in
                specification.documents.first { $0.name == entry.name }.map { (document: $0, client: entry.client) }
            }
            let isShared = configuration.modules.count { $0.module == module.module } > 1
            let modulePlan = modulePlan(module, documents: documents, isShared: isShared)
            plan.modules.append(modulePlan)
            fixtures.append(
                FixtureServicePlan(
                    module, calls: modulePlan.operations, origins: documents.map(\.document.location.file.path)))
            services.append(
                MockPlanner(specification: specification, namer: namer).plan(module, documents: documents))
        }
        if let mock = configuration.mock { plan.mock = MockPlan(module: mock, services: services) }
        if let target = configuration.fixtures { plan.fixtures = FixturePlan(target: target, services: fixtures) }
        return plan
    }

    private func modulePlan(
        _ module: PlanConfiguration.Module, documents: [(document: Document, client: String)], isShared: Bool
    ) -> ModulePlan {
        let usage = SchemaUsage(specification: specification, documents: documents.map(\.document))
        for location in usage.ambiguous {
            diagnostics.error(
                "the schema is that of a \"multipart/form-data\" body, and that of JSON elsewhere", at: location,
                hint: "write two schemas")
        }
        var types = TypePlanner(
            specification: specification, namer: namer, namespace: module.namespace, diagnostics: diagnostics,
            usage: usage)
        let files = FileAssignment(
            specification: specification, namespace: module.namespace, namer: namer, isShared: isShared)
        var plan = ModulePlan(module: module.module)
        var groupFiles: [FilePlan] = []
        let planner = OperationPlanner(
            specification: specification, namer: namer, service: module.service, namespace: module.namespace,
            diagnostics: diagnostics)
        let groups = documents.map { GroupPlanner(document: $0.document, client: $0.client, operations: planner) }
        for group in groups { group.claimNames(in: &types) }
        for (document, groups) in zip(documents.map(\.document), groups) {
            let before = types.declarations.count
            for group in groups.plan(types: &types) {
                groupFiles.append(files.groupFile(group, origins: origins(of: group, in: document)))
            }
            addModels(ofWebhooks: document, types: &types)
            plan.documents.append(
                DocumentSummary(
                    name: document.name, operations: document.operations.count,
                    models: types.declarations.count - before))
        }
        let declarations = RecursionBreaker().boxed(types.declarations)
        plan.files = files.withDistinctNames(files.modelFiles(declarations) + groupFiles)
        return plan
    }

    /// The bodies of the requests that the service sends.
    private func addModels(ofWebhooks document: Document, types: inout TypePlanner) {
        for webhook in document.webhooks {
            for media in webhook.requestBody?.content ?? [] where media.isJSON {
                guard let schema = media.schema else { continue }
                let suggestion = TypePlanner.Suggestion(scope: [types.namespace], name: namer.type(webhook.id))
                _ = types.type(of: schema, suggestion: suggestion)
            }
        }
    }

    /// The spec files that wrote the group's operations down.
    private func origins(of group: GroupPlan, in document: Document) -> [String] {
        let paths = Set(group.operations.map(\.path))
        let files = document.operations.filter { paths.contains($0.path) }.map(\.location.file.path)
        return files.isEmpty ? [document.location.file.path] : Set(files).sorted()
    }
}
