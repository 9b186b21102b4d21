import GeneratorDiagnostics
import GeneratorYAML

/// Following `$ref`, within a file and across files.
extension Session {
    /// Reads a file, unless it was read before; it is of the given version if it does not say otherwise itself.
    func file(_ path: String, version: Version) -> FileState {
        let state = fileStates[path] ?? read(path, version: version)
        fileStates[path] = state
        return state
    }

    private func read(_ path: String, version: Version) -> FileState {
        guard let content = content(of: path) else { return .missing }
        let read = YAMLReader.read(
            path: content.displayPath, bytes: content.bytes, diagnostics: diagnostics, isStrict: strictness == .own)
        guard var root = read else { return .unreadable }
        if rootPaths.contains(path), !options.overlays.isEmpty {
            guard let changed = overlaid(root) else { return .unreadable }
            root = changed
        }
        let stated = root.mapping?["openapi"]?.text.flatMap(Version.init(prefixOf:))
        let file = SpecificationFile(path: path, root: root, version: stated ?? version)
        files.append(file)
        for (uri, pointer) in file.identifiers.places where identified[uri] == nil {
            identified[uri] = Place(file: file, pointer: pointer)
        }
        return .read(file)
    }

    /// The content of a file, which may stand for one on the network.
    private func content(of path: String) -> (bytes: [UInt8], displayPath: String)? {
        if Reference.isRemote(path) { return options.references.file(at: path) }
        return source.bytes(of: path).map { ($0, source.displayPath(of: path)) }
    }

    /// Finds what a reference points to; it may be a reference in turn.
    func resolve(_ reference: Node, at place: Place, as component: Component) -> Target? {
        guard let text = string(reference) else { return nil }
        if !identified.isEmpty {
            return identified(text, at: place) ?? resolve(text, reference, in: place.file, as: component)
        }
        // Most references are written many times, and mean the same each time.
        if let known = place.file.resolved[text], known.component == component { return known.target }
        let target = resolve(text, reference, in: place.file, as: component)
        if let target { place.file.resolved[text] = (component, target) }
        return target
    }

    private func resolve(
        _ text: String, _ reference: Node, in file: SpecificationFile, as component: Component
    ) -> Target? {
        let search = Search(reference: reference, text: text, component: component)
        let parts: Reference
        do {
            parts = try Reference(text, in: file.path)
        } catch {
            refuse(search, because: error)
            return nil
        }
        guard let file = self.file(parts.path, from: file, search),
            let pointer = pointer(parts.fragment, in: file, search)
        else { return nil }
        if pointer.count == 3, pointer[0] == "components", pointer[1] != component.rawValue,
            let other = Component(rawValue: pointer[1])
        {
            slip("\"\(text)\" is \(other.name), not \(component.name)", at: reference.location)
        }
        return find(pointer, in: file, search)
    }

    /// What a reference means that is relative to a URI, if it leads to a schema that has one.
    private func identified(_ text: String, at place: Place) -> Target? {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let base = place.file.identifiers.base(of: place.pointer)
        let relative = parts.first.map(String.init) ?? ""
        let uri = base.map { Identifiers.resolve(relative, against: $0.uri) } ?? relative
        guard let start = identified[uri], let fragment = try? Reference.fragment(parts.count == 2 ? parts[1] : ""),
            case .pointer(let pointer) = fragment
        else { return nil }
        return try? find(start.pointer + pointer, in: start.file).get()
    }

    /// A reference whose target is looked for.
    private struct Search {
        let reference: Node
        let text: String
        let component: Component
    }

    /// Complains of a reference to nothing. A schema that is not there can be done without: any value fits.
    private func dangling(_ search: Search, _ message: String, hint: String? = nil) {
        if search.component == .schemas {
            slip(message, assumed: "any value is accepted", at: search.reference.location, hint: hint)
        } else {
            error(message, at: search.reference.location, hint: hint)
        }
    }

    private func refuse(_ search: Search, because failure: Reference.Failure) {
        let location = search.reference.location
        switch failure {
        case .remote:
            fatal(
                "remote references are refused: nothing is fetched from the network", at: location,
                hint: strictness == .own
                    ? "keep a copy of the document in the folder of the specification"
                    : "keep a copy of the document, and map its URL to it with --references")
        case .outsideFolder:
            fatal(
                "\"\(search.text)\" leads out of the folder of the specification", at: location,
                hint: strictness == .own
                    ? "move the file into the folder" : "choose a folder around both with --references-within")
        case .malformed:
            dangling(search, "\"\(search.text)\" is no valid reference")
        }
    }

