import GeneratorPlan

/// One Swift file to write.
public struct GeneratedFile: Sendable, Hashable {
    /// The module or the test target that it belongs to: `TollgateVluna`.
    public var module: String
    /// Within the module's `Generated` folder: `Models/Lease.swift`.
    public var path: String
    public var text: String

    public init(module: String, path: String, text: String) {
        self.module = module
        self.path = path
        self.text = text
    }
}

/// Prints a plan as Swift. It decides nothing and cannot fail.
public enum Emitter {
    /// All files of all modules, in the order of the plan.
    public static func files(for plan: Plan) -> [GeneratedFile] {
        let modules = plan.modules.flatMap { module in
            let spelling = Spelling(module: module)
            return module.files.map { file in
                GeneratedFile(
                    module: module.module, path: file.path, text: FilePrinter(spelling: spelling, file: file).text())
            }
        }
        return modules + (plan.mock.map(MockPrinter.files) ?? []) + (plan.fixtures.map(FixturePrinter.files) ?? [])
    }
}
