import Foundation
import TollgateCore
import TollgateVluna

/// One thing that a report counts: a line of usage, or a settlement.
struct ReportFact: Sendable {
    let time: Date
    /// Absent where it has none.
    let dimensions: [String: String]
    let sums: [String: Int64]
    let entry: String
    let account: String
}

/// Sums facts by group.
struct Report {
    private struct Group {
        /// In the order of the query; the first is the beginning of the day or month as text that sorts.
        let key: [String]
        let bucket: Date
        let dimensions: [String: String]
        var sums = Sums()
    }

    /// Sums of facts. Commits and accounts are counted once.
    private struct Sums {
        var amounts: [String: Int64] = [:]
        var entries: Set<String> = []
        var accounts: Set<String> = []
        var count: Int64 = 0

        mutating func add(_ fact: ReportFact) {
            amounts.merge(fact.sums) { $0.addingReportingOverflow($1).partialValue }
            entries.insert(fact.entry)
            accounts.insert(fact.account)
            count += 1
        }

        mutating func add(_ other: Sums) {
            amounts.merge(other.amounts) { $0.addingReportingOverflow($1).partialValue }
            entries.formUnion(other.entries)
            accounts.formUnion(other.accounts)
            count += other.count
        }

        subscript(metric: String) -> Int64 {
            switch metric {
            case "commit_count": Int64(entries.count)
            case "distinct_billing_account_count": Int64(accounts.count)
            case "line_count", "settlement_count": count
            default: amounts[metric] ?? 0
            }
        }
    }

    let query: ReportQuery
    let facts: [ReportFact]

    /// The members `data` and `meta` of the answer, with sums over all rows if `hasTotals`.
    func answer(hasTotals: Bool) throws(VlunaFailure) -> (data: JSONValue, meta: JSONValue) {
        let offset = try query.offset()
        let groups = groups(in: query.time)
        let page = groups.dropFirst(offset).prefix(query.limit)
        let end = offset + page.count
        var data: [String: JSONValue] = [
            "granularity": .string(query.time.granularity.rawValue),
            "group_by": .array(query.dimensions.map { .string($0) }),
            "metrics": .array(query.metrics.map { .string($0) }),
            "rows": .array(page.map(row)),
        ]
        if hasTotals { data["totals"] = texts(total(of: groups)) }
        if query.isCompared { data.merge(comparison(with: groups)) { _, new in new } }
        var meta: [String: JSONValue] = [
            "next_cursor": end < groups.count ? .string(query.cursor(at: end)) : .null,
            "has_more": .bool(end < groups.count), "limit": .number(JSONNumber(query.limit)),
        ]
        if end < groups.count { meta["cursor_hint"] = query.hint }
        return (.object(data), .object(meta))
    }

    // MARK: - Groups

    private func groups(in time: Vluna.ReportTimeRange) -> [Group] {
        var groups: [[String]: Group] = [:]
        for fact in facts where time.contains(fact.time) && passes(fact, time) {
            let bucket = query.aggregation == .series ? time.bucket(of: fact.time) : time.from
            let key = query.dimensions.map { name in
                name == "bucket_start" ? bucket.jsonText() : fact.dimensions[name] ?? ""
            }
            groups[key, default: Group(key: key, bucket: bucket, dimensions: fact.dimensions)].sums.add(fact)
        }
        let kept = groups.values.filter { group in query.sumFilters.allSatisfy { $0.lets(group.sums[$0.field]) } }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return query.ranking.map { ranked(kept, by: $0) } ?? kept
    }

    private func passes(_ fact: ReportFact, _ time: Vluna.ReportTimeRange) -> Bool {
        query.filters.allSatisfy { filter in
            if filter.field == "bucket_start" {
                let bucket = time.bucket(of: fact.time)
                return filter.values.contains { (try? Date(jsonText: $0.jsonText())) == bucket }
            }
            return fact.dimensions[filter.field].map(filter.values.contains) ?? false
        }
    }

    /// Only the groups with the highest or lowest sums over the whole time.
    private func ranked(_ groups: [Group], by ranking: ReportQuery.Ranking) -> [Group] {
        guard let dimension = query.dimensions.first(where: { $0 != "bucket_start" }) else { return groups }
        var sums: [String: Sums] = [:]
        for group in groups {
            sums[group.dimensions[dimension] ?? "", default: Sums()].add(group.sums)
        }
        let order = sums.sorted { left, right in
            let (first, second) = (left.value[ranking.metric], right.value[ranking.metric])
            if first == second { return left.key < right.key }
            return ranking.isDescending ? first > second : first < second
        }
        let ranks = Dictionary(uniqueKeysWithValues: order.prefix(ranking.count).enumerated().map { ($1.key, $0) })
        return groups.compactMap { group in ranks[group.dimensions[dimension] ?? ""].map { ($0, group) } }
            .sorted { ($0.1.bucket, $0.0) < ($1.1.bucket, $1.0) }
            .map(\.1)
    }

