import GeneratorPlan

/// Enumerations whose cases are the variants of a union.
struct UnionPrinter {
    let spelling: Spelling
    let plan: UnionPlan

    /// ```
    /// public enum Provenance: JSONConvertible {
    ///     /// Measured as it happened.
    ///     case live(ProvenanceLive)
    ///     case aggregate(ProvenanceAggregate)
    ///     /// A variant that this version does not know; it is kept as it came.
    ///     case unrecognized(JSONValue)
    /// }
    /// ```
    func declaration(at column: Int) -> Code {
        let cases = plan.variants.map { variant in declaration(of: variant, at: column + 4) }
        return """
            \(Documentation.comment(plan.documentation, at: column))
            public enum \(name: plan.name.name): \(conformance) {
                \(Code.lines(cases))
                /// A variant that this version does not know; it is kept as it came.
                case \(name: plan.unrecognizedCase)(\(unrecognizedValues))
            }
            """
    }

    private func declaration(of variant: UnionPlan.Variant, at column: Int) -> Code {
        let modifier: Code = variant.type.isIndirect ? "indirect " : ""
        return """
            \(Documentation.comment(variant.documentation, at: column))
            \(modifier)case \(name: variant.caseName)(\(spelling.code(variant.type, in: plan.name)))
            """
    }

    private var conformance: Code {
        switch plan.choice {
        case .sibling: "JSONSiblingUnion"
        case .discriminator, .structure: "JSONConvertible"
        }
    }

    private var unrecognizedValues: Code {
        switch plan.choice {
        case .sibling: "String, JSONValue"
        case .discriminator, .structure: "JSONValue"
        }
    }

    func wireFormat() -> Code {
        let members: [Code] =
            switch plan.choice {
            case .discriminator(let wireName): [discriminatedReader(wireName), writer]
            case .sibling: [siblingReader, discriminator, siblingWriter]
            case .structure: [structuralReader, writer]
            }
        return """
            extension \(plan.name) {
                \(Code.blocks(members))
            }
            """
    }

    // MARK: Chosen by a member of the variant

    /// ```
    /// public init(json: JSONElement) throws(JSONError) {
    ///     switch try json.discriminator("kind") {
    ///     case "live": self = .live(try json.value(as: Vluna.LiveSource.self))
    ///     default: self = .unrecognized(try json.value())
    ///     }
    /// }
    /// ```
    private func discriminatedReader(_ wireName: String) -> Code {
        """
        public init(json: JSONElement) throws(JSONError) {
            switch try json.discriminator(\(string: wireName)) {
            \(namedVariants)
            default: self = .\(name: plan.unrecognizedCase)(try json.value())
            }
        }
        """
    }

    /// ```
    /// case "live": self = .live(try json.value(as: Vluna.LiveSource.self))
    /// case "aggregate", "sum": self = .aggregate(try json.value(as: Vluna.AggregateSource.self))
    /// ```
    ///
    /// The type is said, so that a hand-written `static func live(…)` beside the case is never meant.
    private var namedVariants: Code {
        .lines(
            plan.variants.map { variant in
                let literals: [Code] = variant.values.map { "\(string: $0)" }
                let line = Code.joined(literals, by: ", ")
                let values = line.fits(at: 14) ? line : Code.joined(literals, by: ",\n    ")
                let value: Code = "try json.value(as: \(metatype(of: variant.type)))"
                return .switchCase(values, "self = .\(name: variant.caseName)(\(value))", at: 8)
            })
    }

    /// ```
    /// public func writeValue(to json: inout JSONWriter) {
    ///     switch self {
    ///     case .live(let value): json.writeValue(value)
    ///     case .unrecognized(let value): json.writeValue(value)
    ///     }
    /// }
    /// ```
    private var writer: Code {
        let names = plan.variants.map(\.caseName) + [plan.unrecognizedCase]
        return """
            public func writeValue(to json: inout JSONWriter) {
                switch self {
                \(Code.lines(names.map { writing(".\(name: $0)(let value)") }))
                }
            }
            """
    }

    private func writing(_ pattern: Code) -> Code {
        .switchCase(pattern, "json.writeValue(value)", at: 8)
    }

