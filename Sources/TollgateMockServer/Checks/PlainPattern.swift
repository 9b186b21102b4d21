/// A regular expression that is simple enough to be tried without a machine for regular expressions: from the very
/// beginning to the very end, characters and classes of characters of ASCII, each so many times.
struct PlainPattern: Sendable {
    /// A set of ASCII characters, and how many of them follow each other.
    private struct Step: Sendable {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var counts = 1...1

        func contains(_ byte: UInt8) -> Bool {
            byte < 64 ? low & 1 << UInt64(byte) != 0 : high & 1 << UInt64(byte & 63) != 0
        }

        mutating func insert(_ bytes: ClosedRange<UInt8>) {
            for byte in bytes {
                if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
            }
        }
    }

    private let steps: [Step]

    /// Nil for anything else.
    init?(_ pattern: String) {
        guard pattern.utf8.allSatisfy({ $0 < 0x80 }), pattern.hasPrefix("^"), pattern.hasSuffix("$") else { return nil }
        var rest = Array(pattern.utf8.dropFirst().dropLast())[...]
        var steps: [Step] = []
        while !rest.isEmpty {
            guard var step = Self.step(&rest), let counts = Self.counts(&rest) else { return nil }
            step.counts = counts
            steps.append(step)
        }
        // Each step that can give back what it has taken multiplies the ways to try.
        guard steps.count(where: { $0.counts.lowerBound < $0.counts.upperBound }) <= 2 else { return nil }
        self.steps = steps
    }

    /// Whether a text fits; nil for a text that is not ASCII.
    func fits(_ text: String) -> Bool? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            return fits(bytes, from: 0, step: 0)
        }
    }

    private func fits(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, step number: Int) -> Bool {
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
            while end > least {
                if fits(bytes, from: end, step: number) { return true }
                end -= 1
            }
            start = end
        }
        return start == bytes.count
    }

    // MARK: - Reading

    /// One character or class; nil for what means something else.
    private static func step(_ rest: inout ArraySlice<UInt8>) -> Step? {
        guard let byte = rest.popFirst() else { return nil }
        var step = Step()
        switch byte {
        case UInt8(ascii: "["):
            guard rest.first != UInt8(ascii: "^"), rest.first != UInt8(ascii: "]") else { return nil }
            guard addClass(&rest, to: &step) else { return nil }
        case UInt8(ascii: "\\"):
            guard let escaped = rest.popFirst(), !isAlphanumeric(escaped) else { return nil }
            step.insert(escaped...escaped)
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
