/// The YAML 1.2 core schema: what a scalar without quotes means.
enum CoreSchema {
    /// The kind of a plain scalar.
    static func kind(of text: ArraySlice<UInt8>) -> Node.Kind {
        guard let first = text.first else { return .null }
        switch first {
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "~"):
            return isAny(of: ["null", "Null", "NULL", "~"], text) ? .null : .string
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return isAny(of: ["true", "True", "TRUE"], text) ? .bool : .string
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return isAny(of: ["false", "False", "FALSE"], text) ? .bool : .string
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return numberKind(of: text)
        default:
            return .string
        }
    }

    private static func isAny(of words: [StaticString], _ text: ArraySlice<UInt8>) -> Bool {
        words.contains { word in word.withUTF8Buffer { $0.elementsEqual(text) } }
    }

    /// `[-+]?[0-9]+`, `0o[0-7]+`, `0x[0-9a-fA-F]+`, `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`,
    /// `[-+]?\.(inf|Inf|INF)`, `\.(nan|NaN|NAN)`.
    private static func numberKind(of text: ArraySlice<UInt8>) -> Node.Kind {
        var rest = text
        if isAny(of: [".nan", ".NaN", ".NAN"], rest) { return .float }
        if let radixDigits = digitsAfterRadixPrefix(rest) { return radixDigits ? .int : .string }
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if isAny(of: [".inf", ".Inf", ".INF"], rest) { return .float }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var kind = Node.Kind.int
        var hasDigits = !whole.isEmpty
        if rest.first == UInt8(ascii: ".") {
            kind = .float
            let fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
            hasDigits = hasDigits || !fraction.isEmpty
        }
        guard hasDigits else { return .string }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            kind = .float
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard let digit = rest.first, isDigit(digit) else { return .string }
            rest = rest.drop(while: isDigit)
        }
        return rest.isEmpty ? kind : .string
    }

    /// Whether the text after `0x` or `0o` is all digits, or nil if the text has no such prefix.
    private static func digitsAfterRadixPrefix(_ text: ArraySlice<UInt8>) -> Bool? {
        let digits = text.dropFirst(2)
        if text.starts(with: "0x".utf8) { return !digits.isEmpty && digits.allSatisfy { hexValue($0) != nil } }
        if text.starts(with: "0o".utf8) {
            return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The value of a hexadecimal digit, or nil if the byte is none.
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The value of an integer's text, or nil if it does not fit.
    static func int(_ text: String) -> Int? {
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8) }
        return Int(text)
    }

    /// The value of a number's text.
    static func double(_ text: String) -> Double? {
        switch text.lowercased() {
        case ".nan": return .nan
        case ".inf", "+.inf": return .infinity
        case "-.inf": return -.infinity
        case let lower where lower.hasPrefix("0o"): return int(text).map(Double.init)
        default: return Double(text)
        }
    }
}
