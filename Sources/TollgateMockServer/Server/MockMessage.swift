import HTTPTypes
import TollgateCore

/// A request as it arrived, with its whole body.
package struct MockRequest: Sendable {
    package let method: String
    /// As sent: percent escapes are kept.
    package let path: Substring
    /// What follows the question mark, as sent.
    package let query: Substring?
    package let headers: HTTPFields
    package let body: [UInt8]

    package init(head: HTTPRequest, body: [UInt8]) {
        let target = head.path ?? "/"
        let mark = target.firstIndex(of: "?")
        method = head.method.rawValue
        path = target[..<(mark ?? target.endIndex)]
        query = mark.map { target[target.index(after: $0)...] }
        headers = head.headerFields
        self.body = body
    }

    /// The value of a header field; what came in several fields, with commas between.
    package func header(_ name: HTTPField.Name) -> String? {
        var value: String?
        for field in headers where field.name == name {
            // Only one field has its value without more ado.
            if value != nil { return headers[name] }
            value = field.value
        }
        return value
    }

    /// Path and query, as sent.
    package var target: String {
        query.map { "\(path)?\($0)" } ?? String(path)
    }

    /// Names and values of the query, with escapes resolved, in their order.
    package var queryItems: [(name: String, value: String)] {
        query.map(PercentEncoding.items) ?? []
    }
}

/// What the mock answers.
package struct MockReply: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var body: Body
    /// How it gets to the client.
    var delivery = Delivery()
    /// An answer that has to be waited for, and that is sent in place of this one.
    package var later: (@Sendable () async -> MockReply)?

    package enum Body: Sendable {
        case whole([UInt8])
        /// Sent one after the other.
        case pieces([[UInt8]])
    }

    package init(status: Int, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = .whole(body)
    }

    /// A reply that is streamed.
    package init(status: Int = 200, contentType: String, pieces: [[UInt8]]) {
        self.status = status
        headers = [.contentType: contentType]
        body = .pieces(pieces)
    }

    /// A reply with a JSON body.
    package init(status: Int = 200, json: some JSONConvertible) {
        self.init(status: status, headers: [.contentType: "application/json"], body: json.jsonBytes())
    }
}

/// How one exchange ends.
package enum MockOutcome: Sendable {
    case reply(MockReply)
    /// The connection ends without an answer.
    case reset
}

package enum PercentEncoding {
    /// The names and values of a query or a form, in their order.
    package static func items(of text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(parts[0], plusIsSpace: true), parts.count > 1 ? decode(parts[1], plusIsSpace: true) : "")
        }
    }

    /// Resolves percent escapes; a malformed one stays as it is.
    package static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String {
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

package enum Hexadecimal {
    /// The byte that two hexadecimal digits write.
    package static func byte(_ pair: some Collection<UInt8>) -> UInt8? {
        guard pair.count == 2 else { return nil }
        var value = 0
        for character in pair {
            guard let digit = Character(Unicode.Scalar(character)).hexDigitValue, character < 0x80 else { return nil }
            value = value << 4 | digit
        }
        return UInt8(value)
    }

    /// Lower-case digits, two a byte.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes { append(byte, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    static func append(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(digit(byte >> 4))
        text.append(digit(byte & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
