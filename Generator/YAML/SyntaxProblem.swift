import GeneratorDiagnostics

/// What libyaml says of a document that it cannot read, and what we make of it: where the mistake probably is, and what
/// to do about it.
struct SyntaxProblem {
    let file: SourceFile
    /// What libyaml did not like, for example `did not find expected key`.
    let problem: String
    /// Where.
    let mark: Mark
    /// What it was doing, for example `while parsing a block mapping`; may be empty.
    let context: String
    /// Where it began to do that.
    let contextMark: Mark

    /// The line of the problem, and the column in it counted from 0.
    private let line: [Unicode.Scalar]
    private let column: Int

    init(file: SourceFile, problem: String, mark: Mark, context: String, contextMark: Mark) {
        self.file = file
        self.problem = problem
        self.mark = mark
        self.context = context
        self.contextMark = contextMark
        line = Array((file.line(Int(mark.line)) ?? "").unicodeScalars)
        column = min(Int(mark.column) - 1, line.count)
    }

    /// The complaint.
    var diagnostic: Diagnostic {
        if let tab = tabDiagnostic { return tab }
        let inQuotes = context == "while scanning a quoted scalar" || context == "while parsing a quoted scalar"
        return (inQuotes ? quotedDiagnostic : scannerDiagnostic ?? parserDiagnostic)
            ?? error(context.isEmpty ? problem : "\(context): \(problem)")
    }

    // MARK: Texts of the source

    private var character: Unicode.Scalar? { column < line.count ? line[column] : nil }

    private var textBefore: String { string(line[..<column]) }

    private var isFirstOnLine: Bool { line[..<column].allSatisfy { $0 == " " || $0 == "\t" } }

    private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private func error(
        _ message: String, at mark: Mark? = nil, hint: String? = nil, note: String? = nil
    ) -> Diagnostic {
        var diagnostic = Diagnostic(.error, message, at: (mark ?? self.mark).location(in: file), hint: hint)
        if let note { diagnostic.notes = [Diagnostic(.note, note, at: contextMark.location(in: file))] }
        return diagnostic
    }

    private func shifted(_ columns: Int, width: UInt32) -> Mark {
        Mark(line: mark.line, column: UInt32(max(1, Int(mark.column) + columns)), width: width)
    }

    /// From where libyaml began to the end of that line.
    private var restOfContextLine: Mark {
        rest(ofLine: contextMark.line, from: contextMark.column)
    }

    /// The text of the nearest line above that is not blank.
    private var contentAbove: Mark? {
        for number in (1..<mark.line).reversed() {
            let spaces = (file.line(Int(number)) ?? "").unicodeScalars.prefix { $0 == " " }.count
            let mark = rest(ofLine: number, from: UInt32(spaces + 1))
            if mark.width > 0 { return mark }
        }
        return nil
    }

    private func rest(ofLine number: UInt32, from column: UInt32) -> Mark {
        let rest = (file.line(Int(number)) ?? "").unicodeScalars.dropFirst(Int(column) - 1)
        let width = rest.reversed().drop { $0 == " " }.count
        return Mark(line: number, column: column, width: UInt32(width))
    }
}

// MARK: - What goes wrong between characters

extension SyntaxProblem {
    /// Tabs where YAML wants spaces.
    private var tabDiagnostic: Diagnostic? {
        guard character == "\t", context != "while scanning a quoted scalar" else { return nil }
        if isFirstOnLine {
            return error("YAML does not allow tabs as indentation", hint: "use spaces")
        }
        return error("YAML does not allow a tab here", hint: "use a space")
    }

    private var quotedDiagnostic: Diagnostic? {
        switch problem {
        case "found unexpected end of stream", "found unexpected document indicator":
            return error("this quoted text is never closed", at: contextMark, hint: "add the closing quote")
        case "found unknown escape character":
            let escape = string(line[column...].prefix(2))
            return error(
                "double quotes have no escape \"\(escape)\"", at: shifted(0, width: 2),
                hint: "write \"\\\(escape)\", or use single quotes")
        case "did not find expected hexdecimal number":
            return error(
                "this escape has too few hexadecimal digits", at: shifted(-2, width: 2),
                hint: "\"\\x\" takes 2, \"\\u\" takes 4 and \"\\U\" takes 8")
        case "found invalid Unicode character escape code":
            return invalidEscape
        default:
            return nil
        }
    }

