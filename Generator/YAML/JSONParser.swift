import GeneratorDiagnostics

/// Reads JSON, strictly by RFC 8259, into the same tree as YAML.
///
/// libyaml reads most of JSON, but refuses surrogate pairs (`\ud83d\ude00`), keys of more than 1,024 characters and
/// some characters that JSON allows, and takes U+0085, U+2028 and U+2029 in strings for line breaks.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var cursor: LineCursor
    private var offset = 0
    /// The text of a string with escapes.
    private var unescaped: [UInt8] = []

    /// Reads one document from its text, which must be valid UTF-8 without a byte order mark.
    static func parse(_ bytes: [UInt8], into builder: inout TreeBuilder) throws(ReadFailure) {
        let failure: ReadFailure? = bytes.withUnsafeBufferPointer { bytes in
            var parser = JSONParser(bytes: bytes, cursor: LineCursor(bytes))
            do throws(ReadFailure) {
                try parser.parseDocument(into: &builder)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, cursor: LineCursor) {
        self.bytes = bytes
        self.cursor = cursor
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }

    private mutating func parseDocument(into builder: inout TreeBuilder) throws(ReadFailure) {
        try parseValue(into: &builder)
        skipSpace()
        guard offset == bytes.count else {
            throw builder.failure("there is text after the end of the document", at: mark(), hint: "remove it")
        }
    }

    // MARK: Values

    private mutating func parseValue(into builder: inout TreeBuilder) throws(ReadFailure) {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): try parseObject(into: &builder)
        case UInt8(ascii: "["): try parseArray(into: &builder)
        case UInt8(ascii: "\""): try parseString(into: &builder)
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): try parseNumber(into: &builder)
        case UInt8(ascii: "t"): try parseWord("true", into: &builder)
        case UInt8(ascii: "f"): try parseWord("false", into: &builder)
        case UInt8(ascii: "n"): try parseWord("null", into: &builder)
        default: throw unexpected("a value", builder)
        }
    }

    private mutating func parseObject(into builder: inout TreeBuilder) throws(ReadFailure) {
        try builder.open(.mapping, at: mark())
        offset += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return builder.close() }
        while true {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes", builder) }
            try parseString(into: &builder)
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("\":\" after the key", builder) }
            try parseValue(into: &builder)
            skipSpace()
            if take(UInt8(ascii: "}")) { return builder.close() }
            guard take(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"}\"", builder) }
        }
    }

    private mutating func parseArray(into builder: inout TreeBuilder) throws(ReadFailure) {
        try builder.open(.sequence, at: mark())
        offset += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return builder.close() }
        while true {
            try parseValue(into: &builder)
            skipSpace()
            if take(UInt8(ascii: "]")) { return builder.close() }
            guard take(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"]\"", builder) }
        }
    }

    private mutating func parseWord(_ word: StaticString, into builder: inout TreeBuilder) throws(ReadFailure) {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[offset..<end].elementsEqual($0) }),
            end == bytes.count || !isWordByte(bytes[end])
        else { throw unexpected("a value", builder) }
        addPlain(to: end, &builder)
    }

    private mutating func parseNumber(into builder: inout TreeBuilder) throws(ReadFailure) {
        var end = offset
        func has(_ byte: UInt8) -> Bool { end < bytes.count && bytes[end] == byte }
        /// Takes digits and tells whether there were any.
        func takeDigits() -> Bool {
            let start = end
            while end < bytes.count, isDigit(bytes[end]) { end += 1 }
            return end > start
        }
        if has(UInt8(ascii: "-")) { end += 1 }
        let firstDigit = end
        var isValid = takeDigits() && (end == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0"))
        if has(UInt8(ascii: ".")) {
            end += 1
            isValid = takeDigits() && isValid
        }
        if has(UInt8(ascii: "e")) || has(UInt8(ascii: "E")) {
            end += 1
            if has(UInt8(ascii: "+")) || has(UInt8(ascii: "-")) { end += 1 }
            isValid = takeDigits() && isValid
        }
        guard isValid, end == bytes.count || !isWordByte(bytes[end]) else {
            throw builder.failure(
                "JSON has no such number", at: mark(), hint: "write for example 0.5, -1 or 2e9, or a string in quotes")
        }
        addPlain(to: end, &builder)
    }

    private mutating func addPlain(to end: Int, _ builder: inout TreeBuilder) {
        var mark = mark()
        mark.width = UInt32(end - offset)
        builder.addScalar(UnsafeBufferPointer(rebasing: bytes[offset..<end]), isPlain: true, at: mark)
        offset = end
    }

    // MARK: Strings

    private mutating func parseString(into builder: inout TreeBuilder) throws(ReadFailure) {
        var mark = mark()
        offset += 1
        let start = offset
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        guard peek() != UInt8(ascii: "\"") else {
            let text = UnsafeBufferPointer(rebasing: bytes[start..<offset])
            offset += 1
            mark.width = cursor.mark(at: offset).column - mark.column
            return builder.addScalar(text, isPlain: false, at: mark)
        }
        unescaped.removeAll(keepingCapacity: true)
        unescaped.append(contentsOf: bytes[start..<offset])
        while true {
            guard let byte = peek() else {
                throw builder.failure("this string is never closed", at: mark, hint: "add the closing quote")
            }
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                mark.width = cursor.mark(at: offset).column - mark.column
                return unescaped.withUnsafeBufferPointer { builder.addScalar($0, isPlain: false, at: mark) }
            case UInt8(ascii: "\\"):
                try parseEscape(builder)
            case 0..<0x20:
                throw controlCharacter(byte, in: mark, builder)
            default:
                unescaped.append(byte)
            }
        }
    }

    private mutating func controlCharacter(
        _ byte: UInt8, in string: Mark, _ builder: TreeBuilder
    ) -> ReadFailure {
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            return builder.failure(
                "this string does not end on its line", at: string, hint: "close it, and write line breaks as \"\\n\"")
        }
        let escape = byte == UInt8(ascii: "\t") ? "\\t" : "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        offset -= 1
        return builder.failure(
            "JSON does not allow control characters in strings", at: mark(), hint: "write it as \"\(escape)\"")
    }

    /// Reads an escape whose backslash was taken.
    private mutating func parseEscape(_ builder: TreeBuilder) throws(ReadFailure) {
        let byte = peek()
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte ?? 0)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"): unescaped.append(contentsOf: String(try parseUnicodeEscape(builder)).utf8)
        default:
            offset -= 2
            throw builder.failure("JSON has no such escape", at: mark(width: 2), hint: "write a backslash as \"\\\\\"")
        }
    }

    /// Reads the digits of `\u`, and the second half of a surrogate pair.
    private mutating func parseUnicodeEscape(_ builder: TreeBuilder) throws(ReadFailure) -> Unicode.Scalar {
        let start = offset - 2
        let first = try parseHexDigits(builder)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, peek() == UInt8(ascii: "\\"), offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            offset += 2
            let second = try parseHexDigits(builder)
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        offset = start
        throw builder.failure(
            "this escape is half of a surrogate pair", at: mark(width: 6), hint: "write both halves, or the character")
    }

    private mutating func parseHexDigits(_ builder: TreeBuilder) throws(ReadFailure) -> UInt32 {
        var value: UInt32 = 0
        for position in offset..<offset + 4 {
            guard position < bytes.count, let digit = CoreSchema.hexValue(bytes[position]) else {
                offset -= 2
                throw builder.failure("\"\\u\" needs four hexadecimal digits", at: mark(width: 2))
            }
            value = value << 4 + digit
        }
        offset += 4
        return value
    }

    // MARK: Bytes

    private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), Self.isSpace(byte) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Whether a byte would continue a word or a number.
    private func isWordByte(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || byte >= 0x80
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    /// The place of the next byte.
    private mutating func mark(width: UInt32 = 1) -> Mark {
        var mark = cursor.mark(at: offset)
        mark.width = width
        return mark
    }

    /// The next byte is not what the grammar asks for.
    private mutating func unexpected(_ expected: String, _ builder: TreeBuilder) -> ReadFailure {
        guard let byte = peek() else {
            var failure = builder.failure("the document ends too early: expected \(expected)", at: mark())
            if let opened = builder.openMark {
                let location = opened.location(in: builder.file)
                failure.diagnostic.notes = [Diagnostic(.note, "this is never closed", at: location)]
            }
            return failure
        }
        let hint: String? =
            switch byte {
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                bytes[..<offset].last { !Self.isSpace($0) } == UInt8(ascii: ",") ? "remove the comma before it" : nil
            case UInt8(ascii: "'"): "JSON takes double quotes only"
            case UInt8(ascii: "/"), UInt8(ascii: "#"): "JSON has no comments"
            default:
                expected == "a value" ? "strings stand in double quotes; other words are true, false and null" : nil
            }
        return builder.failure("expected \(expected)", at: mark(), hint: hint)
    }
}
