import Foundation

/// What one account was granted, has used and owes, in millionths of a US dollar.
struct WalletBook: Sendable {
    struct Credit: Sendable {
        let amount: Int64
        /// The lowest is used up first.
        let priority: Int
        let start: Date
        let end: Date
        var used: Int64 = 0

        var rest: Int64 { amount - used }

        func isUsable(at time: Date) -> Bool { start <= time && time < end }
    }

    /// What a commit has cost, and how much of it credit has paid.
    struct Charge: Sendable {
        let amount: Int64
        let cost: Int64
        var paid: Int64

        /// The part of the cost that goes with what was paid.
        var paidCost: Int64 { Int64(Int128(cost) * Int128(paid) / Int128(amount)) }
    }

    private(set) var credits: [Credit] = []
    private(set) var charges: [Charge] = []
    /// What debits have left to be paid.
    private(set) var owedDebits: Int64 = 0
    /// What was consumed and debited outside the gate.
    private(set) var debited: Int64 = 0

    var charged: Int64 { charges.reduce(0) { $0 + $1.amount } }
    var paid: Int64 { charges.reduce(0) { $0 + $1.paid } }
    var owed: Int64 { charged - paid + owedDebits }

    func available(at time: Date) -> Int64 {
        credits.reduce(0) { $0 + ($1.isUsable(at: time) ? $1.rest : 0) }
    }

    func balance(at time: Date) -> Int64 { available(at: time) - owed }

    /// What was not used in time.
    func lapsed(at time: Date) -> Int64 {
        credits.reduce(0) { $0 + ($1.end <= time ? $1.rest : 0) }
    }

    /// What may be used only later.
    func waiting(at time: Date) -> Int64 {
        credits.reduce(0) { $0 + (time < $1.start ? $1.rest : 0) }
    }

    // MARK: - Entries

    /// Adds credit, which first pays what is owed if it `coversDebt`: the usage before the debits.
    mutating func grant(
        _ amount: Int64, priority: Int = 100, from start: Date, until end: Date = .distantFuture,
        coversDebt: Bool = false
    ) {
        var credit = Credit(amount: amount, priority: priority, start: start, end: end)
        if coversDebt {
            for index in charges.indices {
                let part = min(charges[index].amount - charges[index].paid, credit.rest)
                charges[index].paid += part
                credit.used += part
            }
            let part = min(owedDebits, credit.rest)
            owedDebits -= part
            credit.used += part
        }
        credits.append(credit)
    }

    /// Enters usage; credit pays for it as far as it goes if the account pays in advance at all.
    mutating func charge(_ amount: Int64, cost: Int64, usesCredit: Bool, at time: Date) {
        guard amount > 0 else { return }
        charges.append(Charge(amount: amount, cost: cost, paid: usesCredit ? use(amount, at: time) : 0))
    }

    mutating func debit(_ amount: Int64, at time: Date) {
        debited += amount
        owedDebits += amount - use(amount, at: time)
    }

    private mutating func use(_ amount: Int64, at time: Date) -> Int64 {
        let usable = credits.indices.filter { credits[$0].isUsable(at: time) }
        let order = usable.map { (credits[$0].priority, credits[$0].end, $0) }.sorted(by: <).map(\.2)
        var rest = amount
        for index in order {
            let part = min(credits[index].rest, rest)
            credits[index].used += part
            rest -= part
        }
        return amount - rest
    }
}

/// What customers of the store were billed and have paid, in cents.
struct StoreBook: Sendable {
    var billed: [String: Int] = [:]
    var paid: [String: Int] = [:]
    /// Payments that failed.
    var failed: [String: Int] = [:]
}
