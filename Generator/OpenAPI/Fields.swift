import GeneratorDiagnostics
import GeneratorYAML

/// A mapping that is read as one kind of object; its keywords have been checked.
struct Fields {
    let session: Session
    let mapping: Mapping
    let place: Place
    /// Where to point at when the whole object is meant.
    let location: SourceLocation

    subscript(_ keyword: String) -> Node? { mapping[keyword] }

    func string(_ keyword: String) -> String? { mapping[keyword].flatMap(session.string) }

    func bool(_ keyword: String) -> Bool? { mapping[keyword].flatMap(session.bool) }

    func strings(_ keyword: String) -> [String] { mapping[keyword].map(session.strings) ?? [] }

    /// Checks an object that nothing is taken from.
    func check(_ keyword: String, as kind: ObjectKind) {
        if let target = target(keyword) { _ = session.open(target, as: kind) }
    }

    /// The elements of a sequence, each with its place.
    func elements(_ keyword: String) -> [Target] {
        guard let elements = mapping[keyword].flatMap(session.sequence) else { return [] }
        if !session.count(elements.count, at: location) { return [] }
        return elements.enumerated().map { index, node in
            Target(node: node, place: place.child(keyword, String(index)))
        }
    }

    /// The members of a mapping whose keys are names, each with its place. In an extensible one, keys that begin with
    /// `x-` are extensions and no names.
    func members(_ keyword: String, extensible: Bool = false) -> [(name: String, target: Target)] {
        guard let members = mapping[keyword].flatMap(session.mapping) else { return [] }
        if !session.count(members.count, at: location) { return [] }
        return members.compactMap { entry in
            let name = entry.name
            if extensible && name.hasPrefix("x-") {
                session.unknownKeyword(entry, in: "\"\(keyword)\"", keywords: [], extensions: [])
                return nil
            }
            return (name, Target(node: entry.value, key: entry.key, place: place.child(keyword, name)))
        }
    }

    /// The value of a keyword as a target of its own.
    func target(_ keyword: String) -> Target? {
        mapping.entry(keyword).map { Target(node: $0.value, key: $0.key, place: place.child(keyword)) }
    }
}

extension Session {
    /// Opens a node as an object of a kind: checks that it is a mapping, its keywords, and what is missing.
    func open(_ target: Target, as kind: ObjectKind) -> Fields? {
        guard let mapping = target.node.mapping else {
            let message = "expected a mapping, found \(target.node.kind)"
            if strictness == .outside {
                error(message, at: target.node.location)
            } else {
                _ = self.mapping(target.node)
            }
            return nil
        }
        let version = target.place.file.version
        var misspelt: [String] = []
        for entry in mapping {
            if let keyword = kind.keywords[entry.name] {
                check(entry, is: keyword, in: kind.name, version: version)
            } else {
                let keywords = kind.keywords.keys
                let meant = unknownKeyword(entry, in: kind.name, keywords: keywords, extensions: kind.extensions)
                if let meant { misspelt.append(meant) }
            }
        }
        for (keyword, until, isVital) in kind.required where version <= until && mapping[keyword] == nil {
            let message = "missing \"\(keyword)\" in \(kind.name)"
            if misspelt.contains(keyword) && (strictness == .own || !isVital) { continue }
            if isVital { error(message, at: target.location) } else { slip(message, at: target.location) }
        }
        return Fields(session: self, mapping: mapping, place: target.place, location: target.location)
    }

    /// Counts the parts that are read. References can make a small document mean a huge one, which is refused.
    ///
    /// - Returns: whether they are not too many.
    func count(_ parts: Int, at location: SourceLocation) -> Bool {
        if isExhausted { return false }
        partCount += parts
        if isExhausted {
            fatal(
                "what the document refers to has more than \(options.mostParts) parts, counted each time",
                at: location)
        }
        return !isExhausted
    }

    var isExhausted: Bool { partCount > options.mostParts }

    /// Complains of a keyword that is not of this version, or that is not supported.
    func check(_ entry: Mapping.Entry, is keyword: ObjectKind.Keyword, in object: String, version: Version) {
        if !keyword.versions.contains(version) {
            let versions =
                keyword.versions.lowerBound == .v30
                ? "OpenAPI \(keyword.versions.upperBound)" : "OpenAPI \(keyword.versions.lowerBound) and later"
            slip(
                "\"\(entry.name)\" in \(object) is a keyword of \(versions); this document says \(version)",
                assumed: "it is read all the same", at: entry.key.location)
        }
        if let consequence = keyword.unsupported {
            unsupported("\"\(entry.name)\" in \(object) is", consequence, at: entry.key.location)
        }
    }

    /// Complains of a keyword that the object does not have, unless it is an extension.
    ///
    /// - Returns: the keyword that was probably meant.
    @discardableResult
    func unknownKeyword(
        _ entry: Mapping.Entry, in object: String, keywords: some Collection<String>, extensions: [String]
    ) -> String? {
        let name = entry.name
        let prefix = "x-tollgate-"
        let message = "unknown keyword \"\(name)\" in \(object)"
        if !name.hasPrefix("x-") {
            slip(message, assumed: "it is ignored", at: entry.key.location, hint: didYouMean(name, in: keywords))
            return closestMatch(name, in: keywords)
        }
        let known = extensions.map { prefix + $0 }
        if !name.hasPrefix(prefix) || known.contains(name) { return nil }
        let all = ObjectKind.allExtensions.map { prefix + $0 }
        if all.contains(name) {
            error("\"\(name)\" does not belong in \(object)", at: entry.key.location)
        } else {
            error(message, at: entry.key.location, hint: didYouMean(name, in: all))
        }
        return nil
    }
}
