import Foundation
import JWTKit
import TollgateCore

/// The key that checks tokens: fetched at first use, kept, and fetched again when a token does not fit it.
actor PublicKeyCache {
    /// Forged tokens must not make every check a request to Stoa: a key is replaced at most so often.
    static let shortestLife: TimeInterval = 10

    private var known: (key: EdDSA.PublicKey, fetched: Date)?

    /// The key that is known, otherwise the service's.
    func key(from stoa: Stoa) async throws -> EdDSA.PublicKey {
        if let known { return known.key }
        return try await fetch(from: stoa)
    }

    /// The service's present key, if it is another one.
    func key(from stoa: Stoa, otherThan old: EdDSA.PublicKey) async throws -> EdDSA.PublicKey? {
        if let known {
            // Somebody else may have fetched it since.
            if known.key != old { return known.key }
            if stoa.client.time.now.timeIntervalSince(known.fetched) < PublicKeyCache.shortestLife { return nil }
        }
        let fresh = try await fetch(from: stoa)
        return fresh == old ? nil : fresh
    }

    private func fetch(from stoa: Stoa) async throws -> EdDSA.PublicKey {
        let answer = try await stoa.install.publicKey()
        guard let key = try? EdDSA.PublicKey(pem: answer.publicKey) else {
            throw ConfigurationError("Stoa's public key is not an Ed25519 key in PEM form.")
        }
        known = (key, stoa.client.time.now)
        return key
    }
}
