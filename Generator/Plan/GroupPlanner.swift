import GeneratorOpenAPI

/// Arranges the operations of one document in groups, after their tags: `billing.wallet` is `wallet` within `billing`.
struct GroupPlanner {
    let document: Document
    /// The type that gets the outermost groups: `Vluna.ServiceClient`.
    let client: String
    let operations: OperationPlanner

    private var namer: Namer { operations.namer }
    private var methods: MethodNames { MethodNames(namer: namer) }

    /// The groups, those that others are within first.
    func plan(types: inout TypePlanner) -> [GroupPlan] {
        var groups: [GroupPlan] = []
        for tag in tags {
            let group = index(of: path(of: tag), in: &groups, types: types)
            let members = document.operations.filter { tagOf($0) == tag }
            for (operation, names) in zip(members, methods.names(of: members, tag: tag)) {
                groups[group].operations += operations.plan(operation, names: names, types: &types)
            }
        }
        return groups
    }

    /// In the order in which the operations use them.
    private var tags: [String] {
        var seen: Set<String> = []
        return document.operations.map(tagOf).filter { seen.insert($0).inserted }
    }

    private func tagOf(_ operation: Operation) -> String {
        operation.tags.first ?? "default"
    }

    private func path(of tag: String) -> [String] {
        let path = methods.path(of: tag)
        return path.isEmpty ? [tag] : path
    }

    /// The group at a path; makes it, and those around it, unless they are there.
    private func index(of path: [String], in groups: inout [GroupPlan], types: TypePlanner) -> Int {
        var parent = client
        var last = 0
        for (depth, part) in path.enumerated() {
            let typeName = typeName(of: part, in: parent, types: types)
            if let known = groups.firstIndex(where: { $0.parent == parent && $0.typeName == typeName }) {
                last = known
            } else {
                let tag = path[...depth].joined(separator: ".")
                groups.append(
                    GroupPlan(
                        parent: parent, typeName: typeName, accessor: SwiftText.identifier(namer.member(part)),
                        documentation: document.tags.first { $0.name == tag }?.description ?? ""))
                last = groups.count - 1
            }
            parent += "." + typeName
        }
        return last
    }

    // MARK: Names

    /// Callers write the names of models, and those of groups hardly ever: a group gives way.
    private func typeName(of part: String, in parent: String, types: TypePlanner) -> String {
        let name = namer.type(part)
        return parent == types.namespace && types.hasSchema(named: name) ? name + "Operations" : name
    }

    /// Keeps the names that groups and clients have beside the models from those that are made up in passing.
    func claimNames(in types: inout TypePlanner) {
        let scope = [types.namespace]
        if client == types.namespace {
            let names = tags.compactMap { path(of: $0).first }.map { typeName(of: $0, in: client, types: types) }
            for name in Set(names).sorted() {
                _ = types.claimType(TypePlanner.Suggestion(scope: scope, name: name))
            }
        } else if client.hasPrefix(types.namespace + ".") {
            let name = String(client.dropFirst(types.namespace.count + 1))
            _ = types.claimType(TypePlanner.Suggestion(scope: scope, name: name))
        }
    }
}