    /// YAML escapes stand for characters, not for halves of them as JSON's do.
    private var invalidEscape: Diagnostic {
        func half(_ start: Int) -> UInt32? {
            guard start + 6 <= line.count, string(line[start..<start + 2]) == "\\u" else { return nil }
            return UInt32(string(line[start + 2..<start + 6]), radix: 16)
        }
        let start = max(0, column - 2)
        guard let high = half(start), (0xD800...0xDBFF).contains(high),
            let low = half(start + 6), (0xDC00...0xDFFF).contains(low)
        else {
            return error(
                "this escape is no character", at: shifted(-2, width: 2),
                hint: "escapes end at U+10FFFF, without U+D800 to U+DFFF")
        }
        let code = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
        let digits = String(code, radix: 16, uppercase: true)
        let escape = "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        return error(
            "YAML does not allow surrogate pairs", at: shifted(-2, width: 12),
            hint: "write \"\(escape)\", or the character itself")
    }

    private var scannerDiagnostic: Diagnostic? {
        switch (problem, context) {
        case ("mapping values are not allowed in this context", _):
            return unexpectedColon
        case ("could not find expected ':'", _):
            return error(
                "expected \":\" after this key", at: restOfContextLine,
                hint: "write \"key: value\", or indent it to continue the line above")
        case ("found unexpected ':'", _):
            return error("a \":\" may not stand here", hint: "put a space after it, or the text in quotes")
        case ("block sequence entries are not allowed in this context", _):
            return error("an item \"-\" may not stand here", hint: "begin the sequence on a line of its own")
        case ("mapping keys are not allowed in this context", _):
            return error("a key \"?\" may not stand here", hint: "put text that begins with \"?\" in quotes")
        case ("found character that cannot start any token", _):
            let found = character.map(String.init) ?? ""
            return error("text without quotes cannot begin with \"\(found)\"", hint: "put it in quotes")
        case (_, "while scanning an alias"):
            return error("\"*\" begins the name of an alias", at: contextMark, hint: "put text like this in quotes")
        case (_, "while scanning an anchor"):
            return error("\"&\" begins the name of an anchor", at: contextMark, hint: "put text like this in quotes")
        case (_, "while scanning a tag"), (_, "while parsing a tag"), ("found undefined tag handle", _):
            let isTag = context == "while scanning a tag" || context == "while parsing a tag"
            return error(
                "\"!\" begins a tag, and this is none", at: isTag ? contextMark : mark,
                hint: "put text like this in quotes")
        case (_, "while scanning a block scalar"):
            return error(
                "only an indentation and a comment may follow \"|\" or \">\" on its line", at: contextMark,
                hint: "begin the text on the next line, or put it in quotes")
        default:
            return context.contains("directive") || problem.contains("directive") ? directiveDiagnostic : nil
        }
    }

    private var unexpectedColon: Diagnostic {
        if textBefore.contains(": ") {
            return error("a second \":\" in one line", hint: "put text that contains \": \" in quotes")
        }
        // A line that is no deeper than the one above does not continue it: then the mistake is above.
        let indentation = line.prefix { $0 == " " }.count
        if let above = contentAbove, above.column > indentation {
            return error("expected \":\" and a space after this key", at: above, hint: "write \"key: value\"")
        }
        return error("a key may not stand here", hint: "align it with the keys that it belongs to")
    }

    private var directiveDiagnostic: Diagnostic {
        error(
            "a line that begins with \"%\" is a directive, and this is none", at: context.isEmpty ? mark : contextMark,
            hint: "remove the line, or indent it")
    }
}

// MARK: - What goes wrong between tokens

extension SyntaxProblem {
    private var parserDiagnostic: Diagnostic? {
        switch problem {
        case "did not find expected key":
            return unexpectedInBlock("mapping", item: "key")
        case "did not find expected '-' indicator":
            return unexpectedInBlock("sequence", item: "item")
        case "did not find expected ',' or ']'":
            return unexpectedInBrackets("sequence", close: "]")
        case "did not find expected ',' or '}'":
            return unexpectedInBrackets("mapping", close: "}")
        case "did not find expected node content":
            let found = character.map { "found \"\($0)\"" } ?? "found the end of the line"
            return error("expected a value, \(found)", hint: "write a value, or put text like this in quotes")
        case "did not find expected <document start>":
            return error("this is outside of the document's first node", hint: "indent it like the first line")
        case "found duplicate %YAML directive", "found duplicate %TAG directive":
            return error("the directive is repeated", hint: "remove the line")
        case "found incompatible YAML document":
            return error("the document is in another version of YAML", hint: "1.1 and 1.2 can be read")
        default:
            return nil
        }
    }

    private func unexpectedInBlock(_ collection: String, item: String) -> Diagnostic {
        let note = "the \(collection) begins here"
        guard isFirstOnLine else {
            return error("unexpected text after a value", hint: "put the whole value in quotes", note: note)
        }
        if mark.column == contextMark.column || character == "-" {
            let expected = item == "key" ? "a key" : "an item \"-\""
            let found = character.map { ", found \"\($0)\"" } ?? ""
            return error("expected \(expected)\(found)", hint: "check the indentation", note: note)
        }
        return error(
            "this line is indented neither like the \(collection) nor like what is around it",
            hint: "align it with the \(item)s that it belongs to", note: note)
    }

    private func unexpectedInBrackets(_ collection: String, close: String) -> Diagnostic {
        guard let character else {
            return error("this \(collection) is never closed", at: contextMark, hint: "add \"\(close)\"")
        }
        return error(
            "expected \",\" or \"\(close)\", found \"\(character)\"", hint: "close the bracket, or put text in quotes",
            note: "the \(collection) begins here")
    }
}
