extension JSONParser {
    // MARK: - Strings

    /// Scans a string; stands on its opening quote.
    @inline(__always)
    mutating func scanString() throws(Failure) -> JSONToken {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            skipPlainText()
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return JSONToken(.string, start: start, extent: position - 1 - start, flag: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try scanEscape()
            case 0x80...:
                try scanMultibyteText()
            default:
                throw failure(.controlCharacter)
            }
        }
    }

    /// Skips to the next byte that needs attention: a quote, a backslash, a control character or a non-ASCII byte.
    @inline(__always)
    private mutating func skipPlainText() {
        while position &+ 8 <= bytes.count {
            let special = ByteWord.special(loadWord(at: position))
            if special != 0 {
                position &+= special.trailingZeroBitCount >> 3
                return
            }
            position &+= 8
        }
        while position < bytes.count, !ByteWord.isSpecial(bytes[position]) {
            position &+= 1
        }
    }

    /// Checks non-ASCII characters (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
    private mutating func scanMultibyteText() throws(Failure) {
        while position < bytes.count, bytes[position] >= 0x80 {
            let lead = bytes[position]
            switch lead {
            case 0xC2...0xDF: try scanContinuation(count: 1, first: 0x80...0xBF)
            case 0xE0: try scanContinuation(count: 2, first: 0xA0...0xBF)
            case 0xED: try scanContinuation(count: 2, first: 0x80...0x9F)
            case 0xE1...0xEF: try scanContinuation(count: 2, first: 0x80...0xBF)
            case 0xF0: try scanContinuation(count: 3, first: 0x90...0xBF)
            case 0xF1...0xF3: try scanContinuation(count: 3, first: 0x80...0xBF)
            case 0xF4: try scanContinuation(count: 3, first: 0x80...0x8F)
            default: throw failure(.invalidUTF8)
            }
        }
    }

    @inline(__always)
    private mutating func scanContinuation(count: Int, first: ClosedRange<UInt8>) throws(Failure) {
        guard position + count < bytes.count, first.contains(bytes[position + 1]) else { throw failure(.invalidUTF8) }
        for offset in 1..<(count + 1) where bytes[position + offset] & 0xC0 != 0x80 {
            throw failure(.invalidUTF8)
        }
        position += count + 1
    }

    @inline(__always)
    private mutating func scanEscape() throws(Failure) {
        guard position + 1 < bytes.count else { throw failure(.unexpectedEnd) }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            try scanUnicodeEscape()
        default:
            throw failure(.invalidEscape)
        }
    }

    /// A surrogate must be one half of a pair: Swift's strings cannot hold half a pair.
    private mutating func scanUnicodeEscape() throws(Failure) {
        guard let unit = HexDigits.codeUnit(in: bytes, at: position + 2) else { throw failure(.invalidEscape) }
        if UTF16.isTrailSurrogate(unit) { throw failure(.loneSurrogate) }
        guard UTF16.isLeadSurrogate(unit) else {
            position += 6
            return
        }
        guard position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
            bytes[position + 7] == UInt8(ascii: "u"),
            let trail = HexDigits.codeUnit(in: bytes, at: position + 8), UTF16.isTrailSurrogate(trail)
        else { throw failure(.loneSurrogate) }
        position += 12
    }

    // MARK: - Numbers

    /// Scans a number; its value is worked out when somebody asks for it.
    @inline(__always)
    mutating func scanNumber() throws(Failure) -> JSONToken {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        let digits = skipDigits()
        if digits == 0 { throw failure(start == position ? .unexpectedByte : .invalidNumber) }
        if digits > 1, bytes[firstDigit] == UInt8(ascii: "0") { throw failure(.invalidNumber) }
        var isIntegral = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isIntegral = false
            position += 1
            if skipDigits() == 0 { throw failure(.invalidNumber) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isIntegral = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            if skipDigits() == 0 { throw failure(.invalidNumber) }
        }
        return JSONToken(.number, start: start, extent: position - start, flag: isIntegral)
    }

    @inline(__always)
    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 {
            position &+= 1
        }
        return position &- start
    }
}

/// Questions about eight bytes at once.
enum ByteWord {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Not 0 if a byte is `"`, `\`, a control character or not ASCII. The lowest bit set belongs to the first of them;
    /// the bits above it may be wrong, because the subtractions borrow.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = word &- (ones &* 0x20)
        return ((quotes &- ones) | (backslashes &- ones) | controls | word) & highBits
    }

    /// Not 0 if a byte must be escaped in a string: `"`, `\` or a control character. May be not 0 without need.
    @inline(__always)
    static func mustEscape(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = word &- (ones &* 0x20)
        return ((quotes &- ones) | (backslashes &- ones) | controls) & ~word & highBits
    }

    @inline(__always)
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0x80
    }
}

enum HexDigits {
    /// The UTF-16 code unit that four hexadecimal digits write; nil if they are not there.
    static func codeUnit(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt16? {
        guard offset + 4 <= bytes.count else { return nil }
        var unit: UInt16 = 0
        for position in offset..<(offset + 4) {
            guard let digit = value(of: bytes[position]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The digit for a number below 16.
    static func lowercase(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// The digit for a number below 16.
    static func uppercase(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "A") &+ value &- 10
    }
}
