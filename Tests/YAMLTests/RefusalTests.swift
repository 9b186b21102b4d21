import GeneratorDiagnostics
import GeneratorYAML
import Testing

@Suite("What cannot be read")
struct RefusalTests {
    @Test("a repeated key is refused in small and large mappings, and the rest is still read")
    func repeatedKey() throws {
        #expect(
            complaints("a: 1\nb: 2\n'a': 3\n") == """
                a.yaml:3:1: error: the key "a" is already in this mapping
                    3 | 'a': 3
                      | ^~~ remove or rename one of the two
                a.yaml:1:1: note: the first one is here
                    1 | a: 1
                      | ^

                """)
        let diagnostics = Diagnostics()
        let lines = (1...20).map { "key\($0): \($0)\n" } + ["key7: x\n", "key7: y\n", "last: z\n"]
        let node = YAMLReader.read(path: "a.yaml", bytes: Array(lines.joined().utf8), diagnostics: diagnostics)
        let entries = try #require(node?.mapping)
        #expect(diagnostics.all.map { $0.location?.description } == ["a.yaml:21:1", "a.yaml:22:1"])
        #expect(diagnostics.all.map { $0.notes.first?.location?.line } == [7, 7])
        #expect(entries.count == 21)
        #expect(entries["key7"]?.int == 7)
        #expect(entries["last"]?.string == "z")
    }

    @Test("a key that is a collection is refused, as unquoted braces make it")
    func collectionAsKey() {
        #expect(
            complaints("a: {{name}}\n") == """
                a.yaml:1:5: error: a key must be text, not a mapping
                    1 | a: {{name}}
                      |     ^ put text that begins with a bracket in quotes

                """)
    }

    @Test("a second document is refused")
    func severalDocuments() throws {
        #expect(try read("---\na: 1\n...\n").mapping?.count == 1)
        #expect(
            complaints("---\na: 1\n---\nb: 2\n") == """
                a.yaml:3:1: error: a second document begins here
                    3 | ---
                      | ^ put it in a file of its own

                """)
    }

    @Test(
        "an empty document is refused",
        arguments: ["", "\n\n", "# nothing\n", "---\n", "--- # nothing\n...\n", "\u{FEFF}"])
    func emptyDocument(text: String) {
        #expect(complaints(text).hasPrefix("a.yaml:1:1: error: the document is empty\n"))
        #expect(complaints("", path: "a.json").hasPrefix("a.json:1:1: error: the document is empty\n"))
    }

    @Test("bytes that are not UTF-8 are refused where the first one is")
    func encoding() {
        let text = Array("a: 1\nä: ö ".utf8)
        #expect(
            complaints(bytes: [0xEF, 0xBB, 0xBF] + text + [0xE9, 0x0A]) == """
                a.yaml:2:6: error: the byte 0xE9 is not UTF-8
                    2 | ä: ö \u{FFFD}
                      |      ^ save the file in UTF-8

                """)
        #expect(complaints(bytes: text + [0xC3]).hasPrefix("a.yaml:2:6: error: the byte 0xC3 is not UTF-8\n"))
        #expect(complaints(bytes: [0xFF, 0xFE, 0x61, 0]).hasPrefix("a.yaml:1:1: error: the file is in UTF-16\n"))
    }

    @Test("control characters are refused")
    func controlCharacters() {
        #expect(
            complaints("a: 1\nb: é\u{7}\n") == """
                a.yaml:2:5: error: YAML does not allow the character U+0007
                    2 | b: é\u{FFFD}
                      |     ^ remove it, or write it as an escape in double quotes

                """)
        #expect(complaints("a: \u{0}b").hasPrefix("a.yaml:1:4: error: YAML does not allow the character U+0000\n"))
    }

    @Test(
        "tabs are refused as indentation",
        arguments: [
            ("a:\n\tb: 1\n", "2:1"), ("a: b\n\tc: d\n", "2:1"), ("a: |\n\ttext\n", "2:1"),
            ("a:\n  - x\n \t- y\n", "3:2"),
        ])
    func tabs(text: String, place: String) {
        let line = text.split(separator: "\n").last ?? ""
        let indentation = line.prefix { $0 == " " }
        #expect(
            complaints(text) == """
                a.yaml:\(place): error: YAML does not allow tabs as indentation
                    \(place.prefix(1)) | \(line)
                      | \(indentation)^ use spaces

                """)
    }

    @Test("a tab elsewhere is refused only where it would be ambiguous")
    func tabsElsewhere() throws {
        #expect(outline(try read("a:\t1\t# comment\n")) == "{a: 1}")
        #expect(outline(try read("{\n\ta: 1,\n\tb: [2]\n}\n")) == "{a: 1, b: [2]}")
        #expect(complaints("-\ta: 1\n").hasPrefix("a.yaml:1:2: error: YAML does not allow a tab here\n"))
    }

    @Test("tags without a meaning here are refused")
    func tags() {
        #expect(
            complaints("a: !include b.yaml\nc: !!set {}\nd: !!binary YQ==\n") == """
                a.yaml:1:4: error: the tag "!include" is not supported here
                    1 | a: !include b.yaml
                      |    ^ remove it, or put text that begins with "!" in quotes
                a.yaml:2:4: error: the tag "!!set" is not supported here
                    2 | c: !!set {}
                      |    ^ remove it, or put text that begins with "!" in quotes
                a.yaml:3:4: error: the tag "!!binary" is not supported here
                    3 | d: !!binary YQ==
                      |    ^ remove it, or put text that begins with "!" in quotes

                """)
    }

    @Test("every change of one byte gives a node or an error")
    func damage() {
        let text = """
            %YAML 1.2
            ---
            a: &x {b: "c\\n", 'd': [1, 2.5]} # e
            <<: *x
            f: |-
              g
              h
            - i: !!str j
            """
        let source = Array(text.utf8)
        for position in source.indices {
            for byte in Array("\t\n :-[]{},\"'*&!|>%@#\\0".utf8) + [0x00, 0x85, 0xC2, 0xE2, 0xFF] {
                var bytes = source
                bytes[position] = byte
                _ = complaints(bytes: bytes)
                _ = complaints(bytes: Array(bytes[...position]), path: "a.json")
            }
        }
    }
}
