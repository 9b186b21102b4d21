import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Decides, schema by schema, what the Swift type is, and collects the declarations of one module.
struct TypePlanner {
    let specification: Specification
    let namer: Namer
    let namespace: String
    let diagnostics: Diagnostics
    let usage: SchemaUsage
    /// The names that the schemas in use give to their types.
    private let schemaTypeNames: Set<String>

    /// What was decided; a type is entered before its members are planned, so that recursion ends.
    private(set) var types: [SchemaID: TypePlan] = [:]
    /// In the order of discovery, with the schema that each comes from.
    private(set) var declarations: [(schema: SchemaID, declaration: Declaration)] = []
    private var scopes: [String: NameScope] = [:]

    init(
        specification: Specification, namer: Namer, namespace: String, diagnostics: Diagnostics, usage: SchemaUsage
    ) {
        self.specification = specification
        self.namer = namer
        self.namespace = namespace
        self.diagnostics = diagnostics
        self.usage = usage
        schemaTypeNames = Set(
            usage.all.lazy.map { specification[$0] }.compactMap { schema in
                schema.componentName.map { schema.swiftName ?? namer.type($0) }
            })
    }

    /// Where a type would be declared and what it would be called, if it needs a declaration.
    struct Suggestion {
        var scope: [String]
        var name: String
    }

    // MARK: Entry points

    /// The Swift type of a schema, without its nullability.
    mutating func type(of id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let id = specification.resolved(id)
        if let known = types[id] { return known }
        let plan = decide(id, suggestion: self.suggestion(for: id, otherwise: suggestion))
        types[id] = plan
        return plan
    }

    /// With the question mark of a nullable element.
    mutating func elementType(of id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let type = type(of: id, suggestion: suggestion)
        return isNullable(id) ? .optional(type) : type
    }

    func isNullable(_ id: SchemaID) -> Bool {
        let schema = specification[id]
        if schema.isNullable { return true }
        if let target = schema.reference { return isNullable(target) }
        return (schema.oneOf + schema.anyOf).contains { specification[$0].isNull }
    }

    mutating func claimType(_ suggestion: Suggestion) -> TypeName {
        let key = suggestion.scope.joined(separator: ".")
        let name = scopes[key, default: NameScope()].claim(suggestion.name)
        return TypeName(scope: suggestion.scope, name: name)
    }

    mutating func declare(_ declaration: Declaration, for id: SchemaID, as type: TypePlan) {
        declarations.append((id, declaration))
        types[id] = type
    }

    mutating func remember(_ type: TypePlan, for id: SchemaID) {
        types[id] = type
    }

    // MARK: Decision

    /// A schema under `components` or `$defs` has a name of its own; any other takes the suggested one.
    private func suggestion(for id: SchemaID, otherwise suggestion: Suggestion) -> Suggestion {
        let schema = specification[id]
        guard let component = schema.componentName else {
            // What is chosen for a property is said of the property first.
            return schema.swiftName.map { Suggestion(scope: suggestion.scope, name: namer.type($0)) } ?? suggestion
        }
        if let name = schema.swiftName { return Suggestion(scope: [namespace], name: name) }
        return Suggestion(scope: [namespace], name: namer.type(component))
    }

    private mutating func decide(_ id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let schema = specification[id]
        if let name = schema.swiftType { return exactType(name) }
        if let target = schema.reference, !hasShapeBesideReference(schema) {
            return type(of: target, suggestion: suggestion)
        }
        if let enumeration = enumeration(schema, id: id, suggestion: suggestion) { return enumeration }
        if let alternatives = alternatives(schema, id: id, suggestion: suggestion) { return alternatives }
        if schema.allOf.count == 1, schema.properties.isEmpty, schema.reference == nil {
            return type(of: schema.allOf[0], suggestion: suggestion)
        }
        if isObject(schema) { return object(schema, id: id, suggestion: suggestion) }
        if schema.kinds == [.array] || (schema.kinds.isEmpty && schema.items != nil) {
            return array(schema, suggestion: suggestion)
        }
        return .scalar(scalar(schema))
    }

    /// `x-tollgate-type`.
    private func exactType(_ name: String) -> TypePlan {
        switch name {
        case "Int64": .scalar(.int64InString)
        case "Decimal": .scalar(.decimalInString)
        default: .custom("\(namespace).\(name)")
        }
    }

    private func hasShapeBesideReference(_ schema: Schema) -> Bool {
        !schema.properties.isEmpty || !schema.allOf.isEmpty
    }