    private func file(_ path: String?, from file: SpecificationFile, _ search: Search) -> SpecificationFile? {
        guard let path else { return file }
        switch self.file(path, version: file.version) {
        case .read(let other): return other
        case .unreadable: return nil
        case .missing:
            if Reference.isRemote(path) {
                refuse(search, because: .remote)
            } else {
                dangling(search, "there is no file \"\(source.displayPath(of: path))\"")
            }
            return nil
        }
    }

    private func pointer(_ fragment: Reference.Fragment, in file: SpecificationFile, _ search: Search) -> [String]? {
        switch fragment {
        case .pointer(let pointer): return pointer
        case .anchor(let name):
            if let pointer = file.anchors.pointer(of: name) { return pointer }
            dangling(
                search, "\"\(search.text)\" points to nothing: no schema there has the anchor \"\(name)\"",
                hint: nearest(name, in: file.anchors.names))
            return nil
        }
    }

    private func find(_ pointer: [String], in file: SpecificationFile, _ search: Search) -> Target? {
        switch find(pointer, in: file) {
        case .success(let target): return target
        case .failure(let end):
            let parent = end.depth == 0 ? "the document" : "\"\(pointerText(pointer.prefix(end.depth)))\""
            let token = pointer[end.depth]
            dangling(
                search, "\"\(search.text)\" points to nothing: there is no \"\(token)\" in \(parent)",
                hint: nearest(token, in: end.node.mapping))
            return nil
        }
    }

    /// The key that was probably meant. Looking for it takes time, which a document full of faults must not waste.
    func nearest(_ word: String, in mapping: Mapping?) -> String? {
        hintBudget > 0 ? nearest(word, in: mapping?.names ?? []) : nil
    }

    private func nearest(_ word: String, in names: [String]) -> String? {
        hintBudget -= names.count
        return hintBudget >= 0 ? didYouMean(word, in: names) : nil
    }

    /// Where a pointer leads no further.
    private struct DeadEnd: Error {
        let depth: Int
        let node: Node
    }

    private func find(_ pointer: [String], in file: SpecificationFile) -> Result<Target, DeadEnd> {
        var node = file.root
        var key: Node?
        for (depth, token) in pointer.enumerated() {
            if let entry = node.mapping?.entry(token) {
                (node, key) = (entry.value, entry.key)
            } else if let elements = node.sequence, let index = Int(token), elements.indices.contains(index) {
                (node, key) = (elements[index], nil)
            } else {
                return .failure(DeadEnd(depth: depth, node: node))
            }
        }
        return .success(Target(node: node, key: key, place: Place(file: file, pointer: pointer)))
    }

    /// How many references may lead from one to the next.
    static let longestChain = 500

    /// Follows the references of an object that is no schema until the object itself.
    func follow(_ target: Target, as component: Component) -> Target? {
        var current = target
        var steps: [Node] = []
        while let reference = current.node.mapping?["$ref"] {
            if let start = steps.firstIndex(of: reference) {
                reportCycle(steps[start...])
                return nil
            }
            steps.append(reference)
            if steps.count > Self.longestChain {
                error("this reference leads to another, and so on without end", at: steps[0].location)
                return nil
            }
            let description = referenceDescription(current)
            guard var next = resolve(reference, at: current.place, as: component) else { return nil }
            next.description = current.description ?? description
            current = next
        }
        return current
    }

    /// Checks what stands beside a `$ref`; since 3.1 it may be a description of its own.
    private func referenceDescription(_ target: Target) -> String? {
        guard let mapping = target.node.mapping, mapping.count > 1 else { return nil }
        let known = target.place.file.version == .v30 ? ["$ref"] : ["$ref", "summary", "description"]
        let ignored = mapping.filter { entry in
            let name = entry.name
            return !known.contains(name) && (!name.hasPrefix("x-") || name.hasPrefix("x-tollgate-"))
        }
        if let first = ignored.first {
            let names = ignored.map { "\"\($0.name)\"" }.joined(separator: ", ")
            slip("what stands beside \"$ref\" is ignored: \(names)", at: first.key.location)
        }
        return known.contains("description") ? mapping["description"].flatMap(string) : nil
    }

    /// Reports a circle of references once, whichever of them it was entered by.
    ///
    /// - Parameter references: the values of the `$ref`s, each leading to the next and the last to the first.
    func reportCycle(_ references: some Collection<Node>) {
        let references = Array(references)
        guard let first = references.indices.min(by: { references[$0].location < references[$1].location }) else {
            return
        }
        let others = references[(first + 1)...] + references[..<first]
        error(
            "this reference leads back to itself", at: references[first].location,
            notes: others.map { Diagnostic(.note, "by way of this one", at: $0.location) })
    }
}
