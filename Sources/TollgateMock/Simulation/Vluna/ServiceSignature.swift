import Crypto
import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// The signature of a request with a service key, as the server reads it.
struct ServiceSignature: Sendable {
    let keyID: String
    private let signature: Data
    private let time: String
    private let nonce: String

    /// Returns nil for a malformed header. The scheme has to be in capitals here.
    init?(_ authorization: String) {
        let prefix = "SVC-AUTH "
        guard authorization.hasPrefix(prefix) else { return nil }
        var fields: [Substring: String] = [:]
        for field in authorization.dropFirst(prefix.count).split(separator: ",") {
            let parts = field.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            fields[parts[0]] = String(parts[1])
        }
        guard let keyID = fields["keyId"], let time = fields["ts"], let nonce = fields["nonce"],
            fields["alg"] == "HMAC-SHA256", let signature = fields["sig"].flatMap({ Data(base64Encoded: $0) })
        else { return nil }
        self.keyID = keyID
        self.time = time
        self.nonce = nonce
        self.signature = signature
    }

    /// Whether digest and signature fit the request, in either form.
    func isValid(for request: MockRequest, secret: [UInt8]) -> Bool {
        let digest = "sha-256=:\(Data(SHA256.hash(data: request.body)).base64EncodedString()):"
        guard Self.areEqual(Array((request.header(.contentDigest) ?? "").utf8), Array(digest.utf8)) else {
            return false
        }
        let key = SymmetricKey(data: secret)
        // Nothing on the wire tells the forms apart, so both are tried.
        return Self.forms.contains { names in
            let text = Array(canonicalText(of: request, signing: names).utf8)
            return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: text, using: key)
        }
    }

    /// The header fields that are signed: first as clients from version 0.3.2 on do, then as 0.1.2.
    private static let forms: [[HTTPField.Name]] = [
        [
            .contentDigest, .contentType, .realmID, .principalID, .userID, .billingAccountID, .billingUserID,
            .idempotencyKey,
        ],
        [.contentDigest, .contentType, .realmID, .billingAccountID, .principalID, .idempotencyKey],
    ]

    private func canonicalText(of request: MockRequest, signing names: [HTTPField.Name]) -> String {
        var text = "\(request.method)\n\(request.target)\nts:\(time)\nnonce:\(nonce)"
        for name in names {
            text += "\n"
            text += name.canonicalName
            text += ":"
            text += request.header(name) ?? ""
        }
        return text
    }

    /// Compares in a time that does not depend on where the first difference is.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
