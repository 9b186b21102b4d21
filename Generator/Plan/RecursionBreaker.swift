import GeneratorOpenAPI

/// Boxes stored values where a type would otherwise contain itself, and nowhere else.
struct RecursionBreaker {
    typealias Entry = (schema: SchemaID, declaration: Declaration)

    func boxed(_ entries: [Entry]) -> [Entry] {
        var edges: [TypeName: [TypeName]] = [:]
        for entry in entries { edges[entry.declaration.typeName] = storedTypes(of: entry.declaration) }
        let cyclic = TypeCycles(edges: edges)
        return entries.map { ($0.schema, boxed($0.declaration, cycles: cyclic)) }
    }

    private func storedTypes(of declaration: Declaration) -> [TypeName] {
        switch declaration {
        case .model(let plan): plan.properties.compactMap { $0.type.storedName }
        case .union(let plan): plan.variants.compactMap { $0.type.storedName }
        case .openEnum, .group: []
        }
    }

    private func boxed(_ declaration: Declaration, cycles: TypeCycles) -> Declaration {
        switch declaration {
        case .model(var plan):
            for index in plan.properties.indices where cycles.contains(plan.name, plan.properties[index].type) {
                plan.properties[index].type = .indirect(plan.properties[index].type)
            }
            return .model(plan)
        case .union(var plan):
            for index in plan.variants.indices where cycles.contains(plan.name, plan.variants[index].type) {
                plan.variants[index].type = .indirect(plan.variants[index].type)
            }
            return .union(plan)
        case .openEnum, .group:
            return declaration
        }
    }
}

/// The groups of types that store each other (Tarjan's strongly connected components).
private struct TypeCycles {
    private var component: [TypeName: Int] = [:]
    private var selfReferring: Set<TypeName> = []
    private var sizes: [Int: Int] = [:]

    init(edges: [TypeName: [TypeName]]) {
        var search = Search(edges: edges)
        for name in edges.keys.sorted() { search.visit(name) }
        component = search.component
        for (name, targets) in edges where targets.contains(name) { selfReferring.insert(name) }
        for number in component.values { sizes[number, default: 0] += 1 }
    }

    /// Whether storing `type` in `owner` closes a cycle.
    func contains(_ owner: TypeName, _ type: TypePlan) -> Bool {
        guard let target = type.storedName, let own = component[owner], own == component[target] else { return false }
        return target == owner ? selfReferring.contains(owner) : sizes[own, default: 0] > 1
    }

    private struct Search {
        let edges: [TypeName: [TypeName]]
        var component: [TypeName: Int] = [:]
        private var index: [TypeName: Int] = [:]
        private var low: [TypeName: Int] = [:]
        private var stack: [TypeName] = []
        private var waiting: [(name: TypeName, next: Int)] = []

        init(edges: [TypeName: [TypeName]]) {
            self.edges = edges
        }

        /// Without recursion: a hostile document can chain a hundred thousand types.
        mutating func visit(_ root: TypeName) {
            guard index[root] == nil else { return }
            enter(root)
            while let top = waiting.last {
                let targets = edges[top.name] ?? []
                if top.next < targets.count {
                    waiting[waiting.count - 1].next += 1
                    follow(targets[top.next], from: top.name)
                } else {
                    leave(top.name)
                }
            }
        }

        private mutating func enter(_ name: TypeName) {
            index[name] = index.count
            low[name] = index[name]
            stack.append(name)
            waiting.append((name, 0))
        }

        private mutating func follow(_ target: TypeName, from name: TypeName) {
            if index[target] == nil {
                enter(target)
            } else if component[target] == nil {
                low[name] = min(low[name] ?? 0, index[target] ?? 0)
            }
        }

        private mutating func leave(_ name: TypeName) {
            waiting.removeLast()
            if let parent = waiting.last?.name { low[parent] = min(low[parent] ?? 0, low[name] ?? 0) }
            guard low[name] == index[name] else { return }
            let number = component.count
            while let member = stack.popLast() {
                component[member] = number
                if member == name { break }
            }
        }
    }
}

extension TypePlan {
    /// The type that a stored value of this type contains in place; lists and maps keep theirs elsewhere.
    fileprivate var storedName: TypeName? {
        switch self {
        case .named(let name): name
        case .optional(let wrapped): wrapped.storedName
        case .scalar, .custom, .array, .dictionary, .indirect: nil
        }
    }
}
