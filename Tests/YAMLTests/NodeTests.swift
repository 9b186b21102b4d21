import GeneratorDiagnostics
import GeneratorYAML
import Testing

@Suite("Nodes")
struct NodeTests {
    @Test("every key and value knows its line, column and length")
    func places() throws {
        let text = """
            # comment
            openapi: 3.1.0
            info:
              "title": 'Größe' # after
              🚀: x
              empty:
            tags:
            - name: a
            - [1, {b: c}]
            text: |-
              two
              lines
            folded: plain
              text
            """
        #expect(
            outline(try read(text), places: true) == """
                {openapi@2:1: "3.1.0"@2:10+5, \
                info@3:1: {title@4:3: "Größe"@4:12+7, 🚀@5:3: "x"@5:6+1, empty@6:3: null@6:9+1}@4:3+1, \
                tags@7:1: [{name@8:3: "a"@8:9+1}@8:3+1, [1@9:4+1, {b@9:8: "c"@9:11+1}@9:7+1]@9:3+1]@8:1+1, \
                text@10:1: "two
                lines"@10:7+1, folded@13:1: "plain text"@13:9+1}@2:1+1
                """)
    }

    @Test("a byte order mark takes no column, and all kinds of line breaks count")
    func lineBreaks() throws {
        let node = try read("\u{FEFF}a: 1\r\nb: 2\rc: 3\n")
        #expect(outline(node, places: true) == "{a@1:1: 1@1:4+1, b@2:1: 2@2:4+1, c@3:1: 3@3:4+1}@1:1+1")
        #expect(node.file.line(1) == "a: 1")
        #expect(node.file.line(2) == "b: 2")
        #expect(node.file.line(3) == "c: 3")
        #expect(node.file.line(5) == nil)
    }

    @Test("U+0085, U+2028 and U+2029 are ordinary characters")
    func oldLineBreaks() throws {
        let node = try read("a: x\u{2028}y \u{2029}z\nb: \"\u{85} \u{780}\u{E000}\"\nc: 1\n")
        #expect(node.mapping?["a"]?.string == "x\u{2028}y \u{2029}z")
        #expect(node.mapping?["b"]?.string == "\u{85} \u{780}\u{E000}")
        #expect(node.mapping?.entry("c")?.key.location.line == 3)
    }

    @Test(
        "scalars without quotes have the types of the YAML 1.2 core schema",
        arguments: [
            ("null", .null), ("Null", .null), ("NULL", .null), ("~", .null), ("", .null), ("nULL", .string),
            ("true", .bool), ("False", .bool), ("TRUE", .bool), ("tRUE", .string),
            ("yes", .string), ("no", .string), ("on", .string), ("off", .string), ("y", .string), ("n", .string),
            ("0", .int), ("012", .int), ("-7", .int), ("+7", .int), ("0x1F", .int), ("0o17", .int),
            ("0x", .string), ("0o8", .string), ("-0x1", .string), ("1_000", .string), ("0b1", .string),
            ("1.5", .float), ("-1.", .float), (".5", .float), ("1e3", .float), ("1.5E-3", .float), ("-.5", .float),
            (".", .string), ("-", .string), ("+", .string), ("1e", .string), ("1e+", .string), ("3.1.0", .string),
            (".inf", .float), ("-.INF", .float), (".nan", .float), ("-.nan", .string), ("inf", .string),
            ("2024-01-01", .string), ("12:30", .string), ("=", .string),
        ] as [(String, Node.Kind)])
    func coreSchema(text: String, kind: Node.Kind) throws {
        // A lone "-" begins a sequence item, but not in brackets.
        let source = text == "-" ? "a: ! '-'" : "a: \(text)"
        #expect(try read(source).mapping?["a"]?.kind == kind)
        #expect(try read("a: '\(text)'").mapping?["a"]?.kind == .string)
    }

    @Test("scalars have their values, and numbers their text")
    func values() throws {
        let entries = try #require(
            try read("{i: -0012, x: 0x1F, o: 0o17, f: 1.10, big: 9223372036854775808, s: '5', b: True, inf: -.inf}")
                .mapping)
        #expect(entries["i"]?.int == -12)
        #expect(entries["i"]?.number == "-0012")
        #expect(entries["x"]?.int == 31)
        #expect(entries["x"]?.double == 31)
        #expect(entries["o"]?.double == 15)
        #expect(entries["f"]?.double == 1.1)
        #expect(entries["f"]?.number == "1.10")
        #expect(entries["f"]?.int == nil)
        #expect(entries["f"]?.string == nil)
        #expect(entries["f"]?.text == "1.10")
        #expect(entries["big"]?.kind == .int)
        #expect(entries["big"]?.int == nil)
        #expect(entries["big"]?.number == "9223372036854775808")
        #expect(entries["s"]?.string == "5")
        #expect(entries["s"]?.int == nil)
        #expect(entries["b"]?.bool == true)
        #expect(entries["inf"]?.double == -.infinity)
        #expect(entries["missing"] == nil)
    }

    @Test("standard tags give a type, as far as the text allows")
    func tags() throws {
        let node = try read("{a: !!str 12, b: !!int '12', c: ! 12, d: !!map {}, e: !!seq [], f: !!float 1}")
        #expect(outline(node) == #"{a: "12", b: 12, c: "12", d: {}, e: [], f: 1}"#)
    }

    @Test("lookup finds every key of small and large mappings", arguments: [1, 8, 9, 1000])
    func lookup(count: Int) throws {
        let text = (0..<count).map { "key\($0): \($0)\n" }.joined()
        let entries = try #require(try read(text).mapping)
        #expect(entries.count == count)
        #expect(entries.names == (0..<count).map { "key\($0)" })
        #expect((0..<count).allSatisfy { entries["key\($0)"]?.int == $0 })
        #expect(entries["key\(count)"] == nil)
        #expect(entries[""] == nil)
    }

    @Test("keys are found by their text, quoted or not, whatever their type")
    func keyText() throws {
        let entries = try #require(try read("200: a\n'404': b\ntrue: c\n").mapping)
        #expect(entries["200"]?.string == "a")
        #expect(entries["404"]?.string == "b")
        #expect(entries["true"]?.string == "c")
    }

    @Test("nodes are equal when they are the same node")
    func identity() throws {
        let entries = try #require(try read("{a: &x [1], b: *x, c: [1]}").mapping)
        #expect(entries["a"] == entries["b"])
        #expect(entries["a"] != entries["c"])
        #expect(Set([entries["a"], entries["b"], entries["c"]]).count == 2)
    }

    @Test("kinds are named for use in a sentence")
    func kindNames() {
        let kinds: [Node.Kind] = [.mapping, .sequence, .null, .bool, .int, .float, .string]
        #expect(
            kinds.map(\.description) == [
                "a mapping", "a sequence", "null", "a boolean", "an integer", "a number", "a string",
            ])
    }
}
