import GeneratorPlan

/// A piece of Swift, of any number of lines.
///
/// It is written as a multi-line literal that looks like what it prints. A piece put into another is indented to where
/// it stands, and a line that holds nothing but an empty piece is left out. Text that comes from a spec cannot be put
/// in as it is: the label says how it becomes Swift.
struct Code: Sendable {
    private(set) var text = ""

    var isEmpty: Bool { text.isEmpty }

    /// The pieces one below the other, without the empty ones.
    static func lines(_ pieces: [Code]) -> Code {
        joined(pieces, by: "\n")
    }

    /// The pieces one below the other with a blank line between them, without the empty ones.
    static func blocks(_ pieces: [Code]) -> Code {
        joined(pieces, by: "\n\n")
    }

    static func joined(_ pieces: [Code], by separator: String) -> Code {
        var code = Code()
        for piece in pieces where !piece.isEmpty {
            if !code.text.isEmpty { code.text += separator }
            code.text += piece.text
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
        if text.utf8.contains(UInt8(ascii: "\n")) { return false }
        // As many bytes are at least as many columns.
        return column + text.utf8.count <= Code.lineLength || column + text.count <= Code.lineLength
    }

    static let lineLength = 120

    /// Lines that ``SwiftText`` made of text from a spec.
    init(comment lines: [String]) {
        text = lines.joined(separator: "\n")
    }

    init() {}
}

extension Code: ExpressibleByStringInterpolation {
    struct StringInterpolation: StringInterpolationProtocol {
        private var text = ""
        /// The blanks at the start of the last line.
        private var indentation = ""
        private var isLineBlank = true
        /// Whether an empty piece stands in the last line, and nothing else does.
        private var isLineEmptied = false

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity * 2)
        }

        /// The whole text, without a last line that holds nothing but an empty piece.
        fileprivate var finished: String {
            isLineEmptied ? String(text.dropLast(indentation.count + 1)) : text
        }

        mutating func appendLiteral(_ literal: String) {
            let lineBreak = UInt8(ascii: "\n")
            var bytes = literal.utf8[...]
            if isLineEmptied, bytes.first == lineBreak {
                text.removeLast(indentation.utf8.count)
                bytes.removeFirst()
                indentation = ""
            }
            guard !bytes.isEmpty else { return }
            isLineEmptied = false
            text += literal[bytes.startIndex...]
            if let last = bytes.lastIndex(of: lineBreak) {
                bytes = bytes[bytes.index(after: last)...]
                indentation = ""
                isLineBlank = true
            }
            guard isLineBlank else { return }
            let blanks = bytes.prefix { $0 == UInt8(ascii: " ") }
            indentation += literal[blanks.startIndex..<blanks.endIndex]
            isLineBlank = blanks.endIndex == bytes.endIndex
        }

        mutating func appendInterpolation(_ code: Code) {
            if code.isEmpty {
                isLineEmptied = isLineBlank
            } else {
                appendIndented(code.text)
            }
        }

        mutating func appendInterpolation(_ name: TypeName) {
            appendInterpolation(path: name.description)
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
            let names = path.split(separator: ".").map { SwiftText.identifier(String($0)) }
            appendText(names.joined(separator: "."))
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
            appendIndented(SwiftText.rawStringLiteral(text).joined(separator: indentation))
        }

        /// Swift that the plan made.
        mutating func appendInterpolation(expression: String) {
            appendText(expression)
        }

        /// All lines but the first moved to where this line begins; blank lines stay empty.
        private mutating func appendIndented(_ more: String) {
            let lineBreak = UInt8(ascii: "\n")
            var rest = more.utf8[...]
            while !indentation.isEmpty, let end = rest.firstIndex(of: lineBreak) {
                let next = rest.index(after: end)
                text += more[rest.startIndex..<next]
                rest = rest[next...]
                if let first = rest.first, first != lineBreak { text += indentation }
            }
            appendText(more[rest.startIndex...])
        }

        private mutating func appendText(_ more: some StringProtocol) {
            text += more
            isLineBlank = false
            isLineEmptied = false
        }
    }

    init(stringLiteral value: String) {
        text = value
    }

    init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.finished
    }
}
