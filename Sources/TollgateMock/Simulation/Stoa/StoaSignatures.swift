import Crypto
import Foundation
import TollgateMockServer
import TollgateStoa

/// The signatures that an application makes, worked out apart from the client's own code so that each checks the other.
enum StoaSignatures {
    /// What is signed to register a user: sorted keys, no spaces, everything beyond ASCII escaped.
    static func registrationText(_ request: Stoa.UpsertMembershipRequest) -> String {
        let members: [(String, String)] = [
            ("app_id", quoted(request.appID)), ("avatar_url", request.avatarURL.map(quoted) ?? "null"),
            ("email", quoted(request.email)), ("external_user_id", quoted(request.userID)),
            ("name", request.name.map(quoted) ?? "null"), ("nonce", quoted(request.nonce)),
            ("timestamp", String(request.timestamp)),
        ]
        return "{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
    }

    /// Whether a signature is the HMAC of a text. Takes the same time wherever the difference is.
    static func isValid(_ signature: String, of text: String, secret: String) -> Bool {
        let digits = Array(signature.utf8)
        let code = stride(from: 0, to: digits.count, by: 2).map {
            Hexadecimal.byte(digits[$0..<min($0 + 2, digits.count)])
        }
        guard !code.contains(nil) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code.compactMap { $0 }, authenticating: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
    }

    /// A JSON string in which everything that is not printable ASCII is escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x08: result += "\\b"
            case 0x09: result += "\\t"
            case 0x0A: result += "\\n"
            case 0x0C: result += "\\f"
            case 0x0D: result += "\\r"
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default: result += "\\u" + Hexadecimal.text([UInt8(unit >> 8), UInt8(unit & 0xFF)])
            }
        }
        return result + "\""
    }
}
