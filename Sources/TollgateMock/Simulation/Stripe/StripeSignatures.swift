import Crypto
import Foundation
import TollgateMockServer

/// The signatures of webhooks, worked out apart from the client's own code so that each checks the other.
enum StripeSignatures {
    /// The value of `Stripe-Signature`.
    static func header(of body: [UInt8], secret: String, at time: Date) -> String {
        let seconds = String(Int64(time.timeIntervalSince1970.rounded(.down)))
        let code = HMAC<SHA256>.authenticationCode(for: signed(seconds, body), using: key(secret))
        return "t=\(seconds),v1=\(Hexadecimal.text(code))"
    }

    /// Whether a value of `Stripe-Signature` was made with the secret over the body, at most 300 seconds ago.
    static func isValid(_ header: String, of body: [UInt8], secret: String, at now: Date) -> Bool {
        var seconds: Substring?
        var codes: [[UInt8]] = []
        for field in header.split(separator: ",") {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0] == "t" { seconds = parts[1] }
            if parts[0] == "v1" { codes.append(bytes(parts[1])) }
        }
        guard let seconds, let time = Double(seconds), now.timeIntervalSince1970 - time <= 300 else { return false }
        // Takes the same time wherever the difference is.
        return codes.contains { code in
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed(seconds, body), using: key(secret))
        }
    }

    private static func signed(_ seconds: some StringProtocol, _ body: [UInt8]) -> Data {
        Data("\(seconds).".utf8) + Data(body)
    }

    private static func key(_ secret: String) -> SymmetricKey {
        SymmetricKey(data: Data(secret.utf8))
    }

    private static func bytes(_ digits: Substring) -> [UInt8] {
        let digits = Array(digits.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            Hexadecimal.byte(digits[$0..<min($0 + 2, digits.count)])
        }
    }
}
