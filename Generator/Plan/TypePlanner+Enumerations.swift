import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

// Enumerations.
extension TypePlanner {
    /// Strings or integers of one kind become an enumeration; other values only a scalar that can be any of them.
    mutating func enumeration(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan? {
        let values = schema.enumValues.filter { !$0.isNull }
        guard !values.isEmpty, schema.oneOf.isEmpty, schema.anyOf.isEmpty else { return nil }
        let kinds = Set(schema.kinds)
        let scalars = values.filter { $0.scalar != nil }
        guard scalars.count == values.count else { return .scalar(.jsonValue) }
        // In YAML, `enum: [1.0, 2.0]` of strings is easily written without quotes.
        if kinds == [.string] || (kinds.isEmpty && values.allSatisfy { $0.string != nil }) {
            return enumeration(values, raw: .string, of: [schema], id: id, suggestion: suggestion)
        }
        if kinds.isSubset(of: [.integer]), values.allSatisfy({ $0.int != nil }) {
            return enumeration(values, raw: .int, of: [schema], id: id, suggestion: suggestion)
        }
        if !kinds.isEmpty { return nil }
        let found = Set(values.compactMap(\.schemaKind))
        if found == [.boolean] { return .scalar(.bool) }
        return .scalar(found.isSubset(of: [.integer, .number]) ? .double : .jsonScalar)
    }

    private mutating func enumeration(
        _ values: [Node], raw: EnumPlan.Raw, of schemas: [Schema], id: SchemaID, suggestion: Suggestion
    ) -> TypePlan {
        if values.count > TypePlanner.memberLimit {
            diagnostics.warning(
                "the enumeration has more than \(TypePlanner.memberLimit) values; any is accepted",
                at: specification[id].location)
            return .scalar(raw == .string ? .string : .int)
        }
        let name = claimName(for: id, suggestion)
        var scope = NameScope(taken: ["rawValue", "hashValue", "self", "init"])
        var seen: Set<String> = []
        var wires: [String] = []
        var wanted: [(name: String, wireName: String)] = []
        for value in values {
            let wire = raw == .string ? value.text ?? "" : String(value.int ?? 0)
            guard seen.insert(wire).inserted else { continue }
            let chosen = schemas.compactMap { $0.swiftNames[wire] }.first
            wires.append(wire)
            wanted.append((chosen ?? enumCaseName(wire, raw: raw), wire))
        }
        let cases = zip(scope.claim(wanted), wires).map { caseName, wire in
            EnumPlan.Case(
                name: SwiftText.identifier(caseName), literal: raw == .string ? SwiftText.stringLiteral(wire) : wire)
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

    /// `anyOf: [string, enum]` is how documents say that an enumeration may grow; all of ours may.
    mutating func openEnumeration(
        of alternatives: [SchemaID], id: SchemaID, suggestion: Suggestion
    ) -> TypePlan? {
        let schemas = alternatives.map { specification[specification.resolved($0)] }
        let areStrings = schemas.allSatisfy { schema in
            schema.impliedKinds == [.string] && schema.allOf.isEmpty && schema.oneOf.isEmpty && schema.anyOf.isEmpty
                && schema.swiftType == nil
        }
        let listing = schemas.indices.filter { !schemas[$0].allValues.isEmpty }
        guard areStrings, !listing.isEmpty else { return nil }
        // The enumeration that one of them is, if it has a name, says all that there is to say.
        if listing.count == 1, !schemas[listing[0]].enumValues.isEmpty, schemas[listing[0]].componentName != nil {
            return type(of: alternatives[listing[0]], suggestion: suggestion)
        }
        let values = schemas.flatMap(\.allValues).filter { $0.string != nil }
        return enumeration(values, raw: .string, of: schemas, id: id, suggestion: suggestion)
    }
}

extension Schema {
    /// The values of `enum` or `const`.
    var allValues: [Node] { enumValues.isEmpty ? [constValue].compactMap { $0 } : enumValues }
}
