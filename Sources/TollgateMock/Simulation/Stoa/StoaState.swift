import Foundation
import TollgateMockServer
import TollgateStoa

/// Everything that the simulated Stoa knows of one application. A value without a lock: whoever holds it has it alone.
struct StoaState: Sendable {
    /// How long an event's id is remembered, in seconds: 30 days.
    static let dedupeWindow: TimeInterval = 30 * 86_400
    /// How far in the future an event may lie, in seconds.
    static let futureLimit: TimeInterval = 3_600
    /// How far the timestamp of a signature may be from the clock, in seconds.
    static let signatureWindow: TimeInterval = 300

    let appID: String
    let registrationSecret: String
    let connectSecret: String
    /// In US dollars.
    let openingBalance: Decimal
    var random: SeededGenerator
    var tokens: StoaTokens

    var users: [String: User] = [:]
    var nonces: [String: [UInt8]] = [:]
    var installs: [String: Install] = [:]
    var payments: [Payment] = []
    var events: [RecordedEvent] = []
    /// The positions in `events` by event id.
    var eventPositions: [UUID: Int] = [:]

    init(seed: UInt64, openingBalance: Decimal) {
        appID = MockStoa.appID
        registrationSecret = MockStoa.registrationSecret
        connectSecret = MockStoa.connectSecret
        self.openingBalance = openingBalance
        random = SeededGenerator(seed: seed, stream: "stoa")
        tokens = StoaTokens(random: &random)
    }
}

extension StoaState {
    /// One of the application's users: registered, installed, identified or named in a payment.
    struct User: Sendable {
        let id: String
        var membershipID: String?
        var email: String?
        var name: String?
        var avatarURL: String?
        var metadata: [String: JSONScalar] = [:]
        /// In US dollars.
        var balance: Decimal
        /// The last part of the address of the page where the user buys credit.
        let topUpPage: String

        var topUpURL: URL? { URL(string: "https://pay.onstoa.com/topup/\(topUpPage)") }
    }

    /// A payment on a hosted checkout page.
    struct Payment: Sendable {
        let id: String
        let userID: String
        let checkoutURL: URL?
        let returnURL: String
        let metadata: [String: String]
        let isDryRun: Bool
        let createdAt: Date
        /// What became of it last; nil as long as the user has done nothing.
        var outcome: MockPayment.Status?

        /// A page on which nothing happened is closed after 24 hours.
        func status(at now: Date) -> MockPayment.Status {
            outcome ?? (now < closesAt ? .open : .expired)
        }

        var closesAt: Date { createdAt.addingTimeInterval(86_400) }
    }

    struct RecordedEvent: Sendable {
        let event: Stoa.UsageEvent
        /// What tells whether another event under the same id is the same one.
        let content: [UInt8]
        let receivedAt: Date
        /// In US dollars.
        let price: Decimal
    }

    /// An install in Stoa's marketplace, which waits for the application to take it up.
    struct Install: Sendable {
        let membershipID: String
        let email: String
        let name: String?
        let avatarURL: String?
        /// The user whom the token was exchanged for.
        var userID: String?
    }

    /// The user, who becomes known if they were not.
    @discardableResult
    mutating func ensureUser(_ id: String) -> User {
        if let user = users[id] { return user }
        let user = User(id: id, balance: openingBalance, topUpPage: "tu_\(random.hex(bytes: 6))")
        users[id] = user
        return user
    }

    /// The user's membership, made if there is none.
    mutating func ensureMembership(of id: String) -> String {
        if let membership = ensureUser(id).membershipID { return membership }
        let membership = "mem_\(random.token(10))"
        users[id]?.membershipID = membership
        return membership
    }

    func knownUser(_ id: String) throws(StoaFailure) -> User {
        guard let user = users[id] else {
            throw StoaFailure(404, .userNotFound, "User \"\(id)\" is not connected to this application.")
        }
        return user
    }
}

/// Why the simulated Stoa does not do what it is asked.
struct StoaFailure: Error, Sendable {
    /// What a user has and what would be needed, in US dollars.
    struct Shortage: Sendable {
        let topUpURL: URL?
        let balance: Decimal
        let required: Decimal
    }

    let status: Int
    let code: Stoa.ErrorCode
    let message: String
    var violations: [Violation] = []
    var shortage: Shortage?

    init(_ status: Int, _ code: Stoa.ErrorCode, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}
