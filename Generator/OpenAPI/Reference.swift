import Foundation

/// A `$ref` taken apart: which file, and what in it.
struct Reference: Equatable {
    enum Fragment: Equatable {
        /// The tokens of a JSON pointer; empty for the whole file.
        case pointer([String])
        case anchor(String)
    }

    /// Why a reference cannot be followed.
    enum Failure: Error, Equatable {
        case remote
        case outsideFolder
        case malformed
    }

    /// Relative to the folder of the specification, or a URL; nil for the file that the reference stands in.
    var path: String?
    var fragment: Fragment

    /// Takes the value of a `$ref` apart; `file` is the path of the file that it stands in.
    init(_ text: String, in file: String) throws(Failure) {
        let hash = text.utf8.firstIndex(of: UInt8(ascii: "#")) ?? text.endIndex
        path = try Self.path(text[..<hash], in: file)
        fragment = try Self.fragment(hash == text.endIndex ? "" : text[text.utf8.index(after: hash)...])
    }

    static func fragment(_ text: Substring) throws(Failure) -> Fragment {
        let text = try decoded(text)
        if text.isEmpty { return .pointer([]) }
        let slash = UInt8(ascii: "/")
        guard text.utf8.first == slash else { return .anchor(text) }
        let tokens = text.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
        return .pointer(tokens.map { unescaped(Substring($0)) })
    }

    private static func path(_ text: Substring, in file: String) throws(Failure) -> String? {
        if text.isEmpty { return nil }
        if isRemote(text) { return String(text) }
        if hasScheme(text) { throw .remote }
        if isRemote(file) { return Identifiers.resolve(String(text), against: file) }
        if text.hasPrefix("//") { throw .remote }
        let path = try decoded(text)
        if path.contains("\\") || path.contains("\0") { throw .malformed }
        if path.hasPrefix("/") { throw .outsideFolder }
        var parts = file.split(separator: "/").dropLast()
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                throw .outsideFolder
            }
        }
        return parts.joined(separator: "/")
    }

    /// Whether a path is the URL of a file on the network.
    static func isRemote(_ path: some StringProtocol) -> Bool {
        path.hasPrefix("https://") || path.hasPrefix("http://")
    }

    /// Whether the text begins with a scheme of RFC 3986, as `https:` does.
    static func hasScheme(_ text: Substring) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text.first?.isLetter == true else {
            return false
        }
        return text[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    private static func decoded(_ text: Substring) throws(Failure) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        guard let decoded = text.removingPercentEncoding else { throw .malformed }
        return decoded
    }

    /// `~1` is `/` and `~0` is `~` (RFC 6901).
    private static func unescaped(_ token: Substring) -> String {
        guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
        return String(token.replacing("~1", with: "/").replacing("~0", with: "~"))
    }
}

/// A JSON pointer as text: `/paths/~1users`.
func pointerText(_ tokens: some Sequence<String>) -> String {
    tokens.reduce(into: "") { text, token in
        text += "/"
        let needsEscapes = token.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
        text += needsEscapes ? token.replacing("~", with: "~0").replacing("/", with: "~1") : token
    }
}
