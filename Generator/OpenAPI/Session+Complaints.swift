import GeneratorDiagnostics
import GeneratorYAML

/// The three kinds of complaint, and the checks of what a node is.
extension Session {
    /// Reports what is wrong and cannot be read.
    func error(_ message: String, at location: SourceLocation, hint: String? = nil, notes: [Diagnostic] = []) {
        diagnostics.error(message, at: location, hint: hint, notes: notes)
    }

    /// Reports what is wrong although its meaning is clear; it goes on with that meaning.
    func slip(_ message: String, at location: SourceLocation, hint: String? = nil, notes: [Diagnostic] = []) {
        switch strictness {
        case .own: diagnostics.error(message, at: location, hint: hint, notes: notes)
        case .outside: diagnostics.warning(message, at: location, hint: hint, notes: notes)
        }
    }

    /// Reports what is right and of no avail.
    func unsupported(_ what: String, _ consequence: String, at location: SourceLocation) {
        diagnostics.warning("\(what) not supported; \(consequence)", at: location)
    }

    /// Reports that two things that must differ do not: at the second, with a note at the first.
    func duplicate(_ message: String, at location: SourceLocation, first: SourceLocation, note: String) {
        slip(message, at: location, notes: [Diagnostic(.note, note, at: first)])
    }

    /// Reports that a node is not what it must be. Null stands for what was left out.
    func expected(_ what: String, found node: Node) {
        let message = "expected \(what), found \(node.kind)"
        if node.isNull { slip(message, at: node.location) } else { error(message, at: node.location) }
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

    func bool(_ node: Node) -> Bool? {
        if let bool = node.bool { return bool }
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
        slip("expected a string, found \(node.kind)", at: node.location, hint: "write it in quotes: \"\(text)\"")
        return text
    }

    /// The strings of a sequence; elements that are none are left out.
    func strings(_ node: Node) -> [String] {
        sequence(node)?.compactMap(string) ?? []
    }
}
