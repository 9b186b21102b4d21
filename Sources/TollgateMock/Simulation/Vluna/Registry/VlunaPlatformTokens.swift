import Crypto
import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

/// A platform token that is to be issued.
struct PlatformTokenOrder {
    var principalID: String
    var userID: String
    var scopes = VlunaAccess.Token.allScopes
    var lifetime: Duration
    var traits: [String: JSONValue] = [:]
    var nonce: String?
    /// The service key that asks for it.
    var keyID = MockVluna.defaultServiceKey.id
}

extension VlunaSimulation.World {
    mutating func issuePlatformToken(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.PlatformTokenRequest.self)
        var order = PlatformTokenOrder(
            principalID: request.principalID, userID: request.userID, lifetime: .seconds(request.sessionTTLSeconds),
            traits: request.traits ?? [:], nonce: request.nonce)
        let known = VlunaAccess.Token.allScopes.intersection(request.scopes?.map(\.rawValue) ?? [])
        if !known.isEmpty { order.scopes = known }
        if let signature = call.header(.authorization).flatMap({ ServiceSignature($0) }) {
            order.keyID = signature.keyID
        }
        let token = issueToken(order, at: call.now)
        return MockReply(
            envelopeOf: Vluna.PlatformToken(
                accessToken: token, expiresIn: request.sessionTTLSeconds,
                expiresAt: call.now.addingTimeInterval(order.lifetime / .seconds(1)),
                billingAccountID: state.account(of: order.principalID, at: call.now).id))
    }

    /// Makes a platform token for a user of a principal, whose account is made if there is none.
    mutating func issueToken(principalID: String, userID: String, lifetime: Duration, at now: Date) -> String {
        issueToken(PlatformTokenOrder(principalID: principalID, userID: userID, lifetime: lifetime), at: now)
    }

    private mutating func issueToken(_ order: PlatformTokenOrder, at now: Date) -> String {
        let account = state.account(of: order.principalID, at: now)
        let expiry = now.addingTimeInterval(order.lifetime / .seconds(1))
        let scopes = order.scopes.sorted()
        var claims: [String: JSONValue] = [
            "iss": .string("https://api.vluna.ai/realms/\(access.realmID)"), "aud": "oss.vluna.ai",
            "sub": .string(order.userID), "jti": .string(state.random.uuid()),
            "iat": .number(JSONNumber(Int(now.timeIntervalSince1970))),
            "exp": .number(JSONNumber(Int(expiry.timeIntervalSince1970))),
            "scope": .string(scopes.contains("checkout") ? "billing:read billing:write" : "billing:read"),
            "realm_id": .string(access.realmID), "billing_account_id": .string(account.id),
            "principal_id": .string(order.principalID), "plt_scopes": .array(scopes.map { .string($0) }),
            "plt_traits": .object(order.traits), "tu": "plt", "token_use": "platform", "tv": 1,
            "ib": .string(order.keyID),
        ]
        claims["nonce"] = order.nonce.map { .string($0) }
        let token = access.sign(.object(claims))
        access.tokens[token] = VlunaAccess.Token(
            principalID: order.principalID, userID: order.userID, expiresAt: expiry, scopes: order.scopes)
        return token
    }
}

extension VlunaFailure {
    /// A problem with a request for a platform token: who is missing has a code of its own.
    init(tokenRequest problem: MockProblem) {
        let missing = [("principal_id", "missing_principal"), ("user_id", "missing_user_id")].first { name, _ in
            problem.violations.contains { $0.source == .body && $0.pointer == "/\(name)" }
        }
        if let (name, code) = missing {
            self = .unprocessable(code, "\(name) is required")
        } else {
            self.init(problem)
        }
    }
}

extension VlunaAccess {
    /// A JWT with these claims, signed with HS256. What a token lets its holder do is looked up, not read from it.
    fileprivate func sign(_ claims: JSONValue) -> String {
        let header: JSONValue = ["alg": "HS256", "typ": "JWT", "kid": .string("plt:v1:realm:\(realmID)")]
        let text = [header, claims].map { Data($0.jsonBytes()).base64URL }.joined(separator: ".")
        let key = SymmetricKey(data: SHA256.hash(data: Array("platform tokens of \(realmID)".utf8)))
        let signature = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        return "\(text).\(Data(signature).base64URL)"
    }
}
