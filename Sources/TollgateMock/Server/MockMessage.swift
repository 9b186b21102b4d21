import HTTPTypes
import TollgateCore

/// A request as it arrived, with its whole body.
struct MockRequest: Sendable {
    let method: String
    /// As sent: percent escapes are kept.
    let path: Substring
    /// What follows the question mark, as sent.
    let query: Substring?
    let headers: HTTPFields
    let body: [UInt8]

    init(head: HTTPRequest, body: [UInt8]) {
        let target = head.path ?? "/"
        let mark = target.firstIndex(of: "?")
        method = head.method.rawValue
        path = target[..<(mark ?? target.endIndex)]
        query = mark.map { target[target.index(after: $0)...] }
        headers = head.headerFields
        self.body = body
    }

    /// Path and query, as sent.
    var target: String {
        query.map { "\(path)?\($0)" } ?? String(path)
    }

    /// Names and values of the query, with escapes resolved, in their order.
    var queryItems: [(name: String, value: String)] {
        query.map(PercentEncoding.items) ?? []
    }
}

/// What the mock answers.
struct MockReply: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: Body

    enum Body: Sendable {
        case whole([UInt8])
        /// Sent one after the other. A stream that is broken off ends as a connection does that fails.
        case pieces([[UInt8]], isBrokenOff: Bool = false)
    }

    init(status: Int, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = .whole(body)
    }

    /// A reply that is streamed.
    init(status: Int = 200, contentType: String, pieces: [[UInt8]]) {
        self.status = status
        headers = [.contentType: contentType]
        body = .pieces(pieces)
    }

    /// A reply with a JSON body.
    init(status: Int = 200, json: some JSONConvertible) {
        self.init(status: status, headers: [.contentType: "application/json"], body: json.jsonBytes())
    }

    /// Lets a streamed body break off; one in a piece stays as it is.
    mutating func breakOff(after count: Int) {
        if case .pieces(let pieces, _) = body {
            body = .pieces(Array(pieces.prefix(count)), isBrokenOff: true)
        }
    }
}

/// How one exchange ends.
enum MockOutcome: Sendable {
    case reply(MockReply)
    /// The connection ends without an answer.
    case reset
}

enum PercentEncoding {
    /// The names and values of a query or a form, in their order.
    static func items(of text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(parts[0], plusIsSpace: true), parts.count > 1 ? decode(parts[1], plusIsSpace: true) : "")
        }
    }

    /// Resolves percent escapes; a malformed one stays as it is.
    static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = Hexadecimal.byte(rest.prefix(2)) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}

enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The byte that two hexadecimal digits write.
    static func byte(_ pair: some Collection<UInt8>) -> UInt8? {
        guard pair.count == 2 else { return nil }
        var value = 0
        for character in pair {
            guard let digit = Character(Unicode.Scalar(character)).hexDigitValue, character < 0x80 else { return nil }
            value = value << 4 | digit
        }
        return UInt8(value)
    }

    /// Lower-case digits, two a byte.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
