import GeneratorOpenAPI

/// Some of the schemas of a specification. Their identifiers are small numbers, so that nothing needs to be hashed.
struct SchemaSet: Sendable {
    private var isMember: [Bool] = []

    func contains(_ id: SchemaID) -> Bool {
        id.index < isMember.count && isMember[id.index]
    }

    /// In the order of their identifiers.
    var members: [SchemaID] {
        isMember.indices.filter { isMember[$0] }.map(SchemaID.init)
    }

    /// - Returns: whether it was not there before.
    @discardableResult
    mutating func insert(_ id: SchemaID) -> Bool {
        if id.index >= isMember.count {
            isMember.append(contentsOf: repeatElement(false, count: id.index + 1 - isMember.count))
        }
        if isMember[id.index] { return false }
        isMember[id.index] = true
        return true
    }

    mutating func formUnion(_ other: SchemaSet) {
        for id in other.members { insert(id) }
    }

    mutating func subtract(_ other: SchemaSet) {
        for id in other.members where contains(id) { isMember[id.index] = false }
    }

    func intersection(_ other: SchemaSet) -> SchemaSet {
        var both = SchemaSet()
        for id in members where other.contains(id) { both.insert(id) }
        return both
    }
}
