import GeneratorPlan

/// Enumerations that keep values they do not know.
struct EnumPrinter {
    let plan: EnumPlan

    /// ```
    /// public enum RoundingMode: OpenEnum {
    ///     case floor
    ///     case ceil
    ///     /// A value that this version does not know; it is kept as it came.
    ///     case unrecognized(String)
    /// }
    /// ```
    func declaration(at column: Int) -> Code {
        """
        \(Documentation.comment(plan.documentation, at: column))
        public enum \(name: plan.name.name): OpenEnum {
            \(Code.lines(plan.cases.map { "case \(name: $0.name)" }))
            /// A value that this version does not know; it is kept as it came.
            case \(name: plan.unrecognizedCase)(\(name: plan.raw.rawValue))
        }
        """
    }

    /// ```
    /// extension Vluna.RoundingMode {
    ///     public init(rawValue: String) {
    ///         switch rawValue {
    ///         case "floor": self = .floor
    ///         default: self = .unrecognized(rawValue)
    ///         }
    ///     }
    ///
    ///     public var rawValue: String {
    ///         switch self {
    ///         case .floor: "floor"
    ///         case .unrecognized(let value): value
    ///         }
    ///     }
    /// }
    /// ```
    func wireFormat() -> Code {
        let raw: Code = "\(name: plan.raw.rawValue)"
        let reading = plan.cases.map { Code.switchCase("\(expression: $0.literal)", "self = .\(name: $0.name)", at: 8) }
        let writing = plan.cases.map { Code.switchCase(".\(name: $0.name)", "\(expression: $0.literal)", at: 8) }
        return """
            extension \(plan.name) {
                public init(rawValue: \(raw)) {
                    switch rawValue {
                    \(Code.lines(reading))
                    default: self = .\(name: plan.unrecognizedCase)(rawValue)
                    }
                }

                public var rawValue: \(raw) {
                    switch self {
                    \(Code.lines(writing))
                    case .\(name: plan.unrecognizedCase)(let value): value
                    }
                }
            }
            """
    }
}
