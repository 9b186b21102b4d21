/// A reproducible source of ids and tokens (SplitMix64). Not for secrets that matter.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: The seed of the server.
    ///   - stream: Keeps what different parts of the server draw apart, so that one does not shift the other.
    package init(seed: UInt64, stream: String) {
        state = stream.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Lower-case hexadecimal digits, two a byte.
    package mutating func hex(bytes count: Int) -> String {
        Hexadecimal.text(bytes(count))
    }

    /// Small letters and digits.
    package mutating func token(_ count: Int) -> String {
        let characters = Self.lettersAndDigits
        let text = (0..<count).map { _ in characters[Int(next() % UInt64(characters.count))] }
        return String(decoding: text, as: UTF8.self)
    }

    /// A UUID of version 4, in small letters.
    package mutating func uuid() -> String {
        var value = bytes(16)
        value[6] = value[6] & 0x0F | 0x40
        value[8] = value[8] & 0x3F | 0x80
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in value.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            Hexadecimal.append(byte, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let lettersAndDigits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
}
