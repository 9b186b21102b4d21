/// The only way by which text from a spec becomes Swift source: as a string literal, a doc comment or an identifier.
///
/// Whatever the text holds, the result is one token (or comment lines) and cannot become code.
public enum SwiftText {
    /// A string literal on one line that stands for exactly this text: `"say \"hi\"\n"`.
    public static func stringLiteral(_ text: String) -> String {
        let isPlainText = text.utf8.allSatisfy { byte in
            isPlain(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        if isPlainText { return "\"\(text)\"" }
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": literal += "\\\\"
            case "\"": literal += "\\\""
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case _ where isPlain(scalar): literal.unicodeScalars.append(scalar)
            default: literal += "\\u{\(hexadecimal(scalar))}"
            }
        }
        return literal + "\""
    }

    /// The lines of a raw string literal that stands for exactly this text: `#"{"kind":"live"}"#`.
    ///
    /// For text full of quotation marks, such as JSON. It has as many number signs as the text makes necessary. A long
    /// text takes several lines, whose ends are not part of it.
    public static func rawStringLiteral(_ text: String) -> [String] {
        let signs = String(repeating: "#", count: longestRunOfSigns(text) + 1)
        let lines = brokenLines(text).map { rawText($0, escape: "\\" + signs) }
        if lines.count == 1 { return ["\(signs)\"\(lines[0])\"\(signs)"] }
        let broken = lines.dropLast().map { $0 + "\\" + signs } + lines.suffix(1)
        return ["\(signs)\"\"\""] + broken + ["\"\"\"\(signs)"]
    }

    /// The lines of a raw string literal that stands for this text with its line breaks, however long its lines are.
    public static func rawBlockLiteral(_ text: String) -> [String] {
        let signs = String(repeating: "#", count: longestRunOfSigns(text) + 1)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return ["\(signs)\"\"\""] + lines.map { rawText($0, escape: "\\" + signs) } + ["\"\"\"\(signs)"]
    }

