import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension MockCall {
    /// Reads the body, which was found to be as described.
    func read<Body: JSONConvertible>(_ type: Body.Type) throws(VlunaFailure) -> Body {
        do {
            guard let json = try? content().json else { return try Body(jsonBytes: request.body) }
            return try Body(json: json)
        } catch {
            throw .invalid("\(error.path.dropFirst(2)) is \(error.reason)")
        }
    }

    /// The values of a query parameter, repeated or with commas between them.
    func list(_ name: String) -> [String] {
        query(name).flatMap { $0.split(separator: ",").map(String.init) }
    }

    func codes(_ name: String) -> Set<String> {
        Set(list(name).map(VlunaState.normalized))
    }

    /// The time in a query parameter, which was found to be one.
    func date(_ names: String...) -> Date? {
        names.lazy.compactMap { query($0).last }.first.flatMap { try? Date(jsonBytes: $0.jsonBytes()) }
    }
}

// MARK: - Gate

extension VlunaState {
    mutating func authorize(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let (lease, hints) = try authorize(call.read(Vluna.AuthorizeRequest.self), of: account, at: call.now)
        let data = Vluna.Lease(
            leaseToken: lease.token, leaseID: lease.id, budgetID: lease.budget, featureCode: lease.feature,
            featureFamilyCode: lease.family, windowStart: lease.windowStart, windowEnd: lease.windowEnd)
        return MockReply(envelopeOf: data, hints: hints)
    }

    mutating func commit(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.CommitRequest.self)
        let order = CommitOrder(
            leaseToken: request.leaseToken, featureCode: request.featureCode, quantity: request.quantityMinor,
            meters: request.meters, seat: request.seatID, labels: request.labels ?? [:])
        let entry = try commit(order, of: account, at: call.now)
        return MockReply(envelopeOf: entry.commit(pricedAt: call.now), hints: entry.hints)
    }

    mutating func batchCommit(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let results = commit(try call.read(Vluna.BatchCommitRequest.self).items, of: account, at: call.now)
        let items = results.enumerated().map { index, result in
            switch result {
            case .success(let entry):
                Vluna.BatchCommitItemResult(
                    index: index, status: .committed, commit: entry.record(pricedAt: call.now))
            case .failure(let failure):
                Vluna.BatchCommitItemResult(
                    index: index, status: failure.status == 422 ? .invalid : .failed,
                    error: Vluna.ErrorDetail(type: failure.code, details: failure.message))
            }
        }
        let committed = items.count { $0.status == .committed }
        return MockReply(
            envelopeOf: Vluna.BatchCommitResult(
                items: items, committedCount: committed, failedCount: items.count - committed))
    }

    mutating func ingest(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let entry = try ingest(call.read(Vluna.IngestRequest.self), of: account, at: call.now)
        return MockReply(envelopeOf: entry.commit(pricedAt: call.now), hints: entry.hints)
    }

    mutating func cancel(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let wasActive = try cancel(call.read(Vluna.CancelRequest.self).leaseToken, of: account, at: call.now)
        let milliseconds = Int64(call.now.timeIntervalSince1970 * 1_000)
        return MockReply(
            envelopeOf: Vluna.Cancellation(
                cancelled: wasActive, releasedCap: 0, traceID: "cancel_\(String(milliseconds, radix: 36))"))
    }
}

extension VlunaState.Entry {
    fileprivate func commit(pricedAt now: Date) -> Vluna.Commit {
        let record = record(pricedAt: now)
        return Vluna.Commit(
            commitID: record.commitID, amountXUSD: record.amountXUSD, costXUSD: record.costXUSD, lines: record.lines,
            budgetID: record.budgetID)
    }

    fileprivate func record(pricedAt now: Date) -> Vluna.CommitRecord {
        Vluna.CommitRecord(
            commitID: id, amountXUSD: Vluna.XUSD(millionths: amount), costXUSD: Vluna.XUSD(millionths: cost),
            lines: lines.map { $0.line(of: feature, pricedAt: now) }, budgetID: budget)
    }
}

extension VlunaState.Line {
    fileprivate func line(of feature: String, pricedAt now: Date) -> Vluna.CommitLine {
        let inputs = Vluna.PricedMeter(featureCode: feature, meterCode: meter)
        return Vluna.CommitLine(
            lineID: id, meterCode: meter, quantityMinor: quantity,
            amountXUSD: Vluna.XUSD(millionths: price?.amount ?? 0),
            unitPriceXUSD: rates.map { Vluna.XUSD(millionths: $0.price.unitPrice) },
            pricingFingerprint: price?.fingerprint,
            pricingSnapshot: snapshot(rates?.price, price, inputs, at: now),
            costXUSD: cost.map { Vluna.XUSD(millionths: $0.amount) },
            unitCostXUSD: rates?.cost.map { Vluna.XUSD(millionths: $0.unitPrice) },
            costUnitQuantityMinor: rates?.cost?.unitQuantity, costRounding: rates?.cost?.rounding,
            costFingerprint: cost?.fingerprint, costSnapshot: snapshot(rates?.cost, cost, inputs, at: now))
    }

