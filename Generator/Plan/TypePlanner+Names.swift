import GeneratorOpenAPI
import GeneratorYAML

// Names of types and cases.
extension TypePlanner {
    /// The names of those schemas in use that have one in the document. A schema keeps its name whatever else there is.
    static func names(
        of schemas: SchemaSet, in specification: Specification, namer: Namer, namespace: String
    ) -> [SchemaID: String] {
        var named: [(id: SchemaID, wireName: String, name: String)] = []
        var seen = SchemaSet()
        for id in schemas.members.map(specification.resolved) where seen.insert(id) {
            let schema = specification[id]
            guard let component = schema.componentName else { continue }
            let name = schema.swiftName ?? namer.type(component)
            // Inside, the namespace must stay to be had by its name.
            named.append((id, component, name == namespace ? name + "Model" : name))
        }
        named.sort { one, other in
            if one.wireName != other.wireName { return one.wireName < other.wireName }
            return (specification[one.id].file, one.id.index) < (specification[other.id].file, other.id.index)
        }
        var scope = NameScope()
        let names = scope.claim(named.map { (name: $0.name, wireName: $0.wireName) })
        return Dictionary(zip(named.map(\.id), names)) { first, _ in first }
    }

    /// A member `type` has a type `Kind`, because Swift keeps `Type` for itself.
    func nestedTypeName(_ wireName: String) -> String {
        let name = namer.type(wireName)
        return name == "TypeModel" ? "Kind" : name
    }

    // MARK: Cases

    /// Named after the `$ref`, the title or the kind, without the words that all variants share.
    func caseNames(of alternatives: [Alternative]) -> [String] {
        let wireNames = alternatives.map(name)
        let words = wireNames.map(namer.words)
        let shared = sharedEnds(of: words)
        var scope = NameScope()
        let wanted = zip(words, wireNames).map { words, wireName in
            let own = words.dropFirst(shared.leading).dropLast(shared.trailing)
            return (name: namer.enumCase((own.isEmpty ? words[...] : own).joined(separator: "_")), wireName: wireName)
        }
        return scope.claim(wanted)
    }

    private func name(of alternative: Alternative) -> String {
        if let kind = alternative.kind { return kind.rawValue }
        return variantName(alternative.schema, depth: 0)
    }

    private func variantName(_ id: SchemaID, depth: Int) -> String {
        let own = specification[id]
        let schema = specification[specification.resolved(id)]
        if let name = own.swiftName ?? schema.swiftName ?? own.title { return name }
        if let name = schema.componentName { return name }
        if let title = schema.title { return title }
        if let value = schema.constValue?.text { return value }
        if depth < TypePlanner.depthLimit {
            if schema.kinds == [.array] {
                guard let items = schema.items else { return "array" }
                let item = variantName(items, depth: depth + 1)
                return item.hasSuffix("s") ? item + "_list" : item + "s"
            }
            if schema.properties.isEmpty, let part = schema.allOf.first(where: hasShape) {
                return variantName(part, depth: depth + 1)
            }
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
