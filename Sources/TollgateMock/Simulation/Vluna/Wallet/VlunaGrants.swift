import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// Credit of an account: what was granted, and what is left of it.
    struct Grant: Sendable {
        /// A UUID.
        let id: String
        /// Its place among all grants, by when they were issued.
        let number: Int
        let createdAt: Date
        var updatedAt: Date
        var terms: GrantTerms
        /// How much was used and charged.
        var consumed: Int64 = 0
        /// How it was ended before its time.
        var cancellation: GrantClosure?
    }

    /// What a grant is.
    struct GrantTerms: Sendable {
        let account: String
        /// More than 0.
        let amount: Int64
        var kind = Vluna.GrantKind.grant
        /// The lowest is used up first. Chosen: credit that no program issues comes after what programs issue.
        var priority = 100
        /// From when on it may be used.
        let start: Date
        /// Until when it may be used; nil for ever.
        var end: Date?
        /// Why the account has it, for example `ops.manual`.
        var sourceKind: String?
        /// What it comes from, as the source names it.
        var sourceReference: String?
        /// What the wallet says that it comes from: `subscription`, `bonus`, `topup`, `adjustment` or `other`.
        var origin = "other"
        var program: GrantProgramName?
        /// The grant assignment that it comes from.
        var assignment: String?
        /// The period that it is for.
        var period: Range<Date>?
        /// Its place among the grants of one period.
        var sequence: Int?
        /// An account gets only one grant with a key.
        var key: String?
        var isOnLedger = false
        /// What it cost the realm's owner.
        var cost: Int64?
        /// What to call it before people.
        var label: String?
        var metadata: [String: JSONScalar] = [:]
        var isSuspended = false
        /// Whether it first pays for what the account has used beyond its grants.
        var coversOutstanding = false
    }

    struct GrantProgramName: Sendable {
        let id: String
        let code: String
        let name: String?
    }

    /// The end of a grant.
    struct GrantClosure: Sendable {
        let kind: Vluna.GrantClosureKind
        let time: Date
        /// How much was left.
        let remaining: Int64
    }
}

extension VlunaState.Grant {
    /// Nil while the grant has not ended.
    func closure(at now: Date) -> VlunaState.GrantClosure? {
        if let cancellation { return cancellation }
        guard let end = terms.end, end <= now else { return nil }
        let rest = terms.amount - consumed
        return VlunaState.GrantClosure(kind: rest > 0 ? .forfeit : .nothing, time: end, remaining: rest)
    }

    func status(at now: Date) -> Vluna.GrantStatus {
        if cancellation != nil { return .canceled }
        if closure(at: now) != nil { return .closed }
        if terms.isSuspended { return .suspended }
        return terms.start <= now ? .active : .ready
    }

    func remaining(at now: Date) -> Int64 {
        closure(at: now) == nil ? terms.amount - consumed : 0
    }
}

// MARK: - What an account has

extension VlunaState {
    /// All grants of an account, in the order in which they were issued.
    func grants(of account: String) -> [Grant] {
        grantsByAccount[account, default: []].compactMap { grants[$0] }
    }

    /// The grants that an account may use now, in the order in which they are used up: by priority; of one priority the
    /// one that ends first.
    func usableGrants(of account: String, at now: Date) -> [Grant] {
        grants(of: account).filter { $0.status(at: now) == .active }.sorted { first, second in
            let ends = (first.terms.end ?? .distantFuture, second.terms.end ?? .distantFuture)
            return (first.terms.priority, ends.0, first.number) < (second.terms.priority, ends.1, second.number)
        }
    }

    /// What an account may use now.
    func available(to account: String, at now: Date) -> Int64 {
        let sum = usableGrants(of: account, at: now).reduce(Int128(0)) { $0 + Int128($1.remaining(at: now)) }
        return Int64(clamping: sum)
    }

    /// What an account has, less what it has used beyond its grants.
    func balance(of account: String, at now: Date) -> Int64 {
        let outstanding = accounts[account]?.outstanding ?? 0
        return Int64(clamping: Int128(available(to: account, at: now)) - Int128(outstanding))
    }
}

// MARK: - Issuing and ending

extension VlunaState {
    /// Gives an account credit.
    /// - Returns: The grant; the one that the account has under the same key, if there is one.
    @discardableResult
    mutating func issueGrant(_ terms: GrantTerms, at now: Date) -> Grant {
        if let key = terms.key, let known = grants(of: terms.account).first(where: { $0.terms.key == key }) {
            return known
        }
        var grant = Grant(
            id: random.uuid(), number: grants.count + 1, createdAt: now, updatedAt: now, terms: terms)
        if terms.coversOutstanding {
            grant.consumed = coverOutstanding(of: terms.account, atMost: terms.amount, by: grant.id)
        }
        grants[grant.id] = grant
        grantsByAccount[terms.account, default: []].append(grant.id)
        return grant
    }

    /// Takes a grant back; what is left of it cannot be used any more.
    mutating func cancelGrant(_ id: String, as kind: Vluna.GrantClosureKind = .forfeit, at now: Date) {
        guard let grant = grants[id], grant.closure(at: now) == nil else { return }
        let rest = grant.remaining(at: now)
        grants[id]?.cancellation = GrantClosure(kind: rest > 0 ? kind : .nothing, time: now, remaining: rest)
        grants[id]?.updatedAt = now
    }

    /// Takes back what is left of the grants of an assignment.
    mutating func cancelGrants(ofAssignment assignment: String, at now: Date) {
        for grant in grants.values where grant.terms.assignment == assignment {
            cancelGrant(grant.id, at: now)
        }
    }

    /// Lets the grants of an assignment be used, or not for the time being.
    mutating func suspendGrants(ofAssignment assignment: String, _ isSuspended: Bool, at now: Date) {
        for grant in grants.values where grant.terms.assignment == assignment && grant.closure(at: now) == nil {
            grants[grant.id]?.terms.isSuspended = isSuspended
            grants[grant.id]?.updatedAt = now
        }
    }

    /// What was taken from one grant.
    struct Draw: Sendable {
        let grant: String
        let amount: Int64
    }

    /// Takes an amount from an account's grants, as far as they go.
    mutating func draw(_ amount: Int64, from account: String, at now: Date) -> [Draw] {
        var rest = amount
        var draws: [Draw] = []
        for grant in usableGrants(of: account, at: now) where rest > 0 {
            let part = min(grant.remaining(at: now), rest)
            guard part > 0 else { continue }
            grants[grant.id]?.consumed += part
            grants[grant.id]?.updatedAt = now
            draws.append(Draw(grant: grant.id, amount: part))
            rest -= part
        }
        return draws
    }
}
