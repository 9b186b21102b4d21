import Foundation
import JWTKit
import TollgateCore

extension Stoa {
    /// What an install token says: a member of Stoa has installed the application.
    public struct InstallClaims: Sendable, Hashable {
        /// Stoa's id of the membership.
        public var membershipID: String
        public var email: String
        /// The application's own id of the user, if Stoa knows it already.
        public var userID: String?
        public var name: String?
        public var avatarURL: String?
        /// The token's own id. A token is meant to be used once; keep this id to see to it.
        public var tokenID: String
        public var issuedAt: Date
        public var expiresAt: Date
    }

    /// What a connect token says: a user of the application has become a member of Stoa.
    public struct ConnectClaims: Sendable, Hashable {
        /// Stoa's id of the membership.
        public var membershipID: String
        /// The application's own id of the user.
        public var userID: String
        /// The state that the application gave when it sent the user away. Compare it with the one that was given.
        public var state: String
        /// The token's own id. A token is meant to be used once; keep this id to see to it.
        public var tokenID: String
        public var issuedAt: Date
        public var expiresAt: Date
    }

    /// A token that must not be trusted.
    public struct InvalidToken: TollgateError, Hashable {
        public enum Reason: Sendable, Hashable {
            /// Its time is over.
            case expired
            /// It is not meant for this application, or for more than one.
            case audience
            /// Stoa did not issue it.
            case issuer
            /// It is a token of another kind.
            case kind
            /// It is no signed token, is signed with another algorithm or key, or lacks a claim.
            case malformed
        }

        public var reason: Reason
        /// What is wrong with it. The token itself is never part of it.
        public let description: String

        init(_ reason: Reason, _ description: String) {
            self.reason = reason
            self.description = "The token is not valid: " + description
        }
    }

    /// Checks the token that came to the application's install callback.
    ///
    /// The key that checks it is fetched at first use and kept; a token that it does not fit makes it be fetched once
    /// more, because Stoa may have changed it.
    ///
    /// - Parameter token: The value of the callback's query parameter `token`.
    /// - Returns: Who is to be installed.
    /// - Throws: ``InvalidToken``; ``ConfigurationError`` without an application id; and what fetching the key throws.
    public func verifyInstallCallback(token: String) async throws -> InstallClaims {
        let claims = try await verifiedClaims(of: token)
        return InstallClaims(
            membershipID: try claims.required("sub", claims.sub), email: try claims.required("email", claims.email),
            userID: claims.externalID, name: claims.name, avatarURL: claims.avatarURL,
            tokenID: try claims.required("jti", claims.jti), issuedAt: try claims.issuedAt,
            expiresAt: try claims.expiresAt)
    }

    /// Checks the token that came to the application's connect callback.
    ///
    /// - Parameter token: The value of the callback's query parameter `token`.
    /// - Returns: Who has been connected.
    /// - Throws: As ``verifyInstallCallback(token:)``.
    public func verifyConnectCallback(token: String) async throws -> ConnectClaims {
        let claims = try await verifiedClaims(of: token)
        guard claims.kind == "connect_success" else {
            throw InvalidToken(.kind, "it is not a connect token.")
        }
        return ConnectClaims(
            membershipID: try claims.required("sub", claims.sub),
            userID: try claims.required("external_id", claims.externalID),
            state: try claims.required("state", claims.state), tokenID: try claims.required("jti", claims.jti),
            issuedAt: try claims.issuedAt, expiresAt: try claims.expiresAt)
    }

    private func verifiedClaims(of token: String) async throws -> TokenClaims {
        let appID = try requiredAppID(for: "checking a token")
        let parsed = try SignedToken(token)
        let claims = try await verified(parsed)
        try claims.check(audience: appID, now: client.time.now)
        return claims
    }

    /// With the key that is known; once more with a fresh one if the signature does not fit.
    private func verified(_ token: SignedToken) async throws -> TokenClaims {
        let known = try await publicKeys.key(from: self)
        do {
            return try await token.claims(checkedWith: known)
        } catch let error as InvalidToken {
            guard let fresh = try await publicKeys.key(from: self, otherThan: known) else { throw error }
            return try await token.claims(checkedWith: fresh)
        }
    }
}

