import Foundation
import GeneratorDiagnostics
import GeneratorYAML
import Testing

@Suite("JSON documents")
struct JSONTests {
    @Test("a JSON document becomes the same nodes, with their places")
    func document() throws {
        let text = "{\r\n\t\"a\": [1, -2.50e3, true, false, null],\n\t\"é\" : {\"😀\":\"x\"}, \"b\":{ }, \"c\":[\t]}\n"
        #expect(
            outline(try read(text, path: "a.json"), places: true) == """
                {a@2:2: [1@2:8+1, -2.50e3@2:11+7, true@2:20+4, false@2:26+5, null@2:33+4]@2:7+1, \
                é@3:2: {😀@3:9: "x"@3:13+3}@3:8+1, b@3:19: {}@3:23+1, c@3:28: []@3:32+1}@1:1+1
                """)
    }

    @Test("all escapes are understood", arguments: ["a.json", "a.yaml"])
    func escapes(path: String) throws {
        let text = #"{"\u0061\/": "\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00\u0000"}"#
        let entry = try #require(try read(text, path: path).mapping?.first)
        #expect(entry.name == "a/")
        #expect(entry.value.string == "\"\\/\u{8}\u{C}\n\r\té😀\0")
        #expect(entry.value.location.length == 42)
    }

    @Test("text that libyaml would change or refuse is kept")
    func hardTexts() throws {
        let long = String(repeating: "k", count: 2000)
        let entries = try #require(try read("{\"\(long)\": \"a  b\u{2028}c\u{85} \u{7F}\", \"t\":\t\"yes\"}").mapping)
        #expect(entries[long]?.string == "a  b\u{2028}c\u{85} \u{7F}")
        #expect(entries["t"]?.string == "yes")
    }

    @Test("what begins like JSON and is none is read as YAML")
    func flowYAML() throws {
        #expect(outline(try read("{a: 1, b: [x, 'y'],} # comment\n")) == #"{a: 1, b: ["x", "y"]}"#)
        #expect(outline(try read("[]\n...\n")) == "[]")
    }

    @Test("a JSON file can be a scalar")
    func scalar() throws {
        #expect(try read(" \"x\" ", path: "a.json").string == "x")
        #expect(try read("12", path: "A.JSON").int == 12)
    }

    static let mistakes = [
        ("{\"a\": 1,\n}", "2:1 expected a key in double quotes ^ remove the comma before it"),
        ("[1,]", "1:4 expected a value ^ remove the comma before it"),
        ("// x\n{}", "1:1 expected a value ^ JSON has no comments"),
        ("{'a': 1}", "1:2 expected a key in double quotes ^ JSON takes double quotes only"),
        ("{\"a\" 1}", "1:6 expected \":\" after the key ^"),
        ("{\"a\": 1 \"b\": 2}", "1:9 expected \",\" or \"}\" ^"),
        ("[1 2]", "1:4 expected \",\" or \"]\" ^"),
        ("[tru]", "1:2 expected a value ^ strings stand in double quotes; other words are true, false and null"),
        ("[nulls]", "1:2 expected a value ^ strings stand in double quotes; other words are true, false and null"),
        ("[012]", "1:2 JSON has no such number ^ write for example 0.5, -1 or 2e9, or a string in quotes"),
        ("[1.]", "1:2 JSON has no such number ^ write for example 0.5, -1 or 2e9, or a string in quotes"),
        ("[-]", "1:2 JSON has no such number ^ write for example 0.5, -1 or 2e9, or a string in quotes"),
        ("[\"a", "1:2 this string is never closed ^ add the closing quote"),
        ("[\"a\n\"]", "1:2 this string does not end on its line ^ close it, and write line breaks as \"\\n\""),
        ("[\"é\u{1F}\"]", "1:4 JSON does not allow control characters in strings ^ write it as \"\\u001f\""),
        ("[\"\t\"]", "1:3 JSON does not allow control characters in strings ^ write it as \"\\t\""),
        (#"["é\x"]"#, #"1:4 JSON has no such escape ^~ write a backslash as "\\""#),
        (#"["\u12"]"#, #"1:3 "\u" needs four hexadecimal digits ^~"#),
        (#"["\ude00"]"#, "1:3 this escape is half of a surrogate pair ^~~~~~ write both halves, or the character"),
        (
            #"["\ud83d\u0041"]"#,
            "1:3 this escape is half of a surrogate pair ^~~~~~ write both halves, or the character"
        ),
        ("{}\n{}", "2:1 there is text after the end of the document ^ remove it"),
        ("{\"a\": [1", "1:9 the document ends too early: expected \",\" or \"]\" ^ | 1:7 this is never closed"),
        (
            "{\"a\": 1, \"a\": 2}",
            "1:10 the key \"a\" is already in this mapping ^~~ remove or rename one of the two"
                + " | 1:2 the first one is here"
        ),
    ]

    @Test("mistakes are refused where they are", arguments: mistakes)
    func mistake(text: String, expected: String) throws {
        let diagnostics = Diagnostics()
        _ = YAMLReader.read(path: "a.json", bytes: Array(text.utf8), diagnostics: diagnostics)
        #expect(diagnostics.all.count == 1)
        let diagnostic = try #require(diagnostics.all.first)
        let location = try #require(diagnostic.location)
        let underline = "^" + String(repeating: "~", count: location.length - 1)
        let hint = diagnostic.hint.map { " " + $0 } ?? ""
        let notes = diagnostic.notes.map { note in
            " | \(note.location.map { "\($0.line):\($0.column)" } ?? "") \(note.message)"
        }
        let printed = "\(location.line):\(location.column) \(diagnostic.message) \(underline)\(hint)\(notes.joined())"
        #expect(printed == expected)
    }

    static let suite = besideCheckout.appending(path: "shared/json-test-suite")

    /// The suite takes repeated keys for valid; we refuse them, as in YAML.
    @Test(
        "the JSON test suite is accepted and refused", .enabled(if: FileManager.default.fileExists(atPath: suite.path)))
    func testSuite() throws {
        for file in files(in: Self.suite, extensions: ["json"]) {
            let name = file.lastPathComponent
            let printed = complaints(bytes: Array(try Data(contentsOf: file)), path: name)
            if name.hasPrefix("n_") { #expect(printed != "", "\(name) is accepted") }
            if name.hasPrefix("y_"), !name.contains("duplicated_key") { #expect(printed == "", "\(name) is refused") }
        }
    }
}
