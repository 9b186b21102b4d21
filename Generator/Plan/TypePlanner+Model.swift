import GeneratorOpenAPI
import GeneratorYAML

// Objects.
extension TypePlanner {
    /// The members of an object after `allOf` is flattened.
    private struct Members {
        var properties: [Schema.Property] = []
        var required: Set<String> = []
        var additional = Schema.AdditionalProperties.unspecified
    }

    mutating func model(_ id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let schema = specification[id]
        let name = claimType(suggestion)
        remember(.named(name), for: id)
        var members = Members()
        var visited: Set<SchemaID> = []
        collect(id, into: &members, visited: &visited)

        let isError = usage.errors.contains(id)
        let reserved = isError ? TypePlanner.namesOfErrors : []
        var scope = NameScope(taken: reserved)
        let siblings = siblingDiscriminators(of: members.properties)
        var properties: [PropertyPlan] = []
        let hidden = usage.hiddenMembers[id] ?? []
        for property in members.properties where !siblings.contains(property.name) && !hidden.contains(property.name) {
            let plan = self.property(
                property, isRequired: members.required.contains(property.name), of: id, owner: name,
                reserved: reserved, scope: &scope)
            properties.append(plan)
        }
        let plan = ModelPlan(
            name: name, documentation: schema.description ?? schema.title ?? "", isDeprecated: schema.isDeprecated,
            properties: properties, additional: additional(members, owner: name, scope: &scope), isError: isError,
            isMultipart: usage.multiparts.contains(id))
        declare(.model(plan), for: id, as: .named(name))
        return .named(name)
    }

    /// What an error has from `APIError`, `CustomStringConvertible` and `LocalizedError`.
    private static let namesOfErrors: Set<String> = [
        "response", "description", "errorDescription", "failureReason", "recoverySuggestion", "helpAnchor",
    ]

    private func collect(_ id: SchemaID, into members: inout Members, visited: inout Set<SchemaID>) {
        guard visited.insert(id).inserted else { return }
        let schema = specification[id]
        if let target = schema.reference { collect(target, into: &members, visited: &visited) }
        for part in schema.allOf { collect(part, into: &members, visited: &visited) }
        for property in schema.properties {
            if let index = members.properties.firstIndex(where: { $0.name == property.name }) {
                // The narrower description comes later.
                members.properties[index] = property
            } else {
                members.properties.append(property)
            }
        }
        members.required.formUnion(schema.required)
        if case .unspecified = schema.additionalProperties { return }
        members.additional = schema.additionalProperties
    }

    private func siblingDiscriminators(of properties: [Schema.Property]) -> Set<String> {
        Set(properties.compactMap { sibling(of: $0.schema)?.property })
    }

    private func sibling(of id: SchemaID) -> Schema.Discriminator? {
        specification[id].siblingDiscriminator ?? specification[specification.resolved(id)].siblingDiscriminator
    }

    // MARK: Properties

    private mutating func property(
        _ property: Schema.Property, isRequired: Bool, of id: SchemaID, owner: TypeName, reserved: Set<String>,
        scope: inout NameScope
    ) -> PropertyPlan {
        let own = specification[property.schema]
        let shape = specification[specification.resolved(property.schema)]
        let suggestion = Suggestion(scope: owner.scope + [owner.name], name: nestedTypeName(property.name))
        let type = file(property.schema, in: id) ?? type(of: property.schema, suggestion: suggestion)
        let wish = own.swiftName ?? namer.member(property.name)
        let name = scope.claim(reserved.contains(wish) ? wish + "Value" : wish)
        return PropertyPlan(
            name: SwiftText.identifier(name), wireName: property.name,
            documentation: own.description ?? shape.description ?? own.title ?? "",
            isDeprecated: own.isDeprecated || shape.isDeprecated, type: type,
            presence: presence(of: property, isRequired: isRequired, in: id, type: type),
            siblingDiscriminator: sibling(of: property.schema)?.property)
    }

