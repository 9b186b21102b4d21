import GeneratorOpenAPI
import GeneratorYAML

/// How the variant of a value is found, and the values that stand for each variant.
struct UnionChoice {
    var kind: UnionPlan.Choice
    var values: [SchemaID: [String]] = [:]
}

extension TypePlanner {
    /// By what the document says; else by a member that all variants need and that has other values in each; else by
    /// trying.
    func choice(of schema: Schema, among alternatives: [Alternative]) -> UnionChoice {
        let variants = alternatives.map { specification.resolved($0.schema) }
        guard alternatives.allSatisfy({ $0.kind == nil }) else { return UnionChoice(kind: .structure) }
        if let sibling = schema.siblingDiscriminator {
            return UnionChoice(kind: .sibling(wireName: sibling.property), values: values(sibling, variants))
        }
        if let own = schema.discriminator, variants.allSatisfy({ specification.shape(of: $0).mayBeObject }) {
            let values = values(own, variants)
            // A value that stands for several variants leaves trying.
            let all = variants.flatMap { values[$0] ?? [] }
            guard Set(all).count == all.count else { return UnionChoice(kind: .structure) }
            return UnionChoice(kind: .discriminator(wireName: own.property), values: values)
        }
        // Our own documents say it where they mean it; where they do not, a value that fits no variant is kept.
        guard isOutside else { return UnionChoice(kind: .structure) }
        return inferred(variants) ?? UnionChoice(kind: .structure)
    }

    /// The discriminator's values that choose a variant: from the mapping, else those that the variant says the member
    /// has, else the name of the schema.
    private func values(_ discriminator: Schema.Discriminator, _ variants: [SchemaID]) -> [SchemaID: [String]] {
        var result: [SchemaID: [String]] = [:]
        for variant in variants {
            let mapped = discriminator.mapping.filter { specification.resolved($0.schema) == variant }.map(\.value)
            var search = ConstantSearch(name: discriminator.property, specification: specification)
            let said = search.constants(in: variant)
            let name = specification[variant].pointer.last.map { [$0] } ?? []
            result[variant] = !mapped.isEmpty ? mapped : said.map { $0.isEmpty ? name : $0 } ?? name
        }
        return result
    }

    private func inferred(_ variants: [SchemaID]) -> UnionChoice? {
        guard variants.count > 1, let first = variants.first else { return nil }
        for property in Members(of: first, in: specification).properties {
            var values: [SchemaID: [String]] = [:]
            var all: Set<String> = []
            var search = ConstantSearch(name: property.name, specification: specification)
            let isDistinct = variants.allSatisfy { variant in
                guard search.isRequired(in: variant), let own = search.constants(in: variant), !own.isEmpty else {
                    return false
                }
                values[variant] = own
                let isNew = all.isDisjoint(with: own)
                all.formUnion(own)
                return isNew
            }
            if isDistinct { return UnionChoice(kind: .discriminator(wireName: property.name), values: values) }
        }
        return nil
    }
}

/// What variants, and the variants within them, say of one member. Each is asked once, however often it is met.
private struct ConstantSearch {
    let name: String
    let specification: Specification
    private var known: [SchemaID: [String]?] = [:]
    private var needs: [SchemaID: Bool] = [:]

    init(name: String, specification: Specification) {
        self.name = name
        self.specification = specification
    }

    /// The strings that the member can be; empty if it can be any, nil if it is not there.
    mutating func constants(in id: SchemaID) -> [String]? { constants(in: id, depth: 0) }

    mutating func isRequired(in id: SchemaID) -> Bool { isRequired(in: id, depth: 0) }

    private mutating func constants(in id: SchemaID, depth: Int) -> [String]? {
        if let values = known[id] { return values }
        let values = newConstants(in: id, depth: depth)
        known[id] = .some(values)
        return values
    }

    private mutating func newConstants(in id: SchemaID, depth: Int) -> [String]? {
        let schema = specification[id]
        let nested = schema.oneOf + schema.anyOf
        if schema.properties.isEmpty, !nested.isEmpty, depth < TypePlanner.depthLimit {
            var all: [String] = []
            for part in nested {
                guard let own = constants(in: specification.resolved(part), depth: depth + 1), !own.isEmpty,
                    all.count + own.count <= TypePlanner.memberLimit
                else { return [] }
                all += own
            }
            return all
        }
        guard let property = Members(of: id, in: specification).properties.first(where: { $0.name == name }) else {
            return nil
        }
        var values: [String] = []
        for schema in property.schemas.flatMap({ specification.parts(of: $0) }) {
            values += schema.allValues.compactMap(\.string)
        }
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }

    private mutating func isRequired(in id: SchemaID, depth: Int) -> Bool {
        if let isNeeded = needs[id] { return isNeeded }
        let isNeeded = isNewlyRequired(in: id, depth: depth)
        needs[id] = isNeeded
        return isNeeded
    }

    private mutating func isNewlyRequired(in id: SchemaID, depth: Int) -> Bool {
        let schema = specification[id]
        let nested = schema.oneOf + schema.anyOf
        if schema.properties.isEmpty, !nested.isEmpty, depth < TypePlanner.depthLimit {
            return nested.allSatisfy { isRequired(in: specification.resolved($0), depth: depth + 1) }
        }
        return specification.shape(of: id) == .object && Members(of: id, in: specification).required.contains(name)
    }
}

extension WireShape {
    fileprivate var mayBeObject: Bool { self == .object || self == .any }
}
