/// Checks a document against RFC 8259 and lists its tokens, in one pass and without recursion.
struct JSONParser {
    /// How deep arrays and objects may be nested.
    static let maximumDepth = 512
    /// Objects with more members are not checked for repeated names: they are searched the thorough way.
    private static let maximumCheckedMembers = 64

    /// What is wrong, and at which byte.
    struct Failure: Error {
        let problem: JSONError.SyntaxProblem
        let offset: Int
    }

    /// An array or object whose end is still to come.
    private struct Frame {
        let token: Int
        let isObject: Bool
        var count = 0
        /// One bit for each name so far, chosen by its hash.
        var names: UInt64 = 0
    }

    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    private var tokens: ContiguousArray<JSONToken> = []
    /// The innermost array or object, and those around it. At depth 0 `frame` means nothing.
    private var frame = Frame(token: 0, isObject: false)
    private var outerFrames: ContiguousArray<Frame> = []
    private var depth = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        tokens.reserveCapacity(bytes.count / 10 + 4)
    }

    static func tokens(of bytes: [UInt8]) throws(Failure) -> ContiguousArray<JSONToken> {
        guard bytes.count < UInt32.max else { throw Failure(problem: .tooLarge, offset: 0) }
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<ContiguousArray<JSONToken>, Failure> in
            var parser = JSONParser(buffer)
            do throws(Failure) {
                try parser.parseDocument()
                return .success(parser.tokens)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func failure(_ problem: JSONError.SyntaxProblem) -> Failure {
        let endsEarly = problem == .unexpectedByte && position >= bytes.count
        return Failure(problem: endsEarly ? .unexpectedEnd : problem, offset: min(position, bytes.count))
    }

    // MARK: - Structure

    private mutating func parseDocument() throws(Failure) {
        skipByteOrderMark()
        skipWhitespace()
        guard position < bytes.count else { throw failure(.empty) }
        try parseValue()
        while depth > 0 {
            if frame.isObject {
                try continueObject()
            } else {
                try continueArray()
            }
        }
        skipWhitespace()
        guard position == bytes.count else { throw failure(.trailingBytes) }
    }

    /// UTF-8 needs no byte order mark, but some programs write one, and RFC 8259 lets a reader ignore it.
    private mutating func skipByteOrderMark() {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Consumes a byte that must stand here.
    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard position < bytes.count, bytes[position] == byte else { throw failure(.unexpectedByte) }
        position += 1
    }

    /// Consumes a byte if it stands here.
    @inline(__always)
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Parses a scalar, or the beginning of an array or object.
    @inline(__always)
    private mutating func parseValue() throws(Failure) {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "\""): tokens.append(try scanString())
        case UInt8(ascii: "{"): try open(.object)
        case UInt8(ascii: "["): try open(.array)
        case UInt8(ascii: "t"): try parseLiteral(.true, "true")
        case UInt8(ascii: "f"): try parseLiteral(.false, "false")
        case UInt8(ascii: "n"): try parseLiteral(.null, "null")
        default: tokens.append(try scanNumber())
        }
    }

    private mutating func parseLiteral(_ kind: JSONToken.Kind, _ text: StaticString) throws(Failure) {
        let start = position
        for offset in 0..<text.utf8CodeUnitCount {
            try expect(text.utf8Start[offset])
        }
        tokens.append(JSONToken(kind, start: start, extent: position - start))
    }

    private mutating func open(_ kind: JSONToken.Kind) throws(Failure) {
        guard depth < Self.maximumDepth else { throw failure(.tooDeep) }
        if depth > 0 { outerFrames.append(frame) }
        depth += 1
        frame = Frame(token: tokens.count, isObject: kind == .object)
        tokens.append(JSONToken(kind, start: position, extent: 1))
        position += 1
    }

    private mutating func close() {
        position += 1
        tokens[frame.token].extent = UInt32(truncatingIfNeeded: tokens.count - frame.token)
        tokens[frame.token].detail = UInt32(truncatingIfNeeded: min(frame.count, JSONToken.maximumCount))
        depth -= 1
        if depth > 0 { frame = outerFrames.removeLast() }
    }

    @inline(__always)
    private mutating func continueArray() throws(Failure) {
        skipWhitespace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") { return close() }
        if frame.count > 0 {
            try expect(UInt8(ascii: ","))
            skipWhitespace()
        }
        frame.count += 1
        try parseValue()
    }

    @inline(__always)
    private mutating func continueObject() throws(Failure) {
        skipWhitespace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "}") { return close() }
        if frame.count > 0 {
            try expect(UInt8(ascii: ","))
            skipWhitespace()
        }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
        var name = try scanString()
        noteName(&name)
        tokens.append(name)
        frame.count += 1
        skipWhitespace()
        try expect(UInt8(ascii: ":"))
        skipWhitespace()
        try parseValue()
    }

    // MARK: - Repeated names

    /// Flags the object if the name may have occurred in it before.
    @inline(__always)
    private mutating func noteName(_ name: inout JSONToken) {
        let hash = hash(of: name)
        name.detail = hash
        let bit: UInt64 = 1 << UInt64(hash & 63)
        if frame.names & bit != 0 || name.flag { checkName(name) }
        frame.names |= bit
    }

    private mutating func checkName(_ name: JSONToken) {
        guard !tokens[frame.token].flag else { return }
        if name.flag || frame.count >= Self.maximumCheckedMembers || isRepeated(name) {
            tokens[frame.token].info |= JSONToken.flagBit
        }
    }

    private func isRepeated(_ name: JSONToken) -> Bool {
        var index = frame.token + 1
        while index < tokens.count {
            let earlier = tokens[index]
            let mayBeEqual = earlier.extent == name.extent && earlier.detail == name.detail
            if mayBeEqual, haveEqualBytes(earlier, name) { return true }
            index += 1 + tokens[index + 1].stride
        }
        return false
    }

    private func haveEqualBytes(_ left: JSONToken, _ right: JSONToken) -> Bool {
        (0..<Int(left.extent)).allSatisfy { bytes[Int(left.start) + $0] == bytes[Int(right.start) + $0] }
    }

    /// 24 bits that depend on the length and on up to 16 bytes of the name.
    @inline(__always)
    private func hash(of name: JSONToken) -> UInt32 {
        let start = Int(name.start)
        let count = Int(name.extent)
        var word = UInt64(count)
        if count >= 8 {
            word ^= loadWord(at: start) ^ (loadWord(at: start + count - 8) << 1)
        } else {
            for offset in 0..<count {
                word = word << 8 ^ UInt64(bytes[start + offset])
            }
        }
        return UInt32(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }

    /// Eight bytes; the caller has made sure that they are there.
    @inline(__always)
    func loadWord(at offset: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
