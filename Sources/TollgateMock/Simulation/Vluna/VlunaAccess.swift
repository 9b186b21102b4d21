import Crypto
import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// Who may call the simulated Vluna: keys, tokens and the realm.
struct VlunaAccess: Sendable {
    /// A platform token, which lets a user of a payer call.
    struct Token: Sendable {
        /// What a token lets its user do besides reading.
        static let allScopes: Set<String> = ["checkout", "portal"]

        let principalID: String
        let userID: String
        let expiresAt: Date
        var scopes = allScopes
    }

    /// What a request proves about its sender.
    struct Caller: Sendable {
        /// Whom the call is about; nil if it names nobody.
        var principalID: String?
        var billingAccountID: String?
        /// Whether the call may see the whole realm.
        var isRealmAdmin = false
        /// What a platform token lets its user do; nil for a service, which may do everything.
        var scopes: Set<String>?

        /// Whether it is the management surface that is called.
        var isService: Bool { scopes == nil }
    }

    let realmID: String
    var isRealmActive = true
    var keys: [String: MockServiceKey] = [:] {
        didSet { codes = keys.mapValues { HMAC(key: SymmetricKey(data: $0.secret)) } }
    }
    /// What signatures are checked with, made ready once for each key.
    private var codes: [String: HMAC<SHA256>] = [:]
    var tokens: [String: Token] = [:]

    init(realmID: String) {
        self.realmID = realmID
    }

    /// Finds out who sent a request.
    func identify(_ call: MockCall) throws(VlunaFailure) -> Caller {
        let authorization = call.header(.authorization) ?? ""
        let scheme = Substring(authorization.utf8.prefix { $0 != UInt8(ascii: " ") }).lowercased()
        if call.route.surface == "Vluna.BearerClient" {
            return try identifyBearer(call, scheme: scheme, authorization)
        }
        switch scheme {
        case "svc-auth", "srv-auth":
            try checkSignature(call, authorization)
            return Caller(
                principalID: call.header(.principalID), billingAccountID: call.header(.billingAccountID),
                isRealmAdmin: call.header(.realmAdmin) == "true")
        case "bearer":
            throw .unauthorized("AUTH.MISSING_SERVICE_SIGNATURE", "service signature is required")
        default:
            throw .unauthorized("unsupported_authorization_scheme", "authorization scheme is not supported")
        }
    }

    // MARK: - Service keys

    private func checkSignature(_ call: MockCall, _ authorization: String) throws(VlunaFailure) {
        guard let signature = ServiceSignature(authorization) else { throw Self.invalidSignature }
        guard let key = keys[signature.keyID], let code = codes[signature.keyID] else {
            throw .unauthorized("AUTH.SERVICE_KEY_NOT_FOUND", "service key not found")
        }
        guard signature.isValid(for: call.request, key: code) else { throw Self.invalidSignature }
        guard key.isEnabled else { throw .forbidden("AUTH.SERVICE_KEY_DISABLED", "service key is disabled") }
        if let expiry = key.expiresAt, expiry <= call.now {
            throw .forbidden("AUTH.SERVICE_KEY_EXPIRED", "service key is expired")
        }
        let unknown = VlunaFailure(
            status: 404, code: "AUTH.UNKNOWN_REALM", message: "unknown realm", clearsRealm: true)
        try checkRealm(call, missing: "AUTH.MISSING_REALM", other: unknown)
        if let realms = key.allowedRealms, !realms.contains(realmID) {
            throw .forbidden("AUTH.SERVICE_KEY_REALM_FORBIDDEN", "service key may not be used in this realm")
        }
        if let accounts = key.allowedAccounts {
            guard let account = call.header(.billingAccountID), accounts.contains(account) else {
                throw .forbidden("AUTH.SERVICE_KEY_ACCOUNT_FORBIDDEN", "service key may not be used for this account")
            }
        }
    }

    private static var invalidSignature: VlunaFailure {
        .unauthorized("AUTH.INVALID_SERVICE_SIGNATURE", "service signature is invalid")
    }

    private func checkRealm(_ call: MockCall, missing: String, other: VlunaFailure) throws(VlunaFailure) {
        guard let realm = call.header(.realmID), !realm.isEmpty else {
            throw VlunaFailure(status: 400, code: missing, message: "X-Realm-Id is required")
        }
        guard realm == realmID else { throw other }
        guard isRealmActive else { throw .forbidden("realm_inactive", "realm is not active") }
    }

    // MARK: - Platform tokens

    private func identifyBearer(
        _ call: MockCall, scheme: String, _ authorization: String
    ) throws(VlunaFailure) -> Caller {
        guard !authorization.isEmpty else { throw .unauthorized("missing_token", "a platform token is required") }
        guard scheme == "bearer" else {
            throw .unauthorized("unsupported_authorization_scheme", "authorization scheme is not supported")
        }
        guard let token = tokens[String(authorization.dropFirst("Bearer ".count))], token.expiresAt > call.now else {
            throw .unauthorized("invalid_token", "token is invalid")
        }
        let mismatch = VlunaFailure.forbidden("realm_mismatch", "realm is not that of the token")
        try checkRealm(call, missing: "missing_realm", other: mismatch)
        return Caller(principalID: token.principalID, scopes: token.scopes)
    }
}

extension VlunaFailure {
    static func unauthorized(_ code: String, _ message: String) -> VlunaFailure {
        VlunaFailure(status: 401, code: code, message: message)
    }

    static func forbidden(_ code: String, _ message: String) -> VlunaFailure {
        VlunaFailure(status: 403, code: code, message: message)
    }
}

extension HTTPField.Name {
    static let realmID = Self.named("X-Realm-Id")
    static let realmAdmin = Self.named("X-Realm-Admin")
    static let principalID = Self.named("X-Principal-Id")
    static let userID = Self.named("X-User-Id")
    static let billingAccountID = Self.named("X-Billing-Account-Id")
    static let billingUserID = Self.named("X-Billing-User-Id")
    static let contentDigest = Self.named("Content-Digest")
    static let traceparent = Self.named("traceparent")
}
