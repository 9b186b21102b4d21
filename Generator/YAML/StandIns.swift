import Foundation

/// Hides U+0085, U+2028 and U+2029 from libyaml, which takes them for line breaks, as YAML 1.1 did. In YAML 1.2 and in
/// every editor they are ordinary characters; without this, texts would change and later lines have wrong numbers.
///
/// Each is replaced by a character of the same length in UTF-8 that the document does not contain, and put back in the
/// scalars that libyaml returns.
struct StandIns {
    private var pairs: [(original: [UInt8], standIn: [UInt8])] = []

    /// Replaces the characters, or returns nil if the text has none of them.
    static func replace(in bytes: inout [UInt8]) -> StandIns? {
        var result = StandIns()
        for original in [[0xC2, 0x85], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9]] as [[UInt8]] {
            guard position(of: original, in: bytes, from: 0) != nil else { continue }
            // U+0780 to U+07BF are Thaana letters, U+E000 to U+E03F are for private use.
            let lead: [UInt8] = original.count == 2 ? [0xDE] : [0xEE, 0x80]
            let candidates = (UInt8(0x80)...0xBF).lazy.map { lead + [$0] }
            guard let standIn = candidates.first(where: { position(of: $0, in: bytes, from: 0) == nil }) else {
                continue
            }
            replace(original, with: standIn, in: &bytes, from: 0)
            result.pairs.append((original, standIn))
        }
        return result.pairs.isEmpty ? nil : result
    }

    /// Puts the characters back in the text from a position on.
    func restore(_ bytes: inout [UInt8], from start: Int) {
        for (original, standIn) in pairs { Self.replace(standIn, with: original, in: &bytes, from: start) }
    }

    private static func replace(_ old: [UInt8], with new: [UInt8], in bytes: inout [UInt8], from start: Int) {
        var start = start
        while let found = position(of: old, in: bytes, from: start) {
            start = found + old.count
            bytes.replaceSubrange(found..<start, with: new)
        }
    }

    private static func position(of character: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            var start = start
            while start < bytes.count, let base = bytes.baseAddress,
                let match = memchr(base + start, Int32(character[0]), bytes.count - start)
            {
                let found = UnsafeRawPointer(match) - base
                if bytes[found...].starts(with: character) { return found }
                start = found + 1
            }
            return nil
        }
    }
}
