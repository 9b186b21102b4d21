import Foundation
import TollgateVluna

extension VlunaState {
    /// What one commit or ingest added to the books.
    struct Entry: Sendable {
        let id: String
        /// When the usage counts in reports.
        let time: Date
        let account: String
        let feature: String
        let family: String
        let labels: [String: String]
        let budget: String?
        /// The quantity of the feature, which is independent of those of its meters.
        let quantity: Int64
        let lines: [Line]
        let hints: [Vluna.Hint]
        /// Empty for usage that is recorded and not charged.
        var settlements: [Settlement] = []
        let isCharged: Bool

        var amount: Int64 { lines.reduce(0) { $0 + ($1.price?.amount ?? 0) } }
        var cost: Int64 { lines.reduce(0) { $0 + ($1.cost?.amount ?? 0) } }
    }

    /// What one meter adds to an entry.
    struct Line: Sendable {
        let id: String
        let meter: String
        let unit: String
        let quantity: Int64
        let rates: Rates?
        let price: Rated?
        let cost: Rated?
        /// What is wrong with the price that a contract has for the meter.
        var hint: Vluna.Hint?
    }

    /// What paid for an entry, or for a part of it.
    struct Settlement: Sendable {
        enum Funding: String, Sendable {
            case grant, postpaid, outstanding
        }

        let funding: Funding
        let allocated: Int64
        let applied: Int64
        let appliedCost: Int64
        let grant: String?

        /// Chosen: what a grant has paid is `applied`, the rest is `pending` until it is invoiced.
        var applicationStatus: String { funding == .grant ? "applied" : "pending" }
        var state: String { funding == .grant ? "settled" : "open" }
    }

    /// What was used of one meter.
    struct Use: Sendable {
        let meter: String
        let quantity: Int64
        var knownFingerprint: String?
        var knownUnitPrice: Int64?
    }

    /// Prices what was used at a time; nothing is charged by it. Meters that do not exist get no line.
    mutating func price(
        _ uses: [Use], for account: String, at time: Date, now: Date
    ) throws(VlunaFailure) -> [Line] {
        // A meter that comes twice goes on with what its first line leaves over.
        var carried: [Remainder: Int128] = [:]
        var lines: [Line] = []
        for use in uses {
            guard let meter = meters[use.meter] else { continue }
            let quote = quote(for: meter, account: account, at: time, now: now)
            let price = try rate(use, at: quote.rates?.price, prefix: "pf", for: account, &carried)
            let cost = try rate(use, at: quote.rates?.cost, prefix: "cf", for: account, &carried)
            lineCount += 1
            lines.append(
                Line(
                    id: String(lineCount), meter: meter.code, unit: meter.unit, quantity: use.quantity,
                    rates: quote.rates, price: price, cost: cost, hint: quote.hint))
        }
        for parts in [lines.compactMap(\.price), lines.compactMap(\.cost)] {
            let sum = parts.reduce(Int128(0)) { $0 + Int128($1.amount) }
            guard sum <= Int64.max else { throw .invalid("the amount is out of range") }
        }
        return lines
    }

    private func rate(
        _ use: Use, at rate: Rate?, prefix: String, for account: String, _ carried: inout [Remainder: Int128]
    ) throws(VlunaFailure) -> Rated? {
        guard let rate else { return nil }
        let key = Remainder(account: account, meter: use.meter, fingerprint: rate.fingerprint(prefix))
        let rated = try rate.rate(use.quantity, carried: carried[key] ?? remainders[key] ?? 0, as: key)
        carried[key] = rated.remainder
        return rated
    }

    /// Remembers what charged lines leave over.
    mutating func carryRemainders(of lines: [Line]) {
        for rated in lines.flatMap({ [$0.price, $0.cost] }).compactMap({ $0 }) {
            remainders[rated.key] = rated.remainder
        }
    }

    /// Takes what usage costs from an account: from its grants as far as they go, unless it pays for all afterwards.
    mutating func settle(_ amount: Int64, cost: Int64, of account: String, at now: Date) -> [Settlement] {
        guard amount > 0, let payer = accounts[account] else { return [] }
        let mode = billingMode(of: payer, at: now)
        let draws = mode == .postpaid ? [] : draw(amount, from: account, at: now)
        var settlements: [Settlement] = []
        var paid: Int64 = 0
        for draw in draws {
            settlements.append(
                Settlement(
                    funding: .grant, allocated: draw.amount, applied: draw.amount,
                    appliedCost: Self.share(of: cost, from: paid, taking: draw.amount, of: amount),
                    grant: draw.grant))
            paid += draw.amount
        }
        if paid < amount {
            addOutstanding(amount - paid, to: account)
            settlements.append(
                Settlement(
                    funding: mode == .prepaid ? .outstanding : .postpaid, allocated: amount - paid, applied: 0,
                    appliedCost: 0, grant: nil))
        }
        return settlements
    }

    /// The part of a cost that belongs to a part of an amount. The parts of a whole amount add up to the whole cost.
    fileprivate static func share(of cost: Int64, from start: Int64, taking part: Int64, of amount: Int64) -> Int64 {
        let before = Int128(cost) * Int128(start) / Int128(amount)
        let after = Int128(cost) * (Int128(start) + Int128(part)) / Int128(amount)
        return Int64(clamping: after - before)
    }

    mutating func addOutstanding(_ amount: Int64, to account: String) {
        guard let outstanding = accounts[account]?.outstanding else { return }
        let (sum, overflow) = outstanding.addingReportingOverflow(amount)
        accounts[account]?.outstanding = overflow ? .max : sum
    }
}

// MARK: - Paying later

extension VlunaState {
    /// Lets a grant pay for what an account has used beyond its grants, the oldest first.
    /// - Returns: How much it has paid; `limit` at most.
    mutating func coverOutstanding(of account: String, atMost limit: Int64, by grant: String) -> Int64 {
        var rest = min(limit, accounts[account]?.outstanding ?? 0)
        let total = rest
        accounts[account]?.outstanding -= total
        for index in ledger.indices where rest > 0 && ledger[index].account == account {
            rest -= ledger[index].cover(atMost: rest, by: grant)
        }
        for index in movements.indices where rest > 0 && movements[index].account == account {
            let part = min(movements[index].outstanding, rest)
            movements[index].outstanding -= part
            rest -= part
        }
        return total
    }
}

extension VlunaState.Entry {
    /// Lets a grant pay for what no grant has paid for.
    fileprivate mutating func cover(atMost limit: Int64, by grant: String) -> Int64 {
        guard let index = settlements.firstIndex(where: { $0.funding != .grant }) else { return 0 }
        let open = settlements[index]
        let part = min(open.allocated, limit)
        let paid = VlunaState.Settlement(
            funding: .grant, allocated: part, applied: part,
            appliedCost: VlunaState.share(of: cost, from: amount - open.allocated, taking: part, of: amount),
            grant: grant)
        let rest = VlunaState.Settlement(
            funding: open.funding, allocated: open.allocated - part, applied: 0, appliedCost: 0, grant: nil)
        settlements.replaceSubrange(index...index, with: rest.allocated > 0 ? [paid, rest] : [paid])
        return part
    }
}
