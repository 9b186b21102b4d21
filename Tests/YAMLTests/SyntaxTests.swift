import GeneratorDiagnostics
import GeneratorYAML
import Testing

@Suite("Syntax errors say where the mistake is and what to do")
struct SyntaxTests {
    /// A broken text, and the place, the message, the underline and the hint that are printed for it.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: String

        init(_ text: String, _ expected: String) {
            self.text = text
            self.expected = expected
        }

        var testDescription: String { text }
    }

    static let colons = [
        Case("a: b: c\n", #"1:5 a second ":" in one line ^ put text that contains ": " in quotes"#),
        Case("a: {id}: b\n", #"1:8 a second ":" in one line ^ put text that contains ": " in quotes"#),
        Case("a: b\n  c: 1\n", #"2:4 a key may not stand here ^ align it with the keys that it belongs to"#),
        Case("a:1\nb: 2\n", #"1:1 expected ":" and a space after this key ^~~ write "key: value""#),
        Case(
            "a: 1\nfoo bar \nb: 2\n",
            #"2:1 expected ":" after this key ^~~~~~~ write "key: value", or indent it to continue the line above"#),
        Case(
            "a: 1\n: x\n",
            #"2:1 expected a key, found ":" ^ check the indentation | 1:1 the mapping begins here"#),
    ]

    static let text = [
        Case("a: @b\n", #"1:4 text without quotes cannot begin with "@" ^ put it in quotes"#),
        Case("a: `b`\n", #"1:4 text without quotes cannot begin with "`" ^ put it in quotes"#),
        Case("a: %b\n", #"1:4 text without quotes cannot begin with "%" ^ put it in quotes"#),
        Case("a: **b** c\n", #"1:4 "*" begins the name of an alias ^ put text like this in quotes"#),
        Case("a: & b\n", #"1:4 "&" begins the name of an anchor ^ put text like this in quotes"#),
        Case("a: !b!c d\n", #"1:4 "!" begins a tag, and this is none ^ put text like this in quotes"#),
        Case("a: !<b\n", #"1:4 "!" begins a tag, and this is none ^ put text like this in quotes"#),
        Case("a: ? b\n", #"1:4 a key "?" may not stand here ^ put text that begins with "?" in quotes"#),
        Case("a: ]\n", #"1:4 expected a value, found "]" ^ write a value, or put text like this in quotes"#),
        Case(
            "a: >= 5\n",
            #"1:4 only an indentation and a comment may follow "|" or ">" on its line ^ "#
                + "begin the text on the next line, or put it in quotes"),
        Case(
            "a: 1\n%b\n",
            #"2:1 a line that begins with "%" is a directive, and this is none ^ "#
                + "remove the line, or indent it"),
    ]

    static let quotes = [
        Case("a: \"b\nc: 1\n", "1:4 this quoted text is never closed ^ add the closing quote"),
        Case("a: 'b\n---\nc: 1\n", "1:4 this quoted text is never closed ^ add the closing quote"),
        Case(
            "a: \"b\" c\n",
            "1:8 unexpected text after a value ^ put the whole value in quotes | 1:1 the mapping begins here"),
        Case(
            #"a: "^\d+$""#, #"1:6 double quotes have no escape "\d" ^~ write "\\d", or use single quotes"#),
        Case(
            #"a: "\u12""#,
            #"1:5 this escape has too few hexadecimal digits ^~ "\x" takes 2, "\u" takes 4 and "\U" takes 8"#),
        Case(
            #"a: "é \ud83d\ude00""#,
            #"1:7 YAML does not allow surrogate pairs ^~~~~~~~~~~~ write "\U0001F600", or the character itself"#),
        Case(
            #"a: "\ud83d""#,
            "1:5 this escape is no character ^~ escapes end at U+10FFFF, without U+D800 to U+DFFF"),
    ]

    static let structure = [
        Case("a: - b\n", #"1:4 an item "-" may not stand here ^ begin the sequence on a line of its own"#),
        Case(
            "a: 1\n- b\n", #"2:1 expected a key, found "-" ^ check the indentation | 1:1 the mapping begins here"#),
        Case(
            "- a\nb: 1\n",
            #"2:1 expected an item "-", found "b" ^ check the indentation | 1:1 the sequence begins here"#),
        Case(
            "a:\n   b: 1\n  c: 2\n",
            "3:3 this line is indented neither like the mapping nor like what is around it ^ "
                + "align it with the keys that it belongs to | 1:1 the mapping begins here"),
        Case(
            "  a: 1\nb: 2\n",
            "2:1 this is outside of the document's first node ^ indent it like the first line"),
        Case(
            "a: [1, 2\nb: 3\n",
            #"2:2 expected "," or "]", found ":" ^ close the bracket, or put text in quotes | "#
                + "1:4 the sequence begins here"),
        Case(
            "a: [1, {b]\n",
            #"1:10 expected "," or "}", found "]" ^ close the bracket, or put text in quotes | "#
                + "1:8 the mapping begins here"),
        Case("a: [1, 2\n", #"1:4 this sequence is never closed ^ add "]""#),
        Case("a: {b: 1", #"1:4 this mapping is never closed ^ add "}""#),
        Case("%YAML 3.0\n---\na: 1\n", "1:1 the document is in another version of YAML ^ 1.1 and 1.2 can be read"),
    ]

    @Test("syntax error", arguments: colons + text + quotes + structure)
    func syntaxError(example: Case) throws {
        let diagnostics = Diagnostics()
        let bytes = Array(example.text.utf8)
        #expect(YAMLReader.read(path: "a.yaml", bytes: bytes, diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.count == 1)
        let diagnostic = try #require(diagnostics.all.first)
        let location = try #require(diagnostic.location)
        let underline = "^" + String(repeating: "~", count: location.length - 1)
        let hint = try #require(diagnostic.hint)
        let notes = diagnostic.notes.map { note in
            " | \(note.location.map { "\($0.line):\($0.column)" } ?? "") \(note.message)"
        }
        let printed = "\(location.line):\(location.column) \(diagnostic.message) \(underline) \(hint)\(notes.joined())"
        #expect(printed == example.expected)
    }
}
