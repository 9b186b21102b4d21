import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

// Objects.
extension TypePlanner {
    mutating func declareModel(_ id: SchemaID, name: TypeName) {
        let schema = specification[id]
        let members = Members(of: id, in: specification)
        let isError = usage.errors.contains(id)
        let reserved = (isError ? TypePlanner.namesOfErrors : []).union(isOutside ? ["remainder"] : [])
        let siblings = Set(members.properties.compactMap { sibling(of: $0)?.property })
        let hidden = usage.hiddenMembers[id] ?? []
        let stated = members.properties.filter { !siblings.contains($0.name) && !hidden.contains($0.name) }
        var scope = NameScope(taken: reserved)
        let names = names(of: stated, reserved: reserved, scope: &scope)
        var properties: [PropertyPlan] = []
        for (property, propertyName) in zip(stated, names) {
            properties.append(
                self.property(
                    property, named: propertyName, isRequired: members.required.contains(property.name), of: id,
                    owner: name))
        }
        let plan = ModelPlan(
            name: name, documentation: schema.description ?? schema.title ?? "", isDeprecated: schema.isDeprecated,
            properties: properties, additional: additional(members, owner: name, scope: &scope), isError: isError,
            isMultipart: usage.multiparts.contains(id), keepsRemainder: isOutside)
        declare(.model(plan), for: id, as: .named(name))
    }

    /// What an error has from `APIError`, `CustomStringConvertible` and `LocalizedError`.
    private static let namesOfErrors: Set<String> = [
        "response", "description", "errorDescription", "failureReason", "recoverySuggestion", "helpAnchor",
    ]

    private func sibling(of property: Members.Property) -> Schema.Discriminator? {
        property.schemas.lazy.compactMap(sibling).first
    }

    private func sibling(of id: SchemaID) -> Schema.Discriminator? {
        specification[id].siblingDiscriminator ?? specification[specification.resolved(id)].siblingDiscriminator
    }

    // MARK: Properties

    private func names(of properties: [Members.Property], reserved: Set<String>, scope: inout NameScope) -> [String] {
        scope.claim(
            properties.map { property in
                let wish = property.schemas.lazy.compactMap { specification[$0].swiftName }.first
                let name = wish ?? namer.member(property.name)
                return (name: reserved.contains(name) ? name + "Value" : name, wireName: property.name)
            })
    }

    private mutating func property(
        _ property: Members.Property, named name: String, isRequired: Bool, of id: SchemaID, owner: TypeName
    ) -> PropertyPlan {
        let first = property.schemas[0]
        let own = specification[first]
        let shape = specification[specification.resolved(first)]
        let suggestion = Suggestion(scope: owner.scope + [owner.name], name: nestedTypeName(property.name))
        let isMixed = property.schemas.count > 1
        let fixed = isMixed ? nil : fixedPresence(of: first, isRequired: isRequired, in: id)
        let type = fixed == nil ? type(of: property, in: id, suggestion: suggestion) : .scalar(.string)
        return PropertyPlan(
            name: SwiftText.identifier(name), wireName: property.name,
            documentation: own.description ?? shape.description ?? own.title ?? "",
            isDeprecated: own.isDeprecated || shape.isDeprecated, type: type,
            presence: isMixed
                ? presenceOfMixed(property, isRequired: isRequired)
                : fixed ?? presence(of: first, isRequired: isRequired, in: id, type: type),
            siblingDiscriminator: sibling(of: first)?.property)
    }

    private mutating func type(of property: Members.Property, in owner: SchemaID, suggestion: Suggestion) -> TypePlan {
        let first = property.schemas[0]
        if property.schemas.count == 1 { return file(first, in: owner) ?? type(of: first, suggestion: suggestion) }
        // Of several schemas that a member can have, none is more right than the others.
        let shapes = property.schemas.map { specification.shape(of: $0) }
        if Set(property.schemas.map { specification.resolved($0) }).count == 1 {
            return type(of: first, suggestion: suggestion)
        }
        if shapes.allSatisfy({ $0 == .scalar(.string) }) { return .scalar(.string) }
        if shapes.allSatisfy({ $0 == .scalar(.boolean) }) { return .scalar(.bool) }
        if shapes.allSatisfy({ $0 == .scalar(.integer) }) { return .scalar(.int) }
        return .scalar(.jsonValue)
    }

