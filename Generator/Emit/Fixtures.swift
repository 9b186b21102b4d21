import GeneratorPlan

/// The table of what operations send and answer, for tests with recorded exchanges.
enum FixturePrinter {
    static func files(for plan: FixturePlan) -> [GeneratedFile] {
        plan.services.filter { !$0.operations.isEmpty }.map { service in
            GeneratedFile(
                module: plan.target, path: "\(service.namespace)WireTypes.swift",
                text: FilePrinter.text(origins: service.origins, imports: [service.module], [table(service)]))
        }
    }

    /// ```
    /// extension WireTypes {
    ///     /// The operations of Vluna by name.
    ///     static func vluna() -> [String: WireTypes] {
    ///         var types: [String: WireTypes] = [:]
    ///         types["vluna.commit"] = …
    ///         return types
    ///     }
    /// }
    /// ```
    private static func table(_ service: FixtureServicePlan) -> Code {
        """
        extension WireTypes {
            /// The operations of \(name: service.namespace) by name.
            static func \(name: service.service)() -> [String: WireTypes] {
                var types: [String: WireTypes] = [:]
                \(Code.lines(service.operations.map(entry)))
                return types
            }
        }
        """
    }

    /// ```
    /// types["vluna.commit"] = WireTypes(
    ///     request: RoundTrip(Vluna.CommitRequest.self),
    ///     success: RoundTrip(Vluna.CommitEnvelope.self),
    ///     errors: [402: RoundTrip(Vluna.GateDenied.self), 0: RoundTrip(Vluna.Failure.self)]
    /// )
    /// ```
    private static func entry(_ operation: FixtureOperationPlan) -> Code {
        let types: [Code] = [
            argument("request", operation.request), argument("success", operation.success),
            argument("event", operation.event),
            operation.streamMember.map { "streamMember: \(string: $0)" } ?? "",
            errors(operation.errors),
        ]
        let head: Code = "types[\(string: operation.key)] = WireTypes("
        return .list(head, types.filter { !$0.isEmpty }, ")", at: 8)
    }

    private static func argument(_ label: Code, _ type: TypePlan?) -> Code {
        type.map { "\(label): RoundTrip(\(Spelling.full.code($0)).self)" } ?? ""
    }

    private static func errors(_ errors: [(status: Int, type: TypeName)]) -> Code {
        if errors.isEmpty { return "" }
        return .array("errors: [", errors.map { "\($0.status): RoundTrip(\($0.type).self)" }, "]", at: 12)
    }
}
