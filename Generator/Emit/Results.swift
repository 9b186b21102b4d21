import GeneratorPlan

/// What a call returns whose success is of different types for different statuses.
struct ResultPrinter {
    let spelling: Spelling
    let operation: OperationPlan

    /// ```
    /// /// What ``create(name:)`` returns.
    /// public enum CreateResult: StatusResult {
    ///     /// 200: it is there.
    ///     case ok(Vluna.Thing)
    ///     /// 202
    ///     case accepted
    ///
    ///     public init(status: Int, body: [UInt8]) throws(JSONError) {
    ///         switch status {
    ///         case 202: self = .accepted
    ///         default: self = .ok(try .init(jsonBytes: body))
    ///         }
    ///     }
    /// }
    /// ```
    func declaration() -> Code {
        guard case .byStatus(let plan) = operation.success, let first = plan.cases.first else { return "" }
        let summary = "What `\(SwiftText.label(operation.methodName))` returns, depending on the status."
        return """
            \(Documentation.comment(summary, at: 4))
            public enum \(name: plan.name): StatusResult {
                \(Code.lines(plan.cases.map(declaration)))

                public init(status: Int, body: [UInt8]) throws(JSONError) {
                    switch status {
                    \(Code.lines(plan.cases.dropFirst().map { "case \(pattern($0)): \(assignment($0))" }))
                    default: \(assignment(first))
                    }
                }
            }
            """
    }

    private func declaration(_ result: ResultPlan.Case) -> Code {
        let value = result.type.map { type -> Code in "(\(spelling.code(type)))" } ?? ""
        let text = result.documentation.isEmpty ? status(result) : "\(status(result)): \(result.documentation)"
        return """
            \(Documentation.comment(text, at: 8))
            case \(name: result.name)\(value)
            """
    }

    private func assignment(_ result: ResultPlan.Case) -> Code {
        result.type == nil ? "self = .\(name: result.name)" : "self = .\(name: result.name)(try .init(jsonBytes: body))"
    }

    private func pattern(_ result: ResultPlan.Case) -> Code {
        switch result.status {
        case .code(let code): "\(code)"
        case .range(let first): "\(first)00...\(first)99"
        case .default: "100...999"
        }
    }

    private func status(_ result: ResultPlan.Case) -> String {
        switch result.status {
        case .code(let code): "\(code)"
        case .range(let first): "\(first)00 to \(first)99"
        case .default: "Any other status"
        }
    }
}