    private func presenceOfMixed(_ property: Members.Property, isRequired: Bool) -> PropertyPlan.Presence {
        let isNullable = property.schemas.contains(where: isNullable)
        return isRequired ? isNullable ? .requiredNullable : .required : .optional
    }

    /// Bytes, or a list of bytes, that are sent as files.
    private func file(_ id: SchemaID, in owner: SchemaID) -> TypePlan? {
        guard usage.multiparts.contains(owner) else { return nil }
        let shape = specification[specification.resolved(id)]
        if shape.kinds == [.string], shape.format == "binary" { return .custom("UploadedFile") }
        guard shape.kinds == [.array], let items = shape.items, let element = file(items, in: owner) else { return nil }
        return .array(element)
    }

    private func presence(
        of id: SchemaID, isRequired: Bool, in owner: SchemaID, type: TypePlan
    ) -> PropertyPlan.Presence {
        let own = specification[id]
        let shape = specification[specification.resolved(id)]
        let isNullable = isNullable(id)
        let isRequired = isRequired && !isOneWay(own, shape, in: owner)
        let defaultValue = own.defaultValue ?? shape.defaultValue
        if isNullable, let defaultValue, defaultValue.isNull, !isOutside || isRequired {
            // Absent means null, so there is nothing to tell apart.
            return .requiredNullable
        }
        if !isNullable, let defaultValue, !defaultValue.isNull {
            if let literal = self.defaultValue(defaultValue, type: type) { return .defaulted(literal) }
            if isMisfit(defaultValue, of: type) {
                diagnostics.warning("the default is no value of this type, and is ignored", at: defaultValue.location)
            }
        }
        if isRequired { return isNullable ? .requiredNullable : .required }
        // Only who writes a member can tell absent from null; to a reader both are "not there". Parts cannot say null.
        let canTell = usage.requests.contains(id) && !usage.multiparts.contains(owner)
        return isNullable && canTell ? .patch : .optional
    }

    /// Of a member that can have one value only, and is always there: it is not stored.
    private func fixedPresence(of id: SchemaID, isRequired: Bool, in owner: SchemaID) -> PropertyPlan.Presence? {
        let own = specification[id]
        let shape = specification[specification.resolved(id)]
        guard let constant = constant(own) ?? constant(shape), let literal = literal(constant), !isNullable(id) else {
            return nil
        }
        let isThere = isRequired && !isOneWay(own, shape, in: owner)
        let value = own.defaultValue ?? shape.defaultValue
        return isThere || value?.text == constant.text ? .constant(literal) : nil
    }

    /// The only value that a member can have. OpenAPI 3.0 says it by an enumeration of one.
    private func constant(_ schema: Schema) -> Node? {
        if let value = schema.constValue { return value }
        return isOutside && schema.enumValues.count == 1 && schema.componentName == nil && schema.kinds == [.string]
            ? schema.enumValues[0] : nil
    }

    /// A required member that is only received is not there when the object is sent, and the other way round.
    private func isOneWay(_ own: Schema, _ shape: Schema, in owner: SchemaID) -> Bool {
        (own.isReadOnly || shape.isReadOnly) && usage.requests.contains(owner)
            || (own.isWriteOnly || shape.isWriteOnly) && usage.responses.contains(owner)
    }

    private mutating func additional(
        _ members: Members, owner: TypeName, scope: inout NameScope
    ) -> AdditionalPlan? {
        let suggestion = Suggestion(scope: owner.scope + [owner.name], name: "AdditionalProperty")
        guard let element = additionalType(members, suggestion: suggestion) else { return nil }
        return AdditionalPlan(name: scope.claim("additionalProperties"), element: element)
    }
}