    private static func rawText(_ text: Substring, escape: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return String(text) }
        var result = ""
        for scalar in text.unicodeScalars {
            if isPlain(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\(escape)u{\(hexadecimal(scalar))}"
            }
        }
        return result
    }

    /// Breaks behind a comma or another mark of JSON, if there is one in the second half of a full line.
    private static func brokenLines(_ text: String) -> [Substring] {
        let scalars = text.unicodeScalars
        var lines: [Substring] = []
        var start = scalars.startIndex
        var length = 0
        /// Behind the last comma and the last other mark: the place, and the length of the line up to there.
        var comma: (end: String.Index, length: Int)?
        var mark: (end: String.Index, length: Int)?
        for index in scalars.indices {
            let width = isPlain(scalars[index]) ? UTF8.width(scalars[index]) : escapeWidth
            if length > 0, length + width > rawLineLength {
                let cut = comma ?? mark ?? (index, length)
                lines.append(text[start..<cut.end])
                start = cut.end
                length -= cut.length
                comma = nil
                mark = nil
            }
            length += width
            guard length > rawLineLength / 2 else { continue }
            let end = scalars.index(after: index)
            switch scalars[index] {
            case ",": comma = (end, length)
            case " ", ":", "{", "[": mark = (end, length)
            default: break
            }
        }
        return lines + [text[start...]]
    }

    /// Of the longest escape that a character becomes.
    private static let escapeWidth = 12

    /// Short enough that the line does not become too long where it stands.
    private static let rawLineLength = 90

    /// A name, in backticks if it came so or if Swift reserves it; characters that no name may hold become `_`.
    public static func identifier(_ name: String) -> String {
        if isOrdinaryName(name) {
            let isReserved = name.utf8.count <= longestReservedWord && reservedWords.contains(name)
            return isReserved ? "`\(name)`" : name
        }
        let bare = withoutBackticks(name)
        var identifier = ""
        for scalar in bare.unicodeScalars {
            let fits = identifier.isEmpty ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue
            identifier.unicodeScalars.append(fits || scalar == "_" ? scalar : "_")
        }
        if identifier.isEmpty { return "_" }
        let needsBackticks = bare.utf8.count < name.utf8.count || reservedWords.contains(identifier)
        return needsBackticks ? "`\(identifier)`" : identifier
    }

    /// Whether the name has only those characters that nearly all names have.
    private static func isOrdinaryName(_ name: String) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = name.utf8.first, !digits.contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// An argument label: a name, in backticks only if it is one of the few words that Swift reserves even there.
    public static func label(_ name: String) -> String {
        let bare = name == "_" ? name : withoutBackticks(identifier(name))
        return ["inout", "let", "var"].contains(bare) ? "`\(bare)`" : bare
    }

    /// The lines of a text as they can stand behind `///`.
    ///
    /// Whatever any tool takes for a line break ends a line, controls and invisible directions are left out, and list
    /// items that would read as documentation of parameters, errors or results lose that meaning.
    public static func commentLines(_ text: String) -> [String] {
        var lines = plainLines(text) ?? cleanedLines(text)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.drop(while: \.isEmpty).map(commentLine)
    }

    /// The lines of a text that needs no cleaning, as nearly all texts do not.
    private static func plainLines(_ text: String) -> [String]? {
        guard text.utf8.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "\n") }) else { return nil }
        return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            let end = line.lastIndex { $0 != UInt8(ascii: " ") }.map(line.index(after:)) ?? line.startIndex
            return String(Substring(line[..<end]))
        }
    }

    private static func cleanedLines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if isLineBreak(scalar) {
                let endsSameLine = scalar == "\n" && previous == "\r"
                if !endsSameLine { lines.append(line) }
                line = ""
            } else if scalar == "\t" {
                line += "    "
            } else if isPlain(scalar) || scalar.properties.generalCategory == .spaceSeparator {
                line.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        lines.append(line)
        return lines.map { String($0.reversed().drop(while: \.isWhitespace).reversed()) }
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// `\- Throws:` for `- Throws:`.
    private static func commentLine(_ line: String) -> String {
        let blanks = line.prefix(while: \.isWhitespace)
        let item = line[blanks.endIndex...]
        guard let bullet = item.first, ["-", "*", "+"].contains(bullet) else { return line }
        let word = item.dropFirst().drop(while: \.isWhitespace).prefix(while: \.isLetter).lowercased()
        return documentationFields.contains(word) ? blanks + "\\" + item : line
    }

    private static let documentationFields: Set<String> = ["parameter", "parameters", "returns", "throws"]

    private static func withoutBackticks(_ name: String) -> String {
        name.hasPrefix("`") && name.hasSuffix("`") && name.utf8.count > 2 ? String(name.dropFirst().dropLast()) : name
    }

    /// The number of signs in the longest run that follows a quotation mark or a backslash.
    private static func longestRunOfSigns(_ text: String) -> Int {
        var longest = 0
        var run: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): run = 0
            case UInt8(ascii: "#"): run = run.map { $0 + 1 }
            default: run = nil
            }
            longest = max(longest, run ?? 0)
        }
        return longest
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        String(scalar.value, radix: 16, uppercase: true)
    }

    /// Whether the byte is a character that can be printed, and no more than that.
    private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

    /// Whether a reader of the source sees the character for what it is: no control, no direction, no line separator.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isPlain(UInt8(truncatingIfNeeded: scalar.value)) }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
            .unassigned:
            return false
        default:
            return true
        }
    }

    /// `precedencegroup`
    private static let longestReservedWord = 15

    private static let reservedWords: Set<String> = [
        "Any", "Protocol", "Self", "Type", "_", "as", "associatedtype", "break", "case", "catch", "class", "continue",
        "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator",
        "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static", "struct",
        "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
