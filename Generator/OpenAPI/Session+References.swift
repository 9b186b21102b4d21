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
        guard let bytes = source.bytes(of: path) else { return .missing }
        let displayPath = source.displayPath(of: path)
        guard let root = YAMLReader.read(path: displayPath, bytes: bytes, diagnostics: diagnostics) else {
            return .unreadable
        }
        let stated = root.mapping?["openapi"]?.text.flatMap(Version.init(prefixOf:))
        let file = SpecificationFile(path: path, root: root, version: stated ?? version)
        files.append(file)
        return .read(file)
    }

    /// Finds what a reference points to; it may be a reference in turn.
    func resolve(_ reference: Node, in file: SpecificationFile, as component: Component) -> Target? {
        guard let text = string(reference) else { return nil }
        let parts: Reference
        do {
            parts = try Reference(text, in: file.path)
        } catch {
            refuse(text, at: reference, because: error)
            return nil
        }
        let search = Search(reference: reference, text: text, component: component)
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

    /// A reference whose target is looked for.
    private struct Search {
        let reference: Node
        let text: String
        let component: Component
    }

    /// Complains of a reference to nothing. A schema that is not there can be done without: any value fits.
    private func dangling(_ search: Search, _ message: String, hint: String? = nil) {
        if search.component == .schemas {
            slip(message, at: search.reference.location, hint: hint)
        } else {
            error(message, at: search.reference.location, hint: hint)
        }
    }

    private func refuse(_ text: String, at reference: Node, because failure: Reference.Failure) {
        switch failure {
        case .remote:
            error(
                "remote references are refused: nothing is fetched from the network", at: reference.location,
                hint: "keep a copy of the document in the folder of the specification")
        case .outsideFolder:
            error(
                "\"\(text)\" leads out of the folder of the specification", at: reference.location,
                hint: "move the file into the folder")
        case .malformed:
            error("\"\(text)\" is no valid reference", at: reference.location)
        }
    }

    private func file(_ path: String?, from file: SpecificationFile, _ search: Search) -> SpecificationFile? {
        guard let path else { return file }
        switch self.file(path, version: file.version) {
        case .read(let other): return other
        case .unreadable: return nil
        case .missing:
            dangling(search, "there is no file \"\(source.displayPath(of: path))\"")
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
                hint: didYouMean(name, in: file.anchors.names))
            return nil
        }
    }

    private func find(_ pointer: [String], in file: SpecificationFile, _ search: Search) -> Target? {
        var node = file.root
        var key: Node?
        for (depth, token) in pointer.enumerated() {
            if let entry = node.mapping?.entry(token) {
                (node, key) = (entry.value, entry.key)
            } else if let elements = node.sequence, let index = Int(token), elements.indices.contains(index) {
                (node, key) = (elements[index], nil)
            } else {
                let parent = depth == 0 ? "the document" : "\"\(pointerText(pointer.prefix(depth)))\""
                dangling(
                    search, "\"\(search.text)\" points to nothing: there is no \"\(token)\" in \(parent)",
                    hint: didYouMean(token, in: node.mapping?.names ?? []))
                return nil
            }
        }
        return Target(node: node, key: key, place: Place(file: file, pointer: pointer))
    }

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
            let description = referenceDescription(current)
            guard var next = resolve(reference, in: current.place.file, as: component) else { return nil }
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
