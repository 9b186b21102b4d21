import GeneratorPlan

/// The operations of one tag.
struct GroupPrinter {
    let spelling: Spelling
    let plan: GroupPlan

    /// ```
    /// extension Vluna.ServiceClient {
    ///     /// Leases, commits and limits.
    ///     public var gate: Gate { Gate(client: client) }
    ///
    ///     /// The operations behind ``gate``.
    ///     public struct Gate: Sendable {
    ///         let client: APIClient
    ///     }
    /// }
    ///
    /// extension Vluna.ServiceClient.Gate {
    ///     …
    /// }
    /// ```
    func declaration() -> Code {
        let results = plan.operations.filter(\.declaresEndpoint).map { operation in
            ResultPrinter(spelling: spelling, operation: operation).declaration()
        }
        return .blocks([accessor, extending(plan.operations.map { printer(of: $0).methods() } + results)])
    }

    private var accessor: Code {
        """
        extension \(path: plan.parent) {
            \(Documentation.comment(plan.documentation, at: 4))
            \(property)

            /// The operations behind ``\(label: plan.accessor)``.
            public struct \(name: plan.typeName): Sendable {
                let client: APIClient
            }
        }
        """
    }

    private var property: Code {
        let head: Code = "public var \(name: plan.accessor): \(name: plan.typeName) {"
        let value: Code = "\(name: plan.typeName)(client: client)"
        let line: Code = "\(head) \(value) }"
        if line.fits(at: 4) { return line }
        return """
            \(head)
                \(value)
            }
            """
    }

    /// ```
    /// extension Vluna.ServiceClient.Gate {
    ///     static let cancelEndpoint = Endpoint<Vluna.Lease>("vluna.cancel", .post, "/gate/cancel")
    /// }
    /// ```
    func endpoints() -> Code {
        extending(
            plan.operations.filter(\.declaresEndpoint).map {
                EndpointPrinter(spelling: spelling, plan: $0).declaration()
            })
    }

    private func extending(_ members: [Code]) -> Code {
        if members.isEmpty { return "" }
        return """
            extension \(path: plan.qualifiedName) {
                \(Code.blocks(members))
            }
            """
    }

    private func printer(of operation: OperationPlan) -> OperationPrinter {
        OperationPrinter(spelling: spelling, plan: operation)
    }
}
