import Foundation
import TollgateMockServer
import TollgateVluna

/// Everything that the simulated Vluna knows. A value without a lock: whoever holds it has it for themselves.
///
/// Amounts are integers in XUSD, quantities integers in the meter's smallest unit.
struct VlunaState: Sendable {
    /// The features that a realm has no policy of their own for fall under this one.
    static let wildcardFeature = "__wildcard_feature__"

    /// The family of features that register themselves without naming one.
    static let defaultFamily = "default"

    let settings: MockSettings
    var random: SeededGenerator

    var accounts: [String: Account] = [:]
    /// The accounts' ids by principal.
    var accountsByPrincipal: [String: String] = [:]
    var features: [String: Feature] = [:]
    var meters: [String: Meter] = [:]
    var policies: [Policy] = []
    var counters: [Counter: Int64] = [:]
    var remainders: [Remainder: Int128] = [:]
    var leases: [String: Lease] = [:]
    var budgets: [String: Budget] = [:]
    /// The ids of budgets, in the order in which they were made.
    var budgetOrder: [String] = []
    var seats: [SeatName: Seat] = [:]
    /// Credit by its id.
    var grants: [String: Grant] = [:]
    /// The ids of each account's grants, in the order in which they were issued.
    var grantsByAccount: [String: [String]] = [:]
    var ledger: [Entry] = []
    /// What was taken from wallets and added to them outside the gate.
    var movements: [Movement] = []
    var lineCount = 0
    /// The commits of batch items by account and key.
    var batchItems: [ItemKey: StoredItem] = [:]
    var store: Store
    var registry = VlunaRegistry()

    init(settings: MockSettings, seed: UInt64) {
        self.settings = settings
        random = SeededGenerator(seed: seed, stream: "vluna")
        store = Store(seed: seed)
        policies = [Policy(feature: Self.wildcardFeature, kind: .quota, seconds: 86_400, limit: -1)]
        for (feature, family, rates) in Self.catalog {
            register(feature, family: family, rates: rates, at: Rates.foundingTime)
        }
    }

    /// The features that every new realm has. Others register themselves when they are first named, without a price.
    private static let catalog: [(String, String, Rates)] = [
        (
            "openai.gpt5.2", "llm.premium",
            Rates(
                price: Rate(unitPrice: 2_000, unitQuantity: 1_000, rounding: .ceil),
                cost: Rate(unitPrice: 1_500, unitQuantity: 1_000, rounding: .ceil))
        ),
        (
            "openai.gpt-4o", "llm.standard",
            Rates(
                price: Rate(unitPrice: 10, unitQuantity: 1, rounding: .floor),
                cost: Rate(unitPrice: 8, unitQuantity: 1, rounding: .floor))
        ),
    ]
}

// MARK: - Accounts

extension VlunaState {
    struct Account: Sendable {
        let id: String
        let principalID: String
        let createdAt: Date
        var mode = MockBillingMode.prepaid
        /// What was used beyond the account's grants and is still to be paid.
        var outstanding: Int64 = 0
        var entitlements: [Entitlement] = []
    }

    /// The account of a principal, made on first use.
    mutating func account(of principalID: String, at now: Date) -> Account {
        if let id = accountsByPrincipal[principalID], let account = accounts[id] { return account }
        let account = Account(id: random.uuid(), principalID: principalID, createdAt: now)
        accounts[account.id] = account
        accountsByPrincipal[principalID] = account.id
        if settings.vlunaBalance > 0 {
            issueGrant(
                GrantTerms(
                    account: account.id, amount: settings.vlunaBalance, kind: .nonexpiring, start: now,
                    sourceKind: "internal.catalog", key: "opening", label: "Opening credit"),
                at: now)
        }
        return account
    }
}

/// Why the simulated Vluna does not do what it is asked.
struct VlunaFailure: Error, Sendable {
    let status: Int
    let code: String
    let message: String
    var hints: [Vluna.Hint] = []
    /// Whether the caller should forget what it knows of the realm.
    var clearsRealm = false

    static func unprocessable(_ code: String, _ message: String) -> VlunaFailure {
        VlunaFailure(status: 422, code: code, message: message)
    }

    static func invalid(_ message: String) -> VlunaFailure {
        .unprocessable("VALIDATION.INVALID_INPUT", message)
    }

    static func notFound(_ thing: String) -> VlunaFailure {
        .unprocessable("RESOURCE.NOT_FOUND", "\(thing) not found")
    }
}
