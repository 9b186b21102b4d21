import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPlan

/// From the folder of a specification to the text of Swift files: read, resolve, plan, emit.
///
/// What is done with the text is the matter of ``SourceTree``.
public struct Pipeline {
    private let files: any FileAccess
    private let folderName: String
    private let diagnostics: Diagnostics

    /// - Parameters:
    ///   - files: the folder that holds `generator.yaml` and the documents.
    ///   - folderName: what generated files call that folder, wherever the generator runs.
    ///   - diagnostics: where complaints go.
    public init(files: some FileAccess, folderName: String = "spec", diagnostics: Diagnostics) {
        self.files = files
        self.folderName = folderName
        self.diagnostics = diagnostics
    }

    /// Reads, resolves and plans.
    ///
    /// - Returns: nil if there were errors.
    public func plan() -> Plan? {
        guard let configuration = ConfigurationReader(files: files, diagnostics: diagnostics).read() else { return nil }
        let documents = configuration.modules.flatMap(\.documents).map(\.name)
        let specification = SpecificationReader(files: files, diagnostics: diagnostics).read(documents: documents)
        if diagnostics.hasErrors { return nil }
        let builder = PlanBuilder(
            specification: specification, configuration: configuration, diagnostics: diagnostics, origin: origin)
        var plan = builder.build()
        if let scenarios = configuration.scenarios, let module = configuration.mock {
            let planner = ScenarioPlanner(
                specification: specification, configuration: configuration, diagnostics: diagnostics)
            let files = ScenarioReader(files: files, diagnostics: diagnostics).read(scenarios.files)
            plan.scenarios = planner.plan(files, module: module)
        }
        plan = plan.namingOrigins(origin)
        return diagnostics.hasErrors ? nil : plan
    }

    /// The text of all files.
    public func emit(_ plan: Plan) -> [GeneratedFile] {
        Emitter.files(for: plan)
    }

    /// Diagnostics name files as they are found from the working directory; generated files must not depend on that.
    private func origin(_ displayPath: String) -> String {
        let folder = files.displayPath(of: "")
        return displayPath.hasPrefix(folder) ? "\(folderName)/\(displayPath.dropFirst(folder.count))" : displayPath
    }
}
