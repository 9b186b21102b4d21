import GeneratorOpenAPI

/// The members of an object after `allOf` is flattened.
struct Members {
    struct Property {
        var name: String
        /// More than one where alternatives say different things of a member.
        var schemas: [SchemaID]
    }

    var properties: [Property] = []
    var required: Set<String> = []
    var additional = Schema.AdditionalProperties.unspecified
    /// Of members whose names fit a pattern.
    var patterns: [SchemaID] = []
    private var places: [String: Int] = [:]
    /// How many more schemas may be looked at: alternatives of alternatives can double with each.
    private var budget = Members.limit
    private static let limit = 50_000

    private init(budget: Int) {
        self.budget = budget
    }

    init(of id: SchemaID, in specification: Specification) {
        var visited: Set<SchemaID> = []
        add(id, of: specification, visited: &visited)
    }

    private mutating func add(_ id: SchemaID, of specification: Specification, visited: inout Set<SchemaID>) {
        guard budget > 0, visited.insert(id).inserted else { return }
        budget -= 1
        let schema = specification[id]
        if let target = schema.reference { add(target, of: specification, visited: &visited) }
        for part in schema.allOf { add(part, of: specification, visited: &visited) }
        for property in schema.properties { add(property, of: specification) }
        patterns += schema.patternProperties.map(\.schema)
        required.formUnion(schema.required)
        addAlternatives(of: schema, of: specification, visited: visited)
        switch schema.additionalProperties {
        case .unspecified: break
        case .forbidden:
            // What one part forbids, another one may have.
            if case .unspecified = additional { additional = .forbidden }
        case .anything, .schema: additional = schema.additionalProperties
        }
    }

    private mutating func add(_ property: Schema.Property, of specification: Specification) {
        guard let place = places[property.name] else {
            places[property.name] = properties.count
            properties.append(Property(name: property.name, schemas: [property.schema]))
            return
        }
        // The narrower description comes later, unless it only describes.
        if specification[specification.resolved(property.schema)].hasShape {
            properties[place].schemas = [property.schema]
        }
    }

    /// The members of alternatives that an object has beside its own. Those that not all have are optional.
    private mutating func addAlternatives(
        of schema: Schema, of specification: Specification, visited: Set<SchemaID>
    ) {
        for alternatives in [schema.oneOf, schema.anyOf] where !alternatives.isEmpty {
            var shared: Set<String>?
            for alternative in alternatives where !specification[alternative].isNull {
                var visited = visited
                var members = Members(budget: budget)
                members.add(alternative, of: specification, visited: &visited)
                budget = members.budget
                shared = shared?.intersection(members.required) ?? members.required
                for property in members.properties { addAlternative(property) }
                patterns += members.patterns
            }
            required.formUnion(shared ?? [])
        }
    }

    /// Whether all of the schema was looked at.
    var isComplete: Bool { budget > 0 }

    func hasProperty(_ name: String) -> Bool { places[name] != nil }

    private mutating func addAlternative(_ property: Property) {
        if let place = places[property.name] {
            let known = properties[place].schemas
            properties[place].schemas += property.schemas.filter { !known.contains($0) }
        } else {
            places[property.name] = properties.count
            properties.append(property)
        }
    }
}

/// What a value can be on the wire, as far as a schema and its parts say.
enum WireShape: Equatable {
    case object
    case array
    case scalar(Schema.Kind)
    /// Strings, numbers or booleans.
    case scalars
    case any
    /// What one part allows, another one forbids.
    case conflict
}

extension Specification {
    /// The schema and those that it consists of: the targets of references, and what is under `allOf`.
    func parts(of id: SchemaID) -> [Schema] {
        if self[id].reference == nil, self[id].allOf.isEmpty { return [self[id]] }
        var visited: Set<SchemaID> = []
        var parts: [Schema] = []
        var waiting = [id]
        while let next = waiting.popLast() {
            guard visited.insert(next).inserted else { continue }
            let schema = self[next]
            parts.append(schema)
            waiting += (schema.allOf + [schema.reference].compactMap { $0 }).reversed()
        }
        return parts
    }

    func shape(of id: SchemaID) -> WireShape {
        var kinds: Set<Schema.Kind>?
        for part in parts(of: id) {
            let own = part.impliedKinds
            if own.isEmpty { continue }
            kinds = kinds.map { narrowed($0, own) } ?? own
        }
        guard var kinds else { return .any }
        if kinds.isSuperset(of: [.integer, .number]) { kinds.remove(.integer) }
        guard let first = kinds.first else { return .conflict }
        if kinds.count > 1 { return kinds.isDisjoint(with: [.object, .array]) ? .scalars : .any }
        switch first {
        case .object: return .object
        case .array: return .array
        case .string, .integer, .number, .boolean: return .scalar(first)
        }
    }

    /// Every integer is a number.
    private func narrowed(_ one: Set<Schema.Kind>, _ other: Set<Schema.Kind>) -> Set<Schema.Kind> {
        var both = one.intersection(other)
        let numbers: Set<Schema.Kind> = [.integer, .number]
        if !one.isDisjoint(with: numbers), !other.isDisjoint(with: numbers), both.isDisjoint(with: numbers) {
            both.insert(.integer)
        }
        return both
    }
}

extension Schema {
    /// The kinds that it names, else those that its other keywords speak of.
    var impliedKinds: Set<Kind> {
        if !kinds.isEmpty { return Set(kinds) }
        if !properties.isEmpty || !patternProperties.isEmpty { return [.object] }
        if case .schema = additionalProperties { return [.object] }
        if items != nil || !prefixItems.isEmpty { return [.array] }
        let values = constValue.map { [$0] } ?? enumValues
        return Set(values.compactMap(\.schemaKind))
    }

    /// Whether it is not `false`, which no value fits.
    var acceptsSome: Bool { booleanValue != false }

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
        !impliedKinds.isEmpty || reference != nil || !allOf.isEmpty || !oneOf.isEmpty || !anyOf.isEmpty
            || swiftType != nil
    }
}
