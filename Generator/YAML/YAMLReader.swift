import GeneratorDiagnostics

/// Reads YAML and JSON documents.
public enum YAMLReader {
    /// The size of the largest document that is read. Offsets and counts are kept in 32 bits; a document of this size
    /// is a mistake anyway.
    public static let mostBytes = 256 << 20

    /// Reads one document.
    ///
    /// A file is JSON if its name ends in `.json`. Any other document that begins with a bracket and is proper JSON is
    /// read as such too; all others are YAML 1.2 with its core schema.
    ///
    /// - Parameters:
    ///   - path: the path that diagnostics print, see ``SourceFile/displayPath(of:workingDirectory:)``.
    ///   - bytes: the content of the file.
    ///   - diagnostics: where complaints go.
    ///   - isStrict: whether what leaves the rest readable (for example a repeated key) is an error or a warning.
    /// - Returns: the root of the document, or nil if it could not be read and `diagnostics` says why. After an error
    ///   that leaves the rest readable the root is returned all the same.
    public static func read(path: String, bytes: [UInt8], diagnostics: Diagnostics, isStrict: Bool = true) -> Node? {
        read(SourceFile(path: path, bytes: bytes), diagnostics: diagnostics, isStrict: isStrict)
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - file: the file, with its content.
    ///   - diagnostics: where complaints go.
    ///   - isStrict: whether what leaves the rest readable (for example a repeated key) is an error or a warning.
    /// - Returns: as ``read(path:bytes:diagnostics:isStrict:)``.
    public static func read(_ file: SourceFile, diagnostics: Diagnostics, isStrict: Bool = true) -> Node? {
        var builder = TreeBuilder(file: file, isStrict: isStrict)
        do throws(ReadFailure) {
            try parse(checkedText(of: file), into: &builder)
            for complaint in builder.complaints { diagnostics.add(complaint) }
            guard let root = builder.finish() else {
                throw builder.failure("the document is empty", at: Mark(line: 1, column: 1))
            }
            return root
        } catch {
            for complaint in builder.complaints { diagnostics.add(complaint) }
            diagnostics.add(error.diagnostic)
            return nil
        }
    }

    private static func parse(_ text: [UInt8], into builder: inout TreeBuilder) throws(ReadFailure) {
        let isJSON = builder.file.path.lowercased().hasSuffix(".json")
        let first = text.first { !JSONParser.isSpace($0) }
        guard isJSON || first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return try EventParser.parse(text, into: &builder)
        }
        guard first != nil else { return }
        do throws(ReadFailure) {
            try JSONParser.parse(text, into: &builder)
        } catch {
            if isJSON { throw error }
            builder = TreeBuilder(file: builder.file, isStrict: builder.isStrict)
            try EventParser.parse(text, into: &builder)
        }
    }

    /// The text of a file without its byte order mark.
    private static func checkedText(of file: SourceFile) throws(ReadFailure) -> [UInt8] {
        let bytes = file.bytes
        let start = SourceLocation(file: file, line: 1, column: 1)
        guard bytes.count <= mostBytes else {
            throw ReadFailure(diagnostic: Diagnostic(.error, "the file is larger than 256 MB", at: start))
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ReadFailure(
                diagnostic: Diagnostic(.error, "the file is in UTF-16", at: start, hint: "save it in UTF-8"))
        }
        let text = bytes.starts(with: SourceFile.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        guard let offset = firstInvalidByte(in: text) else { return text }
        let location = text.withUnsafeBufferPointer { Mark(ofByteAt: offset, in: $0).location(in: file) }
        let byte = String(text[offset], radix: 16, uppercase: true)
        throw ReadFailure(
            diagnostic: Diagnostic(
                .error, "the byte 0x\(byte) is not UTF-8", at: location, hint: "save the file in UTF-8"))
    }

    /// The offset of the first byte that is not part of a character in UTF-8.
    private static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
