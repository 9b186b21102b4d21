import GeneratorPlan

/// A piece of Swift, of any number of lines.
///
/// It is written as a multi-line literal that looks like what it prints. A piece put into another is indented to where
/// it stands, and a line that holds nothing but an empty piece is left out. Text that comes from a spec cannot be put
/// in as it is: the label says how it becomes Swift.
struct Code: Sendable {
    /// UTF-8: all printing is appending to a buffer of bytes.
    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text and a line break.
    var line: String {
        String(unsafeUninitializedCapacity: bytes.count + 1) { buffer in
            let end = buffer.initialize(fromContentsOf: bytes)
            buffer.initializeElement(at: end, to: Code.lineBreak)
            return end + 1
        }
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// The pieces one below the other, without the empty ones.
    static func lines(_ pieces: [Code]) -> Code {
        joined(pieces, by: "\n")
    }

    /// The pieces one below the other with a blank line between them, without the empty ones.
    static func blocks(_ pieces: [Code]) -> Code {
        joined(pieces, by: "\n\n")
    }

    static func joined(_ pieces: [Code], by separator: String) -> Code {
        if pieces.count == 1 { return pieces[0] }
        var code = Code()
        code.bytes.reserveCapacity(pieces.reduce(0) { $0 + $1.bytes.count + separator.utf8.count })
        for piece in pieces where !piece.isEmpty {
            if !code.isEmpty { code.bytes += separator.utf8 }
            code.bytes += piece.bytes
        }
        return code
    }

    /// `head`, the items with commas between them and `tail`: on one line if that fits, else one item a line.
    ///
    /// ```
    /// public init(id: String, name: String) {
    /// ```
    static func list(_ head: Code, _ items: [Code], _ tail: Code, at column: Int) -> Code {
        let line: Code = "\(head)\(joined(items, by: ", "))\(tail)"
        if items.isEmpty || line.fits(at: column) { return line }
        return """
            \(head)
                \(joined(items, by: ",\n"))
            \(tail)
            """
    }

    /// As ``list(_:_:_:at:)`` for the elements of an array, which end in a comma when there is one a line.
    static func array(_ head: Code, _ items: [Code], _ tail: Code, at column: Int) -> Code {
        let line = list(head, items, tail, at: column)
        if items.count < 2 || line.fits(at: column) { return line }
        return list(head, items.dropLast() + ["\(items[items.count - 1]),"], tail, at: column)
    }

    /// A case of a switch with its only statement: on one line if that fits, else on two.
    static func switchCase(_ pattern: Code, _ statement: Code, at column: Int) -> Code {
        let line: Code = "case \(pattern): \(statement)"
        if line.fits(at: column) { return line }
        return """
            case \(pattern):
                \(statement)
            """
    }

    /// Whether it is one line that ends within the limit when it begins at the column.
    func fits(at column: Int) -> Bool {
        // As many bytes are at least as many columns.
        guard bytes.count <= 4 * Code.lineLength, !bytes.contains(Code.lineBreak) else { return false }
        return column + bytes.count <= Code.lineLength || column + text.count <= Code.lineLength
    }

    private static let lineBreak = UInt8(ascii: "\n")
    private static let blank = UInt8(ascii: " ")

    static let lineLength = 120

    /// Lines that ``SwiftText`` made of text from a spec.
    init(comment lines: [String]) {
        for line in lines {
            if !bytes.isEmpty { bytes.append(Code.lineBreak) }
            bytes += line.utf8
        }
    }

    init() {}
}

extension Code: ExpressibleByStringInterpolation {
    struct StringInterpolation: StringInterpolationProtocol {
        private var bytes: [UInt8] = []
        /// How many blanks there are at the start of the last line.
        private var indentation = 0
        private var isLineBlank = true
        /// Whether an empty piece stands in the last line, and nothing else does.
        private var isLineEmptied = false

        init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        /// The whole text, without a last line that holds nothing but an empty piece.
        fileprivate var finished: [UInt8] {
            isLineEmptied ? Array(bytes.dropLast(indentation + 1)) : bytes
        }