    /// Bytes, or a list of bytes, that are sent as files.
    private func file(_ id: SchemaID, in owner: SchemaID) -> TypePlan? {
        guard usage.multiparts.contains(owner) else { return nil }
        let shape = specification[specification.resolved(id)]
        if shape.kinds == [.string], shape.format == "binary" { return .custom("UploadedFile") }
        guard shape.kinds == [.array], let items = shape.items, let element = file(items, in: owner) else { return nil }
        return .array(element)
    }

    /// A member `type` has a type `Kind`, because Swift keeps `Type` for itself.
    private func nestedTypeName(_ wireName: String) -> String {
        let name = namer.type(wireName)
        return name == "TypeModel" ? "Kind" : name
    }

    private func presence(
        of property: Schema.Property, isRequired: Bool, in owner: SchemaID, type: TypePlan
    ) -> PropertyPlan.Presence {
        let own = specification[property.schema]
        let shape = specification[specification.resolved(property.schema)]
        let isNullable = isNullable(property.schema)
        let defaultValue = own.defaultValue ?? shape.defaultValue
        if let constant = own.constValue ?? shape.constValue, let literal = literal(constant), !isNullable,
            isRequired || defaultValue?.text == constant.text
        {
            return .constant(literal)
        }
        if isNullable, let defaultValue, defaultValue.isNull {
            // Absent means null, so there is nothing to tell apart.
            return .requiredNullable
        }
        if !isNullable, let defaultValue, let literal = self.defaultValue(defaultValue, type: type) {
            return .defaulted(literal)
        }
        if isRequired { return isNullable ? .requiredNullable : .required }
        // Only who writes a member can tell absent from null; to a reader both are "not there". Parts cannot say null.
        let canTell = usage.requests.contains(property.schema) && !usage.multiparts.contains(owner)
        return isNullable && canTell ? .patch : .optional
    }

    private func literal(_ node: Node) -> String? {
        switch node.kind {
        case .string: node.string.map(SwiftText.stringLiteral)
        case .int: node.int.map { String($0) }
        case .bool: node.bool.map { $0 ? "true" : "false" }
        default: nil
        }
    }

    /// A Swift expression for a default of the document; `nil` when the value does not fit the type.
    func defaultValue(_ node: Node, type: TypePlan) -> String? {
        switch type {
        case .scalar(let scalar): return defaultScalar(node, scalar: scalar)
        case .named(let name): return defaultCase(node, of: name)
        case .array: return node.sequence.map { $0.isEmpty } == true ? "[]" : nil
        case .dictionary: return node.mapping.map { $0.isEmpty } == true ? "[:]" : nil
        case .custom, .optional, .indirect: return nil
        }
    }

    private func defaultScalar(_ node: Node, scalar: ScalarPlan) -> String? {
        switch scalar {
        case .string: node.string.map(SwiftText.stringLiteral)
        case .bool: node.bool.map { $0 ? "true" : "false" }
        case .int, .int64: node.int.map { String($0) }
        case .double: node.double.flatMap { $0.isFinite ? String($0) : nil }
        default: nil
        }
    }

    private func defaultCase(_ node: Node, of name: TypeName) -> String? {
        for case .openEnum(let plan) in declarations.lazy.map(\.declaration) where plan.name == name {
            let literal = plan.raw == .string ? node.string.map(SwiftText.stringLiteral) : node.int.map { String($0) }
            return plan.cases.first { $0.literal == literal }.map { "." + $0.name }
        }
        return nil
    }

    private mutating func additional(
        _ members: Members, owner: TypeName, scope: inout NameScope
    ) -> AdditionalPlan? {
        let element: TypePlan
        switch members.additional {
        case .unspecified, .forbidden: return nil
        case .anything: element = .scalar(.jsonValue)
        case .schema(let id):
            let suggestion = Suggestion(scope: owner.scope + [owner.name], name: "AdditionalProperty")
            element = elementType(of: id, suggestion: suggestion)
        }
        return AdditionalPlan(name: scope.claim("additionalProperties"), element: element)
    }
}
