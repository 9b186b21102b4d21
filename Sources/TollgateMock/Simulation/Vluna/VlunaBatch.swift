import Foundation
import TollgateVluna

extension VlunaState {
    struct ItemKey: Hashable, Sendable {
        let account: String
        let key: String
    }

    /// What was committed under an item's key.
    struct StoredItem: Sendable {
        let content: [UInt8]
        let entry: Entry
    }

    /// Commits items in their order; what is wrong with one does not touch the others.
    mutating func commit(
        _ items: [Vluna.BatchCommitItem], of account: Account, at now: Date
    ) -> [Result<Entry, VlunaFailure>] {
        var used: Set<String> = []
        let results = items.map { item in
            Result { () throws(VlunaFailure) in
                let entry = try commit(item, of: account, at: now)
                if let lease = try? lease(item.leaseToken, of: account) { used.insert(lease.id) }
                return entry
            }
        }
        close(used)
        return results
    }

    /// Unlike other answers, what became of an item is kept for good.
    private mutating func commit(
        _ item: Vluna.BatchCommitItem, of account: Account, at now: Date
    ) throws(VlunaFailure) -> Entry {
        guard !item.idempotencyKey.isEmpty else { throw .invalid("idempotency_key is required") }
        let key = ItemKey(account: account.id, key: item.idempotencyKey)
        if let stored = batchItems[key] {
            guard stored.content == item.jsonBytes() else {
                throw VlunaFailure(
                    status: 409, code: "WRITE.INVALID_PAYLOAD",
                    message: "idempotency key was used with a different request")
            }
            return stored.entry
        }
        let order = CommitOrder(
            leaseToken: item.leaseToken, featureCode: item.featureCode, quantity: item.quantityMinor,
            meters: item.meters, seat: nil, labels: item.labels ?? [:])
        let entry = try commit(order, of: account, at: now, closesLease: false)
        batchItems[key] = StoredItem(content: item.jsonBytes(), entry: entry)
        return entry
    }
}
