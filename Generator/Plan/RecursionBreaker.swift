import GeneratorOpenAPI

/// Boxes stored values where a type would otherwise contain itself.
///
/// In documents from outside it boxes large ones as well: Swift writes out how to copy each member of a value, and of
/// the values within it, for each type that holds it.
struct RecursionBreaker {
    typealias Entry = (schema: SchemaID, declaration: Declaration)

    let boxesLargeValues: Bool

    func boxed(_ entries: [Entry]) -> [Entry] {
        var edges: [TypeName: [TypeName]] = [:]
        for entry in entries { edges[entry.declaration.typeName] = storedTypes(of: entry.declaration) }
        let cycles = TypeCycles(edges: edges)
        let unknotted: [Entry] = entries.map { entry in
            (entry.schema, boxed(entry.declaration) { cycles.contains($0, $1) })
        }
        return boxesLargeValues ? withoutLargeValues(unknotted, cycles: cycles) : unknotted
    }

    /// A value of more members than this that need care when it is copied has a box of its own.
    private static let weightLimit = 8

    private func withoutLargeValues(_ entries: [Entry], cycles: TypeCycles) -> [Entry] {
        var result = entries
        var weights: [TypeName: Int] = [:]
        // Types before those that contain them.
        let levels = entries.map { cycles.order(of: $0.declaration.typeName) }
        let order = entries.indices.sorted { levels[$0] < levels[$1] }
        for index in order {
            let declaration = boxed(entries[index].declaration) { _, type in
                type.storedName.map { weights[$0, default: 1] > RecursionBreaker.weightLimit } ?? false
            }
            result[index].declaration = declaration
            weights[declaration.typeName] = weight(of: declaration, weights: weights)
        }
        return result
    }

    private func weight(of declaration: Declaration, weights: [TypeName: Int]) -> Int {
        switch declaration {
        case .model(let plan):
            plan.properties.reduce(1) { $0 + ($1.type.storedName.map { weights[$0, default: 1] } ?? $1.type.ownWeight) }
        case .union(let plan):
            plan.variants.reduce(1) { $0 + ($1.type.storedName.map { weights[$0, default: 1] } ?? 0) }
        case .openEnum, .group: 1
        }
    }

    private func storedTypes(of declaration: Declaration) -> [TypeName] {
        switch declaration {
        case .model(let plan): plan.properties.compactMap { $0.type.storedName }
        case .union(let plan): plan.variants.compactMap { $0.type.storedName }
        case .openEnum, .group: []
        }
    }

    private func boxed(
        _ declaration: Declaration, where isBoxed: (_ owner: TypeName, _ type: TypePlan) -> Bool
    ) -> Declaration {
        switch declaration {
        // Most hold nothing that is to be boxed, and are not copied.
        case .model(var plan) where plan.properties.contains(where: { isBoxed(plan.name, $0.type) }):
            for index in plan.properties.indices where isBoxed(plan.name, plan.properties[index].type) {
                plan.properties[index].type = .indirect(plan.properties[index].type)
            }
            return .model(plan)
        case .union(var plan) where plan.variants.contains(where: { isBoxed(plan.name, $0.type) }):
            for index in plan.variants.indices where isBoxed(plan.name, plan.variants[index].type) {
                plan.variants[index].type = .indirect(plan.variants[index].type)
            }
            return .union(plan)
        case .model, .union, .openEnum, .group:
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

    /// Grows from the types that are contained to those that contain them.
    func order(of name: TypeName) -> Int { component[name] ?? 0 }

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

    /// How much there is to do when a value of this type is copied that is no declared type.
    fileprivate var ownWeight: Int {
        switch self {
        case .scalar(let scalar):
            switch scalar {
            case .bool, .int, .int64, .uint64, .double, .date, .calendarDate, .uuid, .int64InString: 0
            default: 1
            }
        case .optional(let wrapped): wrapped.ownWeight
        case .named, .custom, .array, .dictionary, .indirect: 1
        }
    }
}
