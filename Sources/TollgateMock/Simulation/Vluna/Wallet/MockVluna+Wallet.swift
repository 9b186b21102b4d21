import Foundation
import Synchronization
import TollgateMockServer
import TollgateVluna

extension MockVluna {
    // MARK: - Balance

    /// What an account may use now: what is left of its grants.
    public func balance(of principalID: String) -> Vluna.XUSD {
        change { state, now in
            let account = state.account(of: principalID, at: now)
            return Vluna.XUSD(millionths: state.available(to: account.id, at: now))
        }
    }

    /// What an account has used beyond its grants.
    public func outstanding(of principalID: String) -> Vluna.XUSD {
        change { state, now in Vluna.XUSD(millionths: state.account(of: principalID, at: now).outstanding) }
    }

    /// Takes all grants of an account back, and grants the balance anew.
    /// - Parameters:
    ///   - balance: What the account may use then; not negative.
    ///   - principalID: Whose account.
    public func setBalance(_ balance: Vluna.XUSD, of principalID: String) {
        precondition(balance >= 0, "what may be used is not negative")
        change { state, now in state.setBalance(balance.millionths, of: principalID, at: now) }
    }

    // MARK: - Grants

    /// Gives an account credit.
    /// - Parameters:
    ///   - amount: How much; more than 0.
    ///   - principalID: Whose account.
    ///   - kind: What it is to those who keep the books.
    ///   - priority: The grant with the lowest is used up first; what a new account has from the beginning has 100.
    ///   - start: From when on it may be used; at once if absent.
    ///   - end: Until when it may be used; for ever if absent.
    ///   - label: What to call it before people.
    /// - Returns: The grant's id.
    @discardableResult
    public func grant(
        _ amount: Vluna.XUSD, to principalID: String, kind: Vluna.GrantKind = .promo, priority: Int = 100,
        from start: Date? = nil, until end: Date? = nil, label: String? = nil
    ) -> String {
        precondition(amount > 0, "a grant is more than nothing")
        return change { state, now in
            state.grant(
                amount.millionths, to: principalID, kind: kind, priority: priority, from: start, until: end,
                label: label, at: now)
        }
    }

    /// Takes a grant back. What was used of it stays used; what is left is lost.
    public func cancelGrant(_ id: String) {
        change { state, now in state.cancelGrant(id.lowercased(), at: now) }
    }

    // MARK: - Budgets

    /// Gives an account a budget.
    /// - Parameters:
    ///   - limit: How much may be used under it.
    ///   - principalID: Whose account.
    ///   - id: The budget's id (a UUID), if it is to be a certain one.
    /// - Returns: The budget's id.
    @discardableResult
    public func addBudget(_ limit: Vluna.XUSD, of principalID: String, id: String? = nil) -> String {
        change { state, now in state.addBudget(limit.millionths, of: principalID, id: id, at: now) }
    }

    /// Closes a budget, so that no work can be authorized under it.
    public func closeBudget(_ id: String) {
        change { state, now in state.closeBudget(id.lowercased(), at: now) }
    }

    // MARK: - Movements

    /// What was taken from wallets and added to them outside the gate, oldest first.
    public var walletMovements: [MockWalletMovement] {
        change { state, _ in
            state.movements.map { movement in
                MockWalletMovement(
                    time: movement.time, principalID: state.accounts[movement.account]?.principalID ?? "",
                    delta: Vluna.XUSD(millionths: movement.delta), subject: movement.subject,
                    reference: movement.reference)
            }
        }
    }

    private func change<Result: Sendable>(_ body: (inout VlunaState, Date) -> sending Result) -> sending Result {
        let now = simulation.clock.now
        return simulation.world.withLock { body(&$0.state, now) }
    }
}

/// What was taken from a Vluna wallet or added to it outside the gate.
public struct MockWalletMovement: Sendable, Hashable {
    public let time: Date
    /// Whose wallet it is.
    public let principalID: String
    /// How much was added; negative for what was taken.
    public let delta: Vluna.XUSD
    /// What it was for, in the caller's words.
    public let subject: String?
    /// The caller's own id of what it was for.
    public let reference: String?
}