/// A token whose form is right; nothing in it is to be trusted yet.
private struct SignedToken {
    private struct Header: Decodable {
        var alg: String
        var kid: String?
    }

    private let text: String
    private let keyID: String?

    init(_ text: String) throws {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let data = Data(base64URL: parts[0]),
            let header = try? JSONDecoder().decode(Header.self, from: data)
        else { throw Stoa.InvalidToken(.malformed, "it is not a signed JSON Web Token.") }
        // Only what Stoa signs with: a token must not choose how it is checked.
        guard header.alg == "EdDSA" else {
            throw Stoa.InvalidToken(.malformed, "it is not signed with EdDSA.")
        }
        self.text = text
        keyID = header.kid
    }

    func claims(checkedWith key: EdDSA.PublicKey) async throws -> TokenClaims {
        let keys = JWTKeyCollection()
        await keys.add(eddsa: key)
        if let keyID { await keys.add(eddsa: key, kid: JWKIdentifier(string: keyID)) }
        do {
            return try await keys.verify(text, as: TokenClaims.self)
        } catch is CancellationError {
            throw CancellationError()
        } catch is DecodingError {
            throw Stoa.InvalidToken(.malformed, "a claim is of the wrong type.")
        } catch {
            throw Stoa.InvalidToken(.malformed, "its signature does not fit Stoa's key.")
        }
    }
}

/// The claims of both kinds of token, as they come.
private struct TokenClaims: JWTPayload {
    var iss: String?
    var aud: Audience?
    var sub: String?
    var jti: String?
    var iat: Double?
    var nbf: Double?
    var exp: Double?
    var email: String?
    var externalID: String?
    var name: String?
    var avatarURL: String?
    var state: String?
    var kind: String?

    enum CodingKeys: String, CodingKey {
        case iss, aud, sub, jti, iat, nbf, exp, email, name, state, kind
        case externalID = "external_id"
        case avatarURL = "avatar_url"
    }

    /// A string or a list of strings.
    struct Audience: Codable {
        var values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(String.self) {
                values = [value]
            } else {
                values = try container.decode([String].self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(values)
        }
    }

    /// The claims are checked by ``check(audience:now:)``, which knows the time and the application.
    func verify(using algorithm: some JWTAlgorithm) {}

    func check(audience: String, now: Date) throws {
        guard required.allSatisfy({ $0 }) else { throw Stoa.InvalidToken(.malformed, "a required claim is missing.") }
        guard iss == "stoa" else { throw Stoa.InvalidToken(.issuer, "Stoa did not issue it.") }
        guard aud?.values == [audience] else {
            throw Stoa.InvalidToken(.audience, "it is not meant for this application alone.")
        }
        guard try expiresAt > now else { throw Stoa.InvalidToken(.expired, "its time is over.") }
        guard try issuedAt <= now, nbf ?? 0 <= now.timeIntervalSince1970 else {
            throw Stoa.InvalidToken(.malformed, "it is not valid yet; check this machine's clock.")
        }
    }

    private var required: [Bool] {
        [iss != nil, aud != nil, sub != nil, jti != nil, iat != nil, exp != nil]
    }

    func required(_ name: String, _ value: String?) throws -> String {
        guard let value else { throw Stoa.InvalidToken(.malformed, "the claim \"\(name)\" is missing.") }
        return value
    }

    var issuedAt: Date {
        get throws { try date(iat, "iat") }
    }

    var expiresAt: Date {
        get throws { try date(exp, "exp") }
    }

    private func date(_ seconds: Double?, _ name: String) throws -> Date {
        guard let seconds, seconds.isFinite else {
            throw Stoa.InvalidToken(.malformed, "the claim \"\(name)\" is missing.")
        }
        return Date(timeIntervalSince1970: seconds)
    }
}

extension Data {
    /// URL-safe base64 without padding.
    fileprivate init?(base64URL text: Substring) {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }
}
