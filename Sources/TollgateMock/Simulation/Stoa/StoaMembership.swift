import Foundation
import TollgateMockServer
import TollgateStoa

extension StoaState {
    /// Registers a user for whom the application's backend vouches.
    /// - Returns: The membership's id, the same for the same user.
    mutating func register(
        _ request: Stoa.UpsertMembershipRequest, at now: Date
    ) throws(StoaFailure) -> String {
        guard request.appID == appID else {
            throw StoaFailure(403, .appMismatch, "The API key does not belong to \(request.appID).")
        }
        let text = StoaSignatures.registrationText(request)
        guard StoaSignatures.isValid(request.signature, of: text, secret: registrationSecret) else {
            throw StoaFailure(403, .invalidSignature, "The signature does not fit the registration secret.")
        }
        guard abs(now.timeIntervalSince1970 - Double(request.timestamp)) <= Self.signatureWindow else {
            throw StoaFailure(403, .signatureExpired, "The timestamp is more than 300 seconds off.")
        }
        guard nonces[request.nonce] ?? Array(text.utf8) == Array(text.utf8) else {
            throw StoaFailure(409, .nonceReused, "The nonce has been used for another registration.")
        }
        nonces[request.nonce] = Array(text.utf8)
        return setMember(request.userID, email: request.email, name: request.name, avatarURL: request.avatarURL)
    }

    /// Makes a user a member, or changes the member.
    /// - Returns: The membership's id, the same for the same user.
    mutating func setMember(_ userID: String, email: String, name: String?, avatarURL: String?) -> String {
        let membership = ensureMembership(of: userID)
        users[userID]?.email = email
        users[userID]?.name = name
        users[userID]?.avatarURL = avatarURL
        return membership
    }

    /// Creates or updates a profile.
    mutating func identify(_ request: Stoa.IdentifyUserRequest) -> Stoa.UserProfile {
        let isNew = users[request.userID] == nil
        var user = ensureUser(request.userID)
        user.email = request.email
        user.metadata.merge(request.metadata ?? [:]) { _, new in new }
        users[user.id] = user
        return Stoa.UserProfile(userID: user.id, email: user.email, metadata: user.metadata, created: isNew)
    }

    // MARK: - Installs

    /// Activates the membership that an install token stands for.
    mutating func exchange(
        _ request: Stoa.ExchangeInstallTokenRequest, at now: Date
    ) throws(StoaFailure) -> Stoa.Installation {
        guard let claims = tokens.claims(of: request.token), claims["iss"]?.text == "stoa",
            let tokenID = claims["jti"]?.text, let expiry = claims["exp"]?.number?.int
        else { throw StoaFailure(422, .installTokenInvalid, "The token's signature is wrong.") }
        guard claims["aud"]?.text == appID else {
            throw StoaFailure(403, .appMismatch, "The token was issued to another application.")
        }
        guard now.timeIntervalSince1970 < Double(expiry) else {
            throw StoaFailure(422, .installTokenExpired, "The token is past its time.")
        }
        guard let install = installs[tokenID] else {
            throw StoaFailure(404, .installNotFound, "The install that the token stands for does not exist.")
        }
        guard install.userID == nil || install.userID == request.userID else {
            throw StoaFailure(409, .installTokenUsed, "The token has been exchanged for another user.")
        }
        installs[tokenID]?.userID = request.userID
        ensureUser(request.userID)
        users[request.userID]?.membershipID = install.membershipID
        users[request.userID]?.email = install.email
        users[request.userID]?.name = install.name
        users[request.userID]?.avatarURL = install.avatarURL
        return Stoa.Installation(
            membershipID: install.membershipID, email: install.email, userID: request.userID, name: install.name,
            avatarURL: install.avatarURL.flatMap(URL.init(string:)))
    }

    /// Makes an install in the marketplace, and the token that tells the application of it.
    ///
    /// `userID` is given if Stoa knows the user already, `audience` if the token is for another application than this;
    /// a negative `lifetime` makes a token that has expired.
    mutating func installToken(
        email: String, name: String?, avatarURL: String?, userID: String?, audience: String? = nil,
        lifetime: Duration, at now: Date
    ) -> String {
        let membership = userID.flatMap { users[$0]?.membershipID } ?? "mem_\(random.token(10))"
        let tokenID = "ins_\(random.token(16))"
        installs[tokenID] = Install(membershipID: membership, email: email, name: name, avatarURL: avatarURL)
        var claims = claims(subject: membership, id: tokenID, lifetime: lifetime, at: now)
        if let audience { claims["aud"] = .string(audience) }
        claims["email"] = .string(email)
        claims["external_id"] = userID.map { .string($0) }
        claims["name"] = name.map { .string($0) }
        claims["avatar_url"] = avatarURL.map { .string($0) }
        return tokens.token(claims)
    }

    // MARK: - Connecting

    /// Makes the token that tells the application that a user has become a member.
    mutating func connectToken(userID: String, state: String, lifetime: Duration, at now: Date) -> String {
        let membership = ensureMembership(of: userID)
        var claims = claims(subject: membership, id: "con_\(random.token(16))", lifetime: lifetime, at: now)
        claims["external_id"] = .string(userID)
        claims["state"] = .string(state)
        claims["kind"] = "connect_success"
        return tokens.token(claims)
    }

    private func claims(
        subject: String, id: String, lifetime: Duration, at now: Date
    ) -> [String: JSONValue] {
        let issued = Int(now.timeIntervalSince1970.rounded(.down))
        return [
            "iss": "stoa", "aud": .string(appID), "sub": .string(subject), "jti": .string(id),
            "iat": .number(JSONNumber(issued)),
            "exp": .number(JSONNumber(issued + Int(lifetime.components.seconds))),
        ]
    }
}
