import Foundation
import Synchronization

/// What stands in a fixture for what may not stand there. The same value has the same stand-in as long as it is
/// valid where it stands, so that what belonged together still does.
final class StandIns: Sendable {
    /// What a value was.
    enum Kind: String, Sendable {
        case secret, name, email, phone, picture, address, date, ip, card
    }

    private let state = Mutex(State())

    private struct State {
        var known: [String: String] = [:]
        var counts: [Kind: Int] = [:]
        /// Credentials that were seen, in all the forms in which they may come again.
        var secrets: Set<String> = []
    }

    /// Finds the stand-in for a value.
    /// - Parameters:
    ///   - value: What is not to be seen.
    ///   - kind: What it is.
    ///   - fits: Whether a text may stand where the value stood.
    /// - Returns: The same for the same value, as long as it fits.
    func text(for value: String, _ kind: Kind, fits: (String) -> Bool = { _ in true }) -> String {
        if let known = state.withLock({ $0.known[value] }), fits(known) { return known }
        let number = state.withLock { state in
            state.counts[kind, default: 0] += 1
            return state.counts[kind, default: 0]
        }
        let readable = Self.readable(kind, number)
        let text = fits(readable) ? readable : Self.shape(of: value, number)
        let chosen = fits(text) ? text : readable
        return state.withLock { state in
            // Where the first one is not valid, it still holds elsewhere.
            if state.known[value] == nil { state.known[value] = chosen }
            return chosen
        }
    }

    private static func readable(_ kind: Kind, _ number: Int) -> String {
        switch kind {
        case .secret: "redacted-\(number)"
        case .name: "Person \(number)"
        case .email: "person-\(number)@example.com"
        case .phone: "+1555\(padded(number, 7))"
        case .picture: "https://example.com/picture-\(number)"
        case .address: "Address \(number)"
        case .date: "1970-01-01"
        // Blocks of addresses that belong to nobody.
        case .ip: number < 255 ? "192.0.2.\(number)" : "2001:db8::\(String(number, radix: 16))"
        // No card's number begins with a zero.
        case .card: padded(number, 16)
        }
    }

    private static func padded(_ number: Int, _ length: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }

    /// A text of the value's form: letters for letters and digits for digits, of which the last ones are the number.
    private static func shape(of value: String, _ number: Int) -> String {
        var rest = number
        let reversed = value.reversed().map { character -> Character in
            switch character {
            case "0"..."9": return digit(&rest, radix: 10)
            case "a"..."z": return letter(&rest, "a")
            case "A"..."Z": return letter(&rest, "A")
            default: return character.isASCII ? character : "a"
            }
        }
        return String(reversed.reversed())
    }

    private static func digit(_ rest: inout Int, radix: Int) -> Character {
        defer { rest /= radix }
        return Character(String(rest % radix))
    }

    /// One of six, so that what is hexadecimal stays so.
    private static func letter(_ rest: inout Int, _ first: Unicode.Scalar) -> Character {
        defer { rest /= 6 }
        return Character(Unicode.Scalar(UInt8(first.value) + UInt8(rest % 6)))
    }

    // MARK: - Credentials

    /// Remembers a credential, so that it is found wherever it comes again.
    func remember(secret: String) {
        // A short text would be found in others that have nothing to do with it.
        guard secret.utf8.count >= 6 else { return }
        let bytes = Array(secret.utf8)
        let base64 = Data(bytes).base64EncodedString()
        let escaped = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret
        let base64URL = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        state.withLock { state in
            state.secrets.formUnion([
                secret, base64, base64URL, Hexadecimal.text(bytes), escaped,
                base64.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? base64,
            ])
        }
    }

    /// The credentials that were seen, the longest first.
    var secrets: [String] {
        state.withLock { $0.secrets }.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }
}
