import GeneratorYAML

/// JSON that is written piece by piece, on one line.
struct JSONText {
    private var bytes: [UInt8] = []

    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// How many bytes there are so far.
    var count: Int { bytes.count }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends what is JSON already.
    mutating func append(json: String) {
        bytes.append(contentsOf: json.utf8)
    }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// `"name":`, after a comma unless it is the first member.
    mutating func key(_ name: StaticString) {
        comma()
        append("\"")
        append(name)
        append("\":")
    }

    mutating func key(_ name: String) {
        comma()
        write(name)
        append(":")
    }

    /// Begins an element of an array, after a comma unless it is the first.
    mutating func element() {
        comma()
    }

    /// Begins a new line, which JSON allows between two tokens.
    mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func comma() {
        guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "["), last != UInt8(ascii: "\n")
        else { return }
        bytes.append(UInt8(ascii: ","))
    }

    /// Writes a node; numbers keep their text where it is JSON's.
    mutating func write(_ node: Node) {
        switch node.content {
        case .mapping(let mapping):
            append("{")
            for entry in mapping {
                key(entry.name)
                write(entry.value)
            }
            append("}")
        case .sequence(let nodes):
            append("[")
            for node in nodes {
                comma()
                write(node)
            }
            append("]")
        case .scalar(let scalar):
            write(scalar)
        }
    }

    private mutating func write(_ scalar: Scalar) {
        switch scalar.kind {
        case .null: append("null")
        case .bool: scalar.bool == true ? append("true") : append("false")
        case .int, .float: append(json: JSONText.number(scalar) ?? "null")
        default: write(scalar.text)
        }
    }

    mutating func write(_ value: SampleValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): value ? append("true") : append("false")
        case .number(let text): append(json: text)
        case .string(let text): write(text)
        case .array(let elements):
            append("[")
            for element in elements {
                comma()
                write(element)
            }
            append("]")
        case .object(let members):
            append("{")
            for member in members {
                key(member.name)
                write(member.value)
            }
            append("}")
        }
    }

    private mutating func write(utf8: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        if let first = utf8.firstIndex(where: { JSONText.isEscaped($0) }) {
            bytes.append(contentsOf: utf8[..<first])
            escape(utf8[first...])
        } else {
            bytes.append(contentsOf: utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a byte needs an escape, or may begin a character that does: U+2028 and U+2029 end lines for some.
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F || byte == 0xE2
    }

    private mutating func escape(_ rest: Slice<UnsafeRawBufferPointer>) {
        for scalar in String(decoding: rest, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029:
                let hex = String(scalar.value, radix: 16)
                append("\\u")
                append(json: String(repeating: "0", count: 4 - hex.count) + hex)
            default: bytes.append(contentsOf: scalar.utf8)
            }
        }
    }
}

extension Node {
    /// The node as JSON on one line.
    var jsonText: String { JSONText.of(self) }
}

extension JSONText {
    static func string(_ text: String) -> String {
        var json = JSONText()
        json.write(text)
        return json.string
    }

    static func of(_ node: Node) -> String {
        var json = JSONText()
        json.write(node)
        return json.string
    }

    /// The text of a number. YAML allows `0x1F`, `+1` and `.5`, which JSON does not; not-a-number has none.
    static func number(_ scalar: Scalar) -> String? {
        guard let number = scalar.number else { return nil }
        if isNumber(number) { return number }
        if let int = scalar.int { return String(int) }
        return scalar.double.flatMap { $0.isFinite ? String($0) : nil }
    }

    static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard let mark = rest.first else { return true }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
