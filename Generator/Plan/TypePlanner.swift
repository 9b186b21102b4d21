import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Decides, schema by schema, what the Swift type is, and collects the declarations of one module.
///
/// Every schema gets a type. Where Swift has no better one, it is `JSONValue`, and a warning says where.
struct TypePlanner {
    let specification: Specification
    let namer: Namer
    let namespace: String
    let diagnostics: Diagnostics
    let usage: SchemaUsage
    /// Whether models keep what a document from outside, which may say less than its service sends, does not know of.
    let isOutside: Bool
    /// The names of the schemas in use that have names of their own, and whose they are.
    private let schemaNames: [SchemaID: String]
    private let schemaTypeNames: Set<String>

    /// What was decided; a type is entered before its members are planned, so that recursion ends.
    private(set) var types: [SchemaID: TypePlan] = [:]
    /// In the order of discovery, with the schema that each comes from.
    private(set) var declarations: [(schema: SchemaID, declaration: Declaration)] = []
    private var places: [TypeName: Int] = [:]
    private var scopes: [[String]: NameScope] = [:]
    /// Models and unions that have their names, and whose members are still to be planned.
    private var waiting: [Waiting] = []
    /// The schemas that are being decided, each of them part of the one before.
    private var open: [SchemaID] = []
    /// Of all objects so far.
    private var memberCount = 0

    init(
        specification: Specification, namer: Namer, namespace: String, diagnostics: Diagnostics, usage: SchemaUsage,
        isOutside: Bool = false
    ) {
        self.specification = specification
        self.namer = namer
        self.namespace = namespace
        self.diagnostics = diagnostics
        self.usage = usage
        self.isOutside = isOutside
        schemaNames = TypePlanner.names(of: usage.all, in: specification, namer: namer, namespace: namespace)
        schemaTypeNames = Set(schemaNames.values)
        // Types that are made up give way to those that have a name in the document.
        scopes[[namespace]] = NameScope(taken: schemaTypeNames)
    }

    /// Where a type would be declared and what it would be called, if it needs a declaration.
    struct Suggestion {
        var scope: [String]
        var name: String
    }

    /// A type that has a name.
    struct Waiting {
        enum Shape {
            case model
            case union([Alternative])
        }

        var schema: SchemaID
        var name: TypeName
        var shape: Shape
    }

    // MARK: Entry points

    /// The Swift type of a schema, without its nullability.
    mutating func type(of id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let type = typeOfPart(id, suggestion: suggestion)
        // Members are planned one type after the other rather than one within the other, however long the chain is.
        while open.isEmpty, let next = waiting.popLast() { finish(next) }
        return type
    }

    /// With the question mark of a nullable element.
    mutating func elementType(of id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let type = type(of: id, suggestion: suggestion)
        return isNullable(id) ? .optional(type) : type
    }

    func isNullable(_ id: SchemaID) -> Bool {
        var visited: Set<SchemaID> = []
        return isNullable(id, depth: 0, visited: &visited)
    }

    /// The alternatives that were visited are not, or are being looked at: none is looked at again.
    private func isNullable(_ id: SchemaID, depth: Int, visited: inout Set<SchemaID>) -> Bool {
        let schema = specification[id]
        if schema.isNullable { return true }
        guard depth < TypePlanner.depthLimit else { return false }
        if let target = schema.reference { return isNullable(target, depth: depth + 1, visited: &visited) }
        if schema.allOf.count == 1, schema.properties.isEmpty {
            return isNullable(schema.allOf[0], depth: depth + 1, visited: &visited)
        }
        if schema.oneOf.isEmpty, schema.anyOf.isEmpty { return false }
        guard visited.insert(id).inserted else { return false }
        for alternatives in [schema.oneOf, schema.anyOf] {
            for part in alternatives where isNullable(part, depth: depth + 1, visited: &visited) { return true }
        }
        return false
    }

    /// A type within another one, of a schema that has no name of its own and of none that was made up for it.
    mutating func claimType(_ suggestion: Suggestion) -> TypeName {
        var name = suggestion.name
        // Inside, the namespace must stay to be had by its name.
        if name == namespace { name += "Model" }
        let scope = suggestion.scope
        name = scopes[scope, default: NameScope()].claim(name)
        return TypeName(scope: scope, name: name)
    }

    mutating func declare(_ declaration: Declaration, for id: SchemaID, as type: TypePlan) {
        places[declaration.typeName] = declarations.count
        declarations.append((id, declaration))
        types[id] = type
    }

    /// Keeps a name now and what it stands for until later.
    mutating func announce(_ name: TypeName, for id: SchemaID, as shape: Waiting.Shape) -> TypePlan {
        types[id] = .named(name)
        waiting.append(Waiting(schema: id, name: name, shape: shape))
        return .named(name)
    }

