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

    /// Prices what was used; nothing is charged by it. Meters that do not exist get no line.
    mutating func price(_ uses: [Use], for account: String) throws(VlunaFailure) -> [Line] {
        // A meter that comes twice goes on with what its first line leaves over.
        var carried: [Remainder: Int128] = [:]
        var lines: [Line] = []
        for use in uses {
            guard let meter = meters[use.meter] else { continue }
            let price = try rate(use, at: meter.rates?.price, prefix: "pf", for: account, &carried)
            let cost = try rate(use, at: meter.rates?.cost, prefix: "cf", for: account, &carried)
            lineCount += 1
            lines.append(
                Line(
                    id: String(lineCount), meter: meter.code, unit: meter.unit, quantity: use.quantity,
                    rates: meter.rates, price: price, cost: cost))
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

    /// Takes an amount from an account: from its grants as far as they go.
    mutating func settle(_ amount: Int64, cost: Int64, of account: String) -> [Settlement] {
        guard amount > 0, var payer = accounts[account] else { return [] }
        let fromGrant = payer.mode == .postpaid ? 0 : min(max(payer.balance, 0), amount)
        let rest = amount - fromGrant
        payer.balance -= fromGrant
        payer.outstanding += rest
        accounts[account] = payer
        let grantCost = Int64(Int128(cost) * Int128(fromGrant) / Int128(amount))
        var settlements: [Settlement] = []
        if fromGrant > 0 {
            settlements.append(
                Settlement(
                    funding: .grant, allocated: fromGrant, applied: fromGrant, appliedCost: grantCost,
                    grant: payer.grantID))
        }
        if rest > 0 {
            settlements.append(
                Settlement(
                    funding: payer.mode == .prepaid ? .outstanding : .postpaid, allocated: rest, applied: 0,
                    appliedCost: 0, grant: nil))
        }
        return settlements
    }
}
