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
        var (keyID, time, nonce, algorithm, signature): (Substring?, Substring?, Substring?, Substring?, Data?)
        for field in authorization.utf8.dropFirst(prefix.utf8.count).split(separator: UInt8(ascii: ",")) {
            let field = field.drop { $0 == UInt8(ascii: " ") }
            guard let mark = field.firstIndex(of: UInt8(ascii: "=")), mark > field.startIndex else { return nil }
            let value = Substring(field[field.index(after: mark)...])
            if value.isEmpty { return nil }
            switch Substring(field[..<mark]) {
            case "keyId": keyID = value
            case "ts": time = value
            case "nonce": nonce = value
            case "alg": algorithm = value
            case "sig": signature = Data(base64Encoded: String(value))
            default: break
            }
        }
        guard let keyID, let time, let nonce, algorithm == "HMAC-SHA256", let signature else { return nil }
        self.keyID = String(keyID)
        self.time = String(time)
        self.nonce = String(nonce)
        self.signature = signature
    }

    /// Whether digest and signature fit the request, in either form. The key is one that has signed nothing yet.
    func isValid(for request: MockRequest, key: HMAC<SHA256>) -> Bool {
        let digest = "sha-256=:\(Data(SHA256.hash(data: request.body)).base64EncodedString()):"
        guard Self.areEqual((request.header(.contentDigest) ?? "").utf8, digest.utf8) else { return false }
        // Nothing on the wire tells the forms apart, so both are tried.
        return Self.forms.contains { names in
            var code = key
            var text = canonicalText(of: request, signing: names)
            text.withUTF8 { code.update(data: UnsafeRawBufferPointer($0)) }
            return code.finalize().withUnsafeBytes { Self.areEqual($0, signature) }
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
    static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
