import Crypto
import Foundation
import TollgateCore

extension Vluna {
    /// A service key, which signs every request of a ``ServiceClient`` (scheme `SVC-AUTH`).
    public struct ServiceKey: Credential {
        /// The version of the API that a service speaks, named after the official clients for it. It decides which header
        /// fields the signature covers, and in which order. Nothing on the wire tells the two apart, so a client must know
        /// what its service expects.
        public enum APIVersion: Sendable, Hashable {
            /// Realm, billing account, principal: as the official client of version 0.1.2.
            case v0_1
            /// Realm, principal, user, billing account, billing user: as the official client of version 0.3.2.
            case v0_3
        }

        /// `pk-` and 16 letters or digits.
        public let id: String
        /// What the service speaks.
        public var version: APIVersion
        private let secret: SymmetricKey
        private let time: any TimeSource

        /// - Parameters:
        ///   - id: `pk-` and 16 letters or digits.
        ///   - secret: The secret in base64.
        ///   - version: What the service speaks.
        ///   - time: The clock that signatures are dated with.
        /// - Throws: ``ConfigurationError`` if the secret is not base64.
        public init(
            id: String, secret: String, version: APIVersion = .v0_1, time: any TimeSource = .system
        ) throws(ConfigurationError) {
            guard let data = Data(base64Encoded: secret), !data.isEmpty else {
                throw ConfigurationError("The secret of service key \(id) is not base64. Copy it as Vluna shows it.")
            }
            self.id = id
            self.version = version
            self.time = time
            self.secret = SymmetricKey(data: data)
        }

        /// Signs a request, with the present time and a nonce of its own.
        public func authorize(_ request: inout HTTPRequest, body: HTTPBody) async throws {
            guard let bytes = body.bytes else {
                throw ConfigurationError("A Vluna request is signed over its whole body, which a stream does not have.")
            }
            sign(&request, body: bytes, time: time.now, nonce: ServiceKey.makeNonce())
        }

        func sign(_ request: inout HTTPRequest, body: [UInt8], time: Date, nonce: String) {
            let time = ServiceKey.timestamp(time)
            request.headerFields[.contentType] = "application/json; charset=utf-8"
            request.headerFields[.contentDigest] = ServiceKey.digest(of: body)
            let text = canonicalText(of: request, time: time, nonce: nonce)
            let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret)
            let signature = Data(code).base64EncodedString()
            request.headerFields[.authorization] =
                "SVC-AUTH keyId=\(id),sig=\(signature),ts=\(time),nonce=\(nonce),alg=HMAC-SHA256"
        }

        /// The text that is signed: one line each, a field that is not sent leaves nothing after its colon.
        func canonicalText(of request: HTTPRequest, time: String, nonce: String) -> String {
            let lines = [request.method.rawValue, request.path ?? "/", "ts:\(time)", "nonce:\(nonce)"]
            let fields = signedFields.map { name in "\(name.canonicalName):\(request.headerFields[name] ?? "")" }
            return (lines + fields).joined(separator: "\n")
        }

        private var signedFields: [HTTPField.Name] {
            switch version {
            case .v0_1:
                [.contentDigest, .contentType, .realmID, .billingAccountID, .principalID, .idempotencyKey]
            case .v0_3:
                [
                    .contentDigest, .contentType, .realmID, .principalID, .userID, .billingAccountID,
                    .named("X-Billing-User-Id"), .idempotencyKey,
                ]
            }
        }

        /// As RFC 9530 has it: `sha-256=:…:`.
        static func digest(of body: [UInt8]) -> String {
            "sha-256=:\(Data(SHA256.hash(data: body)).base64EncodedString()):"
        }

        /// 32 lower-case hexadecimal digits.
        private static func makeNonce() -> String {
            UUID.randomText().replacing("-", with: "")
        }

        /// UTC to the microsecond: `2026-01-02T03:04:05.678901+00:00`.
        static func timestamp(_ date: Date) -> String {
            let microseconds = Int((date.timeIntervalSince1970 * 1_000_000).rounded())
            let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            let whole = Date(timeIntervalSince1970: TimeInterval(seconds))
            let day = whole.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false))
            let digits = String(fraction)
            return day + "." + String(repeating: "0", count: 6 - digits.count) + digits + "+00:00"
        }
    }
}

extension Vluna.ServiceKey: CustomStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "ServiceKey(\(id))" }

    public var customMirror: Mirror { Mirror(self, children: ["id": id, "version": version]) }
}
