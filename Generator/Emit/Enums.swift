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
        """
        extension \(plan.name) {
            public init(rawValue: \(name: plan.raw.rawValue)) {
                switch rawValue {
                \(Code.lines(plan.cases.map { "case \(expression: $0.literal): self = .\(name: $0.name)" }))
                default: self = .\(name: plan.unrecognizedCase)(rawValue)
                }
            }

            public var rawValue: \(name: plan.raw.rawValue) {
                switch self {
                \(Code.lines(plan.cases.map { "case .\(name: $0.name): \(expression: $0.literal)" }))
                case .\(name: plan.unrecognizedCase)(let value): value
                }
            }
        }
        """
    }
}
