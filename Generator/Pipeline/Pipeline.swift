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
            specification: specification, configuration: configuration, diagnostics: diagnostics)
        let plan = namingOrigins(builder.build())
        return diagnostics.hasErrors ? nil : plan
    }

    /// The text of all files.
    public func emit(_ plan: Plan) -> [GeneratedFile] {
        Emitter.files(for: plan)
    }

    /// Diagnostics name files as they are found from the working directory; generated files must not depend on that.
    private func namingOrigins(_ plan: Plan) -> Plan {
        var plan = plan
        for module in plan.modules.indices {
            plan.modules[module].files = plan.modules[module].files.map { file in
                var file = file
                file.origins = file.origins.map(origin)
                return file
            }
        }
        plan.mock = plan.mock.map { mock in
            var mock = mock
            for index in mock.services.indices {
                mock.services[index].origins = mock.services[index].origins.map(origin)
                mock.services[index].groups = mock.services[index].groups.map { group in
                    var group = group
                    group.origins = group.origins.map(origin)
                    return group
                }
            }
            return mock
        }
        plan.fixtures = plan.fixtures.map { fixtures in
            var fixtures = fixtures
            for index in fixtures.services.indices {
                fixtures.services[index].origins = fixtures.services[index].origins.map(origin)
            }
            return fixtures
        }
        return plan
    }

    private func origin(_ displayPath: String) -> String {
        let folder = files.displayPath(of: "")
        return displayPath.hasPrefix(folder) ? "\(folderName)/\(displayPath.dropFirst(folder.count))" : displayPath
    }
}
