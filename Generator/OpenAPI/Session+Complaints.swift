import GeneratorDiagnostics
import GeneratorYAML

/// The kinds of complaint, and what is left out because of them.
extension Session {
    /// Reports what makes a document useless, or a request of the user pointless.
    func fatal(_ message: String, at location: SourceLocation?, hint: String? = nil) {
        diagnostics.error(message, at: location, hint: hint)
    }

    /// Reports what is wrong and cannot be read. In a document from outside, the part that it stands in is left out;
    /// in a schema, the keyword is ignored.
    func error(_ message: String, at location: SourceLocation, hint: String? = nil, notes: [Diagnostic] = []) {
        let diagnostic = Diagnostic(.error, message, at: location, hint: hint, notes: notes)
        complaints += 1
        if strictness == .own {
            diagnostics.add(diagnostic)
        } else if let part = faults.indices.last {
            faults[part].append(diagnostic)
        } else {
            warning(message + "; it is ignored", at: location, hint: hint, notes: notes)
        }
    }

    /// Reports what is wrong although its meaning is clear; it goes on with that meaning, which is `assumed` if it
    /// needs to be said.
    func slip(
        _ message: String, assumed: String? = nil, at location: SourceLocation, hint: String? = nil,
        notes: [Diagnostic] = []
    ) {
        complaints += 1
        switch strictness {
        case .own:
            diagnostics.error(message, at: location, hint: hint, notes: notes)
        case .outside:
            warning(assumed.map { "\(message); \($0)" } ?? message, at: location, hint: hint, notes: notes)
        }
    }

    /// Reports what is right and of no avail.
    func unsupported(_ what: String, _ consequence: String, at location: SourceLocation) {
        warning("\(what) not supported; \(consequence)", at: location)
    }

    /// Reports that two things that must differ do not: at the second, with a note at the first.
    func duplicate(
        _ message: String, assumed: String? = nil, at location: SourceLocation, first: SourceLocation, note: String
    ) {
        slip(message, assumed: assumed, at: location, notes: [Diagnostic(.note, note, at: first)])
    }

    /// Reports what is worth a look. In a document from outside, what occurs in many places is said once.
    func warning(_ message: String, at location: SourceLocation, hint: String? = nil, notes: [Diagnostic] = []) {
        let diagnostic = Diagnostic(.warning, message, at: location, hint: hint, notes: notes)
        complaints += 1
        guard strictness == .outside, notes.isEmpty else { return diagnostics.add(diagnostic) }
        repeated[Repeated(message: message, path: location.file.path, hint: hint), default: []].insert(location)
    }

    /// What is said of many places of a file.
    struct Repeated: Hashable {
        var message: String
        var path: String
        var hint: String?
    }

    /// Says what occurs in many places once, at the first of them.
    func reportRepeated() {
        let complaints = repeated.map { (first: $1.min(), others: $1.count - 1, message: $0.message, hint: $0.hint) }
        for complaint in complaints.sorted(by: { $0.message < $1.message }) {
            let others = complaint.others
            let count = others == 0 ? "" : " (and \(others) more place\(others == 1 ? "" : "s"))"
            diagnostics.warning(complaint.message + count, at: complaint.first, hint: complaint.hint)
        }
        repeated = [:]
    }
}

// MARK: - Parts that can be left out

extension Session {
    /// Reads a part of a document; in a document from outside, it is left out if something is wrong in it.
    ///
    /// - Parameters:
    ///   - name: with its article: `the response 404`.
    ///   - location: where to point at if nothing else is said.
    ///   - read: reads the part.
    /// - Returns: nil if the part is left out, which has been said.
    func part<Part>(_ name: @autoclosure () -> String, at location: SourceLocation, _ read: () -> Part?) -> Part? {
        guard strictness == .outside else { return read() }
        let (part, faults) = attempt(read)
        if faults.isEmpty, let part { return part }
        let name = operationName.map { "\(name()) of \($0)" } ?? name()
        leaveOut(name, at: location, because: faults)
        return nil
    }

    /// Reads a component that many operations refer to; when nothing is wrong in it, only the first time.
    func once<Part>(
        _ target: Target, in known: ReferenceWritableKeyPath<Session, [Node: Part]>, _ read: () -> Part?
    ) -> Part? {
        guard target.place.component != nil, target.description == nil else { return read() }
        if let part = self[keyPath: known][target.node] { return part }
        let before = complaints
        let part = read()
        if let part, complaints == before { self[keyPath: known][target.node] = part }
        return part
    }

    /// Reads something without reporting what is wrong in it.
    ///
    /// - Returns: what was read, and what is wrong.
    func attempt<Part>(_ read: () -> Part?) -> (part: Part?, faults: [Diagnostic]) {
        faults.append([])
        let part = read()
        return (part, faults.removeLast())
    }

    /// Says that something is left out, and why.
    ///
    /// - Returns: why.
    @discardableResult
    func leaveOut(_ name: String, at location: SourceLocation, because faults: [Diagnostic]) -> String {
        let first = faults.first ?? Diagnostic(.error, "it cannot be read", at: location)
        let others = faults.dropFirst().map { Diagnostic(.note, $0.message, at: $0.location, hint: $0.hint) }
        warning(
            "\(name) is left out: \(first.message)", at: first.location ?? location, hint: first.hint,
            notes: first.notes + others)
        return first.message
    }
}

// MARK: - What nodes are

extension Session {
    /// Reports that a node is not what it must be. Null stands for what was left out.
    func expected(_ what: String, found node: Node) {
        let message = "expected \(what), found \(node.kind)"
        if strictness == .own, !node.isNull {
            error(message, at: node.location)
        } else {
            slip(message, assumed: "it is ignored", at: node.location)
        }
    }

    func mapping(_ node: Node) -> Mapping? {
        if let mapping = node.mapping { return mapping }
        expected("a mapping", found: node)
        return nil
    }

    func sequence(_ node: Node) -> NodeList? {
        if let sequence = node.sequence { return sequence }
        expected("a sequence", found: node)
        return nil
    }

    /// The truth value of a node. A word in quotes stands for it in documents from outside.
    func bool(_ node: Node) -> Bool? {
        if let bool = node.bool { return bool }
        if strictness == .outside, let word = node.string, ["true", "false"].contains(word.lowercased()) {
            slip("expected a boolean, found a string", assumed: "it is taken as \(word)", at: node.location)
            return word.lowercased() == "true"
        }
        expected("a boolean", found: node)
        return nil
    }

    /// The string of a node. The text of another scalar stands for it; only its quotes are missing.
    func string(_ node: Node) -> String? {
        if let string = node.string { return string }
        guard let text = node.text, !node.isNull else {
            expected("a string", found: node)
            return nil
        }
        if strictness == .own {
            slip("expected a string, found \(node.kind)", at: node.location, hint: "write it in quotes: \"\(text)\"")
        } else {
            slip("expected a string, found \(node.kind)", assumed: "it is taken as one", at: node.location)
        }
        return text
    }

    /// The strings of a sequence; elements that are none are left out.
    func strings(_ node: Node) -> [String] {
        if strictness == .outside, let word = node.string {
            slip("expected a sequence, found a string", assumed: "it is taken as the only element", at: node.location)
            return [word]
        }
        return sequence(node)?.compactMap(string) ?? []
    }
}
