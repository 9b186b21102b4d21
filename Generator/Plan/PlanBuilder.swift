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
        for module in configuration.modules {
            let documents = module.documents.compactMap { entry in
                specification.documents.first { $0.name == entry.name }.map { (document: $0, client: entry.client) }
            }
            plan.modules.append(modulePlan(module, documents: documents))
            services.append(
                MockPlanner(specification: specification, namer: namer).plan(module, documents: documents))
        }
        if let mock = configuration.mock { plan.mock = MockPlan(module: mock, services: services) }
        return plan
    }

    private func modulePlan(
        _ module: PlanConfiguration.Module, documents: [(document: Document, client: String)]
    ) -> ModulePlan {
        let usage = SchemaUsage(specification: specification, operations: documents.flatMap(\.document.operations))
        var types = TypePlanner(
            specification: specification, namer: namer, namespace: module.namespace, diagnostics: diagnostics,
            usage: usage)
        let files = FileAssignment(specification: specification, namespace: module.namespace, namer: namer)
        var plan = ModulePlan(module: module.module)
        var groupFiles: [FilePlan] = []
        for (document, client) in documents {
            let before = types.declarations.count
            for group in groups(of: document, client: client, module: module, types: &types) {
                groupFiles.append(files.groupFile(group, origins: origins(of: group, in: document)))
            }
            plan.documents.append(
                DocumentSummary(
                    name: document.name, operations: document.operations.count,
                    models: types.declarations.count - before))
        }
        let declarations = RecursionBreaker().boxed(types.declarations)
        plan.files = (files.modelFiles(declarations) + groupFiles).sorted { $0.path < $1.path }
        return plan
    }

    /// The spec files that wrote the group's operations down.
    private func origins(of group: GroupPlan, in document: Document) -> [String] {
        let paths = Set(group.operations.map(\.path))
        let files = document.operations.filter { paths.contains($0.path) }.map(\.location.file.path)
        return files.isEmpty ? [document.location.file.path] : Set(files).sorted()
    }

    // MARK: Groups

    private func groups(
        of document: Document, client: String, module: PlanConfiguration.Module, types: inout TypePlanner
    ) -> [GroupPlan] {
        let methods = MethodNames(namer: namer)
        let planner = OperationPlanner(
            specification: specification, namer: namer, service: module.service, namespace: module.namespace,
            diagnostics: diagnostics)
        var groups: [GroupPlan] = []
        for tag in tags(of: document) {
            let operations = document.operations.filter { ($0.tags.first ?? "default") == tag }
            let path = methods.path(of: tag)
            let parent = addParents(of: path, client: client, to: &groups)
            var group = GroupPlan(
                parent: parent, typeName: namer.type(path.last ?? tag),
                accessor: SwiftText.identifier(namer.member(path.last ?? tag)),
                documentation: document.tags.first { $0.name == tag }?.description ?? "")
            for (operation, name) in zip(operations, methods.names(of: operations, tag: tag)) {
                group.operations.append(planner.plan(operation, methodName: name, types: &types))
            }
            groups.append(group)
        }
        return groups
    }

    /// In the order in which the operations use them.
    private func tags(of document: Document) -> [String] {
        var seen: Set<String> = []
        return document.operations.map { $0.tags.first ?? "default" }.filter { seen.insert($0).inserted }
    }

    /// Makes sure that `billing` is there before `billing.wallet`; returns the type that gets the accessor.
    private func addParents(of path: [String], client: String, to groups: inout [GroupPlan]) -> String {
        var parent = client
        for part in path.dropLast() {
            let typeName = namer.type(part)
            if !groups.contains(where: { $0.parent == parent && $0.typeName == typeName }) {
                groups.append(
                    GroupPlan(
                        parent: parent, typeName: typeName, accessor: SwiftText.identifier(namer.member(part)),
                        documentation: ""))
            }
            parent += "." + typeName
        }
        return parent
    }
}
