import GeneratorOpenAPI
import GeneratorYAML

// Enumerations and unions.
extension TypePlanner {
    // MARK: Enumerations

    mutating func enumeration(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan? {
        let values = schema.enumValues.filter { !$0.isNull }
        guard !values.isEmpty else { return nil }
        if values.allSatisfy({ $0.string != nil }) {
            return enumeration(values, raw: .string, of: [schema], id: id, suggestion: suggestion)
        }
        if values.allSatisfy({ $0.int != nil }) {
            return enumeration(values, raw: .int, of: [schema], id: id, suggestion: suggestion)
        }
        return nil
    }

    private mutating func enumeration(
        _ values: [Node], raw: EnumPlan.Raw, of schemas: [Schema], id: SchemaID, suggestion: Suggestion
    ) -> TypePlan {
        let name = claimType(suggestion)
        var scope = NameScope(taken: ["rawValue", "hashValue", "self", "init"])
        var seen: Set<String> = []
        var cases: [EnumPlan.Case] = []
        for value in values {
            let wire = value.text ?? ""
            guard seen.insert(wire).inserted else { continue }
            let chosen = schemas.compactMap { $0.swiftNames[wire] }.first
            let caseName = scope.claim(chosen ?? enumCaseName(wire, raw: raw))
            let literal = raw == .string ? SwiftText.stringLiteral(wire) : String(value.int ?? 0)
            cases.append(EnumPlan.Case(name: SwiftText.identifier(caseName), literal: literal))
        }
        let plan = EnumPlan(
            name: name, documentation: documentation(of: schemas), raw: raw, cases: cases,
            unrecognizedCase: scope.claim("unrecognized"))
        declare(.openEnum(plan), for: id, as: .named(name))
        return .named(name)
    }

    private func enumCaseName(_ wire: String, raw: EnumPlan.Raw) -> String {
        guard raw == .int else { return namer.enumCase(wire) }
        return wire.hasPrefix("-") ? "minus\(wire.dropFirst())" : "_\(wire)"
    }

    private func documentation(of schemas: [Schema]) -> String {
        schemas.lazy.compactMap { $0.description ?? $0.title }.first ?? ""
    }

    // MARK: oneOf and anyOf

    mutating func alternatives(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan? {
        let all = (schema.oneOf + schema.anyOf).filter { !specification[$0].isNull }
        // Alternatives that only constrain, such as `required` lists, are a matter for the mock's checks.
        let variants = all.filter { specification[specification.resolved($0)].hasShape }
        guard !variants.isEmpty, schema.properties.isEmpty || schema.discriminator != nil else { return nil }
        if variants.count == 1 { return type(of: variants[0], suggestion: suggestion) }
        let resolved = variants.map { specification[specification.resolved($0)] }
        if let plan = openEnumeration(resolved, id: id, suggestion: suggestion) { return plan }
        if resolved.allSatisfy(\.isPlainScalar) {
            let kinds = Set(resolved.flatMap(\.kinds))
            if kinds.count > 1, kinds != [.integer, .number] { return .scalar(.jsonScalar) }
            return type(of: variants[0], suggestion: suggestion)
        }
        return union(schema, variants: variants, id: id, suggestion: suggestion)
    }

    /// `anyOf: [string, enum]` is how documents say that an enumeration may grow; all of ours may.
    private mutating func openEnumeration(
        _ schemas: [Schema], id: SchemaID, suggestion: Suggestion
    ) -> TypePlan? {
        let values = schemas.flatMap { $0.enumValues.isEmpty ? [$0.constValue].compactMap { $0 } : $0.enumValues }
        let areStrings = schemas.allSatisfy { schema in
            schema.kinds == [.string] || (schema.kinds.isEmpty && schema.constValue?.string != nil)
        }
        guard areStrings, !values.isEmpty else { return nil }
        return enumeration(
            values.filter { $0.string != nil }, raw: .string, of: schemas, id: id, suggestion: suggestion)
    }

    private mutating func union(
        _ schema: Schema, variants: [SchemaID], id: SchemaID, suggestion: Suggestion
    ) -> TypePlan {
        let name = claimType(suggestion)
        remember(.named(name), for: id)
        let choice = choice(of: schema)
        let names = caseNames(of: variants)
        var planned: [UnionPlan.Variant] = []
        for (index, variant) in variants.enumerated() {
            let scope = Suggestion(scope: name.scope + [name.name], name: namer.type(names[index]))
            let type = elementType(of: variant, suggestion: scope)
            let shape = specification[specification.resolved(variant)]
            planned.append(
                UnionPlan.Variant(
                    caseName: SwiftText.identifier(names[index]), documentation: shape.description ?? "", type: type,
                    values: values(of: variant, in: schema), jsonKind: jsonKind(of: shape),
                    requiredMembers: requiredMembers(of: variant)))
        }
        let plan = UnionPlan(
            name: name, documentation: schema.description ?? "", choice: choice, variants: planned,
            unrecognizedCase: names.contains("unrecognized") ? "unrecognizedValue" : "unrecognized")
        declare(.union(plan), for: id, as: .named(name))
        return .named(name)
    }

    private func choice(of schema: Schema) -> UnionPlan.Choice {
        if let sibling = schema.siblingDiscriminator { return .sibling(wireName: sibling.property) }
        if let own = schema.discriminator { return .discriminator(wireName: own.property) }
        return .structure
    }

    /// The discriminator's values that choose a variant: from the mapping, else the name of the schema.
    private func values(of variant: SchemaID, in schema: Schema) -> [String] {
        guard let discriminator = schema.siblingDiscriminator ?? schema.discriminator else { return [] }
        let target = specification.resolved(variant)
        let mapped = discriminator.mapping.filter { specification.resolved($0.schema) == target }.map(\.value)
        if !mapped.isEmpty { return mapped }
        let properties = specification[target].properties
        if let property = properties.first(where: { $0.name == discriminator.property }),
            let value = specification[specification.resolved(property.schema)].constValue?.string
        {
            return [value]
        }
        return specification[target].pointer.last.map { [$0] } ?? []
    }

    private func jsonKind(of schema: Schema) -> String? {
        if !schema.properties.isEmpty || !schema.allOf.isEmpty { return "object" }
        guard schema.kinds.count == 1, let kind = schema.kinds.first else { return nil }
        return kind == .integer ? "number" : kind.rawValue
    }

    private func requiredMembers(of id: SchemaID) -> [String] {
        let schema = specification[specification.resolved(id)]
        var members = schema.required
        for part in schema.allOf { members += requiredMembers(of: part) }
        return members
    }

    // MARK: Case names

    /// Named after the `$ref`, the title or the kind, without the words that all variants share.
    private func caseNames(of variants: [SchemaID]) -> [String] {
        let words = variants.map { namer.words(of: variantName($0)) }
        let shared = sharedEnds(of: words)
        var scope = NameScope()
        return words.map { words in
            let own = words.dropFirst(shared.leading).dropLast(shared.trailing)
            return scope.claim(namer.enumCase((own.isEmpty ? words[...] : own).joined(separator: "_")))
        }
    }

    private func variantName(_ id: SchemaID) -> String {
        let own = specification[id]
        let schema = specification[specification.resolved(id)]
        if let name = own.swiftName ?? schema.swiftName ?? own.title { return name }
        if let name = schema.componentName { return name }
        if let title = schema.title { return title }
        if let value = schema.constValue?.text { return value }
        if schema.kinds == [.array] {
            guard let items = schema.items else { return "array" }
            let item = variantName(items)
            return item.hasSuffix("s") ? item + "_list" : item + "s"
        }
        return schema.kinds.first?.rawValue ?? (schema.properties.isEmpty ? "value" : "object")
    }

    private func sharedEnds(of names: [[String]]) -> (leading: Int, trailing: Int) {
        guard let shortest = names.map(\.count).min(), names.count > 1, let first = names.first else { return (0, 0) }
        var leading = 0
        while leading < shortest - 1, names.allSatisfy({ $0[leading] == first[leading] }) { leading += 1 }
        var trailing = 0
        while trailing < shortest - 1 - leading,
            names.allSatisfy({ $0[$0.count - 1 - trailing] == first[first.count - 1 - trailing] })
        {
            trailing += 1
        }
        return (leading, trailing)
    }
}

extension Schema {
    /// A scalar that needs no declaration of its own.
    fileprivate var isPlainScalar: Bool {
        kinds.count == 1 && enumValues.isEmpty && swiftType == nil
            && kinds.allSatisfy { $0 != .object && $0 != .array }
    }
}
