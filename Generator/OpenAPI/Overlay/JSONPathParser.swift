/// Reads a JSONPath.
struct JSONPathParser {
    /// What is wrong, and at which character of the text, counted from 1.
    struct Problem: Error {
        let message: String
        let position: Int
    }

    /// The deepest nesting of filters and parentheses.
    private static let deepestNesting = 32

    private let text: [Character]
    private var position = 0
    private var depth = 0

    static func parse(_ text: String) throws(Problem) -> JSONPath {
        var parser = JSONPathParser(text: Array(text))
        parser.skipSpace()
        guard parser.take("$") else { throw parser.problem("a JSONPath begins with \"$\"") }
        let path = JSONPath(segments: try parser.segments())
        parser.skipSpace()
        guard parser.position == parser.text.count else { throw parser.problem("unexpected text") }
        return path
    }

    private init(text: [Character]) {
        self.text = text
    }

    private func problem(_ message: String) -> Problem { Problem(message: message, position: position + 1) }

    // MARK: - Characters

    private var next: Character? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let next, next.isWhitespace { position += 1 }
    }

    private mutating func take(_ word: String) -> Bool {
        let word = Array(word)
        guard text[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    private mutating func require(_ word: String) throws(Problem) {
        skipSpace()
        guard take(word) else { throw problem("expected \"\(word)\"") }
    }

    // MARK: - Segments

    private mutating func segments() throws(Problem) -> [JSONPath.Segment] {
        var segments: [JSONPath.Segment] = []
        while true {
            let start = position
            skipSpace()
            if take("..") {
                let selectors = next == "[" ? try bracketed() : [try shorthand()]
                segments.append(JSONPath.Segment(selectors: selectors, isDescendant: true))
            } else if take(".") {
                segments.append(JSONPath.Segment(selectors: [try shorthand()]))
            } else if next == "[" {
                segments.append(JSONPath.Segment(selectors: try bracketed()))
            } else {
                position = start
                return segments
            }
        }
    }

    /// `name` or `*`. Names may contain `-`, which the standard wants in brackets and quotes.
    private mutating func shorthand() throws(Problem) -> JSONPath.Selector {
        if take("*") { return .wildcard }
        let start = position
        while let next, next.isLetter || next.isNumber || next == "_" || next == "-" || next == "$" { position += 1 }
        guard position > start else { throw problem("expected a name, \"*\" or \"[\"") }
        return .name(String(text[start..<position]))
    }

    private mutating func bracketed() throws(Problem) -> [JSONPath.Selector] {
        try require("[")
        var selectors: [JSONPath.Selector] = []
        repeat {
            skipSpace()
            selectors.append(try selector())
            skipSpace()
        } while take(",")
        try require("]")
        return selectors
    }

    private mutating func selector() throws(Problem) -> JSONPath.Selector {
        if take("*") { return .wildcard }
        if take("?") { return .filter(try condition()) }
        if next == "'" || next == "\"" { return .name(try quoted()) }
        let start = try integer()
        skipSpace()
        guard take(":") else {
            guard let start else { throw problem("expected a name in quotes, a number, \"*\" or \"?\"") }
            return .index(start)
        }
        skipSpace()
        let end = try integer()
        skipSpace()
        var step: Int?
        if take(":") {
            skipSpace()
            step = try integer()
        }
        return .slice(start: start, end: end, step: step ?? 1)
    }

    private mutating func integer() throws(Problem) -> Int? {
        let start = position
        _ = take("-")
        while let next, next.isASCII, next.isNumber { position += 1 }
        if position == start { return nil }
        guard let value = Int(String(text[start..<position])), abs(value) < 1 << 53 else {
            position = start
            throw problem("expected an integer")
        }
        return value
    }

    private mutating func quoted() throws(Problem) -> String {
        let quote = next
        position += 1
        var value = ""
        while let character = next {
            position += 1
            if character == quote { return value }
            if character == "\\" { value.append(try escaped()) } else { value.append(character) }
        }
        throw problem("a quote is never closed")
    }

    private mutating func escaped() throws(Problem) -> Character {
        guard let character = next else { throw problem("a quote is never closed") }
        position += 1
        switch character {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "u":
            let digits = String(text[position...].prefix(4))
            guard digits.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
                throw problem("\"\\u\" needs four hexadecimal digits")
            }
            position += 4
            return Character(scalar)
        default: return character
        }
    }

    // MARK: - Filters

    private mutating func condition() throws(Problem) -> JSONPath.Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting else { throw problem("filters are nested too deep") }
        var alternatives = [try conjunction()]
        while takeOperator("||") { alternatives.append(try conjunction()) }
        return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    }

    private mutating func conjunction() throws(Problem) -> JSONPath.Condition {
        var parts = [try basic()]
        while takeOperator("&&") { parts.append(try basic()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func takeOperator(_ word: String) -> Bool {
        skipSpace()
        return take(word)
    }

    private mutating func basic() throws(Problem) -> JSONPath.Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting else { throw problem("filters are nested too deep") }
        skipSpace()
        if next == "!", position + 1 < text.count, text[position + 1] != "=" {
            position += 1
            return .not(try basic())
        }
        if take("(") {
            let inner = try condition()
            try require(")")
            return inner
        }
        for (name, isPart) in [("match(", false), ("search(", true)] where take(name) {
            let value = try self.value()
            try require(",")
            let pattern = try self.value()
            try require(")")
            return .matches(value, pattern: pattern, isPart: isPart)
        }
        let left = try value()
        skipSpace()
        guard let comparison = comparison() else {
            guard case .query(let query) = left else { throw problem("expected a comparison") }
            return .exists(query)
        }
        return .comparison(left, comparison, try value())
    }

    private mutating func comparison() -> JSONPath.Comparison? {
        for comparison in JSONPath.Comparison.allCases where take(comparison.rawValue) { return comparison }
        return nil
    }

    private mutating func value() throws(Problem) -> JSONPath.Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting else { throw problem("filters are nested too deep") }
        skipSpace()
        if take("@") { return .query(JSONPath(segments: try segments(), isRelative: true)) }
        if take("$") { return .query(JSONPath(segments: try segments())) }
        if next == "'" || next == "\"" { return .literal(.string(try quoted())) }
        for (word, literal) in [("true", JSONPath.Literal.bool(true)), ("false", .bool(false)), ("null", .null)]
        where take(word) { return .literal(literal) }
        if take("length(") {
            let inner = try value()
            try require(")")
            return .length(inner)
        }
        for name in ["count(", "value("] where take(name) {
            guard case .query(let query) = try value() else { throw problem("expected a query") }
            try require(")")
            return name == "count(" ? .count(query) : .query(query)
        }
        let start = position
        while let next, next.isASCII, next.isNumber || "+-.eE".contains(next) { position += 1 }
        guard let number = Double(String(text[start..<position])), number.isFinite else {
            position = start
            throw problem("expected \"@\", \"$\", a text in quotes, a number, true, false or null")
        }
        return .literal(.number(number))
    }
}
