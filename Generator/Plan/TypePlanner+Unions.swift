import GeneratorOpenAPI
import GeneratorYAML

/// One of several shapes: a schema, or one kind of those that a schema names.
struct Alternative {
    var schema: SchemaID
    var kind: Schema.Kind?
}

// oneOf, anyOf, and several types.
extension TypePlanner {
    mutating func alternatives(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan? {
        // Alternatives that only constrain, such as `required` lists, are a matter for the mock's checks.
        var seen: Set<SchemaID> = []
        let variants = flattened(schema.oneOf + schema.anyOf, depth: 0).filter { variant in
            hasShape(variant) && seen.insert(specification.resolved(variant)).inserted
        }
        guard !variants.isEmpty, isUnion(schema) else { return nil }
        if variants.count == 1 { return self.type(of: variants[0], suggestion: suggestion) }
        if let plan = openEnumeration(of: variants, id: id, suggestion: suggestion) { return plan }
        if let scalar = scalar(ofAlternatives: variants) { return .scalar(scalar) }
        return announce(
            claimName(for: id, suggestion), for: id, as: .union(variants.map { Alternative(schema: $0) }))
    }

    /// Beside members of its own, alternatives add members to an object, unless a discriminator chooses among them.
    private func isUnion(_ schema: Schema) -> Bool {
        if schema.discriminator != nil || schema.siblingDiscriminator != nil { return true }
        return schema.properties.isEmpty && schema.reference == nil && !schema.allOf.contains(where: hasShape)
    }

    /// A union that has no name and chooses by nothing of its own is a part of the one around it.
    private func flattened(_ variants: [SchemaID], depth: Int) -> [SchemaID] {
        variants.flatMap { variant in
            let schema = specification[variant]
            if schema.isNull { return [SchemaID]() }
            let nested = schema.oneOf + schema.anyOf
            guard !nested.isEmpty, schema.componentName == nil, schema.title == nil, schema.discriminator == nil,
                isUnion(schema), schema.kinds.isEmpty, depth < TypePlanner.depthLimit
            else { return [variant] }
            return flattened(nested, depth: depth + 1)
        }
    }

    /// `type: [string, array]`
    mutating func severalKinds(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan? {
        guard schema.kinds.count > 1, schema.allOf.isEmpty, !Set(schema.kinds).isDisjoint(with: [.object, .array]),
            schema.kinds.count < Schema.Kind.allCases.count - 1
        else { return nil }
        if schema.items == nil, schema.properties.isEmpty { return nil }
        let alternatives = schema.kinds.map { Alternative(schema: id, kind: $0) }
        return announce(claimName(for: id, suggestion), for: id, as: .union(alternatives))
    }

    func hasShape(_ id: SchemaID) -> Bool {
        specification.parts(of: id).contains { part in
            !part.impliedKinds.isEmpty || !part.oneOf.isEmpty || !part.anyOf.isEmpty || part.swiftType != nil
        }
    }

    mutating func declareUnion(_ id: SchemaID, name: TypeName, alternatives: [Alternative]) {
        let schema = specification[id]
        let choice = choice(of: schema, among: alternatives)
        let names = caseNames(of: alternatives)
        var planned: [UnionPlan.Variant] = []
        var values: Set<String> = []
        for (alternative, caseName) in zip(alternatives, names) {
            let suggestion = Suggestion(scope: name.scope + [name.name], name: namer.type(caseName))
            let resolved = specification.resolved(alternative.schema)
            let own = choice.values[resolved] ?? []
            planned.append(
                UnionPlan.Variant(
                    caseName: SwiftText.identifier(caseName), documentation: documentation(of: alternative),
                    type: type(of: alternative, suggestion: suggestion),
                    values: own.filter { values.insert($0).inserted }, jsonKind: jsonKind(of: alternative),
                    requiredMembers: requiredMembers(of: resolved)))
        }
        let isTaken = names.contains { $0.lowercased() == "unrecognized" }
        let plan = UnionPlan(
            name: name, documentation: schema.description ?? "", choice: choice.kind, variants: planned,
            trials: trials(planned, choice: choice.kind),
            unrecognizedCase: isTaken ? "unrecognizedValue" : "unrecognized")
        declare(.union(plan), for: id, as: .named(name))
    }

    private mutating func type(of alternative: Alternative, suggestion: Suggestion) -> TypePlan {
        guard let kind = alternative.kind else { return elementType(of: alternative.schema, suggestion: suggestion) }
        let schema = specification[alternative.schema]
        switch kind {
        case .object: return dictionary(Members(of: alternative.schema, in: specification), suggestion: suggestion)
        case .array: return array(schema, suggestion: suggestion)
        case .string, .integer, .number, .boolean: return .scalar(scalar(kind, schema, id: alternative.schema))
        }
    }

    private func documentation(of alternative: Alternative) -> String {
        alternative.kind == nil ? specification[specification.resolved(alternative.schema)].description ?? "" : ""
    }

    private func jsonKind(of alternative: Alternative) -> String? {
        if let kind = alternative.kind { return kind == .integer ? "number" : kind.rawValue }
        switch specification.shape(of: specification.resolved(alternative.schema)) {
        case .object: return "object"
        case .array: return "array"
        case .scalar(let kind): return kind == .integer ? "number" : kind.rawValue
        case .scalars, .any, .conflict: return nil
        }
    }

    private func requiredMembers(of id: SchemaID) -> [String] {
        var seen: Set<String> = []
        return specification.parts(of: id).flatMap(\.required).filter { seen.insert($0).inserted }
    }

    /// In which order the variants are tried: those that need more members before those that need some of these.
    private func trials(_ variants: [UnionPlan.Variant], choice: UnionPlan.Choice) -> [Int] {
        guard case .structure = choice else { return Array(variants.indices) }
        var order: [Int] = []
        let required = variants.map { Set($0.requiredMembers) }
        for index in variants.indices {
            let place = order.firstIndex { other in
                variants[index].jsonKind == "object" && variants[other].jsonKind == "object"
                    && required[index].isStrictSuperset(of: required[other])
            }
            order.insert(index, at: place ?? order.count)
        }
        return order
    }
}