    private mutating func finish(_ next: Waiting) {
        open.append(next.schema)
        switch next.shape {
        case .model: declareModel(next.schema, name: next.name)
        case .union(let alternatives): declareUnion(next.schema, name: next.name, alternatives: alternatives)
        }
        open.removeLast()
    }

    /// The name of a type: the schema's own, which nobody else takes, or a free one.
    mutating func claimName(for id: SchemaID, _ suggestion: Suggestion) -> TypeName {
        if let name = schemaNames[id] { return TypeName(scope: [namespace], name: name) }
        return claimType(suggestion)
    }

    // MARK: Decision

    static let depthLimit = 200
    /// Nobody writes a type with more, and no compiler is quick with it.
    static let memberLimit = 5_000
    /// Of lists and maps within each other: the compiler's time grows with each by more than that of the one before.
    private static let nestingLimit = 8
    /// Of the properties of all objects, with those that parts bring in: parts of parts let them grow as the square of
    /// the document.
    private static let totalLimit = 200_000

    private mutating func typeOfPart(_ id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let id = specification.resolved(id)
        if let known = types[id] { return known }
        if open.count > TypePlanner.depthLimit || (open.contains(id) && !isWaitedFor(id)) {
            return hole("the schema goes on within itself without end", at: id)
        }
        open.append(id)
        let plan = decide(id, suggestion: self.suggestion(for: id, otherwise: suggestion))
        open.removeLast()
        types[id] = plan
        return plan
    }

    private func isWaitedFor(_ id: SchemaID) -> Bool { types[id] != nil }

    /// The type of last resort.
    func hole(_ reason: String, at id: SchemaID) -> TypePlan {
        diagnostics.warning("\(reason); any value is accepted", at: specification[id].location)
        return .scalar(.jsonValue)
    }

    /// A schema without a name of its own takes the suggested one.
    private func suggestion(for id: SchemaID, otherwise suggestion: Suggestion) -> Suggestion {
        if let name = schemaNames[id] { return Suggestion(scope: [namespace], name: name) }
        if let component = specification[id].componentName {
            return Suggestion(scope: [namespace], name: specification[id].swiftName ?? namer.type(component))
        }
        // What is chosen for a property is said of the property first.
        guard let name = specification[id].swiftName else { return suggestion }
        return Suggestion(scope: suggestion.scope, name: namer.type(name))
    }

    private mutating func decide(_ id: SchemaID, suggestion: Suggestion) -> TypePlan {
        if memberCount > TypePlanner.totalLimit { return .scalar(.jsonValue) }
        let schema = specification[id]
        if let name = schema.swiftType { return exactType(name) }
        if let enumeration = enumeration(schema, id: id, suggestion: suggestion) { return enumeration }
        if let same = typeOfOnlyPart(schema, id: id, suggestion: suggestion) { return same }
        if let alternatives = alternatives(schema, id: id, suggestion: suggestion) { return alternatives }
        if let several = severalKinds(schema, id: id, suggestion: suggestion) { return several }
        switch specification.shape(of: id) {
        case .object: return object(schema, id: id, suggestion: suggestion)
        case .array: return array(schema, suggestion: suggestion)
        case .scalar(let kind): return .scalar(scalar(kind, schema, id: id))
        case .scalars: return .scalar(.jsonScalar)
        case .any: return .scalar(.jsonValue)
        case .conflict:
            return hole("the parts of \"allOf\" are of several types", at: id)
        }
    }

    /// `x-tollgate-type`.
    private func exactType(_ name: String) -> TypePlan {
        switch name {
        case "Int64": .scalar(.int64InString)
        case "Decimal": .scalar(.decimalInString)
        default: .custom("\(namespace).\(name)")
        }
    }

