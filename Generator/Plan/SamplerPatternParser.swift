/// Reads the text of a regular expression.
struct SamplePatternParser {
    typealias Part = SamplePattern.Part
    typealias CharacterSet = SamplePattern.CharacterSet

    static let digit = CharacterSet(ranges: [0x30...0x39])
    static let word = CharacterSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = CharacterSet(ranges: [0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x2028...0x2029])

    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ text: String) {
        self.text = Array(text.unicodeScalars)
    }

    var isAtEnd: Bool { position == text.count }

    /// Alternatives up to a closing parenthesis or the end.
    mutating func expression() -> Part? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 50 else { return nil }
        var choices: [Part] = []
        repeat {
            var parts: [Part] = []
            while let next = peek, next != "|", next != ")" {
                guard let atom = atom(), let part = quantified(atom) else { return nil }
                parts.append(part)
            }
            choices.append(.sequence(parts))
        } while take("|")
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard position < text.count else { return nil }
        position += 1
        return text[position - 1]
    }

    private mutating func take(_ expected: String) -> Bool {
        let scalars = Array(expected.unicodeScalars)
        guard text[position...].starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    private mutating func atom() -> Part? {
        switch next() {
        case "^": .start
        case "$": .end
        case ".": .characters(CharacterSet(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true))
        case "(": group()
        case "[": characterClass().map { .characters($0) }
        case "\\": escape()
        case "*", "+", "?", nil: nil
        case let scalar?: .characters(CharacterSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func group() -> Part? {
        var look: (ahead: Bool, isWanted: Bool)?
        if take("?") {
            if take("=") {
                look = (true, true)
            } else if take("!") {
                look = (true, false)
            } else if take("<=") {
                look = (false, true)
            } else if take("<!") {
                look = (false, false)
            } else if take("<") || take("P<") {
                while let scalar = next(), scalar != ">" {}
            } else if !take(":") {
                return nil
            }
        }
        guard let inner = expression(), take(")") else { return nil }
        return look.map { .look(inner, ahead: $0.ahead, isWanted: $0.isWanted) } ?? inner
    }

    private mutating func quantified(_ part: Part) -> Part? {
        var (minimum, maximum) = (1, 1)
        if take("*") {
            (minimum, maximum) = (0, .max)
        } else if take("+") {
            (minimum, maximum) = (1, .max)
        } else if take("?") {
            (minimum, maximum) = (0, 1)
        } else if peek == "{", let counts = counts() {
            (minimum, maximum) = counts
        } else {
            return part
        }
        _ = take("?") || take("+")
        guard minimum <= maximum, minimum <= 10_000 else { return nil }
        return .repetition(part, minimum: minimum, maximum: maximum)
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is a brace.
    private mutating func counts() -> (Int, Int)? {
        let start = position
        position += 1
        if let least = number() {
            if take("}") { return (least, least) }
            if take(",") {
                if take("}") { return (least, .max) }
                if let most = number(), take("}") { return (least, most) }
            }
        }
        position = start
        return nil
    }

    private mutating func number() -> Int? {
        let start = position
        while let scalar = peek, SamplePatternParser.digit.contains(scalar.value) { position += 1 }
        return Int(String(String.UnicodeScalarView(text[start..<position])))
    }

    // MARK: Characters

    private mutating func escape() -> Part? {
        switch peek {
        case "b":
            position += 1
            return .wordBoundary(true)
        case "B":
            position += 1
            return .wordBoundary(false)
        case "A":
            position += 1
            return .start
        case "z", "Z":
            position += 1
            return .end
        default:
            return escapedSet().map { .characters($0) }
        }
    }

    /// What stands after a backslash, in a class or outside.
    private mutating func escapedSet() -> CharacterSet? {
        guard let scalar = next() else { return nil }
        switch scalar {
        case "d": return SamplePatternParser.digit
        case "w": return SamplePatternParser.word
        case "s": return SamplePatternParser.space
        case "D": return CharacterSet(ranges: SamplePatternParser.digit.ranges, isNegated: true)
        case "W": return CharacterSet(ranges: SamplePatternParser.word.ranges, isNegated: true)
        case "S": return CharacterSet(ranges: SamplePatternParser.space.ranges, isNegated: true)
        case "p", "P": return property(isNegated: scalar == "P")
        case "1"..."9", "k": return nil
        default: return character(escaped: scalar).map { CharacterSet(ranges: [$0...$0]) }
        }
    }

    private mutating func character(escaped scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "f": return 0x0C
        case "v": return 0x0B
        case "0": return 0
        case "x": return take("{") ? hexadecimal(until: "}") : hexadecimal(digits: 2)
        case "u": return take("{") ? hexadecimal(until: "}") : hexadecimal(digits: 4)
        default: return scalar.value
        }
    }

    private mutating func hexadecimal(digits count: Int) -> UInt32? {
        guard position + count <= text.count else { return nil }
        defer { position += count }
        return UInt32(String(String.UnicodeScalarView(text[position..<position + count])), radix: 16)
    }

    private mutating func hexadecimal(until end: String) -> UInt32? {
        var digits = String.UnicodeScalarView()
        while let scalar = peek, SamplePatternParser.word.contains(scalar.value) {
            digits.append(scalar)
            position += 1
        }
        return take(end) ? UInt32(String(digits), radix: 16) : nil
    }

    /// `\p{L}`: of the properties, letters and digits, as far as people write them in the first alphabets.
    private mutating func property(isNegated: Bool) -> CharacterSet? {
        guard take("{") else { return nil }
        var name = String.UnicodeScalarView()
        while let scalar = next(), scalar != "}" { name.append(scalar) }
        let letters: [ClosedRange<UInt32>] = [0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x370...0x52F, 0x4E00...0x9FFF]
        switch String(name) {
        case "L", "Letter", "Alphabetic", "alpha": return CharacterSet(ranges: letters, isNegated: isNegated)
        case "Ll": return CharacterSet(ranges: [0x61...0x7A], isNegated: isNegated)
        case "Lu": return CharacterSet(ranges: [0x41...0x5A], isNegated: isNegated)
        case "N", "Nd": return CharacterSet(ranges: [0x30...0x39], isNegated: isNegated)
        default: return nil
        }
    }

    private mutating func characterClass() -> CharacterSet? {
        var set = CharacterSet(isNegated: take("^"))
        var isFirst = true
        while let scalar = next() {
            if scalar == "]", !isFirst || peek == nil { return set }
            if scalar == "]", isFirst { return set }
            isFirst = false
            guard let low = classMember(scalar) else { return nil }
            guard let start = low.single, peek == "-", position + 1 < text.count, text[position + 1] != "]" else {
                if low.isNegated {
                    set.ranges += low.complement
                } else {
                    set.ranges += low.ranges
                }
                continue
            }
            position += 1
            guard let scalar = next(), let high = classMember(scalar)?.single, start <= high else { return nil }
            set.ranges.append(start...high)
        }
        return nil
    }

    private mutating func classMember(_ scalar: Unicode.Scalar) -> CharacterSet? {
        guard scalar == "\\" else { return CharacterSet(ranges: [scalar.value...scalar.value]) }
        if take("b") { return CharacterSet(ranges: [0x08...0x08]) }
        return escapedSet()
    }
}

extension SamplePattern.CharacterSet {
    /// The only character, if there is one only.
    fileprivate var single: UInt32? {
        guard ranges.count == 1, !isNegated, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }

    /// The ranges of a negated set without its negation.
    fileprivate var complement: [ClosedRange<UInt32>] {
        var rest: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > start { rest.append(start...range.lowerBound - 1) }
            start = max(start, range.upperBound + 1)
        }
        return rest + [start...0x10FFFF]
    }
}
