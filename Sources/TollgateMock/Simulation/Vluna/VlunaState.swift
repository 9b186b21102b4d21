import Foundation
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
    /// The families whose features need an entitlement.
    var closedFamilies: Set<String> = []
    var policies: [Policy] = []
    var counters: [Counter: Int64] = [:]
    var remainders: [Remainder: Int128] = [:]
    var leases: [String: Lease] = [:]
    var budgets: [String: Budget] = [:]
    var seats: [SeatName: Seat] = [:]
    var ledger: [Entry] = []
    var lineCount = 0
    /// The commits of batch items by account and key.
    var batchItems: [ItemKey: StoredItem] = [:]

    init(settings: MockSettings, seed: UInt64) {
        self.settings = settings
        random = SeededGenerator(seed: seed, stream: "vluna")
        policies = [Policy(feature: Self.wildcardFeature, kind: .quota, seconds: 86_400, limit: -1)]
        for (feature, family, rates) in Self.catalog {
            register(feature, family: family, rates: rates)
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
        let grantID: String
        var mode = MockBillingMode.prepaid
        /// What is left of the account's grants.
        var balance: Int64
        /// What was used beyond them and is still to be paid.
        var outstanding: Int64 = 0
        var entitlements: [Entitlement] = []
    }

    /// The account of a principal, made on first use.
    mutating func account(of principalID: String) -> Account {
        if let id = accountsByPrincipal[principalID], let account = accounts[id] { return account }
        let account = Account(
            id: random.uuid(), principalID: principalID, grantID: random.uuid(), balance: settings.vlunaBalance)
        accounts[account.id] = account
        accountsByPrincipal[principalID] = account.id
        return account
    }
}

// MARK: - Features and meters

extension VlunaState {
    struct Feature: Sendable {
        let code: String
        var family: String
        var isActive = true
        var needsEntitlement = false
        /// The first one gets the quantity of a commit that names no meters.
        var meters: [String]
    }

    struct Meter: Sendable {
        let code: String
        var unit = "token"
        var rates: Rates?
    }

    /// What the customer pays for a meter and what it costs the realm's owner.
    struct Rates: Sendable, Hashable {
        var price: Rate
        var cost: Rate?
        /// From when on they hold.
        var effectiveAt = Date(timeIntervalSince1970: 1_767_225_600)
    }

    /// The feature whose code, in the form that ``normalized(_:)`` gives, is `code`; registered if it is new.
    mutating func feature(_ code: String, family: String?) throws(VlunaFailure) -> Feature {
        if let feature = features[code] {
            guard feature.isActive else { throw .unprocessable("VALIDATION.INVALID_INPUT", "feature is not active") }
            return feature
        }
        guard settings.registersFeatures else { throw .unprocessable("RESOURCE.NOT_FOUND", "feature not found") }
        return register(code, family: family ?? Self.defaultFamily, rates: nil)
    }

    /// Adds a feature with a meter of the same name.
    @discardableResult
    mutating func register(_ code: String, family: String, rates: Rates?) -> Feature {
        let feature = Feature(code: code, family: family, meters: [code])
        features[code] = feature
        if meters[code] == nil { meters[code] = Meter(code: code, rates: rates) }
        return feature
    }

    /// A code as the service keeps it: trimmed, in small letters.
    static func normalized(_ code: String) -> String {
        code.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
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
