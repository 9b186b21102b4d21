import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    func listReconciliations(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let account = call.text("billing_account_id")?.lowercased()
        let (start, end) = (call.date("from"), call.date("to"))
        let found = registry.reconciliations.reversed().filter { item in
            item.billingAccountID.text == account && call.accepts("status", item.status.rawValue)
                && call.accepts("kind", item.kind.rawValue) && (start.map { item.createdAt >= $0 } ?? true)
                && (end.map { item.createdAt < $0 } ?? true)
        }
        let page = try call.page(of: found) { $0.id }
        return MockReply(envelopeOf: page.items, meta: page.meta)
    }

    /// Adds something that the service and the payment provider do not agree about.
    mutating func addReconciliation(
        _ kind: Vluna.ReconciliationKind, of principalID: String, status: Vluna.ReconciliationStatus,
        difference: [String: JSONValue], at now: Date
    ) -> Vluna.Reconciliation {
        let account = account(of: principalID, at: now).uuid
        let item = Vluna.Reconciliation(
            id: random.uuid(), billingAccountID: account, kind: kind, status: status, diff: difference, createdAt: now,
            resolvedAt: status == .resolved ? now : nil)
        let place = registry.reconciliations.lastIndex { $0.createdAt <= now }.map { $0 + 1 } ?? 0
        registry.reconciliations.insert(item, at: place)
        return item
    }
}
