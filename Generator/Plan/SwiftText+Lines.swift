extension SwiftText {
    /// The lines of a raw string literal that stands for these lines, each of which is kept whole.
    ///
    /// The lines hold no line break.
    public static func rawLines(_ lines: [String]) -> [String] {
        let signs = String(repeating: "#", count: lines.map(longestRun).max().map { $0 + 1 } ?? 1)
        let escaped = lines.map { line in
            var text = ""
            for scalar in line.unicodeScalars {
                if isSeen(scalar) {
                    text.unicodeScalars.append(scalar)
                } else {
                    text += "\\\(signs)u{\(String(scalar.value, radix: 16, uppercase: true))}"
                }
            }
            return text
        }
        return ["\(signs)\"\"\""] + escaped + ["\"\"\"\(signs)"]
    }

    /// The number of signs in the longest run.
    private static func longestRun(_ line: String) -> Int {
        var longest = 0
        var run = 0
        for byte in line.utf8 {
            run = byte == UInt8(ascii: "#") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
            .unassigned:
            return false
        default: return true
        }
    }
}