    private func isObject(_ schema: Schema) -> Bool {
        if !schema.properties.isEmpty || !schema.allOf.isEmpty || schema.reference != nil { return true }
        if schema.kinds == [.object] { return true }
        if case .schema = schema.additionalProperties { return schema.kinds.isEmpty }
        return false
    }

    private mutating func object(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan {
        guard schema.properties.isEmpty, schema.allOf.isEmpty, schema.reference == nil, !usage.errors.contains(id)
        else {
            return model(id, suggestion: suggestion)
        }
        if case .schema(let element) = schema.additionalProperties {
            let name = Namer.singular(suggestion.name) ?? suggestion.name + "Value"
            return .dictionary(elementType(of: element, suggestion: Suggestion(scope: suggestion.scope, name: name)))
        }
        return .dictionary(.scalar(.jsonValue))
    }

    private mutating func array(_ schema: Schema, suggestion: Suggestion) -> TypePlan {
        guard let items = schema.items else { return .array(.scalar(.jsonValue)) }
        let name = Namer.singular(suggestion.name) ?? suggestion.name + "Item"
        let element = elementType(of: items, suggestion: Suggestion(scope: suggestion.scope, name: name))
        // Elements are read by type alone, so a number in a string inside a list stays the string that it is.
        if element == .scalar(.int64InString) || element == .scalar(.decimalInString) {
            return .array(.scalar(.string))
        }
        return .array(element)
    }

    private func scalar(_ schema: Schema) -> ScalarPlan {
        let kinds = schema.kinds.isEmpty ? inferredKinds(schema) : schema.kinds
        guard let kind = kinds.first else { return .jsonValue }
        if kinds.count > 1 {
            if Set(kinds) == [.integer, .number] { return .double }
            return kinds.contains(.object) || kinds.contains(.array) ? .jsonValue : .jsonScalar
        }
        switch kind {
        case .string: return stringScalar(schema)
        case .integer: return schema.format == "int64" ? .int64 : .int
        case .number: return schema.format == "decimal" ? .decimal : .double
        case .boolean: return .bool
        case .array, .object: return .jsonValue
        }
    }

    private func stringScalar(_ schema: Schema) -> ScalarPlan {
        switch schema.format {
        case "date-time": .date
        case "date": .calendarDate
        case "uuid": .uuid
        case "uri", "url": .url
        case "byte": .base64
        case "decimal": .decimalInString
        default: schema.contentEncoding == "base64" ? .base64 : .string
        }
    }

    private func inferredKinds(_ schema: Schema) -> [Schema.Kind] {
        guard let value = schema.constValue else { return [] }
        switch value.kind {
        case .string: return [.string]
        case .int: return [.integer]
        case .float: return [.number]
        case .bool: return [.boolean]
        default: return []
        }
    }
}

extension Schema {
    /// `type: 'null'`, one of the ways to say that a union may be null.
    var isNull: Bool {
        isNullable && kinds.isEmpty && reference == nil && properties.isEmpty && allOf.isEmpty && oneOf.isEmpty
            && anyOf.isEmpty && enumValues.isEmpty && items == nil
    }

    /// The name of a schema under `components` or `$defs`.
    var componentName: String? {
        guard pointer.count >= 2, ["schemas", "$defs", "definitions"].contains(pointer[pointer.count - 2]) else {
            return nil
        }
        return pointer[pointer.count - 1]
    }

    /// Says something about a value's type, rather than only constraining it (`required` alone, for example).
    var hasShape: Bool {
        !kinds.isEmpty || reference != nil || !properties.isEmpty || !allOf.isEmpty || !oneOf.isEmpty || !anyOf.isEmpty
            || !enumValues.isEmpty || items != nil || constValue != nil
    }
}

// MARK: - What was planned

extension TypePlanner {
    /// Whether a schema in use gives its type this name.
    func hasSchema(named name: String) -> Bool {
        schemaTypeNames.contains(name)
    }

    func model(named name: TypeName) -> ModelPlan? {
        for case .model(let plan) in declarations.lazy.map(\.declaration) where plan.name == name { return plan }
        return nil
    }

    /// Wire names of the members that `x-tollgate-carried` marks.
    func carriedMembers(of name: TypeName) -> Set<String> {
        for (schema, declaration) in declarations {
            guard case .model(let plan) = declaration, plan.name == name else { continue }
            return Set(specification[schema].properties.filter { specification[$0.schema].isCarried }.map(\.name))
        }
        return []
    }
}
