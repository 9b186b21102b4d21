import GeneratorPlan

/// The tests of a package: every operation is called once, and every example is read and written.
struct TestPrinter {
    let plan: TestPlan

    static func files(for plan: TestPlan) -> [GeneratedFile] {
        let printer = TestPrinter(plan: plan)
        return [
            printer.file("CallTests", printer.callTests, imports: ["Testing"]),
            printer.file("ExampleTests", printer.exampleTests, imports: ["Testing"]),
        ]
            + plan.groups.map { printer.file("\($0.name)Calls", printer.calls(of: $0)) }
            + printer.exampleFiles
    }

    private func file(_ name: String, _ parts: [Code], imports: [String] = []) -> GeneratedFile {
        let imports = imports + [plan.package.module, plan.package.mock, "TollgateCore", "TollgateMockServer"]
        return GeneratedFile(
            module: plan.package.tests, path: "\(name).swift",
            text: FilePrinter.text(
                origins: [plan.package.origin], imports: .lines(imports.sorted().map { "import \(path: $0)" }), parts))
    }

    // MARK: Calls

    private var callTests: [Code] {
        let uncalled = plan.uncalled.map { "- `\($0.key)`: \($0.reason)" }
        let comment = Documentation.comment(
            [
                ["Every operation is called once, against the mock in this process."],
                uncalled.isEmpty ? [] : ["Not called:"] + uncalled,
            ], at: 0)
        let calls = plan.groups.flatMap { group -> [Code] in
            let name: Code = "\(name: group.name + "Calls")"
            let plain: [Code] = group.calls.contains { !$0.isDeprecated } ? ["\(name).calls()"] : []
            let old: [Code] = group.calls.contains(where: \.isDeprecated) ? ["of(\(name).Deprecated.self)"] : []
            return plain + old
        }
        return [
            """
            \(comment)
            @Suite struct CallTests {
                @Test(arguments: Call.all)
                func isAnswered(_ call: Call) async throws {
                    let mock = MockServer.inProcess(.\(name: plan.service))
                    let credential = call.credential.map { Call.credentials[$0] }
                    try await call.run(
                        \(name: plan.client)(baseURL: mock.url, credential: credential, transport: mock.transport))
                }
            }
            """,
            """
            /// A call with values that satisfy the description of its operation.
            struct Call: Sendable, CustomTestStringConvertible {
                let operation: String
                let credential: Int?
                let run: @Sendable (\(name: plan.client)) async throws -> Void

                init(
                    _ operation: String, credential: Int? = nil,
                    run: @escaping @Sendable (\(name: plan.client)) async throws -> Void
                ) {
                    self.operation = operation
                    self.credential = credential
                    self.run = run
                }

                var testDescription: String { operation }

                static let credentials: [any Credential] = \(list(plan.credentials.map { "\(expression: $0)" }))

                static let all: [Call] = \(joined(calls))

                /// The calls of operations that are no longer recommended.
                static func of(_ source: any CallSource.Type) -> [Call] { source.calls() }
            }
            """,
            """
            protocol CallSource {
                static func calls() -> [Call]
            }
            """,
        ]
    }

    private func list(_ items: [Code]) -> Code {
        items.isEmpty ? "[]" : .array("[", items, "]", at: 8)
    }

    private func joined(_ items: [Code]) -> Code {
        if items.isEmpty { return "[]" }
        return """
            [
                \(Code.joined(items, by: ",\n")),
            ].flatMap { $0 }
            """
    }

    private func calls(of group: TestPlan.Group) -> [Code] {
        let name: Code = "\(name: group.name + "Calls")"
        let plain = group.calls.filter { !$0.isDeprecated }
        let old = group.calls.filter(\.isDeprecated)
        let deprecated: Code = """
            enum Deprecated: CallSource {
                @available(*, deprecated)
                \(function(old))
            }
            """
        return [
            """
            enum \(name) {
                \(Code.blocks([plain.isEmpty ? "" : function(plain), old.isEmpty ? "" : deprecated]))
            }
            """
        ]
    }

    private func function(_ calls: [TestPlan.Call]) -> Code {
        """
        static func calls() -> [Call] {
            var calls: [Call] = []
            \(Code.lines(calls.map(adding)))
            return calls
        }
        """
    }