    // MARK: Chosen by another member of the object around it

    /// ```
    /// public init(discriminator: String, json: JSONElement) throws(JSONError) {
    ///     switch discriminator {
    ///     case "usage.recorded": self = .usageRecorded(try json.value(as: Vluna.UsageRecorded.self))
    ///     default: self = .unrecognized(discriminator, try json.value())
    ///     }
    /// }
    /// ```
    private var siblingReader: Code {
        """
        public init(discriminator: String, json: JSONElement) throws(JSONError) {
            switch discriminator {
            \(namedVariants)
            default: self = .\(name: plan.unrecognizedCase)(discriminator, try json.value())
            }
        }
        """
    }

    /// ```
    /// public var discriminator: String {
    ///     switch self {
    ///     case .usageRecorded: "usage.recorded"
    ///     case .unrecognized(let name, _): name
    ///     }
    /// }
    /// ```
    private var discriminator: Code {
        let cases = plan.variants.map { variant in
            Code.switchCase(
                ".\(name: variant.caseName)", "\(string: variant.values.first ?? variant.caseName)", at: 8)
        }
        return """
            public var discriminator: String {
                switch self {
                \(Code.lines(cases))
                case .\(name: plan.unrecognizedCase)(let name, _): name
                }
            }
            """
    }

    private var siblingWriter: Code {
        let cases = plan.variants.map { writing(".\(name: $0.caseName)(let value)") }
        return """
            public func writeValue(to json: inout JSONWriter) {
                switch self {
                \(Code.lines(cases))
                case .\(name: plan.unrecognizedCase)(_, let value): json.writeValue(value)
                }
            }
            """
    }

    // MARK: Chosen by shape

    /// ```
    /// public init(json: JSONElement) throws(JSONError) {
    ///     if json.kind == .string, let value = json.matching(String.self) {
    ///         self = .text(value)
    ///     } else if json.contains("rows"), let value = json.matching(Vluna.Table.self) {
    ///         self = .table(value)
    ///     } else {
    ///         self = .unrecognized(try json.value())
    ///     }
    /// }
    /// ```
    private var structuralReader: Code {
        let branches = plan.trials.map { branch(plan.variants[$0]) }
        let rest: Code = """
            {
                self = .\(name: plan.unrecognizedCase)(try json.value())
            }
            """
        return """
            public init(json: JSONElement) throws(JSONError) {
                \(Code.joined(branches + [rest], by: " else "))
            }
            """
    }

    /// ```
    /// if json.kind == .object, json.contains("rows"), let value = json.matching(Vluna.Table.self) {
    ///     self = .table(value)
    /// }
    /// ```
    private func branch(_ variant: UnionPlan.Variant) -> Code {
        let conditions = conditions(for: variant)
        let line = Code.joined(conditions, by: ", ")
        if conditions.count == 1 || line.fits(at: 21) {
            return """
                if \(line) {
                    self = .\(name: variant.caseName)(value)
                }
                """
        }
        return """
            if \(conditions[0]),
                \(Code.joined(Array(conditions.dropFirst()), by: ",\n"))
            {
                self = .\(name: variant.caseName)(value)
            }
            """
    }

    private func conditions(for variant: UnionPlan.Variant) -> [Code] {
        var conditions: [Code] = []
        if let kind = variant.jsonKind { conditions.append("json.kind == .\(name: caseName(ofKind: kind))") }
        if !variant.requiredMembers.isEmpty {
            let members: [Code] = variant.requiredMembers.map { "\(string: $0)" }
            conditions.append(.list("json.contains(", members, ")", at: 12))
        }
        conditions.append(.list("let value = json.matching(", [metatype(of: variant.type)], ")", at: 12))
        return conditions
    }

    /// `Vluna.Table.self`
    private func metatype(of type: TypePlan) -> Code {
        "\(spelling.code(type)).self"
    }

    /// JSON Schema's name for a kind, as `JSONKind` calls it.
    private func caseName(ofKind kind: String) -> String {
        kind == "boolean" ? "bool" : kind
    }
}
