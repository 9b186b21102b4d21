import TollgateCore

extension TogoBilling {
    /// Where a server keeps its API keys, and what was used with them.
    ///
    /// ``MemoryKeyStore`` keeps them for as long as the program runs; another one may keep them in a database.
    public protocol KeyStore: Sendable {
        /// Keeps a new key with the hash of its plaintext.
        func insert(_ key: APIKey, hash: SecretHash) async throws

        /// The key that a plaintext belongs to, marked as used now; nil for a key that is unknown or revoked.
        ///
        /// The plaintext must be compared in constant time, as ``SecretHash/matches(_:)`` does.
        func authenticate(_ secret: String) async throws -> APIKey?

        /// All keys of a user, the revoked ones too, the newest first.
        func list(userID: String) async throws -> [APIKey]

        /// Revokes a key; one that is revoked already keeps its time.
        ///
        /// It asks no questions: whether the caller may do so has to be found out before.
        ///
        /// - Returns: The key as it is now; nil for an unknown one.
        @discardableResult
        func revoke(id: String) async throws -> APIKey?

        /// Records one use; nothing happens if its id was recorded before.
        ///
        /// - Throws: ``InvalidUsage``.
        func record(_ event: UsageEvent) async throws

        /// What a user has used, ever.
        func summary(userID: String) async throws -> Consumption

        /// What was used with one key, ever.
        func summary(keyID: String) async throws -> Consumption
    }
}

extension TogoBilling.KeyStore {
    /// Makes a key and keeps it.
    ///
    /// - Parameters:
    ///   - userID: Whose key it is.
    ///   - name: What the owner calls the key.
    ///   - scopes: What the key is for.
    ///   - quota: The most tokens that the key may be used for, read and written together; 0 for no limit.
    /// - Returns: The key, and its plaintext, which cannot be had again.
    /// - Throws: What the store throws.
    public func create(
        userID: String, name: String, scopes: TogoBilling.Scopes = [], quota: Int64 = 0
    ) async throws -> (key: TogoBilling.APIKey, secret: String) {
        let (key, secret) = TogoBilling.APIKey.generate(userID: userID, name: name, scopes: scopes, quota: quota)
        try await insert(key, hash: TogoBilling.SecretHash(of: secret))
        return (key, secret)
    }

    /// Whether the key has been used for fewer tokens than its quota; always for a quota of 0.
    ///
    /// A server may ask this before it does the work. Requests at the same time can all be within the quota, and
    /// together go over it; `Quotas` of TollgateBackend reserve instead.
    public func isWithinQuota(_ key: TogoBilling.APIKey) async throws -> Bool {
        guard key.quota != 0 else { return true }
        return try await summary(keyID: key.id).totalTokens < key.quota
    }
}
