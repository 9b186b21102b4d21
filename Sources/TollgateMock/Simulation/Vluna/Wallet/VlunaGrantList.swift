import Foundation
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    func listGrants(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let key = call.text("sort_by").map { Vluna.GrantSortKey(rawValue: $0) } ?? .createdAt
        let order = call.text("sort_order").map { Vluna.SortOrder(rawValue: $0) } ?? .descending
        let found = grants.values.filter { call.accepts($0) }.sorted { first, second in
            let isBefore = first.isBefore(second, by: key, at: call.now)
            return order == .ascending ? isBefore : second.isBefore(first, by: key, at: call.now)
        }
        let page = try call.page(of: found) { $0.id }
        return MockReply(
            envelopeOf: Vluna.GrantList(items: page.items.compactMap { $0.view(at: call.now) }), meta: page.meta)
    }

    func getGrant(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        guard let grant = grants[call.pathParameters["grant_id"]?.lowercased() ?? ""]?.view(at: call.now) else {
            throw .missing("grant")
        }
        return MockReply(envelopeOf: grant)
    }
}

extension MockCall {
    /// Whether all filters let a grant through.
    fileprivate func accepts(_ grant: VlunaState.Grant) -> Bool {
        let terms = grant.terms
        return finds(in: terms.label, terms.program?.code, terms.program?.name)
            && accepts("billing_account_id", terms.account) && accepts("grant_program_code", terms.program?.code)
            && accepts("program_id", terms.program?.id) && accepts("campaign_id", nil as String?)
            && accepts("issuance_status", grant.status(at: now).rawValue) && accepts("kind", terms.kind.rawValue)
            && accepts("on_ledger", terms.isOnLedger) && lies(grant.createdAt, in: "created")
            && lies(terms.start, in: "window_start") && lies(terms.end ?? .distantFuture, in: "window_end")
            && (amount("min_amount_xusd").map { terms.amount >= $0 } ?? true)
            && (amount("max_amount_xusd").map { terms.amount <= $0 } ?? true)
    }

    private func lies(_ time: Date, in name: String) -> Bool {
        (date("\(name)_after").map { time > $0 } ?? true) && (date("\(name)_before").map { time < $0 } ?? true)
    }

    private func amount(_ name: String) -> Int64? {
        text(name).flatMap { Int64($0) }
    }
}

extension VlunaState.Grant {
    /// Grants that are alike come in the order in which they were issued.
    fileprivate func isBefore(_ other: Self, by key: Vluna.GrantSortKey, at now: Date) -> Bool {
        switch key {
        case .windowEnd:
            let ends = (terms.end ?? .distantFuture, other.terms.end ?? .distantFuture)
            return (ends.0, number) < (ends.1, other.number)
        case .amount:
            return (terms.amount, number) < (other.terms.amount, other.number)
        case .remaining:
            return (remaining(at: now), number) < (other.remaining(at: now), other.number)
        case .createdAt, .unrecognized:
            return (createdAt, number) < (other.createdAt, other.number)
        }
    }

    fileprivate func view(at now: Date) -> Vluna.Grant? {
        guard let account = UUID(uuidString: terms.account) else { return nil }
        let closure = closure(at: now)
        return Vluna.Grant(
            grantID: id, billingAccountID: account, assignmentID: terms.assignment, programID: terms.program?.id,
            grantProgramCode: terms.program?.code, programName: terms.program?.name,
            periodStart: terms.period?.lowerBound, periodEnd: terms.period?.upperBound,
            allocationSequence: terms.sequence, idempotencyKey: terms.key, sourceKind: terms.sourceKind,
            sourceRef: terms.sourceReference, onLedger: terms.isOnLedger, status: status(at: now), kind: terms.kind,
            windowStart: terms.start, windowEnd: terms.end, priority: terms.priority,
            amountXUSD: Vluna.XUSD(millionths: terms.amount), costXUSD: terms.cost.map { Vluna.XUSD(millionths: $0) },
            postedConsumedXUSD: Vluna.XUSD(millionths: consumed), pendingReservedXUSD: 0,
            remainingXUSD: Vluna.XUSD(millionths: remaining(at: now)), displayLabel: terms.label,
            metadata: terms.metadata, closureKind: closure?.kind, closedAt: closure?.time,
            closedRemainingXUSD: closure.map { Vluna.XUSD(millionths: $0.remaining) }, createdAt: createdAt,
            updatedAt: max(updatedAt, closure?.time ?? updatedAt))
    }
}
