import GeneratorPlan
import Testing

@testable import GeneratorEmit

/// How text from a spec becomes Swift.
@Suite struct EmitTextTests {
    @Test(
        arguments: [
            ("plain", "\"plain\""), ("a\"b\\c", #""a\"b\\c""#), ("\\(evil)", #""\\(evil)""#),
            ("\"\"\"", #""\"\"\"""#), ("\r\n\t", #""\r\n\t""#), ("*/ `", "\"*/ `\""), ("é漢😀", "\"é漢😀\""),
            ("\u{0}\u{7F}\u{85}\u{2028}\u{2029}", #""\u{0}\u{7F}\u{85}\u{2028}\u{2029}""#),
            ("\u{202E}\u{2066}\u{FEFF}\u{200B}\u{A0}", #""\u{202E}\u{2066}\u{FEFF}\u{200B}\u{A0}""#), ("", "\"\""),
        ])
    func stringLiteral(_ text: String, _ literal: String) {
        #expect(SwiftText.stringLiteral(text) == literal)
    }

    @Test func rawStringLiteralHasAsManySignsAsItNeeds() {
        #expect(SwiftText.rawStringLiteral("{}") == ["#\"{}\"#"])
        #expect(SwiftText.rawStringLiteral("a\"#b") == ["##\"a\"#b\"##"])
        #expect(SwiftText.rawStringLiteral("\\#(x)") == ["##\"\\#(x)\"##"])
        #expect(SwiftText.rawStringLiteral("a\"b##c") == ["#\"a\"b##c\"#"])
        #expect(SwiftText.rawStringLiteral("a\nb\u{202E}") == [##"#"a\#u{A}b\#u{202E}"#"##])
    }

    @Test func rawStringLiteralIsBrokenBehindCommas() {
        let lines = SwiftText.rawStringLiteral(
            Array(repeating: "\"twenty bytes long\"", count: 12).joined(separator: ","))
        #expect(lines.first == "#\"\"\"")
        #expect(lines.last == "\"\"\"#")
        #expect(lines.dropFirst().dropLast(2).allSatisfy { $0.hasSuffix(",\\#") && $0.count < 100 })
    }

    @Test func rawStringLiteralBreaksAnythingThatIsLong() {
        let lines = SwiftText.rawStringLiteral(String(repeating: "x", count: 1000))
        #expect(lines.allSatisfy { $0.count < 100 })
        #expect(lines.dropFirst().dropLast().map { $0.filter { $0 == "x" }.count }.reduce(0, +) == 1000)
    }

    @Test(
        arguments: [
            ("name", "name"), ("default", "`default`"), ("`default`", "`default`"), ("`async`", "`async`"),
            ("a b", "a_b"), ("x}; evil()", "x___evil__"), ("5m", "_m"), ("", "_"), ("été", "été"), ("a`b", "a_b"),
        ])
    func identifier(_ name: String, _ identifier: String) {
        #expect(SwiftText.identifier(name) == identifier)
    }

    @Test(arguments: [("default", "default"), ("`in`", "in"), ("inout", "`inout`"), ("_", "_"), ("a:b", "a_b")])
    func label(_ name: String, _ label: String) {
        #expect(SwiftText.label(name) == label)
    }

    @Test func whateverEndsALineEndsACommentLine() {
        let text = "a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}g\u{B}h\u{C}i"
        #expect(SwiftText.commentLines(text) == ["a", "b", "c", "d", "e", "f", "g", "h", "i"])
    }

    @Test func commentsHaveNoInvisibleCharacters() {
        #expect(SwiftText.commentLines("\n\na\u{0}b\u{202E}c\td  \n\n") == ["abc    d"])
    }

    @Test func listItemsDoNotBecomeDocumentationOfParameters() {
        #expect(SwiftText.commentLines("- Throws: x") == ["\\- Throws: x"])
        #expect(SwiftText.commentLines("  *   parameter y: z") == ["  \\*   parameter y: z"])
        #expect(SwiftText.commentLines("- thrown away") == ["- thrown away"])
        #expect(SwiftText.commentLines("Throws: x") == ["Throws: x"])
    }
}

/// Doc comments that fit the line.
@Suite struct EmitDocumentationTests {
    private func comment(_ text: String, at column: Int = 0) -> [String] {
        Documentation.comment(text, at: column).text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    private let long = Array(repeating: "word", count: 30).joined(separator: " ")

    @Test func longLinesAreBrokenAtBlanks() {
        let lines = comment(long, at: 8)
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.hasPrefix("/// word") && $0.count <= 112 })
    }

    @Test func restOfABrokenLineIsJoinedWithTheNext() {
        #expect(
            comment(long + "\nend.") == [
                "/// " + Array(repeating: "word", count: 23).joined(separator: " "),
                "/// " + Array(repeating: "word", count: 7).joined(separator: " ") + " end.",
            ])
        #expect(comment(long + "\n- item").last == "/// - item")
        #expect(comment("short\nlines\nstay") == ["/// short", "/// lines", "/// stay"])
    }

    @Test func listItemsStayItems() {
        #expect(comment("- " + long)[1].hasPrefix("///   word"))
        #expect(comment("12. " + long)[1].hasPrefix("///     word"))
    }

    @Test func noLineBeginsABlockThatWasNone() {
        let text = String(repeating: "x", count: 114) + " - not an item"
        #expect(comment(text) == ["/// " + String(repeating: "x", count: 114) + " -", "/// not an item"])
    }

    @Test func codeAndTablesAreKept() {
        let code = "```\n" + long + "\n```"
        #expect(comment(code) == ["/// ```", "/// " + long, "/// ```"])
        #expect(comment("| " + long + " |").count == 1)
        #expect(comment("    " + long).count == 1)
    }

    @Test func emptyTextGivesNothing() {
        #expect(Documentation.comment(" \n\u{2028}", at: 0).isEmpty)
        #expect(comment("", at: 0) == [""])
        #expect(Documentation.comment("", isDeprecated: true, at: 0).text == "/// Deprecated.")
    }
}

/// The printer.
@Suite struct EmitCodeTests {
    @Test func piecesAreIndentedToWhereTheyStand() {
        let inner: Code = """
            let a = 1

            let b = 2
            """
        let outer: Code = """
            func f() {
                \(inner)
            }
            """
        #expect(outer.text == "func f() {\n    let a = 1\n\n    let b = 2\n}")
    }

    @Test func linesThatHoldNothingButEmptyPiecesAreLeftOut() {
        let empty: Code = ""
        let code: Code = """
            {
                \(empty)
                \(empty)\(empty)
                x\(empty)
            \(empty)
            }
            \(empty)
            """
        #expect(code.text == "{\n    x\n}")
    }

    @Test func emptyPieceBeforeTextIsJustEmpty() {
        let empty: Code = ""
        let code: Code = """
            {
                \(empty)public
            }
            """
        #expect(code.text == "{\n    public\n}")
    }

    @Test func listsAreBrokenWhenTheyDoNotFit() {
        let items: [Code] = ["first: 1", "second: 2"]
        #expect(Code.list("f(", items, ")", at: 0).text == "f(first: 1, second: 2)")
        #expect(Code.list("f(", items, ")", at: 110).text == "f(\n    first: 1,\n    second: 2\n)")
        #expect(Code.array("[", items, "]", at: 110).text == "[\n    first: 1,\n    second: 2,\n]")
        #expect(Code.list("f(", [], ")", at: 200).text == "f()")
    }

    @Test func blocksLeaveOutEmptyPieces() {
        #expect(Code.blocks(["a", "", "b"]).text == "a\n\nb")
        #expect(Code.lines(["", ""]).isEmpty)
    }

    @Test func shortNamesAreUsedWhereTheyMeanTheSame() {
        let line = TypeName(scope: ["Vluna", "Commit"], name: "Line")
        let clash = TypeName(scope: ["Vluna", "Event"], name: "Lease")
        let models = [line, clash].map { Declaration.model(ModelPlan(name: $0, documentation: "", properties: [])) }
        let file = FilePlan(path: "", origins: [], imports: [], declarations: models)
        let spelling = Spelling(module: ModulePlan(module: "", files: [file]))
        let event = TypeName(scope: ["Vluna"], name: "Event")
        let lease = TypePlan.named(TypeName(scope: ["Vluna"], name: "Lease"))
        #expect(spelling.code(lease).text == "Vluna.Lease")
        #expect(spelling.code(lease, in: TypeName(scope: ["Vluna"], name: "Other")).text == "Lease")
        #expect(spelling.code(lease, in: event).text == "Vluna.Lease")
        #expect(spelling.code(.array(.named(line)), in: TypeName(scope: ["Vluna"], name: "Commit")).text == "[Line]")
        #expect(spelling.code(lease, in: line).text == "Vluna.Lease")
        #expect(spelling.code(.dictionary(.custom("Vluna.XUSD")), in: event).text == "[String: XUSD]")
    }
}
