import GeneratorDiagnostics
import GeneratorYAML

/// Applies OpenAPI Overlays: lists of changes to a document, each with a JSONPath that says where.
extension Session {
    /// The document with the changes of all overlays; nil if there is something wrong with one, which has been said.
    func overlaid(_ root: Node) -> Node? {
        let document = EditableNode(root)
        var isComplete = true
        for file in options.overlays {
            let overlay = YAMLReader.read(file, diagnostics: diagnostics)
            isComplete = (overlay.map { apply($0, to: document) } ?? false) && isComplete
        }
        guard isComplete else { return nil }
        guard let changed = document.frozen() else {
            fatal("the overlays make the document too large, or nest it too deep", at: root.location)
            return nil
        }
        return changed
    }

    private func apply(_ overlay: Node, to document: EditableNode) -> Bool {
        guard let fields = openOverlay(overlay, as: .overlay) else { return false }
        let version = fields["overlay"]?.text ?? ""
        guard version.hasPrefix("1.") else {
            fatal("Overlay \(version) is not supported; 1.0 is", at: fields["overlay"]?.location)
            return false
        }
        guard let actions = fields["actions"]?.sequence, !actions.isEmpty else {
            fatal("\"actions\" is a sequence of one action at least", at: fields["actions"]?.location)
            return false
        }
        var isComplete = true
        for action in actions where overlayNodes <= Self.mostOverlayNodes {
            isComplete = apply(action: action, to: document) && isComplete
        }
        return isComplete
    }

    private func apply(action: Node, to document: EditableNode) -> Bool {
        guard let fields = openOverlay(action, as: .overlayAction), let target = fields["target"] else { return false }
        guard let text = target.string else {
            fatal("expected a JSONPath, found \(target.kind)", at: target.location)
            return false
        }
        let path: JSONPath
        do {
            path = try JSONPathParser.parse(text)
        } catch {
            fatal(
                "\"\(text)\" is no JSONPath: \(error.message) at character \(error.position)", at: target.location,
                hint: "for example $.paths['/users'].get")
            return false
        }
        var evaluator = JSONPathEvaluator(root: document)
        let found = evaluator.nodes(path)
        if evaluator.isExhausted {
            fatal("the target looks at too many nodes", at: target.location)
            return false
        }
        if found.isEmpty {
            warning("the target \"\(text)\" is not in the document; the action does nothing", at: target.location)
            return true
        }
        if fields["remove"]?.bool == true { return remove(found, at: target) }
        guard let update = fields["update"] else {
            fatal("an action needs \"update\" or \"remove: true\"", at: action.location)
            return false
        }
        return merge(update, into: found, at: target)
    }

    /// Opens an object of an overlay; what is wrong in it is an error.
    private func openOverlay(_ node: Node, as kind: ObjectKind) -> Mapping? {
        guard let mapping = node.mapping else {
            fatal("expected \(kind.name), found \(node.kind)", at: node.location)
            return nil
        }
        for entry in mapping where kind.keywords[entry.name] == nil && !entry.name.hasPrefix("x-") {
            let hint = didYouMean(entry.name, in: kind.keywords.keys)
            warning("unknown keyword \"\(entry.name)\" in \(kind.name)", at: entry.key.location, hint: hint)
        }
        for required in kind.required where mapping[required.keyword] == nil {
            if required.isVital {
                fatal("missing \"\(required.keyword)\" in \(kind.name)", at: node.location)
                return nil
            }
            warning("missing \"\(required.keyword)\" in \(kind.name)", at: node.location)
        }
        return mapping
    }

    // MARK: - Changes

    private func remove(_ found: [JSONPathEvaluator.Found], at target: Node) -> Bool {
        let removed = Set(found.map { ObjectIdentifier($0.node) })
        var seen: Set<ObjectIdentifier> = []
        for found in found {
            guard let parent = found.parent else {
                fatal("the whole document cannot be removed", at: target.location)
                return false
            }
            guard seen.insert(ObjectIdentifier(parent)).inserted else { continue }
            switch parent.content {
            case .scalar: break
            case .sequence(let elements):
                parent.content = .sequence(elements.filter { !removed.contains(ObjectIdentifier($0)) })
            case .mapping(let entries):
                parent.content = .mapping(entries.filter { !removed.contains(ObjectIdentifier($0.value)) })
            }
        }
        return true
    }

    private func merge(_ update: Node, into found: [JSONPathEvaluator.Found], at target: Node) -> Bool {
        var seen: Set<ObjectIdentifier> = []
        var scalars: [Node] = []
        for found in found where seen.insert(ObjectIdentifier(found.node)).inserted {
            overlayNodes += update.nodeCount
            guard overlayNodes <= Self.mostOverlayNodes else {
                fatal("the overlays add more than \(Self.mostOverlayNodes) nodes", at: target.location)
                return false
            }
            switch (found.node.content, update.content) {
            case (.sequence(let elements), .sequence(let more)):
                found.node.content = .sequence(elements + more.map(EditableNode.init))
            case (.sequence(let elements), _):
                found.node.content = .sequence(elements + [EditableNode(update)])
            case (.mapping, .mapping):
                merge(update, into: found.node)
            case (.mapping, _):
                fatal("an object is updated by a mapping, found \(update.kind)", at: update.location)
                return false
            case (.scalar, _):
                scalars.append(found.node.origin)
            }
        }
        if let first = scalars.first {
            diagnostics.warning(
                "what is neither an object nor an array stays as it is (\(scalars.count) of \(found.count) targets)",
                at: target.location, notes: [Diagnostic(.note, "the first one is here", at: first.location)])
        }
        return true
    }

    private static let mostOverlayNodes = 200_000

    /// Puts the members of an object into another: objects are merged, arrays joined, all else replaced.
    private func merge(_ update: Node, into target: EditableNode) {
        guard case .mapping(var entries) = target.content, let members = update.mapping else { return }
        var positions: [String: Int] = [:]
        for (position, entry) in entries.enumerated() { positions[entry.key.text ?? ""] = position }
        for member in members {
            guard let position = positions[member.name] else {
                entries.append((member.key, EditableNode(member.value)))
                continue
            }
            switch (entries[position].value.content, member.value.content) {
            case (.mapping, .mapping):
                merge(member.value, into: entries[position].value)
            case (.sequence(let elements), .sequence(let more)):
                entries[position].value.content = .sequence(elements + more.map(EditableNode.init))
            default:
                entries[position] = (member.key, EditableNode(member.value))
            }
        }
        target.content = .mapping(entries)
    }
}

extension Node {
    /// How many nodes there are in the node, itself included.
    fileprivate var nodeCount: Int {
        switch content {
        case .scalar: 1
        case .sequence(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .mapping(let entries): entries.reduce(1) { $0 + 1 + $1.value.nodeCount }
        }
    }
}
