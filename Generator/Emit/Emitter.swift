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
        let clients = plan.client.map { client in
            [GeneratedFile(module: client.name, path: "\(client.name).swift", text: ClientPrinter(plan: client).text())]
        }
        let package = plan.package.map { [PackagePrinter(plan: $0).file()] } ?? []
        let tests = plan.tests.map(TestPrinter.files) ?? []
        let files =
            package + modules + tests + (clients ?? []) + (plan.mock.map(MockPrinter.files) ?? [])
            + (plan.scenarios.map(ScenarioPrinter.files) ?? [])
            + (plan.documentMock.map(DocumentMockPrinter.files) ?? []) + (plan.fixtures.map(FixturePrinter.files) ?? [])
        return plan.client == nil ? files : files.map { $0.withoutAdvice() }
    }
}

extension GeneratedFile {
    /// The header of a file tells how to generate our own services again; of other documents it says less.
    fileprivate func withoutAdvice() -> GeneratedFile {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
        let head = lines.dropLast().map { String(Substring($0)) }
        var file = self
        file.text =
            head.map { line in
                guard line.hasPrefix("// "), line.hasSuffix(Documentation.advice) else { return line + "\n" }
                let rest = line.dropLast(Documentation.advice.count)
                return rest == "// " ? "" : rest + "Changes are lost when it is generated again.\n"
            }.joined() + String(Substring(lines[lines.count - 1]))
        return file
    }
}
