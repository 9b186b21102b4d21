import GeneratorYAML

/// A document that can be changed.
indirect enum Value {
    /// A scalar as JSON spells it: `null`, `true`, `12`, `"text"`.
    case scalar(String)
    case list([Value])
    case object([(key: String, value: Value)])

    static func string(_ text: String) -> Value { .scalar(Value.quoted(text)) }

    init(_ node: Node) {
        switch node.content {
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: self = .scalar("null")
            case .bool: self = .scalar(scalar.bool == true ? "true" : "false")
            case .int, .float:
                let isJSON = scalar.text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
                self = isJSON ? .scalar(scalar.text) : .string(scalar.text)
            default: self = .string(scalar.text)
            }
        case .sequence(let list): self = .list(list.map(Value.init))
        case .mapping(let mapping): self = .object(mapping.map { ($0.name, Value($0.value)) })
        }
    }

    subscript(key: String) -> Value? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let index = members.firstIndex { $0.key == key }
            if let newValue, let index {
                members[index].value = newValue
            } else if let newValue {
                members.append((key, newValue))
            } else if let index {
                members.remove(at: index)
            }
            self = .object(members)
        }
    }

    /// The text of a string without escapes.
    var plainString: String? {
        guard case .scalar(let text) = self, text.hasPrefix("\""), !text.contains("\\") else { return nil }
        return String(text.dropFirst().dropLast())
    }

    var isEmptyContainer: Bool {
        switch self {
        case .scalar: false
        case .list(let values): values.isEmpty
        case .object(let members): members.isEmpty
        }
    }

    // MARK: Text

    /// The document as JSON on one line.
    var json: String {
        var text = ""
        writeJSON(to: &text)
        return text
    }

    private func writeJSON(to text: inout String) {
        switch self {
        case .scalar(let scalar): text += scalar
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.writeJSON(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                text += Value.quoted(member.key) + ":"
                member.value.writeJSON(to: &text)
            }
            text += "}"
        }
    }

    /// The document as YAML in blocks.
    var yaml: String {
        var text = ""
        writeYAML(to: &text, indent: 0)
        return text
    }

    private func writeYAML(to text: inout String, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .list(let values) where !values.isEmpty:
            for value in values { value.writeYAML(after: margin + "-", to: &text, indent: indent + 2) }
        case .object(let members) where !members.isEmpty:
            for member in members {
                let key = Value.isPlain(member.key) ? member.key : Value.quoted(member.key)
                member.value.writeYAML(after: "\(margin)\(key):", to: &text, indent: indent + 2)
            }
        default: text += margin + json + "\n"
        }
    }

    private func writeYAML(after start: String, to text: inout String, indent: Int) {
        if case .scalar = self {
            text += "\(start) \(json)\n"
        } else if isEmptyContainer {
            text += "\(start) \(json)\n"
        } else {
            text += start + "\n"
            writeYAML(to: &text, indent: indent)
        }
    }

    /// Whether a key needs no quotes, and is a string.
    private static func isPlain(_ key: String) -> Bool {
        guard let first = key.utf8.first, key.utf8.count < 100 else { return false }
        guard first | 0x20 >= UInt8(ascii: "a"), first | 0x20 <= UInt8(ascii: "z") else { return false }
        return key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        } && !["null", "true", "false", "y", "n", "yes", "no", "on", "off"].contains(key.lowercased())
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
