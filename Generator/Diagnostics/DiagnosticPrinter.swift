/// Prints diagnostics as a good compiler does.
///
/// ```
/// spec/vluna/gate.yaml:41:9: error: unknown keyword "requird"
///    41 |         requird: [feature_code]
///       |         ^~~~~~~ did you mean "required"?
/// ```
///
/// Text from a source file cannot control the terminal: control characters are printed as U+FFFD.
public struct DiagnosticPrinter: Sendable {
    /// The most columns of a source line that are printed; of longer lines only the part around the caret is.
    private static let mostColumns = 120
    /// The columns before the caret that are kept of such a line.
    private static let columnsBefore = 60

    /// The most characters of a message that are printed; what a document says may be of any length.
    private static let mostScalars = 1000

    /// Makes a printer.
    public init() {}

    /// The text of diagnostics, one after the other. Each ends in a line break.
    public func text(_ diagnostics: some Sequence<Diagnostic>) -> String {
        diagnostics.map(text).joined()
    }

    /// The text of one diagnostic and its notes. Ends in a line break.
    public func text(_ diagnostic: Diagnostic) -> String {
        var lines: [String] = []
        let heading = "\(diagnostic.severity.rawValue): \(printable(diagnostic.message))"
        if let location = diagnostic.location {
            lines.append("\(printable(location.description)): \(heading)")
            lines += listing(location, hint: diagnostic.hint)
        } else {
            lines.append(heading)
            if let hint = diagnostic.hint { lines.append("  " + printable(hint)) }
        }
        return lines.map { $0 + "\n" }.joined() + text(diagnostic.notes)
    }

    /// The source line, and below it the caret and the hint.
    private func listing(_ location: SourceLocation, hint: String?) -> [String] {
        let suffix = hint.map { " " + printable($0) } ?? ""
        let excerpt = location.file.excerpt(
            ofLine: location.line, around: max(location.column - 1, 0), columnsBefore: Self.columnsBefore,
            mostColumns: Self.mostColumns)
        guard let excerpt else { return suffix.isEmpty ? [] : [" " + suffix] }
        let window = Window(excerpt, around: location)
        let number = String(location.line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
        let blank = String(repeating: " ", count: gutter.count)
        return [
            window.text.isEmpty ? "\(gutter) |" : "\(gutter) | \(window.text)",
            "\(blank) | \(window.indentation)^\(String(repeating: "~", count: window.underline - 1))\(suffix)",
        ]
    }

    private func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(Self.mostScalars).map { $0.isControl ? "\u{FFFD}" : $0 }
        let isCut = text.unicodeScalars.dropFirst(Self.mostScalars).first != nil
        return String(String.UnicodeScalarView(scalars)) + (isCut ? "…" : "")
    }
}

/// The part of a source line that is printed.
private struct Window {
    /// The text, ready to print.
    let text: String
    /// White space as wide as the text before the caret.
    let indentation: String
    /// The columns of the terminal to underline, at least 1.
    let underline: Int

    init(_ line: LineExcerpt, around location: SourceLocation) {
        let scalars = line.scalars
        let caret = min(max(location.column - 1 - line.start, 0), scalars.count)
        let prefix = line.start > 0 ? "…" : ""
        text = prefix + scalars.map(Self.shown).joined() + (line.isCutAfter ? "…" : "")
        indentation = scalars[..<caret].reduce(into: prefix.isEmpty ? "" : " ") { indentation, scalar in
            indentation += scalar == "\t" ? "\t" : String(repeating: " ", count: scalar.columns)
        }
        let underlined = scalars[caret..<max(caret, min(scalars.count, caret + location.length))]
        underline = max(1, underlined.reduce(0) { $0 + $1.columns })
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        scalar.isControl && scalar != "\t" ? "\u{FFFD}" : String(scalar)
    }
}

extension Unicode.Scalar {
    /// Whether a terminal might obey the character instead of showing it; this includes those that turn text around.
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: properties.isBidiControl
        default: false
        }
    }

    /// The columns that a terminal takes to show the character.
    fileprivate var columns: Int {
        if value < 0x300 || isControl { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return properties.isEmojiPresentation ? 2 : 1
        }
    }
}
