import Crypto
import Foundation
import TollgateMockServer
import TollgateTogo

/// Everything that the simulated togo billing keeps. A value without a lock: whoever holds it has it alone.
struct TogoState: Sendable {
    struct Key: Sendable {
        var record: TogoBilling.APIKey
        /// All that is kept of the plaintext.
        let hash: SHA256Digest
    }

    private(set) var keys: [Key] = []
    private(set) var events: [TogoBilling.UsageEvent] = []
    private var random: SeededGenerator
    /// Apart from that of keys, so that uses do not change the keys that come after them.
    private var uses: SeededGenerator
    /// The plaintext of the key that is there from the beginning.
    private(set) var apiKey = ""

    /// When the first key was made: the same in every run, whatever the clock says.
    private static let beginning = Date(timeIntervalSince1970: 1_767_225_600)

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed, stream: "togo")
        uses = SeededGenerator(seed: seed, stream: "togo.uses")
        apiKey = issueKey(userID: MockTogo.userID, name: "test", scopes: [], quota: 0, at: Self.beginning).secret
    }

    // MARK: - Keys

    mutating func issueKey(
        userID: String, name: String, scopes: TogoBilling.Scopes, quota: Int64, at now: Date
    ) -> TogoBilling.IssuedKey {
        let secret = "togo_\(random.hex(bytes: 32))"
        let record = TogoBilling.APIKey(
            id: "key_\(random.hex(bytes: 4))", userID: userID, name: name, prefix: String(secret.prefix(17)),
            scopes: scopes, quota: quota, createdAt: .init(now), lastUsedAt: .never, revokedAt: .never)
        keys.append(Key(record: record, hash: SHA256.hash(data: Data(secret.utf8))))
        return TogoBilling.IssuedKey(
            id: record.id, userID: userID, name: name, prefix: record.prefix, scopes: scopes, quota: quota,
            createdAt: record.createdAt, lastUsedAt: .never, revokedAt: .never, secret: secret)
    }

    /// The key that a plaintext belongs to, which counts as used now; nil for one that is unknown or revoked.
    mutating func authenticate(_ secret: String, at now: Date) -> TogoBilling.APIKey? {
        let hash = SHA256.hash(data: Data(secret.utf8))
        guard let position = keys.firstIndex(where: { $0.hash == hash }), keys[position].record.revokedAt == .never
        else {
            return nil
        }
        keys[position].record.lastUsedAt = .init(now)
        return keys[position].record
    }

    /// The newest first.
    func keys(of userID: String) -> [TogoBilling.APIKey] {
        keys.reversed().map(\.record).filter { $0.userID == userID }
    }

    /// - Returns: Whether the user has such a key.
    mutating func revokeKey(_ id: String, of userID: String, at now: Date) -> Bool {
        guard keys.contains(where: { $0.record.id == id && $0.record.userID == userID }) else { return false }
        revokeKey(id, at: now)
        return true
    }

    /// Revokes a key, if there is one that is not revoked.
    mutating func revokeKey(_ id: String, at now: Date) {
        guard let position = keys.firstIndex(where: { $0.record.id == id }),
            keys[position].record.revokedAt == .never
        else { return }
        keys[position].record.revokedAt = .init(now)
    }

    /// Changes what a key may be used for at most.
    /// - Returns: The key; nil for an unknown one.
    mutating func setQuota(_ quota: Int64, of keyID: String) -> TogoBilling.APIKey? {
        guard let position = keys.firstIndex(where: { $0.record.id == keyID }) else { return nil }
        keys[position].record.quota = quota
        return keys[position].record
    }

    // MARK: - Usage

    /// Records a use, unless one with its id was recorded before.
    mutating func record(_ event: TogoBilling.UsageEvent) {
        if !events.contains(where: { $0.id == event.id }) { events.append(event) }
    }

    func consumption(of userID: String) -> TogoBilling.Consumption {
        sum { $0.userID == userID }
    }

    /// Whether a key was used for fewer tokens than its quota; nil for an unknown key.
    func isWithinQuota(_ keyID: String) -> Bool? {
        keys.first { $0.record.id == keyID }.map { key in
            key.record.quota == 0 || tokens(usedWith: keyID) < key.record.quota
        }
    }

    /// For how many tokens a key was used.
    func tokens(usedWith keyID: String) -> Int64 {
        sum { $0.keyID == keyID }.totalTokens
    }

    /// An id for a use that has none.
    mutating func nextUseID() -> String {
        "use_\(uses.hex(bytes: 8))"
    }

    private func sum(_ counts: (TogoBilling.UsageEvent) -> Bool) -> TogoBilling.Consumption {
        var sum = TogoBilling.Consumption(events: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0, cost: 0)
        for event in events where counts(event) {
            sum.events += 1
            sum.inputTokens += event.inputTokens
            sum.outputTokens += event.outputTokens
            sum.totalTokens += event.inputTokens + event.outputTokens
            sum.cost += event.cost
        }
        return sum
    }
}
