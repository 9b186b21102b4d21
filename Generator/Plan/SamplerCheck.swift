import GeneratorOpenAPI
import GeneratorYAML

extension Sampler {
    /// Whether a value satisfies a schema; with `choosing` one of its alternatives must fit, too.
    func accepts(_ value: SampleValue, _ id: SchemaID, _ direction: Direction, choosing: Bool = true) -> Bool {
        budget -= 1
        guard budget > 0 else { return false }
        let schema = specification[id]
        if let accepts = schema.booleanValue { return accepts }
        if case .null = value, schema.isNullable { return true }
        if let target = schema.reference, !accepts(value, target, direction, choosing: choosing) { return false }
        guard hasKind(value, schema), isChosen(value, schema) else { return false }
        let rules = rules(of: id)
        switch value {
        case .null, .bool: break
        case .string(let text): guard accepts(text, schema, rules) else { return false }
        case .number(let text): guard accepts(SampleNumber(text), schema, rules) else { return false }
        case .array(let elements): guard accepts(elements, schema, rules, direction) else { return false }
        case .object(let members): guard accepts(members, value, schema, rules, direction) else { return false }
        }
        if let forbidden = rules.forbidden, SampleForbidden.fits(value, forbidden) { return false }
        guard schema.allOf.allSatisfy({ accepts(value, $0, direction, choosing: choosing) }) else { return false }
        return !choosing || acceptsChoice(value, schema, direction)
    }

    private func hasKind(_ value: SampleValue, _ schema: Schema) -> Bool {
        if schema.kinds.isEmpty { return !schema.isNullAlone }
        return schema.kinds.contains { value.has($0) }
    }

    private func isChosen(_ value: SampleValue, _ schema: Schema) -> Bool {
        if let constant = schema.constValue, SampleValue(constant) != value { return false }
        guard !schema.enumValues.isEmpty else { return true }
        // Most choices are texts, which need not be read as values.
        if case .string(let text) = value {
            return schema.enumValues.contains { $0.string == text }
        }
        return schema.enumValues.contains { SampleValue($0) == value }
    }

    private func accepts(_ text: String, _ schema: Schema, _ rules: SampleRules) -> Bool {
        if rules.minimumLength != nil || rules.maximumLength != nil {
            let count = text.unicodeScalars.count
            guard count >= rules.minimumLength ?? 0, count <= rules.maximumLength ?? .max else { return false }
        }
        if let pattern = rules.pattern, pattern.fits(text) == false { return false }
        guard schema.kinds.isEmpty || schema.kinds.contains(.string) else { return true }
        return schema.format.map { SampleFormat.accepts(text, $0) } ?? true
    }

