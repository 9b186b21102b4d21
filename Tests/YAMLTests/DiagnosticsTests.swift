import GeneratorDiagnostics
import Testing

@Suite("Diagnostics")
struct DiagnosticsTests {
    private let file = SourceFile(
        path: "spec/a.yaml", bytes: Array("type: object\nrequird: [a]\n\tb: 日本 xyz\n".utf8))

    private func place(_ line: Int, _ column: Int, _ length: Int = 1) -> Place {
        Place(file: file, line: line, column: column, length: length)
    }

    @Test("a diagnostic is printed with its line, a caret, the hint and its notes")
    func printing() {
        let diagnostic = Diagnostic(
            .error, "unknown keyword \"requird\"", at: place(2, 1, 7), hint: "did you mean \"required\"?",
            notes: [Diagnostic(.note, "in this schema", at: place(1, 1))])
        #expect(
            DiagnosticPrinter().text(diagnostic) == """
                spec/a.yaml:2:1: error: unknown keyword "requird"
                    2 | requird: [a]
                      | ^~~~~~~ did you mean "required"?
                spec/a.yaml:1:1: note: in this schema
                    1 | type: object
                      | ^

                """)
    }

    @Test("the caret stands right below tabs and wide characters")
    func alignment() {
        #expect(
            DiagnosticPrinter().text(Diagnostic(.warning, "x", at: place(3, 5, 2))) == """
                spec/a.yaml:3:5: warning: x
                    3 | \tb: 日本 xyz
                      | \t   ^~~~

                """)
        #expect(
            DiagnosticPrinter().text(Diagnostic(.warning, "x", at: place(3, 8, 99))) == """
                spec/a.yaml:3:8: warning: x
                    3 | \tb: 日本 xyz
                      | \t        ^~~

                """)
    }

    @Test("of a long line only the part around the caret is printed")
    func longLines() {
        let text = String(repeating: "a", count: 300) + "b" + String(repeating: "c", count: 300)
        let file = SourceFile(path: "a.json", bytes: Array(text.utf8))
        let location = Place(file: file, line: 1, column: 301, length: 1)
        let line = "…" + String(repeating: "a", count: 60) + "b" + String(repeating: "c", count: 59) + "…"
        #expect(
            DiagnosticPrinter().text(Diagnostic(.error, "x", at: location)) == """
                a.json:1:301: error: x
                    1 | \(line)
                      | \(String(repeating: " ", count: 61))^

                """)
    }

    @Test("a diagnostic without a place, or with one that the file does not have, is printed all the same")
    func noListing() {
        #expect(
            DiagnosticPrinter().text(Diagnostic(.error, "no such file", hint: "check the path")) == """
                error: no such file
                  check the path

                """)
        let missing = Place(file: SourceFile(path: "b.yaml"), line: 7, column: 3)
        #expect(
            DiagnosticPrinter().text(Diagnostic(.error, "x", at: missing, hint: "y")) == """
                b.yaml:7:3: error: x
                  y

                """)
    }

    @Test("text from a file cannot control the terminal")
    func controlCharacters() {
        let file = SourceFile(path: "a\u{1B}.yaml", bytes: Array("a\u{1B}[2J\u{202E}b".utf8))
        let location = Place(file: file, line: 1, column: 2)
        #expect(
            DiagnosticPrinter().text(Diagnostic(.error, "key \"\u{1B}\n\"", at: location)) == """
                a\u{FFFD}.yaml:1:2: error: key "\u{FFFD}\u{FFFD}"
                    1 | a\u{FFFD}[2J\u{FFFD}b
                      |  ^

                """)
    }

    @Test("diagnostics are sorted by place and kept once")
    func collecting() {
        let other = Place(file: SourceFile(path: "spec/0.yaml"), line: 9, column: 9)
        let diagnostics = Diagnostics()
        diagnostics.warning("third", at: place(2, 3))
        diagnostics.warning("second", at: place(2, 1))
        #expect(!diagnostics.hasErrors)
        diagnostics.error("also second", at: place(2, 1))
        diagnostics.error("first", at: other)
        diagnostics.error("no place", at: nil)
        diagnostics.error("first", at: other)
        #expect(diagnostics.hasErrors)
        #expect(diagnostics.all.map(\.message) == ["no place", "first", "second", "also second", "third"])
    }

    @Test(
        "a misspelt word is matched with the one that was meant",
        arguments: [
            ("requird", "required"), ("Required", "required"), ("reuqired", "required"), ("discription", "description"),
            ("propertys", "properties"), ("tpye", "type"), ("item", "items"), ("xyz", nil), ("q", nil), ("", nil),
        ] as [(String, String?)])
    func closest(word: String, match: String?) {
        let words = ["type", "items", "properties", "required", "description", "enum", "in"]
        #expect(closestMatch(word, in: words) == match)
        #expect(closestMatch(word, in: words.reversed()) == match)
        #expect(didYouMean(word, in: words) == match.map { "did you mean \"\($0)\"?" })
    }

    @Test("of equally near words the alphabetically first is taken")
    func ties() {
        #expect(closestMatch("cat", in: ["hat", "bat", "dog"]) == "bat")
    }

    @Test(
        "paths are shown relative to the working directory, if they are inside",
        arguments: [
            ("/home/me/spec/a.yaml", "spec/a.yaml"), ("spec/../spec/./a.yaml", "spec/a.yaml"), ("a b.yaml", "a b.yaml"),
            ("/home/other/a.yaml", "/home/other/a.yaml"), ("../a.yaml", "/home/a.yaml"),
            ("/home/mean/a.yaml", "/home/mean/a.yaml"),
        ])
    func displayPath(path: String, shown: String) {
        #expect(SourceFile.displayPath(of: path, workingDirectory: "/home/me") == shown)
    }
}
