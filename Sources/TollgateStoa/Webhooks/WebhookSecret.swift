import Crypto
import Foundation
import TollgateCore

extension Stoa {
    /// The secret that Stoa signs an application's webhook with.
    ///
    /// Stoa names its billing events and says nothing of how they are signed. Chosen: the scheme of Standard Webhooks.
    /// `webhook-signature` has, after `v1,`, the HMAC-SHA256 in base64 of `webhook-id`, `webhook-timestamp` and the
    /// body with points between them.
    public struct WebhookSecret: Sendable {
        private let key: SymmetricKey?

        /// - Parameter text: The whole secret: `whsec_` and base64.
        public init(_ text: String) {
            let digits = text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text
            key = Data(base64Encoded: digits).flatMap { $0.isEmpty ? nil : SymmetricKey(data: $0) }
        }

        /// Signs an event as Stoa does, to send it to a server under test.
        ///
        /// - Parameters:
        ///   - body: The body's bytes.
        ///   - id: The event's id.
        ///   - time: When it is signed; to the second.
        /// - Returns: The header fields that go with the body.
        public func headers(of body: [UInt8], id: String, at time: Date) -> HTTPFields {
            let seconds = Int(time.timeIntervalSince1970.rounded(.down))
            let code = key.map {
                HMAC<SHA256>.authenticationCode(for: Self.signedBytes(id, "\(seconds)", body), using: $0)
            }
            return [
                .webhookID: id, .webhookTimestamp: "\(seconds)",
                .webhookSignature: "v1," + Data(code.map { Array($0) } ?? []).base64EncodedString(),
            ]
        }

        /// Checks that Stoa signed a body, and did so lately.
        ///
        /// - Parameters:
        ///   - headers: The header fields that came with the body. One signature `v1` that fits is enough: there are
        ///     several while the secret is being changed.
        ///   - body: The body's bytes, as they came.
        ///   - now: The present time.
        ///   - tolerance: How far from the present the signature may be.
        /// - Throws: ``InvalidWebhook``.
        public func verify(
            _ headers: HTTPFields, of body: [UInt8], now: Date, tolerance: Duration = .seconds(300)
        ) throws(InvalidWebhook) {
            guard let signatures = headers[.webhookSignature] else { throw InvalidWebhook(.unsigned) }
            let codes = signatures.split(separator: " ").filter { $0.hasPrefix("v1,") }
                .compactMap { Data(base64Encoded: String($0.dropFirst(3))) }
            guard let id = headers[.webhookID], let time = headers[.webhookTimestamp], let seconds = Int(time),
                !codes.isEmpty
            else { throw InvalidWebhook(.malformed) }
            let signed = Self.signedBytes(id, time, body)
            // Compares in constant time.
            guard let key,
                codes.contains(where: { HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: signed, using: key) }
                )
            else { throw InvalidWebhook(.mismatch) }
            guard abs(now.timeIntervalSince1970 - Double(seconds)) <= tolerance / .seconds(1) else {
                throw InvalidWebhook(.expired)
            }
        }

        private static func signedBytes(_ id: String, _ time: String, _ body: [UInt8]) -> [UInt8] {
            Array("\(id).\(time).".utf8) + body
        }
    }

    /// A request to the webhook that must not be trusted or cannot be read.
    public struct InvalidWebhook: TollgateError, Hashable {
        public enum Reason: Sendable, Hashable {
            /// It came without `webhook-signature`.
            case unsigned
            /// It has no id, no time, or no signature of the scheme `v1`.
            case malformed
            /// No signature was made with the application's secret over this id, time and body.
            case mismatch
            /// It was signed too long ago, or is from the future.
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
            case .unsigned: "The webhook's request has no webhook-signature."
            case .malformed: "The webhook's request has no id, no time or no signature of the scheme v1."
            case .mismatch: "The webhook's signature does not fit its body and the application's secret."
            case .expired: "The webhook's signature is too old, or from the future."
            case .unreadable(let error): "The webhook's body is no event: \(error)"
            }
        }
    }
}

extension Stoa.WebhookSecret: CustomStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "WebhookSecret(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPField.Name {
    /// `webhook-id`.
    public static let webhookID = Self.named("webhook-id")
    /// `webhook-timestamp`.
    public static let webhookTimestamp = Self.named("webhook-timestamp")
    /// `webhook-signature`.
    public static let webhookSignature = Self.named("webhook-signature")
}
