/// The bytes of a document and its tokens.
///
/// Immutable after `init`, and both buffers are Swift arrays that it owns: elements and objects point into it by index,
/// so that it may be shared between tasks and lives as long as any of them.
@usableFromInline
final class JSONDocument: Sendable {
    let bytes: [UInt8]
    let tokens: ContiguousArray<JSONToken>

    @usableFromInline
    init(parsing bytes: [UInt8]) throws(JSONError) {
        do throws(JSONParser.Failure) {
            tokens = try JSONParser.tokens(of: bytes)
        } catch {
            throw Self.syntaxError(error, in: bytes)
        }
        self.bytes = bytes
    }

    private static func syntaxError(_ failure: JSONParser.Failure, in bytes: [UInt8]) -> JSONError {
        let before = bytes.prefix(failure.offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = failure.offset - lineStart + 1
        return JSONError(
            .syntax(failure.problem, offset: failure.offset, line: line, column: column), at: .document)
    }

    // MARK: - Strings

    /// The text of a string token.
    @inline(__always)
    func string(at index: Int) -> String {
        let token = tokens[index]
        if token.flag { return unescapedString(token) }
        return withBytes(of: token) { String(decoding: $0, as: UTF8.self) }
    }

    @inline(__always)
    func withBytes<Result>(of token: JSONToken, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let range = Int(token.start)..<Int(token.start) + Int(token.extent)
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Hands over the text of a string or number token as bytes, escapes replaced.
    @inline(__always)
    func withText<Result>(at index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let token = tokens[index]
        if token.kind == .string, token.flag {
            return Array(unescapedString(token).utf8).withUnsafeBufferPointer(body)
        }
        return withBytes(of: token, body)
    }

    private func unescapedString(_ token: JSONToken) -> String {
        withBytes(of: token) { source in
            String(unsafeUninitializedCapacity: source.count) { Self.unescape(source, into: $0) }
        }
    }

    /// Writes the text of a checked string; it is never longer than its escaped form.
    private static func unescape(
        _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var read = 0
        var written = 0
        while read < source.count {
            if read &+ 8 <= source.count {
                // Nothing but a backslash must be escaped in what was escaped. There is room for all of the eight.
                let word = UnsafeRawBufferPointer(source).loadUnaligned(fromByteOffset: read, as: UInt64.self)
                let plain = ByteWord.mustEscape(UInt64(littleEndian: word)).trailingZeroBitCount >> 3
                UnsafeMutableRawBufferPointer(target).storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                read &+= plain
                written &+= plain
                if plain == 8 { continue }
            } else if source[read] != UInt8(ascii: "\\") {
                target[written] = source[read]
                read &+= 1
                written &+= 1
                continue
            }
            let (scalar, length) = escapedScalar(in: source, at: read)
            read += length
            if scalar.isASCII {
                target[written] = UInt8(truncatingIfNeeded: scalar.value)
                written += 1
                continue
            }
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                target[written] = unit
                written += 1
            }
        }
        return written
    }

    /// The character that the escape at `offset` stands for, and the length of the escape.
    private static func escapedScalar(
        in source: UnsafeBufferPointer<UInt8>, at offset: Int
    ) -> (scalar: Unicode.Scalar, length: Int) {
        switch source[offset + 1] {
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "f"): return ("\u{C}", 2)
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "u"):
            let unit = HexDigits.codeUnit(in: source, at: offset + 2) ?? 0xFFFD
            if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
            let trail = HexDigits.codeUnit(in: source, at: offset + 8) ?? 0xDC00
            let code = 0x1_0000 + (UInt32(unit & 0x3FF) << 10 | UInt32(trail & 0x3FF))
            return (Unicode.Scalar(code) ?? "\u{FFFD}", 12)
        default: return (Unicode.Scalar(source[offset + 1]), 2)
        }
    }

    // MARK: - Names

    /// Whether the name at `index` is `name`, both without escapes.
    @inline(__always)
    func isName(_ name: StaticString, at index: Int) -> Bool {
        let token = tokens[index]
        let count = name.utf8CodeUnitCount
        guard Int(token.extent) == count else { return false }
        return bytes.withUnsafeBytes { buffer in
            Self.equal(buffer, at: Int(token.start), UnsafeRawBufferPointer(start: name.utf8Start, count: count))
        }
    }

    @inline(__always)
    private static func equal(
        _ buffer: UnsafeRawBufferPointer, at start: Int, _ name: UnsafeRawBufferPointer
    ) -> Bool {
        var offset = 0
        while offset &+ 8 <= name.count {
            let left = buffer.loadUnaligned(fromByteOffset: start &+ offset, as: UInt64.self)
            if left != name.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset &+= 8
        }
        while offset < name.count {
            if buffer[start &+ offset] != name[offset] { return false }
            offset &+= 1
        }
        return true
    }

    // MARK: - Paths

    /// Where a token stands: `$.data.items[3]`.
    func path(to target: Int) -> String {
        var path = "$"
        var index = 0
        while index != target, index < tokens.count {
            let isObject = tokens[index].isKind(.object)
            var child = index + (isObject ? 2 : 1)
            var position = 0
            while child + tokens[child].stride <= target {
                child += tokens[child].stride + (isObject ? 1 : 0)
                position += 1
            }
            path += isObject ? Self.pathStep(string(at: child - 1)) : "[\(position)]"
            index = child
        }
        return path
    }

    /// One step of a path into an object: `.name`, or `["other name"]` where the name is no identifier.
    static func pathStep(_ name: String) -> String {
        let isIdentifier = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        let shown = name.count > 64 ? name.prefix(64) + "…" : name[...]
        return isIdentifier && !name.isEmpty ? ".\(shown)" : "[\(String(shown).jsonText())]"
    }
}
