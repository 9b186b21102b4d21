import GeneratorOpenAPI

/// Groups and method names: `createEvent` under the tag `events` is `events.create`.
struct MethodNames {
    let namer: Namer

    /// What the calls of one operation are named.
    struct Names {
        var call: String
        /// The call that goes through all pages.
        var items: String?
        /// The call that answers with a stream.
        var stream: String?
    }

    /// The names of a group's operations, in their order.
    func names(of operations: [Operation], tag: String) -> [Names] {
        var scope = NameScope()
        let short = operations.map { $0.swiftName ?? shortName($0.id, tag: tag) }
        var counts: [String: Int] = [:]
        for name in short { counts[name.lowercased(), default: 0] += 1 }
        let calls = zip(operations, short).map { operation, name in
            let isAmbiguous = operation.swiftName == nil && counts[name.lowercased(), default: 0] > 1
            return scope.claim(isAmbiguous ? namer.member(operation.id) : name)
        }
        return zip(operations, calls).map { operation, call in
            var names = Names(call: call)
            if let paging = operation.paging { names.items = scope.claim(itemsName(call, items: paging.items)) }
            if operation.streaming?.member != nil { names.stream = scope.claim(streamName(call)) }
            return names
        }
    }

    /// `list` to `all`, `listProducts` to `products`; `query` to `queryRows`, if the items are rows.
    private func itemsName(_ call: String, items: [String]) -> String {
        let words = namer.words(of: call)
        if words.first == "list" {
            return words.count == 1 ? "all" : namer.member(words.dropFirst().joined(separator: "_"))
        }
        let noun = items.last.flatMap { $0 == "data" ? nil : $0 } ?? "items"
        return namer.member("\(call)_\(noun)")
    }

    /// `create` to `stream`, `convert` to `convertStream`.
    private func streamName(_ call: String) -> String {
        call == "create" ? "stream" : call + "Stream"
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
