import GeneratorDiagnostics
import GeneratorYAML
import Testing

@Suite("Aliases and merge keys")
struct AliasTests {
    @Test("an alias is the node that it stands for, with that node's place")
    func alias() throws {
        let node = try read("a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n")
        #expect(
            outline(node, places: true) == """
                {a@1:1: {b@1:8: 1@1:11+1}@1:4+1, c@2:1: {b@1:8: 1@1:11+1}@1:4+1, \
                d@3:1: 2@3:4+4, e@4:1: 2@3:4+4}@1:1+1
                """)
    }

    @Test("an alias can be a key")
    func aliasAsKey() throws {
        #expect(outline(try read("a: &x name\n*x : 1\n")) == #"{a: "name", name: 1}"#)
    }

    @Test("merged entries stand in the place of the merge key; the mapping's own entries win")
    func merge() throws {
        let text = """
            base: &base {a: 1, b: 2}
            all:
              first: 0
              <<: *base
              b: 3
            """
        let all = try #require(try read(text).mapping?["all"])
        #expect(outline(all) == "{first: 0, a: 1, b: 3}")
        #expect(all.mapping?.entry("a")?.key.location.line == 1)
        #expect(all.mapping?["<<"] == nil)
    }

    @Test("of several merged mappings the first wins, and merges of merges are applied")
    func mergeSeveral() throws {
        let text = """
            x: &x {a: 1}
            y: &y {<<: *x, b: 2}
            z: {<<: [{b: 0}, *y], c: 3}
            """
        #expect(outline(try read(text)) == "{x: {a: 1}, y: {a: 1, b: 2}, z: {b: 0, a: 1, c: 3}}")
    }

    @Test("a merged mapping can grow beyond the small ones")
    func mergeLarge() throws {
        let base = (0..<20).map { "k\($0): \($0)" }.joined(separator: ", ")
        let entries = try #require(try read("a: &a {\(base)}\nb: {<<: *a, k3: x}\n").mapping?["b"]?.mapping)
        #expect(entries.count == 20)
        #expect(entries["k3"]?.string == "x")
        #expect(entries["k19"]?.int == 19)
    }

    @Test("quoted, << is an ordinary key, and so it is in JSON")
    func quotedMergeKey() throws {
        #expect(outline(try read("a: {'<<': {b: 1}}")) == "{a: {<<: {b: 1}}}")
        #expect(outline(try read(#"{"<<": {"b": 1}}"#)) == "{<<: {b: 1}}")
    }

    @Test("a merge key takes mappings only")
    func mergeScalar() {
        #expect(
            complaints("a: &a text\nb:\n  <<: [*a, {}]\n  <<: 1\n") == """
                a.yaml:1:4: error: "<<" takes a mapping or a sequence of mappings
                    1 | a: &a text
                      |    ^~~~~~~ write for example "<<: *name"
                a.yaml:4:7: error: "<<" takes a mapping or a sequence of mappings
                    4 |   <<: 1
                      |       ^ write for example "<<: *name"

                """)
    }

    @Test("an unknown alias is refused, with the name that was probably meant")
    func unknown() {
        #expect(
            complaints("a: &limits 1\nb: *limit\n") == """
                a.yaml:2:4: error: unknown alias "*limit"
                    2 | b: *limit
                      |    ^~~~~~ did you mean "limits"?

                """)
        #expect(
            complaints("c: *other\n") == """
                a.yaml:1:4: error: unknown alias "*other"
                    1 | c: *other
                      |    ^~~~~~ define it with "&other" above, or put the text in quotes

                """)
    }

    @Test("an alias inside of its own node is refused")
    func recursive() {
        #expect(
            complaints("a: &x\n  - b: *x\n") == """
                a.yaml:2:8: error: the alias "*x" stands for a node that contains it
                    2 |   - b: *x
                      |        ^~ a schema refers to itself with "$ref"
                a.yaml:1:4: note: the node begins here
                    1 | a: &x
                      |    ^

                """)
    }

    @Test("aliases that multiply are refused before they do")
    func bomb() {
        var lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
        for (name, inner) in zip("bcdefghi", "abcdefgh") {
            lines.append("\(name): &\(name) [" + Array(repeating: "*\(inner)", count: 10).joined(separator: ",") + "]")
        }
        #expect(
            complaints(lines.joined(separator: "\n")) == """
                a.yaml:6:29: error: the aliases up to here stand for more than 1000000 nodes
                    6 | f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
                      |                             ^~ \
                an alias repeats all that its anchor holds; refer to it with "$ref"

                """)
    }

    @Test("nesting is refused beyond 200 levels, written out or through aliases")
    func deepNesting() throws {
        let deepest = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(try read(deepest).sequence?.count == 1)
        #expect(
            complaints("- " + deepest).hasPrefix(
                "a.yaml:1:202: error: mappings and sequences are nested deeper than 200"))
        #expect(
            complaints("[" + deepest + "]", path: "a.json").hasPrefix("a.json:1:201: error: mappings and sequences"))
        let ladder = ["a0: &a0 [x]"] + (1...200).map { "a\($0): &a\($0) [*a\($0 - 1)]" }
        #expect(
            complaints(ladder.joined(separator: "\n")) == """
                a.yaml:200:14: error: mappings and sequences are nested deeper than 200 levels
                  200 | a199: &a199 [*a198]
                      |              ^~~~~ move the inner ones to "components" and refer to them with "$ref"

                """)
    }
}