    // MARK: - JSON

    /// The dimensions that are null rather than absent when a group has none.
    private static let nullable: Set<String> = ["budget_id", "grant_id", "grant_program_id"]
    private static let counts: Set<String> = [
        "commit_count", "line_count", "distinct_billing_account_count", "settlement_count",
    ]

    private func row(_ group: Group) -> JSONValue {
        var row: [String: JSONValue] = ["bucket_start": group.bucket.json]
        for name in query.dimensions where name != "bucket_start" {
            if let value = group.dimensions[name] {
                row[name] = .string(value)
            } else if Self.nullable.contains(name) {
                row[name] = .null
            }
        }
        for metric in query.metrics {
            let value = group.sums[metric]
            row[metric] = Self.counts.contains(metric) ? .number(JSONNumber(value)) : .string(String(value))
        }
        return .object(row)
    }

    private func total(of groups: [Group]) -> [String: Int64] {
        var sums = Sums()
        for group in groups {
            sums.add(group.sums)
        }
        return Dictionary(query.metrics.map { ($0, sums[$0]) }) { first, _ in first }
    }

    private func texts(_ sums: [String: Int64]) -> JSONValue {
        .object(sums.mapValues { .string(String($0)) })
    }

    private func comparison(with groups: [Group]) -> [String: JSONValue] {
        let before = self.groups(in: query.timeBefore)
        let totals = total(of: groups)
        let totalsBefore = total(of: before)
        let delta = totals.merging(totalsBefore) { $0 - $1 }
        let percents = delta.map { metric, difference in
            (metric, percent(difference, of: totalsBefore[metric] ?? 0))
        }
        return [
            "compare_rows": .array(before.map(row)), "compare_time": query.timeBefore.json,
            "compare_totals": texts(totalsBefore), "delta": texts(delta),
            "delta_pct": .object(Dictionary(uniqueKeysWithValues: percents)),
        ]
    }

    /// With at most two decimals; null of nothing.
    private func percent(_ difference: Int64, of whole: Int64) -> JSONValue {
        guard whole != 0 else { return .null }
        var exact = Decimal(difference) * 100 / Decimal(abs(whole))
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 2, .plain)
        return JSONNumber(rounded).map { .number($0) } ?? .null
    }
}

extension ReportQuery.SumFilter {
    fileprivate func lets(_ sum: Int64) -> Bool {
        switch comparison {
        case "gte": Decimal(sum) >= value
        case "lte": Decimal(sum) <= value
        case "gt": Decimal(sum) > value
        default: Decimal(sum) < value
        }
    }
}

extension Date {
    fileprivate var json: JSONValue {
        (try? JSONValue(jsonBytes: jsonBytes())) ?? .null
    }
}

// MARK: - Facts

extension VlunaState {
    /// The charged usage of one account, line by line, or of the whole realm.
    func usageFacts(of account: String?) -> [ReportFact] {
        ledger.filter { $0.isCharged && (account == nil || $0.account == account) }.flatMap { entry in
            entry.lines.map { line in
                let amount = line.price?.amount ?? 0
                let cost = line.cost?.amount ?? 0
                return ReportFact(
                    time: entry.time,
                    dimensions: [
                        "billing_account_id": entry.account, "feature_code": entry.feature,
                        "feature_family_code": entry.family, "meter_code": line.meter,
                        "pricing_fingerprint": line.price?.fingerprint, "cost_fingerprint": line.cost?.fingerprint,
                    ].compactMapValues { $0 },
                    sums: [
                        "quantity_minor": line.quantity, "amount_xusd": amount, "cost_xusd": cost,
                        "margin_xusd": amount - cost,
                    ],
                    entry: entry.id, account: entry.account)
            }
        }
    }

    /// What paid for the charged usage of one account or of the whole realm.
    func settlementFacts(of account: String?) -> [ReportFact] {
        ledger.filter { account == nil || $0.account == account }.flatMap { entry in
            entry.settlements.map { settlement in
                ReportFact(
                    time: entry.time,
                    dimensions: [
                        "billing_account_id": entry.account, "feature_code": entry.feature,
                        "feature_family_code": entry.family, "funding_kind": settlement.funding.rawValue,
                        "application_status": settlement.applicationStatus, "budget_id": entry.budget,
                        "grant_id": settlement.grant, "settlement_state": settlement.state,
                        "pricing_fingerprint": entry.lines.first?.price?.fingerprint,
                    ].compactMapValues { $0 },
                    sums: [
                        "allocated_amount_xusd": settlement.allocated, "applied_amount_xusd": settlement.applied,
                        "applied_cost_xusd": settlement.appliedCost,
                    ],
                    entry: entry.id, account: entry.account)
            }
        }
    }
}
