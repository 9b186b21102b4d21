import GeneratorPlan

/// How an object is read and written.
struct ModelWirePrinter {
    let model: ModelPlan

    /// ```
    /// extension Vluna.Lease {
    ///     @inline(never)
    ///     public init(json: inout JSONObject) throws(JSONError) {
    ///         leaseToken = try json.string("lease_token")
    ///         budgetID = json.string(ifPresent: "budget_id")
    ///     }
    ///
    ///     @inline(never)
    ///     public func write(to json: inout JSONWriter) {
    ///         json.write("lease_token", leaseToken)
    ///         json.write("budget_id", budgetID)
    ///     }
    /// }
    /// ```
    func code() -> Code {
        """
        extension \(model.name) {
            \(model.isMultipart ? parts : Code.blocks([reader, writer, ownMembers]))
        }
        """
    }

    // MARK: Parts

    /// ```
    /// public func write(to form: inout MultipartWriter) {
    ///     form.write("file", file)
    ///     form.write("language", language)
    /// }
    /// ```
    private var parts: Code {
        Self.block("public func write(to form: inout MultipartWriter)", model.properties.map(part))
    }

    private func part(_ property: PropertyPlan) -> Code {
        let wireName: Code = "\(string: property.wireName)"
        if case .constant(let value) = property.presence { return "form.write(\(wireName), \(expression: value))" }
        let variable: Code = property.name == "form" ? "self.form" : "\(name: property.name)"
        return "form.write(\(wireName), \(variable))"
    }

    // MARK: Members

    private var reader: Code {
        let begin: Code = model.keepsRemainder ? "json.beginNotes()" : ""
        let end: Code = model.keepsRemainder ? "remainder = json.remainder" : ""
        return Self.once(
            "public init(json: inout JSONObject) throws(JSONError)",
            [begin] + model.properties.map(reading) + [readingRest, end])
    }

    private var writer: Code {
        let begin: Code = model.keepsRemainder ? "json.restore(remainder)" : ""
        return Self.once(
            "public func write(to json: inout JSONWriter)", [begin] + model.properties.map(writing) + [writingRest])
    }

    /// One copy in the program, wherever it is called: otherwise small ones are copied to each place, and a client grows.
    private static func once(_ head: Code, _ statements: [Code]) -> Code {
        .lines(["@inline(never)", block(head, statements)])
    }

    private static func block(_ head: Code, _ statements: [Code]) -> Code {
        let body = Code.lines(statements)
        if body.isEmpty { return "\(head) {}" }
        return """
            \(head) {
                \(body)
            }
            """
    }

    // MARK: One property

    /// `budgetID = json.string(ifPresent: "budget_id")`
    private func reading(_ property: PropertyPlan) -> Code {
        let variable = variable(property)
        let wireName: Code = "\(string: property.wireName)"
        if let sibling = property.siblingDiscriminator {
            let reading: Code = property.isRequired ? "try json.union(" : "json.union(ifPresent: "
            return "\(variable) = \(reading)\(wireName), discriminator: \(string: sibling))"
        }
        let method = property.type.reader(keepsText: model.keepsRemainder)
        return switch property.presence {
        case .required: "\(variable) = try json.\(name: method)(\(wireName))"
        case .optional, .requiredNullable: "\(variable) = json.\(name: method)(ifPresent: \(wireName))"
        case .defaulted(let value) where model.keepsRemainder:
            "\(variable) = json.value(\(wireName), default: \(expression: value))"
        case .defaulted(let value):
            defaulted(variable, "json.\(name: method)(ifPresent: \(wireName))", "?? \(expression: value)")
        case .patch: "\(variable) = json.\(name: property.type.patchReader)(\(wireName))"
        case .constant(let value): "json.constant(\(wireName), \(expression: value))"
        }
    }

    /// `limit = json.int(ifPresent: "limit") ?? 20`
    private func defaulted(_ variable: Code, _ reading: Code, _ value: Code) -> Code {
        let line: Code = "\(variable) = \(reading) \(value)"
        if line.fits(at: 8) { return line }
        return """
            \(variable) =
                \(reading)
                \(value)
            """
    }

    /// `json.write("budget_id", budgetID)`
    private func writing(_ property: PropertyPlan) -> Code {
        let variable = variable(property)
        let wireName: Code = "\(string: property.wireName)"
        if let sibling = property.siblingDiscriminator {
            let chain: Code = property.isRequired ? "" : "?"
            return """
                json.write(\(string: sibling), \(variable)\(chain).discriminator)
                json.write(\(wireName), \(variable))
                """
        }
        if case .constant(let value) = property.presence {
            return "json.write(\(wireName), \(expression: value))"
        }
        return "json.write(\(wireName), \(label(property))\(variable))"
    }

    /// The argument label that says how the value is written.
    private func label(_ property: PropertyPlan) -> Code {
        let isInString = property.type.isNumberInString
        return switch property.presence {
        case .required, .defaulted, .optional, .constant: isInString ? "inString: " : ""
        case .requiredNullable: isInString ? "nullableInString: " : "nullable: "
        case .patch: isInString ? "patchInString: " : "patch: "
        }
    }

    /// A property called `json` would be taken for the reader or the writer.
    private func variable(_ property: PropertyPlan) -> Code {
        variable(property.name)
    }

    private func variable(_ name: String) -> Code {
        name == "json" ? "self.json" : "\(name: name)"
    }

    // MARK: Members without a property

    /// `additionalProperties = json.remaining(excluding: Self.ownMembers)`
    private var readingRest: Code {
        guard let additional = model.additional else { return "" }
        return "\(variable(additional.name)) = json.remaining(excluding: Self.ownMembers)"
    }

    /// `json.write(remaining: additionalProperties, excluding: Self.ownMembers)`
    private var writingRest: Code {
        guard let additional = model.additional else { return "" }
        return "json.write(remaining: \(variable(additional.name)), excluding: Self.ownMembers)"
    }

    /// `private static let ownMembers: [StaticString] = ["id", "name"]`
    private var ownMembers: Code {
        guard model.additional != nil else { return "" }
        let names = model.properties.flatMap { [$0.siblingDiscriminator, $0.wireName].compactMap { $0 } }
        return .array("private static let ownMembers: [StaticString] = [", names.map { "\(string: $0)" }, "]", at: 4)
    }
}

extension PropertyPlan {
    fileprivate var isRequired: Bool { presence == .required }
}

extension TypePlan {
    /// The method of `JSONObject` that reads such a member.
    fileprivate func reader(keepsText: Bool) -> String {
        guard case .scalar(let scalar) = self else { return keepsText && hasSeveralTexts ? "exact" : "value" }
        return switch scalar {
        case .jsonValue, .jsonScalar, .uint64: "value"
        default: scalar.rawValue
        }
    }

    /// Whether it is a list or a map of values that may be written in more ways than ours.
    private var hasSeveralTexts: Bool {
        switch self {
        case .scalar(let scalar): [.date, .uuid, .url, .base64].contains(scalar)
        case .array(let element), .dictionary(let element), .optional(let element), .indirect(let element):
            element.hasSeveralTexts
        case .named, .custom: false
        }
    }

    fileprivate var patchReader: String {
        switch self {
        case .scalar(.int64InString): "patchInt64InString"
        case .scalar(.decimalInString): "patchDecimalInString"
        default: "patch"
        }
    }

    fileprivate var isNumberInString: Bool {
        self == .scalar(.int64InString) || self == .scalar(.decimalInString)
    }
}
