import TollgateCore

extension Vluna.ServiceClient.Billing {
    /// Issues a token with which one of a customer's users calls the public surface.
    ///
    /// - Parameters:
    ///   - principalID: Who pays for the user's calls.
    ///   - userID: The customer's own id of the user.
    ///   - scopes: What the token permits; everything unless given.
    ///   - sessionTTL: How long it is good, in whole seconds: one minute to one hour.
    /// - Returns: The token, for ``Vluna/BearerClient``.
    /// - Throws: As ``issuePlatformToken(principalID:userID:scopes:sessionTTLSeconds:traits:nonce:)``.
    public func issuePlatformToken(
        principalID: String, userID: String, scopes: [Vluna.PlatformTokenScope]? = nil, sessionTTL: Duration
    ) async throws -> Vluna.PlatformToken {
        try await issuePlatformToken(
            principalID: principalID, userID: userID, scopes: scopes,
            sessionTTLSeconds: Int(sessionTTL.components.seconds))
    }
}
