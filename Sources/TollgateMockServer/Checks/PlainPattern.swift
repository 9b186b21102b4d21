/// A regular expression that is simple enough to be tried without a machine for regular expressions: from the very
/// beginning to the very end, characters and classes of characters of ASCII, each so many times, and groups of them that
/// may be missing or are alternatives.
struct PlainPattern: Sendable {
    /// A set of ASCII characters, and how many of them follow each other.
    private struct Step: Sendable {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var counts = 1...1
        /// Whether what follows could take characters that this step can leave.
        var canGiveBack = false

        func contains(_ byte: UInt8) -> Bool {
            byte < 64 ? low & 1 << UInt64(byte) != 0 : high & 1 << UInt64(byte & 63) != 0
        }

        mutating func insert(_ bytes: ClosedRange<UInt8>) {
            for byte in bytes {
                if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
            }
        }
    }

    /// The ways to read the pattern without groups: a text fits if it fits one of them.
    private let ways: [[Step]]

    /// How many ways there may be, and how deep groups may be in each other.
    private static let limit = 16

    /// Nil for anything else.
    init?(_ pattern: String) {
        guard pattern.utf8.allSatisfy({ $0 < 0x80 }), pattern.hasPrefix("^"), pattern.hasSuffix("$") else { return nil }
        var rest = Array(pattern.utf8.dropFirst().dropLast())[...]
        guard let ways = Self.sequence(&rest, depth: 0), rest.isEmpty else { return nil }
        self.ways = ways.map(Self.marked)
        // Each step that can give back what it has taken multiplies the ways to try.
        guard self.ways.allSatisfy({ $0.count(where: \.canGiveBack) <= 2 }) else { return nil }
    }

