import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension MockVluna {
    /// The events that were recorded of an account, oldest first.
    public func billingEvents(of principalID: String) -> [Vluna.BillingEvent] {
        let account = accountID(of: principalID)
        return simulation.world.withLock { world in
            world.state.registry.events.filter { $0.account == account }.map(\.event)
        }
    }

    /// Adds something that Vluna and the payment provider do not agree about, as if it had just been noticed.
    /// - Parameters:
    ///   - kind: What does not agree.
    ///   - principalID: Whose account it is about.
    ///   - status: How far it is; one that is resolved was resolved at once.
    ///   - difference: The difference, in a form of the service's own.
    /// - Returns: The reconciliation, as lists show it.
    @discardableResult
    public func addReconciliation(
        _ kind: Vluna.ReconciliationKind, of principalID: String, status: Vluna.ReconciliationStatus = .pending,
        difference: [String: JSONValue] = [:]
    ) -> Vluna.Reconciliation {
        let now = simulation.clock.now
        return simulation.world.withLock { world in
            world.state.addReconciliation(kind, of: principalID, status: status, difference: difference, at: now)
        }
    }
}
