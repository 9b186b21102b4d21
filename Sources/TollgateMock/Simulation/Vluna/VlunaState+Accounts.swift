import Foundation
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// Changes an account, which is made if there is none.
    mutating func changeAccount(of principalID: String, at now: Date, _ change: (inout Account) -> Void) {
        var account = account(of: principalID, at: now)
        change(&account)
        accounts[account.id] = account
    }

    /// Takes all grants of an account back, and grants a balance anew.
    mutating func setBalance(_ amount: Int64, of principalID: String, at now: Date) {
        let account = account(of: principalID, at: now)
        for grant in grants(of: account.id) {
            cancelGrant(grant.id, at: now)
        }
        guard amount > 0 else { return }
        issueGrant(
            GrantTerms(
                account: account.id, amount: amount, kind: .nonexpiring, start: now, sourceKind: "internal.catalog",
                label: "Opening credit"),
            at: now)
    }

    /// Gives an account credit, as somebody does by hand.
    /// - Returns: The grant's id.
    mutating func grant(
        _ amount: Int64, to principalID: String, kind: Vluna.GrantKind, priority: Int, from start: Date?,
        until end: Date?, label: String?, at now: Date
    ) -> String {
        let account = account(of: principalID, at: now)
        let terms = GrantTerms(
            account: account.id, amount: amount, kind: kind, priority: priority, start: start ?? now, end: end,
            sourceKind: "ops.manual", origin: "bonus", label: label)
        return issueGrant(terms, at: now).id
    }
}
