import GeneratorOpenAPI

/// What calls are named: `createEvent` under the tag `events` is `events.create`.
struct MethodNames {
    let namer: Namer
    /// Whether the document came from outside, where identifiers are what somebody or some tool made them.
    let isOutside: Bool

    /// What the calls of one operation are named.
    struct Names {
        var call: String
        /// The call that goes through all pages.
        var items: String?
        /// The call that answers with a stream.
        var stream: String?
    }

    /// The names of a group's operations, in their order.
    func names(of operations: [(operation: Operation, tag: String)]) -> [Names] {
        // A group has its client beside the calls.
        var scope = NameScope(taken: isOutside ? ["client"] : [])
        let short = operations.map { operation, tag in
            operation.swiftName ?? (isOutside ? humanName(operation, tag: tag) : shortName(operation.id, tag: tag))
        }
        var counts: [String: Int] = [:]
        for name in short { counts[name.lowercased(), default: 0] += 1 }
        let calls = zip(operations, short).map { member, name in
            let isAmbiguous = member.operation.swiftName == nil && counts[name.lowercased(), default: 0] > 1
            return scope.claim(isAmbiguous ? namer.member(member.operation.id) : name)
        }
        return zip(operations, calls).map { member, call in
            var names = Names(call: call)
            let operation = member.operation
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
        let noun = namer.words(of: tag.split(separator: ".").last.map(String.init) ?? tag)
        guard words.count > noun.count, !noun.isEmpty else { return namer.member(id) }
        let ending = words.suffix(noun.count)
        let rest = words.dropLast(noun.count)
        let needsNoun = isOutside && rest.last.map { Self.prepositions.contains($0.lowercased()) } == true
        let repeats = zip(ending, noun).allSatisfy { Namer.isSameNoun($0, $1) }
        return namer.member(repeats && !needsNoun ? rest.joined(separator: "_") : id)
    }

    /// Words that do not stand at the end of a name.
    private static let prepositions: Set = [
        "a", "about", "all", "an", "and", "as", "at", "by", "each", "for", "from", "in", "into", "of", "on", "or",
        "per",
        "the", "to", "via", "with", "without",
    ]

    // MARK: Identifiers from outside

    /// A name that a person would give: `list` for `UsersController_listUsers`, `users.list`, `get-users` and
    /// `getUsersUsers_get` alike, under the tag `users`.
    private func humanName(_ operation: Operation, tag: String) -> String {
        if operation.isIdentifierFromPath { return verbAndNoun(operation, tag: tag) }
        let id = withoutLeadingNoun(operation.identifierWithoutPath, tag: tag)
        let name = shortName(id, tag: tag)
        return namer.words(of: id).isEmpty ? operation.method : name
    }

    /// Words that begin the name of a call: what stands before one says only where the call belongs.
    private static let verbs: Set = [
        "add", "apply", "approve", "archive", "cancel", "check", "clear", "close", "complete", "confirm", "copy",
        "count", "create", "delete", "destroy", "disable", "download", "edit", "enable", "end", "execute", "export",
        "fetch", "find", "get", "import", "insert", "invite", "list", "lookup", "move", "partial", "patch", "pause",
        "post", "publish", "put", "query", "read", "remove", "replace", "reset", "resolve", "restore", "resume",
        "retrieve", "revoke", "run", "save", "search", "send", "set", "show", "start", "stop", "submit", "sync",
        "transfer", "update", "upload", "upsert", "validate", "verify", "watch",
    ]

    /// `Users_GetById`, `users.getById` and `users_get_by_id` to `GetById`.
    private func withoutLeadingNoun(_ id: String, tag: String) -> String {
        let words = namer.words(of: id)
        let noun = namer.words(of: tag.split(separator: ".").last.map(String.init) ?? tag)
        var rest = words[...]
        if words.count > noun.count, zip(words, noun).allSatisfy({ Namer.isSameNoun($0, $1) }) {
            rest = words.dropFirst(noun.count)
            if let first = rest.first, first.lowercased() == "controller" { rest = rest.dropFirst() }
        }
        guard rest.count < words.count, let first = rest.first, Self.verbs.contains(first.lowercased()) else {
            return id
        }
        return rest.joined(separator: "_")
    }

    /// `list` for `GET /users`, `getPost` for `GET /users/{id}/posts/{post}`, `activate` for
    /// `POST /users/{id}/activate`, under the tag `users`.
    private func verbAndNoun(_ operation: Operation, tag: String) -> String {
        guard let noun = operation.staticSegments.last else { return namer.member(operation.method) }
        let isPlural = Namer.singular(noun) != nil
        let isOne = operation.path.hasSuffix("}")
        let verb: String
        switch operation.method {
        case "get", "head", "query": verb = isPlural && !isOne ? "list" : "get"
        case "post":
            if !isPlural, !isOne { return namer.member(noun) }
            verb = isOne ? "update" : "create"
        case "put": verb = "replace"
        case "patch": verb = "update"
        default: verb = operation.method.lowercased()
        }
        let words = namer.words(of: noun)
        let tagWords = namer.words(of: tag)
        let repeatsTag =
            words.count == tagWords.count && zip(words, tagWords).allSatisfy { Namer.isSameNoun($0, $1) }
        if repeatsTag { return namer.member(verb) }
        let isMany = verb == "list" || (isPlural && !isOne && verb != "create")
        return namer.member("\(verb)_\(isMany ? noun : Namer.singular(noun) ?? noun)")
    }
}

extension Operation {
    /// The parts of the path that are no placeholders, without those that only say which API it is: `v1`, `api`.
    var staticSegments: [String] {
        path.split(separator: "/").map(String.init).filter { segment in
            let isVersion = segment.first == "v" && segment.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
            return !segment.contains("{") && segment != "api" && !isVersion && segment.contains(where: \.isLetter)
        }
    }

    /// Whether the identifier says no more than method and path: `getUsersById` or `get_users__id_` for
    /// `GET /users/{id}`.
    fileprivate var isIdentifierFromPath: Bool {
        let id = bare(id)
        return id == bare(method + path) || id == bare(method + path.replacing("{", with: "{by"))
    }

    /// `read_items` for `read_items_items__item_id__get`, as some frameworks name `GET /items/{item_id}`.
    fileprivate var identifierWithoutPath: String {
        let path = String(path.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
        let suffix = "\(path)_\(method)"
        guard id.hasSuffix(suffix), id.count > suffix.count else { return id }
        return String(id.dropLast(suffix.count))
    }

    private func bare(_ text: String) -> String {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return text.lowercased().filter { $0.isLetter || $0.isNumber }
        }
        let letters = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: nil
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