    private func snapshot(
        _ rate: VlunaState.Rate?, _ rated: VlunaState.Rated?, _ inputs: Vluna.PricedMeter, at now: Date
    ) -> Vluna.PricingSnapshot? {
        guard let rate, let rated, let rates else { return nil }
        return Vluna.PricingSnapshot(
            computedAt: now, unit: unit, fingerprint: rated.fingerprint,
            unitPriceXUSD: Vluna.XUSD(millionths: rate.unitPrice), unitQuantityMinor: rate.unitQuantity,
            rounding: rate.rounding, provenance: .live(Vluna.ProvenanceLive(inputs: inputs)),
            effectiveAt: rates.effectiveAt)
    }
}

// MARK: - Limits

extension VlunaState {
    func listFeatureLimits(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let shown = Set(call.list("expand"))
        let query = LimitQuery(
            features: call.codes("feature_code"), families: Set(call.list("feature_family_code")),
            time: call.date("as_of") ?? call.now, now: call.now, showsQuotas: shown.contains("quotas"),
            showsRates: shown.contains("rates"))
        return MockReply(envelopeOf: featureLimits(query, of: account))
    }

    func listMeterLimits(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let shown = Set(call.list("expand"))
        let time = call.date("as_of") ?? call.now
        let asksForQuotas = call.query("include_quotas").last == "true"
        let asksForRates = call.query("include_rates").last == "true"
        let query = LimitQuery(
            features: call.codes("feature_code"), families: Set(call.list("feature_family_code")),
            meters: call.codes("meter_code"), time: time, now: call.now,
            showsQuotas: asksForQuotas || !shown.isDisjoint(with: ["limits", "quotas", "limits.quotas"]),
            showsRates: asksForRates || !shown.isDisjoint(with: ["limits", "rates", "limits.rates"]),
            showsPrices: shown.contains("pricing"),
            coverage: shown.contains("coverage") ? try coverage(call, time) : nil)
        return MockReply(envelopeOf: try meterLimits(query, of: account))
    }

    /// The parameters about coverage are written with a dot in the description and with an underscore in the code.
    private func coverage(_ call: MockCall, _ time: Date) throws(VlunaFailure) -> LimitQuery.Coverage {
        func value(_ name: String) -> String? {
            call.query("coverage.\(name)").last ?? call.query("coverage_\(name)").last
        }
        let budget = value("budget_id")
        let isBasedOnBudget = value("basis") == "budget"
        if isBasedOnBudget, budget == nil {
            throw .invalid("coverage.budget_id is required when basis is budget")
        }
        return LimitQuery.Coverage(
            budget: isBasedOnBudget ? budget : nil,
            isOptimistic: ["optimistic", "both"].contains(value("profile")),
            time: call.date("coverage.as_of", "coverage_as_of") ?? time)
    }
}

// MARK: - Seats

extension VlunaState {
    func listSeats(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let feature = call.query("feature_code").last.map(Self.normalized)
        let seats = activeSeats(of: feature, account: account.id).map(Self.seat)
        return MockReply(envelopeOf: Vluna.SeatList(seats: seats))
    }

    mutating func revokeSeat(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let (seat, feature) = try seatRequest(call)
        return MockReply(
            envelopeOf: Self.seat(try revoke(seat: seat, of: feature, account: account.id, at: call.now)))
    }

    mutating func restoreSeat(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let (seat, feature) = try seatRequest(call)
        return MockReply(
            envelopeOf: Self.seat(try restore(seat: seat, of: feature, account: account.id, at: call.now)))
    }

    private func seatRequest(_ call: MockCall) throws(VlunaFailure) -> (seat: String, feature: String) {
        let request = try call.read(Vluna.SeatRequest.self)
        return (
            request.seatID.trimmingCharacters(in: .whitespacesAndNewlines), Self.normalized(request.featureCode)
        )
    }

    private static func seat(_ named: NamedSeat) -> Vluna.Seat {
        Vluna.Seat(
            featureCode: named.name.feature, seatID: named.name.seat,
            state: named.seat.revokedAt == nil ? .active : .revoked, assignedAt: named.seat.assignedAt,
            lastSeenAt: named.seat.lastSeenAt, revokedAt: named.seat.revokedAt)
    }
}

// MARK: - Reports

extension VlunaState {
    /// The usage of one account or of the whole realm.
    func usageReport(_ call: MockCall, of account: String?) throws(VlunaFailure) -> MockReply {
        let query = try ReportQuery(call.read(Vluna.UsageReportQuery.self))
        let (data, meta) = try Report(query: query, facts: usageFacts(of: account)).answer(hasTotals: true)
        return MockReply(envelopeOf: data, meta: meta)
    }

    /// What paid for the usage of one account or of the whole realm.
    func settlementReport(_ call: MockCall, of account: String?) throws(VlunaFailure) -> MockReply {
        let query = try ReportQuery(call.read(Vluna.SettlementReportQuery.self))
        let (data, meta) = try Report(query: query, facts: settlementFacts(of: account)).answer(hasTotals: false)
        return MockReply(envelopeOf: data, meta: meta)
    }
}
