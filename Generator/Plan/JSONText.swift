import GeneratorYAML

extension Node {
    /// The node as JSON on one line; numbers keep their text where it is JSON's.
    var jsonText: String {
        switch content {
        case .mapping(let mapping):
            return "{" + mapping.map { JSONText.string($0.name) + ":" + $0.value.jsonText }.joined(separator: ",") + "}"
        case .sequence(let nodes):
            return "[" + nodes.map(\.jsonText).joined(separator: ",") + "]"
        case .scalar(let scalar):
            return scalar.jsonText
        }
    }
}

extension Scalar {
    fileprivate var jsonText: String {
        if isNull { return "null" }
        if let bool { return bool ? "true" : "false" }
        if let number { return JSONText.isNumber(number) ? number : converted(number) }
        return JSONText.string(text)
    }

    /// YAML allows `0x1F`, `+1` and `.5`, which JSON does not; not-a-number becomes null.
    private func converted(_ number: String) -> String {
        if let int { return String(int) }
        guard let double, double.isFinite else { return "null" }
        return String(double)
    }
}

/// The few rules of JSON that the generator needs for what it bakes into the mock.
enum JSONText {
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029 {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
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
