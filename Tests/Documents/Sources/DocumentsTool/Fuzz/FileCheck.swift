import GeneratorEmit

/// What can be said of Swift files without a compiler: where they go, and that brackets, strings and comments close.
enum FileCheck {
    static func fault(in files: [GeneratedFile]) -> String? {
        var seen: Set<String> = []
        for file in files {
            let path = "\(file.module)/\(file.path)"
            if let fault = fault(inPath: path) { return "the path \(path.debugDescription) \(fault)" }
            if !seen.insert(path.lowercased()).inserted { return "the path \(path) is there twice" }
            var scanner = SwiftScanner(text: [UInt8](file.text.utf8))
            if let fault = scanner.fault() { return "\(path): \(fault)" }
        }
        return nil
    }

    private static func fault(inPath path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { ["", ".", ".."].contains($0) }) { return "leads elsewhere" }
        let isPlain = path.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.isMark
                || "/_-+. ".unicodeScalars.contains(scalar)
        }
        if !isPlain { return "has odd characters" }
        return parts.contains { $0.utf8.count > 240 } ? "is too long" : nil
    }
}

extension Unicode.Scalar {
    /// Whether it is a part of the letter before it, as an accent is.
    fileprivate var isMark: Bool {
        [.nonspacingMark, .spacingMark].contains(properties.generalCategory)
    }
}

/// Follows Swift's strings, comments and brackets.
struct SwiftScanner {
    private enum Context {
        case code(closer: UInt8, line: Int)
        case string(hashes: Int, isMultiline: Bool, line: Int)
    }

    private let text: [UInt8]
    private var place = 0
    private var line = 1
    private var contexts: [Context] = []

    init(text: [UInt8]) {
        self.text = text
    }

    /// What is wrong, with its line.
    mutating func fault() -> String? {
        while place < text.count {
            let byte = text[place]
            if byte < 0x20 && byte != 0x0A || byte == 0x7F { return "control character \(byte) in line \(line)" }
            let fault =
                if case .string(let hashes, let isMultiline, _) = contexts.last {
                    scanString(hashes: hashes, isMultiline: isMultiline)
                } else {
                    scanCode()
                }
            if let fault { return "\(fault) in line \(line)" }
        }
        switch contexts.last {
        case nil: return nil
        case .code(let closer, let line):
            return "nothing closes with \(Character(Unicode.Scalar(closer))) what line \(line) opens"
        case .string(_, _, let line): return "nothing closes the string of line \(line)"
        }
    }

    private mutating func advance() {
        if text[place] == 0x0A { line += 1 }
        place += 1
    }

    private func starts(with prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard place + count <= text.count else { return false }
        return (0..<count).allSatisfy { text[place + $0] == prefix.utf8Start[$0] }
    }

    private mutating func scanCode() -> String? {
        switch text[place] {
        case UInt8(ascii: "/") where starts(with: "//"):
            while place < text.count, text[place] != 0x0A { advance() }
        case UInt8(ascii: "/") where starts(with: "/*"): return skipComment()
        case UInt8(ascii: "\""): openString(hashes: 0)
        case UInt8(ascii: "#"):
            let hashes = text[place...].prefix { $0 == UInt8(ascii: "#") }.count
            place += hashes
            if place < text.count, text[place] == UInt8(ascii: "\"") { openString(hashes: hashes) }
        case UInt8(ascii: "("): open(UInt8(ascii: ")"))
        case UInt8(ascii: "["): open(UInt8(ascii: "]"))
        case UInt8(ascii: "{"): open(UInt8(ascii: "}"))
        case let byte where [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte):
            guard case .code(closer: byte, line: _)? = contexts.popLast() else { return "a bracket that nothing opens" }
            advance()
        default: advance()
        }
        return nil
    }

    private mutating func open(_ closer: UInt8) {
        contexts.append(.code(closer: closer, line: line))
        advance()
    }

    private mutating func openString(hashes: Int) {
        let isMultiline = starts(with: "\"\"\"") && !(hashes == 0 && starts(with: "\"\"\"\""))
        contexts.append(.string(hashes: hashes, isMultiline: isMultiline, line: line))
        place += isMultiline ? 3 : 1
    }

    private mutating func skipComment() -> String? {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                place += 2
            } else if starts(with: "*/") {
                depth -= 1
                place += 2
            } else if place < text.count {
                advance()
            } else {
                return "a comment without end"
            }
        } while depth > 0
        return nil
    }

    private mutating func scanString(hashes: Int, isMultiline: Bool) -> String? {
        func hasHashes(at start: Int) -> Bool {
            start + hashes <= text.count && text[start..<start + hashes].allSatisfy { $0 == UInt8(ascii: "#") }
        }
        switch text[place] {
        case UInt8(ascii: "\\") where hasHashes(at: place + 1):
            place += 1 + hashes
            guard place < text.count else { return "a string that ends in a backslash" }
            if text[place] == UInt8(ascii: "(") {
                open(UInt8(ascii: ")"))
            } else {
                advance()
            }
        case UInt8(ascii: "\"") where isMultiline:
            guard starts(with: "\"\"\""), hasHashes(at: place + 3) else {
                advance()
                return nil
            }
            place += 3 + hashes
            contexts.removeLast()
        case UInt8(ascii: "\"") where hasHashes(at: place + 1):
            place += 1 + hashes
            contexts.removeLast()
        case 0x0A where !isMultiline: return "a string with a line break"
        default: advance()
        }
        return nil
    }
}
