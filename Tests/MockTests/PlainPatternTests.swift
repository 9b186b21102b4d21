import Foundation
import Testing

@testable import TollgateMockServer

/// What is tried without a machine for regular expressions fits the same texts as with one.
@Suite struct PlainPatternTests {
    /// Patterns, and the letters that texts for them are made of.
    private static let patterns = [
        (#"^[A-Za-z0-9+/]{3}=$"#, "Az9+/="),
        (#"^-?[0-9]+$"#, "-059a"),
        (#"^-?[0-9]+(\.[0-9]+)?$"#, "-.09"),
        (#"^[0-9]*[1-9][0-9]*$"#, "019x"),
        (#"^\s*[A-Za-z0-9]([A-Za-z0-9._/@:-]{0,6}[A-Za-z0-9])?\s*$"#, " \taZ0._/-"),
        (#"^(a|bc|)d?$"#, "abcd"),
        (#"^(a(b|c)?)?a*$"#, "abc"),
        (#"^a?a?b$"#, "ab"),
        (#"^\d+(-\d{2,3})?$"#, "12-"),
        (#"^$"#, "a"),
    ]

    @Test func fitsAsAMachineDoes() throws {
        var random = SeededGenerator(seed: 3, stream: "patterns")
        for (text, letters) in Self.patterns {
            let pattern = try #require(PlainPattern(text), "\(text) is not plain")
            let expression = try NSRegularExpression(pattern: text.dropLast() + "\\z")
            let letters = Array(letters)
            var fitting = 0
            for _ in 0..<2_000 {
                let length = Int(random.next() % 12)
                let value = String((0..<length).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
                let range = NSRange(value.startIndex..., in: value)
                let fits = expression.firstMatch(in: value, range: range) != nil
                #expect(pattern.fits(value) == fits, "\(text): \(value.debugDescription)")
                if fits { fitting += 1 }
            }
            #expect(fitting > 0, "no text fits \(text)")
        }
    }

    @Test(arguments: [
        "a", "^a", "a$", "^a|b$", "^(?:a)$", "^(a)+$", "^(a)*$", "^(a$", "^a)$", "^a++$", "^.$", #"^\w$"#, #"^\bb$"#,
        "^é$", "^a*a*a*a*$", "^[^a]$", "^(a?b?c?d?e?)(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q)$",
    ])
    func leavesTheRestToAMachine(_ text: String) {
        #expect(PlainPattern(text) == nil)
    }

    @Test func isNotDrivenToTheEndOfTheStack() {
        let (open, close) = (String(repeating: "(", count: 100_000), String(repeating: ")", count: 100_000))
        #expect(PlainPattern("^\(open)a\(close)$") == nil)
        #expect(PlainPattern("^(\(String(repeating: "a|", count: 100_000))b)$") == nil)
    }

    @Test func takesNoTextBeyondASCII() throws {
        #expect(try #require(PlainPattern("^a*$")).fits("aé") == nil)
    }
}
