import GeneratorOpenAPI

/// Groups and method names: `createEvent` under the tag `events` is `events.create`.
struct MethodNames {
    let namer: Namer

    /// The names of a group's operations, in their order.
    func names(of operations: [Operation], tag: String) -> [String] {
        var scope = NameScope()
        let short = operations.map { $0.swiftName ?? shortName($0.id, tag: tag) }
        var counts: [String: Int] = [:]
        for name in short { counts[name.lowercased(), default: 0] += 1 }
        return zip(operations, short).map { operation, name in
            let isAmbiguous = operation.swiftName == nil && counts[name.lowercased(), default: 0] > 1
            return scope.claim(isAmbiguous ? namer.member(operation.id) : name)
        }
    }

    /// Leaves out the trailing noun that says again what the tag says.
    private func shortName(_ id: String, tag: String) -> String {
        let words = namer.words(of: id)
        let noun = namer.words(of: lastPart(of: tag))
        guard words.count > noun.count, !noun.isEmpty else { return namer.member(id) }
        let ending = words.suffix(noun.count)
        let repeats = zip(ending, noun).allSatisfy { Namer.isSameNoun($0, $1) }
        return namer.member(repeats ? words.dropLast(noun.count).joined(separator: "_") : id)
    }

    /// `billing.wallet` is the group `wallet` within the group `billing`.
    func path(of tag: String) -> [String] {
        tag.split(separator: ".").map(String.init)
    }

    private func lastPart(of tag: String) -> String {
        path(of: tag).last ?? tag
    }
}
