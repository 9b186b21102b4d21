import Crypto
import Foundation

extension Stoa {
    /// What an application's backend signs to vouch for a user whom it registers.
    ///
    /// The message is a JSON object with sorted keys, without spaces and with `\uXXXX` for everything beyond ASCII; the
    /// signature is its HMAC-SHA256 under the registration secret.
    struct RegistrationMessage {
        var appID: String
        var userID: String
        var email: String
        var name: String?
        var avatarURL: String?
        var nonce: String
        /// Seconds since 1970.
        var timestamp: Int

        /// The text that is signed.
        var canonicalText: String {
            let members: [(key: String, value: String)] = [
                ("app_id", appID.asciiJSON), ("avatar_url", avatarURL.asciiJSON), ("email", email.asciiJSON),
                ("external_user_id", userID.asciiJSON), ("name", name.asciiJSON), ("nonce", nonce.asciiJSON),
                ("timestamp", String(timestamp)),
            ]
            return "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        }

        /// 64 lower-case hexadecimal digits.
        func signature(secret: String) -> String {
            hexadecimalHMAC(of: canonicalText, secret: secret)
        }
    }

    /// What an application signs to send a user to the page where memberships are connected.
    struct ConnectMessage {
        var appID: String
        var userID: String
        var redirectURL: String
        var state: String
        /// Seconds since 1970.
        var timestamp: Int
        var nonce: String

        /// The text that is signed.
        var canonicalText: String {
            [appID, userID, redirectURL, state, String(timestamp), nonce].joined(separator: ":")
        }

        /// 64 lower-case hexadecimal digits.
        func signature(secret: String) -> String {
            hexadecimalHMAC(of: canonicalText, secret: secret)
        }

        /// The fields of the query in their order, form-encoded.
        func query(secret: String) -> String {
            let fields = [
                ("app_id", appID), ("external_user_id", userID), ("redirect_uri", redirectURL), ("state", state),
                ("timestamp", String(timestamp)), ("nonce", nonce), ("signature", signature(secret: secret)),
            ]
            return fields.map { "\($0.0)=\($0.1.formEncoded)" }.joined(separator: "&")
        }
    }

    /// 24 random bytes in URL-safe base64 without padding: 32 characters.
    static func makeNonce() -> String {
        SymmetricKey(size: .init(bitCount: 192)).withUnsafeBytes { Data($0) }.base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
    }
}

private func hexadecimalHMAC(of text: String, secret: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
    return code.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}

extension String? {
    fileprivate var asciiJSON: String { self?.asciiJSON ?? "null" }
}

extension String {
    /// The string as JSON in which everything that is not printable ASCII is escaped.
    fileprivate var asciiJSON: String {
        var text = "\""
        for unit in utf16 {
            switch unit {
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x08: text += "\\b"
            case 0x09: text += "\\t"
            case 0x0A: text += "\\n"
            case 0x0C: text += "\\f"
            case 0x0D: text += "\\r"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text + "\""
    }

    /// As in an HTML form: letters, digits and `_.-~` stay, a space becomes `+`, all else `%XX`.
    fileprivate var formEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): text += "+"
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" + digits : digits)
            }
        }
        return text
    }
}
