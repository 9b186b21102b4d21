/// A regular expression of a schema: the part of the language that documents use, for matching and for making texts.
///
/// It counts in Unicode scalars, and fits anywhere in a text unless it says otherwise. What it does not know (back
/// references, conditions) makes it nil: nothing can be said about such an expression.
struct SamplePattern: Sendable {
    indirect enum Part: Sendable {
        case characters(CharacterSet)
        case sequence([Part])
        case choice([Part])
        case repetition(Part, minimum: Int, maximum: Int)
        case start, end, wordBoundary(Bool)
        case look(Part, ahead: Bool, isWanted: Bool)
    }

    /// A set of characters, as ranges.
    struct CharacterSet: Sendable {
        var ranges: [ClosedRange<UInt32>] = []
        var isNegated = false

        func contains(_ scalar: UInt32) -> Bool {
            ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    let part: Part

    init?(_ text: String) {
        var parser = SamplePatternParser(text)
        guard let part = parser.expression(), parser.isAtEnd else { return nil }
        self.part = part
    }
}

// MARK: - Matching

extension SamplePattern {
    /// Whether the expression fits; nil if that takes too long to find out.
    func fits(_ text: String) -> Bool? {
        var matcher = Matcher(text: text.unicodeScalars.map(\.value))
        for start in 0...matcher.text.count {
            if matcher.match(part, at: start, { _, _ in true }) { return true }
            if matcher.isExhausted { return nil }
        }
        return false
    }

    private struct Matcher {
        let text: [UInt32]
        var steps = 20_000
        var depth = 0
        /// Whether it gave up: what it says then means nothing.
        var isExhausted = false

        typealias Next = (inout Matcher, Int) -> Bool

        /// Matches a part at a position, and what comes after it.
        mutating func match(_ part: Part, at position: Int, _ next: Next) -> Bool {
            steps -= 1
            depth += 1
            defer { depth -= 1 }
            if steps < 0 || depth > 400 { isExhausted = true }
            if isExhausted { return false }
            switch part {
            case .characters(let set):
                return position < text.count && set.contains(text[position]) && next(&self, position + 1)
            case .sequence(let parts):
                return match(parts[...], at: position, next)
            case .choice(let parts):
                return parts.contains { match($0, at: position, next) }
            case .repetition(let part, let minimum, let maximum):
                return repeated(part, minimum, maximum, at: position, next)
            case .start:
                return position == 0 && next(&self, position)
            case .end:
                return position == text.count && next(&self, position)
            case .wordBoundary(let isWanted):
                let isBoundary = isWord(position - 1) != isWord(position)
                return isBoundary == isWanted && next(&self, position)
            case .look(let part, let ahead, let isWanted):
                return look(part, ahead, at: position) == isWanted && next(&self, position)
            }
        }

        private mutating func match(_ parts: ArraySlice<Part>, at position: Int, _ next: Next) -> Bool {
            guard let first = parts.first else { return next(&self, position) }
            return match(first, at: position) { $0.match(parts.dropFirst(), at: $1, next) }
        }

        private mutating func repeated(
            _ part: Part, _ minimum: Int, _ maximum: Int, at position: Int, _ next: Next
        ) -> Bool {
            if case .characters(let set) = part { return run(of: set, minimum, maximum, at: position, next) }
            if maximum > 0 {
                let more = match(part, at: position) { matcher, end in
                    // A turn that takes nothing would go on for ever.
                    if end == position { return minimum > 0 && next(&matcher, end) }
                    let (least, most) = (max(minimum - 1, 0), maximum == .max ? maximum : maximum - 1)
                    return matcher.repeated(part, least, most, at: end, next)
                }
                if more { return true }
            }
            return minimum <= 0 && next(&self, position)
        }

        /// A repetition of single characters: as many as there are, then one less at a time.
        private mutating func run(
            of set: CharacterSet, _ minimum: Int, _ maximum: Int, at position: Int, _ next: Next
        ) -> Bool {
            var count = 0
            while count < maximum, position + count < text.count, set.contains(text[position + count]) { count += 1 }
            while count >= minimum {
                if next(&self, position + count) { return true }
                steps -= 1
                if isExhausted || count == 0 { return false }
                count -= 1
            }
            return false
        }

        private mutating func look(_ part: Part, _ ahead: Bool, at position: Int) -> Bool {
            if ahead { return match(part, at: position) { _, _ in true } }
            return (0...position).contains { start in match(part, at: start) { _, end in end == position } }
        }

        private func isWord(_ position: Int) -> Bool {
            text.indices.contains(position) && SamplePatternParser.word.contains(text[position])
        }
    }
}

// MARK: - Making texts

extension SamplePattern {
    /// A text of one of the lengths that fits, if the expression has no tricks. Another `variant` gives another text,
    /// where there is another.
    func text(_ lengths: ClosedRange<Int>, variant: Int) -> String? {
        for extra in [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256] {
            var maker = Maker(extra: extra, variant: variant)
            maker.write(part)
            if maker.scalars.count > lengths.upperBound { return nil }
            let text = String(String.UnicodeScalarView(maker.scalars))
            if lengths.contains(maker.scalars.count), fits(text) == true { return text }
        }
        return nil
    }

    private struct Maker {
        /// How often parts that may be repeated are repeated beyond what they must be.
        let extra: Int
        var variant: Int
        var scalars: [Unicode.Scalar] = []

        mutating func write(_ part: Part) {
            switch part {
            case .characters(let set):
                let choices = Maker.choices(set)
                guard !choices.isEmpty else { return }
                scalars.append(choices[variant % choices.count])
                // The rest goes to the characters that follow, as with digits.
                variant /= choices.count
            case .sequence(let parts):
                for part in parts { write(part) }
            case .choice(let parts):
                write(parts[variant % parts.count])
            case .repetition(let part, let minimum, let maximum):
                let count = maximum - minimum > extra ? minimum + extra : maximum
                for _ in 0..<min(count, 4_096) { write(part) }
            case .start, .end, .wordBoundary, .look: break
            }
        }

        /// Some characters of a set: letters and digits rather than others.
        private static func choices(_ set: CharacterSet) -> [Unicode.Scalar] {
            let usual = Maker.usual.filter { set.contains($0.value) }
            if !usual.isEmpty { return usual }
            let first = set.isNegated ? (0xA1...0x3000) : set.ranges.first
            return first.map { $0.prefix(8).filter { set.contains($0) }.compactMap(Unicode.Scalar.init) } ?? []
        }

        private static let usual = Array(
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:@ ,+=".unicodeScalars)
    }
}
