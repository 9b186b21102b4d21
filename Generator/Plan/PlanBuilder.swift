import GeneratorDiagnostics
import GeneratorOpenAPI

/// `Specification` to `Plan`.
public struct PlanBuilder {
    private let specification: Specification
    private let configuration: PlanConfiguration
    private let diagnostics: Diagnostics
    private let namer: Namer
    private let origin: (String) -> String

    /// - Parameters:
    ///   - specification: what is planned.
    ///   - configuration: which document becomes which module.
    ///   - diagnostics: where complaints go.
    ///   - origin: what the output calls a file that diagnostics name so.
    public init(
        specification: Specification, configuration: PlanConfiguration, diagnostics: Diagnostics,
        origin: @escaping (String) -> String = { $0 }
    ) {
        self.specification = specification
        self.configuration = configuration
        self.diagnostics = diagnostics
        self.origin = origin
        namer = Namer(acronyms: configuration.acronyms, spellings: configuration.spellings)
    }

    /// Decides everything; what a document has that cannot be generated is reported, with its place.
    public func build() -> Plan {
        var plan = Plan()
        var services: [MockServicePlan] = []
        var fixtures: [FixtureServicePlan] = []
        let streaming = StreamingInference(specification: specification)
        plan.package = configuration.package
        plan.package?.origin = specification.documents.first?.location.file.path ?? ""
        for module in configuration.modules {
            let documents = module.documents.compactMap { entry in
                specification.documents.first { $0.name == entry.name }.map { (document: $0, client: entry.client) }
            }.map { entry in
                module.isOutside ? (document: streaming.document(entry.document), client: entry.client) : entry
            }
            let isShared = configuration.modules.count { $0.module == module.module } > 1
            let (modulePlan, tests) = modulePlan(
                module, documents: documents, package: plan.package, isShared: isShared)
            plan.modules.append(modulePlan)
            plan.tests = tests
            if module.isOutside, let (document, client) = documents.first {
                plan.client = ClientPlanner(document: document, name: client, namer: namer).plan()
            }
            fixtures.append(
                FixtureServicePlan(
                    module, calls: modulePlan.operations, origins: documents.map(\.document.location.file.path)))
            if module.isOutside {
                plan.documentMock = documentMock(of: module, documents.first?.document)
            } else {
                services.append(
                    MockPlanner(specification: specification, namer: namer, origin: origin)
                        .plan(module, documents: documents))
            }
        }
        if let mock = configuration.mock, !services.isEmpty { plan.mock = MockPlan(module: mock, services: services) }
        if let target = configuration.fixtures { plan.fixtures = FixturePlan(target: target, services: fixtures) }
        return plan
    }

    private func documentMock(of module: PlanConfiguration.Module, _ document: Document?) -> DocumentMockPlan? {
        guard let document, let name = configuration.mock else { return nil }
        var planner = DocumentMockPlanner(
            specification: specification, document: document, module: module, namer: namer)
        return planner.plan(named: name)
    }

    private func modulePlan(
        _ module: PlanConfiguration.Module, documents: [(document: Document, client: String)], package: PackagePlan?,
        isShared: Bool
    ) -> (ModulePlan, TestPlan?) {
        let usage = SchemaUsage(
            specification: specification, documents: documents.map(\.document), isOutside: module.isOutside)
        for location in usage.ambiguous where !module.isOutside {
            diagnostics.error(
                "the schema is that of a \"multipart/form-data\" body, and that of JSON elsewhere", at: location,
                hint: "write two schemas")
        }
        var types = TypePlanner(
            specification: specification, namer: namer, namespace: module.namespace, diagnostics: diagnostics,
            usage: usage, isOutside: module.isOutside)
        let files = FileAssignment(
            specification: specification, namespace: module.namespace, namer: namer, isShared: isShared,
            isOutside: module.isOutside)
        var plan = ModulePlan(module: module.module)
        var groupFiles: [FilePlan] = []
        let planner = OperationPlanner(
            specification: specification, namer: namer, service: module.service, namespace: module.namespace,
            isOutside: module.isOutside, diagnostics: diagnostics)
        let groups = documents.map { GroupPlanner(document: $0.document, client: $0.client, operations: planner) }
        for group in groups { group.claimNames(in: &types) }
        var planned: [GroupPlan] = []
        for (document, groups) in zip(documents.map(\.document), groups) {
            let before = types.declarations.count
            planned = groups.plan(types: &types)
            let origins = Dictionary(grouping: document.operations, by: \.path).mapValues { operations in
                Set(operations.map(\.location.file.path))
            }
            for group in planned {
                groupFiles.append(files.groupFile(group, origins: self.origins(of: group, in: document, origins)))
            }
            addModels(ofWebhooks: document, types: &types)
            for schema in usage.library {
                _ = types.type(of: schema, suggestion: .init(scope: [types.namespace], name: "Value"))
            }
            plan.documents.append(
                DocumentSummary(
                    name: document.name, operations: document.operations.count,
                    models: types.declarations.count - before, version: document.version,
                    omissions: document.omissions.map { ("\($0.method) \($0.path)", $0.reason) }))
        }
        let declarations = RecursionBreaker(boxesLargeValues: module.isOutside).boxed(types.declarations)
        plan.files = files.withDistinctNames(files.modelFiles(declarations) + groupFiles)
        guard let package, let document = documents.first?.document else { return (plan, nil) }
        return (plan, tests(of: module, document, groups: planned, types: types, package: package))
    }

    private func tests(
        of module: PlanConfiguration.Module, _ document: Document, groups: [GroupPlan], types: TypePlanner,
        package: PackagePlan
    ) -> TestPlan {
        var plan = TestPlan(client: module.namespace, service: module.service, package: package)
        let planner = TestPlanner(
            specification: specification, document: document, service: module.service, types: types)
        planner.addCalls(of: groups, to: &plan)
        var examples = ExamplePlanner(
            specification: specification, document: document, sampler: planner.sampler, types: types)
        plan.examples = examples.examples()
        return plan
    }

    /// The bodies of the requests that the service sends.
    private func addModels(ofWebhooks document: Document, types: inout TypePlanner) {
        let callbacks = document.operations.flatMap(\.callbacks).map(\.operation)
        for webhook in document.webhooks + callbacks {
            for media in webhook.requestBody?.content ?? [] where media.isJSON {
                guard let schema = media.schema else { continue }
                let suggestion = TypePlanner.Suggestion(scope: [types.namespace], name: namer.type(webhook.id))
                _ = types.type(of: schema, suggestion: suggestion)
            }
        }
    }

    /// The spec files that wrote the group's operations down, of those that wrote the operations at each path.
    private func origins(
        of group: GroupPlan, in document: Document, _ files: [String: Set<String>]
    ) -> [String] {
        let files = group.operations.reduce(into: Set<String>()) { $0.formUnion(files[$1.path] ?? []) }
        return files.isEmpty ? [document.location.file.path] : files.sorted()
    }
}