    /// A reference or an `allOf` that leaves one part's type as it is.
    private mutating func typeOfOnlyPart(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan? {
        guard schema.properties.isEmpty, schema.oneOf.isEmpty, schema.anyOf.isEmpty, !usage.errors.contains(id) else {
            return nil
        }
        let parts = (schema.reference.map { [$0] } ?? []) + schema.allOf
        let shaped = parts.filter { hasShape($0) }
        guard shaped.count == 1, let part = shaped.first, !changes(schema, parts: parts, shaped: part) else {
            return nil
        }
        return typeOfPart(part, suggestion: suggestion)
    }

    /// Whether what stands beside a part makes its members required, or adds some.
    private func changes(_ schema: Schema, parts: [SchemaID], shaped: SchemaID) -> Bool {
        let others = [schema] + parts.filter { $0 != shaped }.map { specification[specification.resolved($0)] }
        let members = Members(of: shaped, in: specification)
        let required = others.flatMap(\.required).filter(members.hasProperty)
        if !Set(required).isSubset(of: members.required) { return true }
        if case .schema = schema.additionalProperties { return true }
        return false
    }

    private mutating func object(_ schema: Schema, id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let members = Members(of: id, in: specification)
        if members.properties.count > TypePlanner.memberLimit {
            return hole("the object has more than \(TypePlanner.memberLimit) properties", at: id)
        }
        guard members.isComplete else {
            return hole("the schema has too many alternatives within alternatives", at: id)
        }
        memberCount += members.properties.count
        if memberCount > TypePlanner.totalLimit {
            // Said once, of all that come later.
            return hole("the document has more than \(TypePlanner.totalLimit) properties from here on", at: id)
        }
        guard members.properties.isEmpty, !usage.errors.contains(id), !usage.multiparts.contains(id) else {
            return announce(claimName(for: id, suggestion), for: id, as: .model)
        }
        return dictionary(members, suggestion: suggestion)
    }

    mutating func dictionary(_ members: Members, suggestion: Suggestion) -> TypePlan {
        let name = Namer.singular(suggestion.name) ?? suggestion.name + "Value"
        let suggested = Suggestion(scope: suggestion.scope, name: name)
        return .dictionary(additionalType(members, suggestion: suggested) ?? .scalar(.jsonValue))
    }

    /// The type of what is in a list or a map, unless that would be too many of them within each other.
    private mutating func heldType(of id: SchemaID, suggestion: Suggestion) -> TypePlan {
        let type = elementType(of: id, suggestion: suggestion)
        if type.nesting < TypePlanner.nestingLimit { return type }
        return hole("more than \(TypePlanner.nestingLimit) lists or maps are within each other", at: id)
    }

    /// The type of the members that have no name: that of the schema which says what they are.
    mutating func additionalType(_ members: Members, suggestion: Suggestion) -> TypePlan? {
        var schemas = members.patterns
        switch members.additional {
        case .unspecified, .forbidden: break
        case .anything: return .scalar(.jsonValue)
        case .schema(let id): schemas.append(id)
        }
        guard let first = schemas.first else { return nil }
        if schemas.count == 1 { return heldType(of: first, suggestion: suggestion) }
        let types = schemas.map { heldType(of: $0, suggestion: suggestion) }
        return Set(types).count == 1 ? types[0] : .scalar(.jsonValue)
    }

    mutating func array(_ schema: Schema, suggestion: Suggestion) -> TypePlan {
        let name = Namer.singular(suggestion.name) ?? suggestion.name + "Item"
        let suggestion = Suggestion(scope: suggestion.scope, name: name)
        var types: [TypePlan] = []
        for item in schema.prefixItems + [schema.items].compactMap({ $0 }) where specification[item].acceptsSome {
            types.append(heldType(of: item, suggestion: suggestion))
        }
        let isOpen = !schema.prefixItems.isEmpty && schema.items == nil
        guard let element = types.first, Set(types).count == 1, !isOpen else { return .array(.scalar(.jsonValue)) }
        // Elements are read by type alone, so a number in a string inside a list stays the string that it is.
        if element == .scalar(.int64InString) || element == .scalar(.decimalInString) {
            return .array(.scalar(.string))
        }
        return .array(element)
    }
}

extension TypePlan {
    /// How many lists and maps are around what they hold.
    fileprivate var nesting: Int {
        switch self {
        case .array(let element), .dictionary(let element): 1 + element.nesting
        case .optional(let wrapped), .indirect(let wrapped): wrapped.nesting
        case .scalar, .named, .custom: 0
        }
    }
}

// MARK: - What was planned

extension TypePlanner {
    /// Whether a schema in use gives its type this name.
    func hasSchema(named name: String) -> Bool {
        schemaTypeNames.contains(name)
    }

    /// What declares a type of this name.
    func declaration(named name: TypeName) -> Declaration? {
        places[name].map { declarations[$0].declaration }
    }

    func model(named name: TypeName) -> ModelPlan? {
        if case .model(let plan) = declaration(named: name) { plan } else { nil }
    }

    func union(named name: TypeName) -> UnionPlan? {
        if case .union(let plan) = declaration(named: name) { plan } else { nil }
    }

    func openEnum(named name: TypeName) -> EnumPlan? {
        if case .openEnum(let plan) = declaration(named: name) { plan } else { nil }
    }

    /// Wire names of the members that `x-tollgate-carried` marks.
    func carriedMembers(of name: TypeName) -> Set<String> {
        guard let place = places[name], case .model = declarations[place].declaration else { return [] }
        let properties = specification[declarations[place].schema].properties
        return Set(properties.filter { specification[$0.schema].isCarried }.map(\.name))
    }
}
