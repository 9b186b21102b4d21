import Testing

@testable import GeneratorPlan

@Suite struct SamplerPatternTests {
    @Test(
        arguments: [
            ("^[a-z]+$", "ab", true), ("^[a-z]+$", "a1", false), ("b", "abc", true), ("^b", "abc", false),
            ("^(a|bc){2}$", "abc", true), ("^(a|bc){2}$", "aab", false), ("^a{2,3}$", "aaaa", false),
            ("^\\d{4}-\\d\\d$", "2026-01", true), ("^[^/]+$", "a/b", false), ("^\\S+@\\S+$", "a@b", true),
            ("^(?=.*\\d)[a-z\\d]{4}$", "abc1", true), ("^(?=.*\\d)[a-z\\d]{4}$", "abcd", false),
            ("^(?!x)\\w$", "x", false), ("(?<=a)b", "ab", true), ("\\bcat\\b", "a cat.", true),
            ("\\bcat\\b", "concat", false), ("^[\\w.-]+$", "a.b-c", true), ("^[]a]$", "]", false),
            ("^\\u00e9$", "é", true), ("^\\x41$", "A", true), ("^.$", "\n", false), ("^(a*)*$", "aaab", false),
            ("^\\p{L}+$", "é", true), ("^a{,3}$", "a{,3}", true), ("^[a\\-z]$", "-", true), ("^\\/$", "/", true),
        ] as [(String, String, Bool)])
    func fits(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try #require(SamplePattern(pattern)).fits(text) == expected)
    }

    @Test(arguments: ["(", "a)", "[a", "*a", "a{3,2}", "(a)\\1", "(?#x)", "\\p{Zs}", "a{20000}"])
    func refusesWhatItDoesNotKnow(_ pattern: String) {
        #expect(SamplePattern(pattern) == nil)
    }

    @Test(arguments: [
        "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "^\\+?[1-9]\\d{1,14}$", "^#([0-9a-fA-F]{3}){1,2}$", "^(foo|bar)-[A-Z]{2}$",
        "^\\d{4}-(0[1-9]|1[0-2])$", "^https?://[^\\s]+$", "^[^a-zA-Z0-9]$", "^arn:aws:[a-z]+:.*$", "[A-Za-z_]\\w*",
    ])
    func makesATextThatFits(_ pattern: String) throws {
        let parsed = try #require(SamplePattern(pattern))
        let text = try #require(parsed.text(0...100, variant: 0))
        #expect(parsed.fits(text) == true, "\(text)")
        #expect(parsed.text(0...100, variant: 1) != nil)
    }

    @Test func makesATextOfTheLengthThatIsWanted() throws {
        let pattern = try #require(SamplePattern("^[a-z]*$"))
        #expect(pattern.text(5...6, variant: 0)?.count == 6)
        #expect(try #require(SamplePattern("^[a-z]{3}$")).text(4...9, variant: 0) == nil)
    }

    @Test func givesUpOnWhatTakesTooLong() throws {
        let pattern = try #require(SamplePattern("^((a|a)+)+$"))
        #expect(pattern.fits(String(repeating: "a", count: 60) + "b") == nil)
    }
}
