import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateTogo

/// The togo billing of a mock server: what a client needs to reach it, and levers for its state.
public struct MockTogo: Sendable {
    /// The user whom ``apiKey`` belongs to, the same in every mock.
    public static let userID = "user_test"

    let simulation: TogoSimulation
    let transport: any HTTPTransport
    /// What to give clients as base URL.
    public let baseURL: URL

    /// The plaintext of a key without quota that is there from the beginning. The seed makes it.
    public var apiKey: String { simulation.state.withLock(\.apiKey) }

    /// A client that reaches the mock in process with ``apiKey``, and lives by its clock.
    public func client() -> TogoBilling {
        client(apiKey: apiKey)
    }

    /// A client that reaches the mock in process with a key, and lives by its clock.
    public func client(apiKey: String) -> TogoBilling {
        var togo = TogoBilling(apiKey: apiKey, baseURL: baseURL, transport: transport)
        togo.client.time = simulation.clock
        return togo
    }

    /// Issues a key.
    /// - Parameters:
    ///   - userID: Whose key it is.
    ///   - name: What the owner calls it.
    ///   - scopes: What it is for.
    ///   - quota: The most tokens that it may be used for; 0 for no limit.
    /// - Returns: The key with its plaintext, which the mock does not keep.
    public func issueKey(
        userID: String, name: String = "test", scopes: TogoBilling.Scopes = [], quota: Int64 = 0
    ) -> TogoBilling.IssuedKey {
        let now = simulation.clock.now
        return simulation.state.withLock { state in
            state.issueKey(userID: userID, name: name, scopes: scopes, quota: quota, at: now)
        }
    }

    /// Revokes a key, as its owner does; one that is revoked stays so.
    /// - Throws: ``MockError`` if there is no such key.
    public func revokeKey(_ id: String) throws(MockError) {
        let now = simulation.clock.now
        try simulation.state.withLock { state throws(MockError) in
            guard state.keys.contains(where: { $0.record.id == id }) else { throw .unknown("There is no key \(id).") }
            state.revokeKey(id, at: now)
        }
    }

    /// Changes the quota of a key.
    /// - Parameters:
    ///   - quota: The most tokens that it may be used for; 0 for no limit.
    ///   - id: The key's id.
    /// - Throws: ``MockError`` if there is no such key.
    public func setQuota(_ quota: Int64, of id: String) throws(MockError) {
        precondition(quota >= 0, "a quota is not negative")
        guard simulation.state.withLock({ $0.setQuota(quota, of: id) }) != nil else {
            throw .unknown("There is no key \(id).")
        }
    }

    /// All keys of a user, the newest first.
    public func keys(of userID: String) -> [TogoBilling.APIKey] {
        simulation.state.withLock { $0.keys(of: userID) }
    }

    /// Records a use, as the application does after a call of a model. One whose id was recorded before counts once.
    public func record(_ event: TogoBilling.UsageEvent) {
        simulation.state.withLock { $0.record(event) }
    }

    /// Whether a key was used for fewer tokens than its quota; nil for an unknown id.
    public func isWithinQuota(_ keyID: String) -> Bool? {
        simulation.state.withLock { $0.isWithinQuota(keyID) }
    }
}