    /// ```
    /// calls.append(Call("qdrant.getPoint", credential: 0) { api in
    ///     _ = try await api.points.get(id: 1)
    /// })
    /// ```
    private func adding(_ call: TestPlan.Call) -> Code {
        let credential = call.credential.map { index -> Code in ", credential: \(index)" } ?? ""
        let arguments = call.arguments.map { argument in self.argument(argument.label, argument.value) }
        let path = Code.joined(call.path.map { "\(name: $0)" }, by: ".")
        return """
            calls.append(Call(\(string: call.key)\(credential)) { api in
                \(Code.list("\(call.returnsNothing ? "" : "_ = ")try await api.\(path)(", arguments, ")", at: 12))
            })
            """
    }

    private func argument(_ label: String, _ value: SamplePlan) -> Code {
        label == "_" ? code(of: value) : "\(label: label): \(code(of: value))"
    }

    private func code(of value: SamplePlan) -> Code {
        switch value {
        case .literal(let expression): "\(expression: expression)"
        case .json(let text): .list("try .init(jsonText: ", ["\(raw: text)"], ")", at: 12)
        case .bytes(let text): "HTTPBody(\(string: text))"
        case .file: "UploadedFile(name: \"file.txt\", [1, 2, 3])"
        case .list(let values): .array("[", values.map(code), "]", at: 12)
        case .model(let name, let arguments):
            .list("\(name)(", arguments.map { argument($0.label, $0.value) }, ")", at: 12)
        }
    }

    // MARK: Examples

    private static let setsInFile = 60

    private var exampleFiles: [GeneratedFile] {
        let sets = plan.examples
        return stride(from: 0, to: sets.count, by: Self.setsInFile).map { start in
            let number = start / Self.setsInFile + 1
            let part = sets[start..<min(start + Self.setsInFile, sets.count)]
            let function: Code = """
                extension ExampleSet {
                    static func part\(number)() -> [ExampleSet] {
                        var sets: [ExampleSet] = []
                        \(Code.lines(part.map(adding)))
                        return sets
                    }
                }
                """
            return file("Examples\(number)", [function], imports: ["Foundation"])
        }
    }

    /// ```
    /// sets.append(ExampleSet(Qdrant.Point.self, #"""
    ///     qdrant.json#/components/schemas/Point/example {"id":1}
    ///     """#))
    /// ```
    private func adding(_ examples: TestPlan.Examples) -> Code {
        let type = Spelling.full.code(examples.type)
        let meta: Code = examples.type.isOptional ? "(\(type)).self" : "\(type).self"
        return """
            sets.append(ExampleSet(\(meta), \(rawLines: examples.rows.map { "\($0.place) \($0.json)" })))
            """
    }

    private var exampleTests: [Code] {
        let count = (plan.examples.count + Self.setsInFile - 1) / Self.setsInFile
        let parts = (0..<count).map { number -> Code in "part\(number + 1)()" }
        return [
            """
            /// Every example that satisfies its schema is read and written again: the JSON is the same.
            @Suite struct ExampleTests {
                @Test(arguments: ExampleSet.all)
                func isReadAndWritten(_ set: ExampleSet) {
                    for problem in set.problems() { Issue.record("\\(problem)") }
                }
            }
            """,
            """
            /// The examples of one type: lines with the place in the description, a blank, and the JSON.
            struct ExampleSet: Sendable, CustomTestStringConvertible {
                let testDescription: String
                let problems: @Sendable () -> [String]

                init<Model: JSONConvertible>(_ type: Model.Type, _ lines: String) {
                    testDescription = "\\(type)"
                    problems = {
                        lines.split(separator: "\\n").compactMap { line in
                            let parts = line.split(separator: " ", maxSplits: 1)
                            return Self.problem(with: String(parts[1]), type).map { "\\(parts[0]): \\($0)" }
                        }
                    }
                }

                private static func problem<Model: JSONConvertible>(with json: String, _ type: Model.Type) -> String? {
                    do {
                        let written = try type.init(jsonText: json).jsonText()
                        let isSame = try JSONValue(jsonText: written) == JSONValue(jsonText: json)
                        return isSame ? nil : "\\(json) is written as \\(written)"
                    } catch {
                        return "\\(json) is not read: \\(error)"
                    }
                }

                static let all: [ExampleSet] = \(joined(parts))
            }
            """,
        ]
    }
}

extension Code.StringInterpolation {
    /// Lines of text as one raw literal, each on a line of its own, however long it is.
    mutating func appendInterpolation(rawLines lines: [String]) {
        let literal = SwiftText.rawLines(lines)
        appendInterpolation(expression: literal.joined(separator: "\n"))
    }
}
