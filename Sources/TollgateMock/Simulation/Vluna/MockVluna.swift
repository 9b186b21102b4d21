import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateVluna

/// The Vluna of a mock server: what a client needs to reach it, and levers for its state.
///
/// Accounts are named by principals, the caller's own ids of who pays; an account is made when it is first named.
public struct MockVluna: Sendable {
    /// The realm of every mock.
    public static let realmID = "realm_test"
    /// The service key that the mock accepts, the same in every mock.
    public static let defaultServiceKey = MockServiceKey(id: "pk-TOLLGATEMOCK0001", secret: Array(0..<32))

    let simulation: VlunaSimulation
    let transport: any HTTPTransport
    /// What to give clients of the management surface as base URL.
    public let serviceBaseURL: URL
    /// What to give clients of the public surface as base URL.
    public let bearerBaseURL: URL

    public var realmID: String { Self.realmID }
    public var serviceKeyID: String { Self.defaultServiceKey.id }
    /// In base64.
    public var serviceKeySecret: String { Self.defaultServiceKey.base64Secret }

    private func change<Result: Sendable>(
        _ body: (inout VlunaSimulation.World) throws -> sending Result
    ) rethrows -> sending Result {
        try simulation.world.withLock { try body(&$0) }
    }

    // MARK: - Clients

    /// A client of the management surface that reaches the mock in process.
    public func serviceClient() throws -> Vluna.ServiceClient {
        let key = try Vluna.ServiceKey(id: serviceKeyID, secret: serviceKeySecret)
        var vluna = Vluna.ServiceClient(realmID: realmID, key: key, baseURL: serviceBaseURL, transport: transport)
        vluna.client.time = simulation.clock
        return vluna
    }

    /// A client of the public surface that reaches the mock in process, with a new platform token.
    public func bearerClient(principalID: String, userID: String = "user_test") -> Vluna.BearerClient {
        let token = issuePlatformToken(principalID: principalID, userID: userID)
        var vluna = Vluna.BearerClient(
            accessToken: token, realmID: realmID, baseURL: bearerBaseURL, transport: transport)
        vluna.client.time = simulation.clock
        return vluna
    }

    /// Issues a platform token, as the management surface does for a backend.
    /// - Parameters:
    ///   - principalID: Who pays for the user's calls.
    ///   - userID: The user.
    ///   - lifetime: How long the token is good.
    /// - Returns: The token, for ``Vluna/BearerClient``.
    public func issuePlatformToken(
        principalID: String, userID: String, lifetime: Duration = .seconds(900)
    ) -> String {
        let now = simulation.clock.now
        return change { $0.issueToken(principalID: principalID, userID: userID, lifetime: lifetime, at: now) }
    }

    /// Adds a service key, or changes the one with the same id.
    public func setServiceKey(_ key: MockServiceKey) {
        change { $0.access.keys[key.id] = key }
    }

    /// Opens or closes the realm.
    public func setRealmActive(_ isActive: Bool) {
        change { $0.access.isRealmActive = isActive }
    }

    // MARK: - Accounts

    /// Vluna's id of an account.
    public func accountID(of principalID: String) -> String {
        let now = simulation.clock.now
        return change { $0.state.account(of: principalID, at: now).id }
    }

    /// Sets how an account pays. A new one pays in advance.
    public func setBillingMode(_ mode: MockBillingMode, of principalID: String) {
        changeAccount(of: principalID) { $0.mode = mode }
    }

    /// Lets one of an account's plans give or deny it a feature or a family of features.
    /// - Parameters:
    ///   - principalID: Whose account.
    ///   - target: What is given or denied.
    ///   - allows: Whether it is given.
    ///   - priority: The plan's priority; of several plans the one with the highest decides.
    public func entitle(
        _ principalID: String, to target: MockEntitlementTarget, allows: Bool = true, priority: Double = 0
    ) {
        changeAccount(of: principalID) { account in
            account.entitlements.append(
                VlunaState.Entitlement(target: target, allows: allows, priority: priority))
        }
    }

    private func changeAccount(of principalID: String, _ body: (inout VlunaState.Account) -> Void) {
        let now = simulation.clock.now
        change { $0.state.changeAccount(of: principalID, at: now, body) }
    }

    // MARK: - Ledger

    /// Everything that was committed and ingested, oldest first.
    public var ledger: [MockLedgerEntry] {
        change { world in
            world.state.ledger.map { entry in
                let principal = world.state.accounts[entry.account]?.principalID ?? ""
                return MockLedgerEntry(entry, principalID: principal)
            }
        }
    }
}

/// How a Vluna account pays.
public enum MockBillingMode: Sendable, Hashable {
    case prepaid, postpaid
    /// From grants as far as they go, the rest afterwards.
    case hybrid
}

/// What a plan gives or denies.
public enum MockEntitlementTarget: Sendable, Hashable {
    case feature(String)
    case family(String)
}

/// What one commit or ingest added to Vluna's books.
public struct MockLedgerEntry: Sendable, Hashable {
    public let commitID: String
    /// When the usage counts.
    public let time: Date
    /// Who pays.
    public let principalID: String
    public let featureCode: String
    /// The quantity of the feature, in its smallest unit.
    public let quantityMinor: Int64
    /// The quantities of its meters.
    public let meters: [String: Int64]
    /// What it costs, also if it is not charged.
    public let amount: Vluna.XUSD
    /// Whether it was counted and charged, and not only recorded.
    public let isCharged: Bool

    fileprivate init(_ entry: VlunaState.Entry, principalID: String) {
        commitID = entry.id
        time = entry.time
        self.principalID = principalID
        featureCode = entry.feature
        quantityMinor = entry.quantity
        meters = Dictionary(entry.lines.map { ($0.meter, $0.quantity) }) { $0 + $1 }
        amount = Vluna.XUSD(millionths: entry.amount)
        isCharged = entry.isCharged
    }
}
