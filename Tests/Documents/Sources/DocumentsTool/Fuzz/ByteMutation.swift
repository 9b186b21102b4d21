/// Changes to the text of a document.
struct ByteMutation {
    private static let fragments = [
        "&a ", "*a", "<<: *a", "!!binary ", "!!set ", "%YAML 1.1\n", "---\n", "...\n", "? ", "- ", ": ", " #", "|\n",
        ">-\n",
        "{", "}", "[", "]", ",", "\"", "'", "\\", "\\u0000", "\\uD800", "\t", "\r", "\r\n", "\n\n", "\u{FEFF}",
        "\u{2028}",
        "\u{0}", "\u{7F}", "~", "null", "true", "[]", "{}", "0x10", "1e999", "-0", "99999999999999999999", ".inf",
        ".nan",
        "$ref: '#'\n", "$ref: \"#/components/schemas/\"", "#/components/schemas/%", "~1~0~", "x-tollgate-name: \"*/\"",
        "type: [string, 'null']\n", "additionalProperties: false\n", "é", "🙂", "e\u{301}", "\u{202E}",
    ].map { [UInt8]($0.utf8) }

    /// Does some changes.
    static func apply(to text: inout [UInt8], other: [UInt8], _ random: inout RandomSource) {
        for _ in 0..<(1 + random.below(5)) { change(&text, other: other, &random) }
    }

    private static func change(_ text: inout [UInt8], other: [UInt8], _ random: inout RandomSource) {
        guard !text.isEmpty else {
            text = random.pick(fragments)
            return
        }
        let place = random.below(text.count)
        switch random.below(12) {
        case 0: text[place] = UInt8(random.below(256))
        case 1: text[place] ^= UInt8(1 << random.below(8))
        case 2, 3: text.insert(contentsOf: random.pick(fragments), at: place)
        case 4: text.removeSubrange(place..<min(text.count, place + 1 + random.below(40)))
        case 5:
            let piece = Array(text[place..<min(text.count, place + 1 + random.below(400))])
            text.insert(contentsOf: piece, at: random.below(text.count))
        case 6 where random.once(in: 4): text.removeSubrange(place...)
        case 7 where !other.isEmpty:
            let start = random.below(other.count)
            text.insert(contentsOf: other[start..<min(other.count, start + 1 + random.below(600))], at: place)
        default: changeLine(&text, &random)
        }
    }

    /// Deletes, repeats, moves or indents a line, or gives a key another value.
    private static func changeLine(_ text: inout [UInt8], _ random: inout RandomSource) {
        let line = lineRange(in: text, around: random.below(text.count))
        let content = Array(text[line])
        switch random.below(6) {
        case 0: text.removeSubrange(line)
        case 1: text.insert(contentsOf: content, at: line.lowerBound)
        case 2:
            text.removeSubrange(line)
            text.insert(contentsOf: content, at: lineRange(in: text, around: random.below(text.count)).lowerBound)
        case 3: text.insert(contentsOf: Array(repeating: 0x20, count: 1 + random.below(6)), at: line.lowerBound)
        case 4:
            let spaces = content.prefix { $0 == 0x20 }.count
            text.removeSubrange(line.lowerBound..<line.lowerBound + min(spaces, 1 + random.below(6)))
        default:
            guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else { return }
            let value = [0x20] + random.pick(fragments) + [0x0A]
            text.replaceSubrange(line.lowerBound + colon + 1..<line.upperBound, with: value)
        }
    }

    private static func lineRange(in text: [UInt8], around place: Int) -> Range<Int> {
        guard !text.isEmpty else { return 0..<0 }
        let start = text[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = text[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
        return start..<max(start, end)
    }
}
