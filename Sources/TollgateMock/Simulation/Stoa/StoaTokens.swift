import Crypto
import Foundation
import TollgateCore
import TollgateMockServer

/// Makes and reads the tokens that Stoa signs with its Ed25519 key.
struct StoaTokens: Sendable {
    /// The present key is the last one; tokens of earlier ones stay good.
    private var keys: [Curve25519.Signing.PrivateKey] = []

    init(random: inout SeededGenerator) {
        rotate(&random)
    }

    /// Begins to sign with another key.
    mutating func rotate(_ random: inout SeededGenerator) {
        let seed = random.bytes(32)
        keys.append((try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)) ?? Curve25519.Signing.PrivateKey())
    }

    /// The present public key as PEM text (SubjectPublicKeyInfo).
    var publicKeyPEM: String {
        let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        let key = keys.last.map { Array($0.publicKey.rawRepresentation) } ?? []
        return "-----BEGIN PUBLIC KEY-----\n\(Data(prefix + key).base64EncodedString())\n-----END PUBLIC KEY-----\n"
    }

    /// A signed token with these claims.
    func token(_ claims: [String: JSONValue]) -> String {
        let header: JSONValue = ["alg": "EdDSA", "typ": "JWT", "kid": .string("stoa-\(keys.count)")]
        let text = [header, .object(claims)].map { Data($0.jsonBytes()).base64URL }.joined(separator: ".")
        let signature = keys.last.flatMap { try? $0.signature(for: Data(text.utf8)) } ?? Data()
        return "\(text).\(signature.base64URL)"
    }

    /// The claims of a token that one of the keys has signed; nil for any other.
    func claims(of token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.json(parts[0]), header["alg"]?.text == "EdDSA",
            let signature = Data(base64URL: parts[2])
        else { return nil }
        let signed = Data("\(parts[0]).\(parts[1])".utf8)
        guard keys.contains(where: { $0.publicKey.isValidSignature(signature, for: signed) }) else { return nil }
        return Self.json(parts[1])
    }

    private static func json(_ part: Substring) -> JSONValue? {
        Data(base64URL: part).flatMap { try? JSONValue(jsonBytes: Array($0)) }
    }
}

extension StoaState {
    /// Begins to sign with another key.
    mutating func rotateKey() {
        tokens.rotate(&random)
    }
}