    private func accepts(_ number: SampleNumber, _ schema: Schema, _ rules: SampleRules) -> Bool {
        let value = number.double
        if let limit = rules.minimum, value < limit { return false }
        if let limit = rules.maximum, value > limit { return false }
        if let limit = rules.exclusiveMinimum, value <= limit { return false }
        if let limit = rules.exclusiveMaximum, value >= limit { return false }
        if let step = rules.step {
            let quotient = value / step
            if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) { return false }
        }
        guard schema.kinds.contains(.integer) else { return value.isFinite }
        guard let int = number.int else { return false }
        return schema.format != "int32" || Int32(exactly: int) != nil
    }

    private func accepts(
        _ elements: [SampleValue], _ schema: Schema, _ rules: SampleRules, _ direction: Direction
    ) -> Bool {
        guard elements.count >= rules.minimumItems ?? 0, elements.count <= rules.maximumItems ?? .max else {
            return false
        }
        if rules.hasUniqueItems {
            for (position, element) in elements.enumerated() where elements[..<position].contains(element) {
                return false
            }
        }
        for (element, prefix) in zip(elements, schema.prefixItems) where !accepts(element, prefix, direction) {
            return false
        }
        guard let items = schema.items else { return true }
        return elements.dropFirst(schema.prefixItems.count).allSatisfy { accepts($0, items, direction) }
    }

    // MARK: Objects

    private func accepts(
        _ members: [SampleValue.Member], _ value: SampleValue, _ schema: Schema, _ rules: SampleRules,
        _ direction: Direction
    ) -> Bool {
        guard members.count >= rules.minimumMembers ?? 0, members.count <= rules.maximumMembers ?? .max else {
            return false
        }
        for name in schema.required where value[name] == nil {
            guard let property = rules.properties[name], isLeftOut(property, direction) else { return false }
        }
        for (name, required) in rules.dependentRequired where value[name] != nil {
            guard required.allSatisfy({ value[$0] != nil }) else { return false }
        }
        if let names = schema.propertyNames {
            guard members.allSatisfy({ accepts(.string($0.name), names, direction) }) else { return false }
        }
        for member in members {
            guard accepts(member, schema, rules, direction) else { return false }
        }
        guard case .forbidden = schema.unevaluatedProperties else { return true }
        return members.allSatisfy { describes($0.name, schema, depth: 0) }
    }

    private func accepts(
        _ member: SampleValue.Member, _ schema: Schema, _ rules: SampleRules, _ direction: Direction
    ) -> Bool {
        var isDescribed = false
        if let property = rules.properties[member.name] {
            isDescribed = true
            guard accepts(member.value, property, direction) else { return false }
        }
        for (pattern, property) in rules.memberPatterns where pattern?.fits(member.name) ?? false {
            isDescribed = true
            guard accepts(member.value, property, direction) else { return false }
        }
        if isDescribed { return true }
        switch schema.additionalProperties {
        case .unspecified, .anything: return true
        case .forbidden: return false
        case .schema(let element): return accepts(member.value, element, direction)
        }
    }

    /// Whether a schema or one of those that it is made of says something about a member.
    private func describes(_ name: String, _ schema: Schema, depth: Int) -> Bool {
        guard depth < 20 else { return true }
        if schema.properties.contains(where: { $0.name == name }) { return true }
        switch schema.additionalProperties {
        case .anything, .schema: return true
        case .unspecified, .forbidden: break
        }
        if schema.patternProperties.contains(where: { SamplePattern($0.name)?.fits(name) ?? true }) { return true }
        let parts = schema.allOf + schema.anyOf + schema.oneOf + [schema.reference].compactMap { $0 }
        return parts.contains { describes(name, specification[$0], depth: depth + 1) }
    }

    /// Whether members of a schema do not travel in a direction.
    func isLeftOut(_ id: SchemaID, _ direction: Direction) -> Bool {
        var next = Optional(id)
        var count = 0
        while let id = next, count < 20 {
            let schema = specification[id]
            if direction == .response ? schema.isWriteOnly : schema.isReadOnly { return true }
            next = schema.reference
            count += 1
        }
        return false
    }

    // MARK: Alternatives

    private func acceptsChoice(_ value: SampleValue, _ schema: Schema, _ direction: Direction) -> Bool {
        for alternatives in [schema.anyOf, schema.oneOf] where !alternatives.isEmpty {
            if let discriminator = schema.discriminator, let name = value[discriminator.property]?.text,
                let alternative = alternative(name, discriminator, alternatives)
            {
                guard accepts(value, alternative, direction) else { return false }
                continue
            }
            guard alternatives.contains(where: { accepts(value, $0, direction) }) else { return false }
        }
        guard schema.discriminator == nil, schema.oneOf.count > 1 else { return true }
        return schema.oneOf.count { accepts(value, $0, direction) } == 1
    }

    /// The alternative that a discriminator names.
    func alternative(_ name: String, _ discriminator: Schema.Discriminator, _ all: [SchemaID]) -> SchemaID? {
        if let entry = discriminator.mapping.first(where: { $0.value == name }) { return entry.schema }
        return all.first { specification[specification.resolved($0)].componentName == name }
            ?? discriminator.defaultMapping
    }
}

/// `not`, as far as it forbids types, values or members.
private enum SampleForbidden {
    static func fits(_ value: SampleValue, _ schema: Node) -> Bool {
        guard let keywords = schema.mapping else { return schema.bool ?? false }
        var isKnown = false
        for keyword in keywords {
            switch keyword.name {
            case "type":
                guard let kind = keyword.value.string.flatMap(Schema.Kind.init(rawValue:)), value.has(kind) else {
                    return false
                }
            case "const":
                guard SampleValue(keyword.value) == value else { return false }
            case "enum":
                guard keyword.value.sequence?.contains(where: { SampleValue($0) == value }) ?? false else {
                    return false
                }
            case "required":
                guard keyword.value.sequence?.allSatisfy({ $0.string.flatMap { value[$0] } != nil }) ?? false else {
                    return false
                }
            case "anyOf":
                guard keyword.value.sequence?.contains(where: { fits(value, $0) }) ?? false else { return false }
            default:
                // What is not known here is taken not to fit.
                return false
            }
            isKnown = true
        }
        return isKnown || keywords.isEmpty
    }
}

extension Schema {
    /// `type: 'null'`. What says only `nullable` allows null beside everything else.
    var isNullAlone: Bool { isNull && node.mapping?["nullable"] == nil }
}
