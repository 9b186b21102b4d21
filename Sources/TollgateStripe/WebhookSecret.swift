import Crypto
import Foundation
import TollgateCore

extension Stripe {
    /// The secret that Stripe signs an account's webhook with.
    public struct WebhookSecret: Sendable {
        private let text: String

        /// - Parameter text: The whole secret, which begins with `whsec_`.
        public init(_ text: String) {
            self.text = text
        }

        /// Signs an event as Stripe does, to send it to a server under test.
        ///
        /// - Parameters:
        ///   - body: The body's bytes.
        ///   - time: When it is signed; to the second.
        /// - Returns: The value of `Stripe-Signature`: `t=1700000000,v1=` and 64 lower-case hexadecimal digits.
        public func signature(of body: [UInt8], at time: Date) -> String {
            let seconds = Int(time.timeIntervalSince1970.rounded(.down))
            let digits = code(of: body, at: seconds).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return "t=\(seconds),v1=\(digits)"
        }

        /// Checks that Stripe signed a body, and did so lately.
        ///
        /// - Parameters:
        ///   - signature: The value of `Stripe-Signature`. One `v1` that fits is enough: there are several while the
        ///     secret is being changed.
        ///   - body: The body's bytes, as they came.
        ///   - now: The present time.
        ///   - tolerance: How old the signature may be; nil for any age. One from the future is accepted, because clocks
        ///     differ.
        /// - Throws: ``InvalidWebhook``.
        public func verify(
            _ signature: String?, of body: [UInt8], now: Date, tolerance: Duration? = .seconds(300)
        ) throws(InvalidWebhook) {
            guard let signature else { throw InvalidWebhook(.unsigned) }
            let header = try SignatureHeader(signature)
            // With an empty secret, everybody could sign.
            let isBlank = text.allSatisfy(\.isWhitespace)
            guard !isBlank, header.codes.contains(where: { isCode($0, of: body, header.seconds) }) else {
                throw InvalidWebhook(.mismatch)
            }
            if let tolerance, Double(header.seconds) < now.timeIntervalSince1970 - tolerance / .seconds(1) {
                throw InvalidWebhook(.expired)
            }
        }

        private func isCode(_ code: [UInt8], of body: [UInt8], _ seconds: Int) -> Bool {
            // Compares in constant time.
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signedBytes(body, seconds), using: key)
        }

        private func code(of body: [UInt8], at seconds: Int) -> HMAC<SHA256>.MAC {
            HMAC<SHA256>.authenticationCode(for: signedBytes(body, seconds), using: key)
        }

        private func signedBytes(_ body: [UInt8], _ seconds: Int) -> [UInt8] {
            Array("\(seconds).".utf8) + body
        }

        /// The whole text, `whsec_` and all; it is not base64.
        private var key: SymmetricKey { SymmetricKey(data: Data(text.utf8)) }
    }

    /// A request to the webhook that must not be trusted or cannot be read.
    public struct InvalidWebhook: TollgateError, Hashable {
        public enum Reason: Sendable, Hashable {
            /// It came without `Stripe-Signature`.
            case unsigned
            /// `Stripe-Signature` has no time, or no signature of the scheme `v1`.
            case malformed
            /// No signature was made with the account's secret over this body.
            case mismatch
            /// It was signed too long ago.
            case expired
            /// The body is no event, for the reason given.
            case unreadable(JSONError)
        }

        public var reason: Reason

        init(_ reason: Reason) {
            self.reason = reason
        }

        public var description: String {
            switch reason {
            case .unsigned: "The webhook's request has no Stripe-Signature."
            case .malformed: "The webhook's Stripe-Signature has no time or no signature of the scheme v1."
            case .mismatch: "The webhook's signature does not fit its body and the account's secret."
            case .expired: "The webhook's signature is too old."
            case .unreadable(let error): "The webhook's body is no event: \(error)"
            }
        }
    }
}

extension Stripe.WebhookSecret: CustomStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "WebhookSecret(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// `t=1700000000,v1=…,v1=…,v0=…`; other schemes than `v1` do not count.
private struct SignatureHeader {
    /// Since 1970.
    var seconds: Int
    var codes: [[UInt8]]

    init(_ text: String) throws(Stripe.InvalidWebhook) {
        let items = text.split(separator: ",").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: parts[0], value: parts.count == 2 ? parts[1] : "")
        }
        let signatures = items.filter { $0.name == "v1" }
        let time = items.first { $0.name == "t" }
        guard let seconds = time.flatMap({ Int($0.value) }), !signatures.isEmpty else {
            throw Stripe.InvalidWebhook(.malformed)
        }
        self.seconds = seconds
        codes = signatures.compactMap { SignatureHeader.bytes($0.value) }
    }

    /// Lower-case hexadecimal digits, as Stripe writes them.
    private static func bytes(_ text: Substring) -> [UInt8]? {
        guard text.count == 64, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase && $0.isASCII }) else { return nil }
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
