import GeneratorPlan

/// Objects as the caller sees them.
struct ModelPrinter {
    let spelling: Spelling
    let model: ModelPlan
    /// Where the declaration begins.
    let column: Int

    /// ```
    /// /// Permission to do one piece of work.
    /// public struct Lease: JSONModel {
    ///     /// Opaque token that a commit or a cancel must present.
    ///     public var leaseToken: String
    ///     public var budgetID: String?
    ///
    ///     public init(leaseToken: String, budgetID: String? = nil) {
    ///         self.leaseToken = leaseToken
    ///         self.budgetID = budgetID
    ///     }
    /// }
    /// ```
    func declaration() -> Code {
        let properties = stored.map(property) + [additionalProperty, response]
        return """
            \(Documentation.comment(model.documentation, isDeprecated: model.isDeprecated, at: column))
            public struct \(name: model.name.name): \(conformances) {
                \(Code.blocks([.lines(properties), remainder, initializer]))
            }
            """
    }

    private var stored: [PropertyPlan] { model.properties.filter(\.isStored) }

    /// `JSONModel, APIError, Hashable`
    private var conformances: Code {
        let wire = model.isMultipart ? "MultipartModel" : "JSONModel"
        let own = model.isError ? [wire, "APIError"] : [wire]
        return .joined((own + model.conformances).map { "\(path: $0)" }, by: ", ")
    }

    /// ```
    /// /// When the permission ends.
    /// @Indirect public var parent: Comment?
    /// ```
    private func property(_ property: PropertyPlan) -> Code {
        let comment = Documentation.comment(
            property.documentation, isDeprecated: property.isDeprecated, at: column + 4)
        let wrapper: Code = property.type.isIndirect ? "@Indirect " : ""
        return """
            \(comment)
            \(wrapper)public var \(name: property.name): \(type(of: property))
            """
    }

    /// `String`, `String?` or `Patch<String>`
    private func type(of property: PropertyPlan) -> Code {
        let type = spelling.code(property.type, in: model.name)
        return switch property.presence {
        case .required, .defaulted, .constant: type
        case .optional, .requiredNullable: "\(type)?"
        case .patch: "Patch<\(type)>"
        }
    }

    /// ```
    /// /// Members that have no property of their own.
    /// public var additionalProperties: [String: JSONValue]
    /// ```
    private var additionalProperty: Code {
        guard let additional = model.additional else { return "" }
        return """
            /// Members that have no property of their own.
            public var \(name: additional.name): [String: \(spelling.code(additional.element, in: model.name))]
            """
    }

    /// ```
    /// /// The response that this error came in.
    /// public var response = FailedResponse()
    /// ```
    private var response: Code {
        guard model.isError else { return "" }
        return """
            /// The response that this error came in.
            public var response = FailedResponse()
            """
    }

    /// ```
    /// /// What the JSON had beyond the properties; it is written back.
    /// public var remainder: JSONRemainder
    /// ```
    private var remainder: Code {
        guard hasRemainder else { return "" }
        return """
            /// What the JSON had beyond the properties; it is written back.
            public var remainder: JSONRemainder
            """
    }

    private var hasRemainder: Bool { model.keepsRemainder && !model.isMultipart }

    // MARK: Initializer

    /// ```
    /// public init(leaseToken: String, budgetID: String? = nil) {
    ///     self.leaseToken = leaseToken
    ///     self.budgetID = budgetID
    /// }
    /// ```
    private var initializer: Code {
        let names = stored.map(\.name) + [model.additional?.name].compactMap { $0 }
        // Said here rather than where it is declared: nothing is made for a model that is read, and then replaced.
        let copies: [Code] = names.map { "self.\(name: $0) = \(name: $0)" }
        let body = Code.lines(copies + [hasRemainder ? "remainder = JSONRemainder()" : ""])
        if body.isEmpty { return "public init() {}" }
        let head = Code.list("public init(", stored.map(parameter) + additionalParameter, ") {", at: column + 4)
        return """
            \(head)
                \(body)
            }
            """
    }

    /// `budgetID: String? = nil`
    private func parameter(_ property: PropertyPlan) -> Code {
        let declaration: Code = "\(label: property.name): \(type(of: property))"
        return switch property.presence {
        case .required, .constant: declaration
        case .optional, .requiredNullable: "\(declaration) = nil"
        case .defaulted(let value): "\(declaration) = \(expression: value)"
        case .patch: "\(declaration) = .absent"
        }
    }

    private var additionalParameter: [Code] {
        guard let additional = model.additional else { return [] }
        return ["\(name: additional.name): [String: \(spelling.code(additional.element, in: model.name))] = [:]"]
    }
}

extension PropertyPlan {
    var isStored: Bool {
        if case .constant = presence { false } else { true }
    }
}

extension TypePlan {
    var isIndirect: Bool {
        if case .indirect = self { true } else { false }
    }
}
