/// The only way by which text from a spec becomes Swift source: as a string literal, a doc comment or an identifier.
///
/// Whatever the text holds, the result is one token (or comment lines) and cannot become code.
public enum SwiftText {
    /// A string literal on one line that stands for exactly this text: `"say \"hi\"\n"`.
    public static func stringLiteral(_ text: String) -> String {
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
        let pieces = text.unicodeScalars.map { scalar in
            isPlain(scalar) ? String(scalar) : "\\\(signs)u{\(hexadecimal(scalar))}"
        }
        let lines = brokenLines(pieces)
        if lines.count == 1 { return ["\(signs)\"\(lines[0])\"\(signs)"] }
        let broken = lines.dropLast().map { $0 + "\\" + signs } + lines.suffix(1)
        return ["\(signs)\"\"\""] + broken + ["\"\"\"\(signs)"]
    }

    /// Breaks behind a comma or another mark of JSON, if there is one in the second half of a full line.
    private static func brokenLines(_ pieces: [String]) -> [String] {
        var lines: [String] = []
        var line = pieces[...].prefix(0)
        var length = 0
        for index in pieces.indices {
            length += pieces[index].utf8.count
            if length > rawLineLength, line.count > 1 {
                let half = line.suffix(line.count / 2)
                let end = half.lastIndex(of: ",") ?? half.lastIndex { [" ", ":", "{", "["].contains($0) } ?? index - 1
                lines.append(pieces[line.startIndex...end].joined())
                line = pieces[(end + 1)..<index]
                length = line.reduce(pieces[index].utf8.count) { $0 + $1.utf8.count }
            }
            line = pieces[line.startIndex...index]
        }
        return lines + [line.joined()]
    }

    /// Short enough that the line does not become too long where it stands.
    private static let rawLineLength = 90

    /// A name, in backticks if it came so or if Swift reserves it; characters that no name may hold become `_`.
    public static func identifier(_ name: String) -> String {
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
        var lines: [String] = []
        var line = ""
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if isLineBreak(scalar) {
                let endsSameLine = scalar == "\n" && previous == "\r"
                if !endsSameLine { lines.append(commentLine(line)) }
                line = ""
            } else if scalar == "\t" {
                line += "    "
            } else if isPlain(scalar) || scalar.properties.generalCategory == .spaceSeparator {
                line.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        lines.append(commentLine(line))
        while lines.last?.isEmpty == true { lines.removeLast() }
        return Array(lines.drop(while: \.isEmpty))
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Without blanks at the end, and with `\- Throws:` for `- Throws:`.
    private static func commentLine(_ line: String) -> String {
        let line = String(line.reversed().drop(while: \.isWhitespace).reversed())
        let blanks = line.prefix(while: \.isWhitespace)
        let item = line.dropFirst(blanks.count)
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

    /// Whether a reader of the source sees the character for what it is: no control, no direction, no line separator.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
            .unassigned:
            return false
        default:
            return true
        }
    }

    private static let reservedWords: Set<String> = [
        "Any", "Protocol", "Self", "Type", "_", "as", "associatedtype", "break", "case", "catch", "class", "continue",
        "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator",
        "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static", "struct",
        "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
