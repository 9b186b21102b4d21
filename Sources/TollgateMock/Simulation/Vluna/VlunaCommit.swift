import Foundation
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// A commit, as a call of its own or as an item of a batch.
    struct CommitOrder: Sendable {
        var leaseToken: String
        var featureCode: String
        var quantity: Int64
        var meters: [Vluna.MeterUsage]?
        /// Nil where the service does not look at it.
        var seat: String?
        var labels: [String: String]
    }

    /// Records what the work under a lease used, and charges it if it can.
    ///
    /// Items of a batch do not close their lease: it is closed after the last one.
    mutating func commit(
        _ order: CommitOrder, of account: Account, at now: Date, closesLease: Bool = true
    ) throws(VlunaFailure) -> Entry {
        guard order.quantity > 0 else { throw .invalid("quantity_minor must be a positive integer") }
        let lease = try lease(order.leaseToken, of: account)
        guard lease.token == order.leaseToken else { throw Self.otherToken }
        guard Self.normalized(order.featureCode) == lease.feature else {
            throw .unprocessable("WRITE.INVALID_PAYLOAD", "feature_code does not match the lease")
        }
        if let seat = order.seat, seat != lease.seat {
            throw VlunaFailure(
                status: 409, code: "WRITE.INVALID_PAYLOAD", message: "seat_id does not match the lease")
        }
        guard let feature = features[lease.feature] else { throw .notFound("feature") }
        let uses = try uses(order.meters, quantity: order.quantity, of: feature)
        let lines = try price(uses, for: account.id, at: now, now: now)
        let obstacles = leaseObstacles(lease, at: now) + meterObstacles(uses, lines, of: feature)
        let entry = record(
            Draft(
                time: now, feature: feature, labels: order.labels, budget: lease.budget, quantity: order.quantity,
                lines: lines, hints: obstacles.map(\.hint) + lines.compactMap(\.hint) + priceHints(uses, lines),
                isCharged: obstacles.allSatisfy { !$0.preventsCharge }),
            of: account, at: now)
        if closesLease { close([lease.id]) }
        return entry
    }

    /// Closes leases that are still active.
    mutating func close(_ ids: some Sequence<String>) {
        for id in ids where leases[id]?.state == .active {
            leases[id]?.state = .closed
        }
    }

    /// What a request says was used; without meters, the feature's first one gets the whole quantity.
    func uses(_ meters: [Vluna.MeterUsage]?, quantity: Int64, of feature: Feature) throws(VlunaFailure) -> [Use] {
        guard let meters, !meters.isEmpty else {
            return activeMeters(of: feature).prefix(1).map { Use(meter: $0, quantity: quantity) }
        }
        guard meters.allSatisfy({ $0.quantityMinor > 0 }) else {
            throw .invalid("meters[].quantity_minor must be a positive integer")
        }
        return meters.map { usage in
            Use(
                meter: Self.normalized(usage.meterCode), quantity: usage.quantityMinor,
                knownFingerprint: usage.clientPricingETag, knownUnitPrice: usage.clientUnitPriceXUSD?.millionths)
        }
    }

    /// Why usage may not be charged, and what tells the caller.
    struct Obstacle: Sendable {
        let hint: Vluna.Hint
        let preventsCharge: Bool
    }

    private func leaseObstacles(_ lease: Lease, at now: Date) -> [Obstacle] {
        guard lease.state == .active else {
            let hint = Vluna.Hint(kind: .leaseClosedAtCommit, state: lease.state.rawValue)
            return [Obstacle(hint: hint, preventsCharge: true)]
        }
        guard lease.expiresAt <= now else { return [] }
        let late = Duration.seconds(now.timeIntervalSince(lease.expiresAt))
        let grace = settings.vlunaCommitGrace
        let hint = Vluna.Hint(
            kind: .leaseExpired, expiresAt: lease.expiresAt, deltaMilliseconds: late.milliseconds,
            graceMilliseconds: grace.milliseconds,
            exceededGrace: late > grace)
        return [Obstacle(hint: hint, preventsCharge: late > grace)]
    }

    private func meterObstacles(_ uses: [Use], _ lines: [Line], of feature: Feature) -> [Obstacle] {
        let own = activeMeters(of: feature)
        let foreign = uses.map(\.meter).filter { !own.contains($0) }
        let unpriced = lines.filter { $0.rates == nil && own.contains($0.meter) }.map(\.meter)
        var obstacles: [Obstacle] = []
        if !foreign.isEmpty {
            let hint = Vluna.Hint(kind: .featureMeterNotAllowed, featureCode: feature.code, meters: foreign)
            obstacles.append(Obstacle(hint: hint, preventsCharge: true))
        }
        if !unpriced.isEmpty {
            let hint = Vluna.Hint(kind: .pricingNotConfigured, featureCode: feature.code, meters: unpriced)
            obstacles.append(Obstacle(hint: hint, preventsCharge: true))
        }
        return obstacles
    }

    /// Hints for meters whose price is not the one that the caller knew.
    private func priceHints(_ uses: [Use], _ lines: [Line]) -> [Vluna.Hint] {
        uses.compactMap { use in
            guard let line = lines.first(where: { $0.meter == use.meter }), let price = line.price else { return nil }
            let otherPrice = use.knownUnitPrice.map { $0 != line.rates?.price.unitPrice } ?? false
            let otherFingerprint = use.knownFingerprint.map { $0 != price.fingerprint } ?? false
            guard otherPrice || otherFingerprint else { return nil }
            return Vluna.Hint(
                kind: .pricingChanged, previousFingerprint: use.knownFingerprint ?? "client",
                currentFingerprint: price.fingerprint, meterCode: use.meter)
        }
    }
}

// MARK: - Recording

extension VlunaState {
    /// An entry that is about to be recorded.
    struct Draft {
        let time: Date
        let feature: Feature
        let labels: [String: String]
        let budget: String?
        let quantity: Int64
        let lines: [Line]
        var hints: [Vluna.Hint]
        let isCharged: Bool
    }

    /// Adds an entry to the books; what is charged is counted and paid for as well.
    mutating func record(_ draft: Draft, of account: Account, at now: Date) -> Entry {
        var draft = draft
        let amount = draft.lines.reduce(0) { $0 + ($1.price?.amount ?? 0) }
        let cost = draft.lines.reduce(0) { $0 + ($1.cost?.amount ?? 0) }
        var settlements: [Settlement] = []
        if draft.isCharged {
            carryRemainders(of: draft.lines)
            if let hint = count(draft.quantity, of: draft.feature.code, account: account.id, at: now) {
                draft.hints.append(hint)
            }
            settlements = settle(amount, cost: cost, of: account.id, at: now)
            if let hint = spend(amount, from: draft.budget, of: account.id, at: now) { draft.hints.append(hint) }
        }
        let entry = Entry(
            id: String(ledger.count + 1), time: draft.time, account: account.id, feature: draft.feature.code,
            family: draft.feature.family, labels: draft.labels, budget: draft.budget, quantity: draft.quantity,
            lines: draft.lines, hints: draft.hints, settlements: settlements, isCharged: draft.isCharged)
        ledger.append(entry)
        return entry
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