        mutating func appendLiteral(_ literal: String) {
            var literal = literal
            literal.withUTF8 { append($0) }
        }

        private mutating func append(_ literal: UnsafeBufferPointer<UInt8>) {
            var rest = literal[...]
            if isLineEmptied, rest.first == Code.lineBreak {
                bytes.removeLast(indentation)
                rest.removeFirst()
                indentation = 0
            }
            guard !rest.isEmpty else { return }
            isLineEmptied = false
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rest))
            if let last = rest.lastIndex(of: Code.lineBreak) {
                rest = rest[(last + 1)...]
                indentation = 0
                isLineBlank = true
            }
            guard isLineBlank else { return }
            let blanks = rest.prefix { $0 == Code.blank }
            indentation += blanks.count
            isLineBlank = blanks.endIndex == rest.endIndex
        }

        mutating func appendInterpolation(_ code: Code) {
            if code.isEmpty {
                isLineEmptied = isLineBlank
            } else {
                appendIndented(code.bytes)
            }
        }

        mutating func appendInterpolation(_ name: TypeName) {
            appendInterpolation(names: name.scope + [name.name])
        }

        mutating func appendInterpolation(_ number: Int) {
            appendText(String(number))
        }

        mutating func appendInterpolation(name: String) {
            appendText(SwiftText.identifier(name))
        }

        /// Names with dots between them.
        mutating func appendInterpolation(path: String) {
            guard path.utf8.contains(UInt8(ascii: ".")) else { return appendText(SwiftText.identifier(path)) }
            var isFirst = true
            for name in path.utf8.split(separator: UInt8(ascii: ".")) {
                if !isFirst { bytes.append(UInt8(ascii: ".")) }
                isFirst = false
                appendText(SwiftText.identifier(String(Substring(name))))
            }
        }

        /// With dots between them.
        mutating func appendInterpolation(names: some Sequence<String>) {
            var isFirst = true
            for name in names {
                if !isFirst { bytes.append(UInt8(ascii: ".")) }
                isFirst = false
                appendInterpolation(path: name)
            }
        }

        mutating func appendInterpolation(label: String) {
            appendText(SwiftText.label(label))
        }

        mutating func appendInterpolation(string text: String) {
            appendText(SwiftText.stringLiteral(text))
        }

        /// On several lines if it is long, indented if something stands before it.
        mutating func appendInterpolation(raw text: String) {
            let indentation = isLineBlank ? "\n" : "\n    "
            appendIndented(Array(SwiftText.rawStringLiteral(text).joined(separator: indentation).utf8))
        }

        /// With the text's own line breaks, indented further than this line.
        mutating func appendInterpolation(block text: String) {
            appendIndented(Array(SwiftText.rawBlockLiteral(text).joined(separator: "\n    ").utf8))
        }

        /// Swift that the plan made.
        mutating func appendInterpolation(expression: String) {
            appendText(expression)
        }

        /// All lines but the first moved to where this line begins; blank lines stay empty.
        private mutating func appendIndented(_ more: [UInt8]) {
            isLineBlank = false
            isLineEmptied = false
            guard indentation > 0 else {
                bytes += more
                return
            }
            more.withUnsafeBufferPointer { more in
                var start = 0
                while let end = more[start...].firstIndex(of: Code.lineBreak) {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: more[start...end]))
                    start = end + 1
                    if start < more.count, more[start] != Code.lineBreak {
                        bytes.append(contentsOf: repeatElement(Code.blank, count: indentation))
                    }
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: more[start...]))
            }
        }

        private mutating func appendText(_ more: some StringProtocol) {
            bytes += more.utf8
            isLineBlank = false
            isLineEmptied = false
        }
    }

    init(stringLiteral value: String) {
        bytes = Array(value.utf8)
    }

    init(stringInterpolation: StringInterpolation) {
        bytes = stringInterpolation.finished
    }
}
