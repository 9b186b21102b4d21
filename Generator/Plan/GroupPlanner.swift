import GeneratorDiagnostics
import GeneratorOpenAPI

/// Arranges the operations of one document in groups, after their tags: `billing.wallet` is `wallet` within `billing`.
struct GroupPlanner {
    let document: Document
    /// The type that gets the outermost groups: `Vluna.ServiceClient`.
    let client: String
    let operations: OperationPlanner

    private var namer: Namer { operations.namer }

    /// Each has a file of its own.
    private static let groupLimit = 5_000

    /// The groups, those that others are within first.
    func plan(types: inout TypePlanner) -> [GroupPlan] {
        let methods = MethodNames(namer: namer, isOutside: operations.isOutside)
        var groups = Groups()
        var members: [Int: [(operation: Operation, tag: String)]] = [:]
        let tagged = tagged()
        for (tag, operations) in tagged {
            let group = index(of: path(of: tag), in: &groups, types: types)
            members[group, default: []] += operations.map { ($0, tag) }
        }
        if groups.plans.count > GroupPlanner.groupLimit {
            operations.diagnostics.error(
                "the operations belong to more than \(GroupPlanner.groupLimit) groups", at: document.location,
                hint: "choose some of them")
            return []
        }
        var plans = groups.plans
        for group in plans.indices {
            let members = members[group] ?? []
            for (member, names) in zip(members, methods.names(of: members)) {
                plans[group].operations += operations.plan(
                    member.operation, of: document, names: names, types: &types)
            }
        }
        return plans
    }

    /// The groups, and where each is: those around it, then its own type.
    private struct Groups {
        var plans: [GroupPlan] = []
        var places: [[String]: Int] = [:]
    }

    /// The operations by tag, in the order in which they use the tags.
    private func tagged() -> [(tag: String, operations: [Operation])] {
        var tagged: [(tag: String, operations: [Operation])] = []
        var indices: [String: Int] = [:]
        for operation in document.operations {
            let tag = tagOf(operation)
            if let index = indices[tag] {
                tagged[index].operations.append(operation)
            } else {
                indices[tag] = tagged.count
                tagged.append((tag, [operation]))
            }
        }
        return tagged
    }

    /// An operation from outside that has no tag belongs to what its path begins with.
    private func tagOf(_ operation: Operation) -> String {
        if let tag = operation.tags.first(where: { !namer.words(of: $0).isEmpty }) { return tag }
        guard operations.isOutside else { return "default" }
        return operation.staticSegments.first ?? "root"
    }

    private func path(of tag: String) -> [String] {
        let path = tag.split(separator: ".").map(String.init)
        // A dot in running text is no nesting: `v1.2 API`.
        let nests = path.allSatisfy { part in
            part.first?.isLetter == true && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        }
        return path.isEmpty || (operations.isOutside && !nests) ? [tag] : path
    }

    /// The group at a path; makes it, and those around it, unless they are there.
    private func index(of path: [String], in groups: inout Groups, types: TypePlanner) -> Int {
        var parent = client
        var last = 0
        for (depth, part) in path.enumerated() {
            let typeName = typeName(of: part, in: parent, types: types)
            if let known = groups.places[[parent, typeName]] {
                last = known
            } else {
                let tag = path[...depth].joined(separator: ".")
                groups.places[[parent, typeName]] = groups.plans.count
                groups.plans.append(
                    GroupPlan(
                        parent: parent, typeName: typeName, accessor: SwiftText.identifier(accessor(of: part)),
                        documentation: document.tags.first { $0.name == tag }?.description ?? ""))
                last = groups.plans.count - 1
            }
            parent += "." + typeName
        }
        return last
    }

    // MARK: Names

    /// Callers write the names of models, and those of groups hardly ever: a group gives way.
    private func typeName(of part: String, in parent: String, types: TypePlanner) -> String {
        let name = namer.type(part)
        let long = namer.type(part + "_operations")
        // A name that Swift or the output itself occupies, or the accessor: `3gpp` has no other form in capitals.
        let occupies = !long.hasPrefix(name) || name == "Servers" || name == accessor(of: part)
        let isOccupied = operations.isOutside && occupies
        let isTaken = parent == types.namespace && (name == parent || types.hasSchema(named: name))
        if isOccupied { return long }
        return isTaken ? name + "Operations" : name
    }

    /// What the client itself and the groups have besides their groups.
    private static let memberNames: Set = ["client", "defaultBaseURL", "response", "with"]

    private func accessor(of part: String) -> String {
        let name = namer.member(part)
        let isOccupied = operations.isOutside && GroupPlanner.memberNames.contains(name)
        return isOccupied ? name + "Operations" : name
    }

    /// Keeps the names that groups and clients have beside the models from those that are made up in passing.
    func claimNames(in types: inout TypePlanner) {
        let scope = [types.namespace]
        if client == types.namespace {
            let parts = tagged().compactMap { path(of: $0.tag).first }
            for name in Set(parts.map { typeName(of: $0, in: client, types: types) }).sorted() {
                _ = types.claimType(TypePlanner.Suggestion(scope: scope, name: name))
            }
        } else if client.hasPrefix(types.namespace + ".") {
            let name = String(client.dropFirst(types.namespace.count + 1))
            _ = types.claimType(TypePlanner.Suggestion(scope: scope, name: name))
        }
        guard operations.isOutside else { return }
        for name in [client, "Servers"] { _ = types.claimType(TypePlanner.Suggestion(scope: scope, name: name)) }
    }
}