    /// Whether a text fits; nil for a text that is not ASCII.
    func fits(_ text: String) -> Bool? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            return ways.contains { Self.fits(bytes, from: 0, $0, step: 0) }
        }
    }

    private static func fits(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ steps: [Step], step number: Int
    ) -> Bool {
        var start = start
        var number = number
        while number < steps.count {
            let step = steps[number]
            number += 1
            let limit = step.counts.upperBound < bytes.count - start ? start + step.counts.upperBound : bytes.count
            var end = start
            while end < limit, step.contains(bytes[end]) { end += 1 }
            let least = start + step.counts.lowerBound
            guard end >= least else { return false }
            // As many as possible first; the last one tried goes on here.
            while end > least, step.canGiveBack {
                if fits(bytes, from: end, steps, step: number) { return true }
                end -= 1
            }
            start = end
        }
        return start == bytes.count
    }

    /// Says of each step whether it can give back what it has taken. It cannot where that is never what comes next.
    private static func marked(_ steps: [Step]) -> [Step] {
        var steps = steps
        for index in steps.indices where steps[index].counts.lowerBound < steps[index].counts.upperBound {
            for next in steps[(index + 1)...] {
                if steps[index].low & next.low | steps[index].high & next.high != 0 { steps[index].canGiveBack = true }
                if next.counts.lowerBound > 0 { break }
            }
        }
        return steps
    }

    // MARK: - Reading

    /// Steps and groups, up to the end or to what ends a group; nil for what is not understood.
    private static func sequence(_ rest: inout ArraySlice<UInt8>, depth: Int) -> [[Step]]? {
        var ways: [[Step]] = [[]]
        while let byte = rest.first, byte != UInt8(ascii: ")"), byte != UInt8(ascii: "|") {
            var parts: [[Step]]
            if byte == UInt8(ascii: "(") {
                guard depth < limit, let group = group(&rest, depth: depth + 1) else { return nil }
                parts = group
            } else {
                guard var step = step(&rest), let counts = counts(&rest) else { return nil }
                step.counts = counts
                parts = [[step]]
            }
            guard ways.count * parts.count <= limit else { return nil }
            ways = ways.flatMap { way in parts.map { way + $0 } }
        }
        return ways
    }

    /// Alternatives in parentheses, once or not at all.
    private static func group(_ rest: inout ArraySlice<UInt8>, depth: Int) -> [[Step]]? {
        var ways: [[Step]] = []
        repeat {
            rest.removeFirst()
            // `(?` means something else.
            guard rest.first != UInt8(ascii: "?"), let way = sequence(&rest, depth: depth) else { return nil }
            ways += way
            if ways.count > limit { return nil }
        } while rest.first == UInt8(ascii: "|")
        guard rest.popFirst() == UInt8(ascii: ")"), let counts = counts(&rest) else { return nil }
        switch counts {
        case 1...1: return ways
        case 0...1: return ways + [[]]
        default: return nil
        }
    }

    /// One character or class; nil for what means something else.
    private static func step(_ rest: inout ArraySlice<UInt8>) -> Step? {
        guard let byte = rest.popFirst() else { return nil }
        var step = Step()
        switch byte {
        case UInt8(ascii: "["):
            guard rest.first != UInt8(ascii: "^"), rest.first != UInt8(ascii: "]") else { return nil }
            guard addClass(&rest, to: &step) else { return nil }
        case UInt8(ascii: "\\"):
            guard let escaped = rest.popFirst() else { return nil }
            switch escaped {
            case UInt8(ascii: "d"): step.insert(UInt8(ascii: "0")...UInt8(ascii: "9"))
            case UInt8(ascii: "s"):
                step.insert(UInt8(ascii: "\t")...UInt8(ascii: "\r"))
                step.insert(UInt8(ascii: " ")...UInt8(ascii: " "))
            case _ where isAlphanumeric(escaped): return nil
            default: step.insert(escaped...escaped)
            }
        case _ where ".^$|()?*+{}".utf8.contains(byte):
            return nil
        default:
            step.insert(byte...byte)
        }
        return step
    }

    /// The rest of a class, up to its closing bracket. Returns whether all of it was understood.
    private static func addClass(_ rest: inout ArraySlice<UInt8>, to step: inout Step) -> Bool {
        guard rest.first != UInt8(ascii: "^"), rest.first != UInt8(ascii: "]") else { return false }
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]") { return true }
            guard let first = member(byte, &rest) else { return false }
            // A hyphen at the end stands for itself.
            guard rest.first == UInt8(ascii: "-"), rest.dropFirst().first != UInt8(ascii: "]") else {
                step.insert(first...first)
                continue
            }
            rest.removeFirst()
            guard let next = rest.popFirst(), next != UInt8(ascii: "-"), let last = member(next, &rest), first <= last
            else { return false }
            step.insert(first...last)
        }
        return false
    }

    /// A character of a class; nil for what might mean something else.
    private static func member(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\\"):
            guard let escaped = rest.popFirst(), !isAlphanumeric(escaped) else { return nil }
            return escaped
        case UInt8(ascii: "["), UInt8(ascii: "&"): return nil
        default: return byte
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
    }

    /// How many times, once if nothing is said; nil for what is not understood.
    private static func counts(_ rest: inout ArraySlice<UInt8>) -> ClosedRange<Int>? {
        var counts = 1...1
        switch rest.first {
        case UInt8(ascii: "*"): counts = 0...Int.max
        case UInt8(ascii: "+"): counts = 1...Int.max
        case UInt8(ascii: "?"): counts = 0...1
        case UInt8(ascii: "{"):
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let text = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count <= 2, let least = Int(parts[0]), let last = parts.last else { return nil }
            guard let most = last.isEmpty ? .max : Int(last), least >= 0, most >= least else { return nil }
            counts = least...most
            rest = rest[end...]
        default: return counts
        }
        rest.removeFirst()
        // A second sign makes the first one lazy or possessive.
        return "?+*{".utf8.contains(rest.first ?? 0) ? nil : counts
    }
}
