import Foundation
import TollgateVluna

extension VlunaState {
    /// Records and charges usage that no permission was asked for. Quota, rate and balance are not looked at.
    mutating func ingest(
        _ request: Vluna.IngestRequest, of account: Account, at now: Date
    ) throws(VlunaFailure) -> Entry {
        let quantity = request.quantityMinor ?? 0
        let namesMeters = request.meters.map { !$0.isEmpty } ?? false
        guard request.quantityMinor != nil || namesMeters else {
            throw .invalid("quantity_minor or meters[] is required")
        }
        guard quantity > 0 || (quantity == 0 && namesMeters) else {
            throw .invalid("quantity_minor must be a positive integer")
        }
        if let budget = request.budgetID, UUID(uuidString: budget) == nil { throw .invalid("invalid budget_id") }
        let feature = try feature(Self.normalized(request.featureCode), family: nil, at: now)
        try checkEntitlement(to: feature, of: account, at: now)
        let uses = try uses(request.meters, quantity: quantity, of: feature)
        let allowed = activeMeters(of: feature)
        guard uses.allSatisfy({ allowed.contains($0.meter) }) else {
            throw .invalid("meter is not allowed for this feature")
        }
        let time = request.occurredAt ?? now
        let lines = try price(uses, for: account.id, at: time, now: now)
        let unpriced = lines.filter { $0.rates == nil }.map(\.meter)
        var hints = lines.compactMap(\.hint)
        if !unpriced.isEmpty {
            hints.append(Vluna.Hint(kind: .pricingNotConfigured, featureCode: feature.code, meters: unpriced))
        }
        return record(
            Draft(
                time: time, feature: feature, labels: request.labels ?? [:],
                budget: request.budgetID?.lowercased(), quantity: quantity, lines: lines, hints: hints,
                isCharged: true),
            of: account, at: now)
    }
}
