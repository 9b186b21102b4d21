import GeneratorPlan

/// The states that have names, as constants.
enum ScenarioPrinter {
    static func files(for plan: ScenarioPlan) -> [GeneratedFile] {
        var folders: [String] = []
        for scenario in plan.scenarios {
            let folder = scenario.origin.split(separator: "/").dropLast().joined(separator: "/")
            if !folders.contains(folder) { folders.append(folder) }
        }
        let text = FilePrinter.text(origins: folders, imports: [], [code(of: plan)])
        return [GeneratedFile(module: plan.module, path: "Scenarios.swift", text: text)]
    }

    /// ```
    /// extension MockScenario {
    ///     /// The user can pay for hardly anything.
    ///     public static let lowBalance = baked("low-balance", #"{"summary":"…"}"#)
    /// }
    /// ```
    private static func code(of plan: ScenarioPlan) -> Code {
        let constants: [Code] = plan.scenarios.map { scenario in
            let call = Code.list("baked(", ["\(string: scenario.name)", "\(raw: scenario.json)"], ")", at: 8)
            let comment = Documentation.comment(
                [SwiftText.commentLines(scenario.summary), SwiftText.commentLines(scenario.description)], at: 4)
            return """
                \(comment)
                public static let \(name: scenario.swiftName) = \(call)
                """
        }
        return """
            extension MockScenario {
                \(Code.blocks(constants))

                /// The scenarios that come with the mock, in the order of their names.
                public static let all: [MockScenario] = [
                    \(Code.lines(plan.scenarios.map { "\(name: $0.swiftName)," }))
                ]
            }
            """
    }
}
