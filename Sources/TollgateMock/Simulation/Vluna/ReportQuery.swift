import Crypto
import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

/// What a usage or a settlement report is to show. The two differ in their dimensions and metrics only.
struct ReportQuery: Sendable {
    enum Aggregation: String, Sendable {
        case series, total, groupTotal = "group_total"
    }

    struct Ranking: Sendable {
        let count: Int
        let metric: String
        let isDescending: Bool
    }

    struct Filter: Sendable {
        let field: String
        let values: Set<String>
    }

    struct SumFilter: Sendable {
        let field: String
        let comparison: String
        let value: Decimal
    }

    let time: Vluna.ReportTimeRange
    /// With `bucket_start`.
    let dimensions: [String]
    let metrics: [String]
    var aggregation = Aggregation.series
    var isCompared = false
    var ranking: Ranking?
    let filters: [Filter]
    let sumFilters: [SumFilter]
    let limit: Int
    let cursor: String?

    /// How many rows of earlier pages are skipped.
    func offset() throws(VlunaFailure) -> Int {
        guard let cursor else { return 0 }
        guard let data = Data(base64Encoded: cursor), let json = try? JSONValue(jsonBytes: Array(data)),
            let offset = json["offset"]?.number?.int, offset >= 0, json["of"]?.text == identity
        else { throw .invalid("cursor is invalid or belongs to another query") }
        return offset
    }

    func cursor(at offset: Int) -> String {
        let json: JSONValue = ["offset": .number(JSONNumber(offset)), "of": .string(identity)]
        return Data(json.jsonBytes()).base64EncodedString()
    }

    /// The part of the query that a cursor belongs to.
    var hint: JSONValue {
        var hint: [String: JSONValue] = [
            "time": time.json, "group_by": .array(dimensions.map { .string($0) }),
            "metrics": .array(metrics.map { .string($0) }),
        ]
        if aggregation != .series { hint["aggregate"] = .string(aggregation.rawValue) }
        return .object(hint)
    }

    private var identity: String {
        Hexadecimal.text(SHA256.hash(data: hint.jsonBytes()).prefix(4))
    }

    /// The time before, of the same length.
    var timeBefore: Vluna.ReportTimeRange {
        let length = time.to.timeIntervalSince(time.from)
        return Vluna.ReportTimeRange(
            from: time.from.addingTimeInterval(-length), to: time.from, granularity: time.granularity)
    }
}

extension Vluna.ReportTimeRange {
    var json: JSONValue {
        (try? JSONValue(jsonBytes: jsonBytes())) ?? .null
    }

    func contains(_ moment: Date) -> Bool {
        from <= moment && moment < to
    }

    /// When the day or month of a moment began, in UTC.
    func bucket(of moment: Date) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let unit: Calendar.Component = granularity == .month ? .month : .day
        return calendar.dateInterval(of: unit, for: moment)?.start ?? moment
    }
}

// MARK: - Usage

extension ReportQuery {
    private static let money: Set<String> = ["amount_xusd", "cost_xusd", "margin_xusd"]

    /// - Throws: ``VlunaFailure`` if the parts of the query do not go together.
    init(_ query: Vluna.UsageReportQuery) throws(VlunaFailure) {
        time = query.time
        dimensions = Self.withBucket(query.groupBy.map(\.rawValue))
        let asked = query.metrics?.map(\.rawValue) ?? []
        metrics =
            asked.isEmpty
            ? ["quantity_minor", "amount_xusd", "cost_xusd", "margin_xusd", "commit_count"] : asked
        aggregation = query.aggregate.flatMap { Aggregation(rawValue: $0.rawValue) } ?? .series
        isCompared = query.compare != nil
        let firstMetric = metrics[0]
        ranking = query.topK.map { count in
            Ranking(
                count: count, metric: query.orderByMetric?.rawValue ?? firstMetric,
                isDescending: query.order != .ascending)
        }
        filters = (query.dimFilters ?? []).map { Filter(field: $0.field.rawValue, values: $0.value.texts) }
        sumFilters = (query.metricFilters ?? []).map {
            SumFilter(field: $0.field.rawValue, comparison: $0.op.rawValue, value: $0.value)
        }
        limit = query.limit ?? 1_000
        cursor = query.cursor
        try checkTime()
        try checkUsageRules()
    }

    private func checkUsageRules() throws(VlunaFailure) {
        let groups = dimensions.filter { $0 != "bucket_start" }
        if aggregation == .total, !groups.isEmpty {
            throw .invalid("aggregate total needs group_by to be bucket_start alone")
        }
        if isCompared {
            guard groups.isEmpty else { throw .invalid("compare needs group_by to be bucket_start alone") }
            guard cursor == nil else { throw .invalid("compare cannot be combined with cursor") }
        }
        guard let ranking else { return }
        guard cursor == nil, !isCompared else { throw .invalid("top_k cannot be combined with cursor or compare") }
        guard groups.count == 1 else { throw .invalid("top_k needs exactly one dimension beside bucket_start") }
        switch (groups[0], aggregation) {
        case ("feature_code", _), ("feature_family_code", _), ("attribution_id", .groupTotal): break
        case ("billing_account_id", .groupTotal):
            let days = time.to.timeIntervalSince(time.from) / 86_400
            guard days <= 90, ranking.count <= 50, Self.money.isSuperset(of: metrics + [ranking.metric]) else {
                throw .invalid("top_k of billing_account_id takes at most 90 days, 50 rows and money metrics")
            }
        default: throw .invalid("group_by combination is not supported with top_k")
        }
    }
}

// MARK: - Settlements

extension ReportQuery {
    private static let settlementGroupings: Set<Set<String>> = [
        [], ["funding_kind"], ["billing_account_id"], ["feature_code"], ["grant_id"], ["grant_program_id"],
        ["budget_id"], ["application_status"], ["funding_kind", "application_status"],
        ["feature_code", "funding_kind"], ["grant_program_id", "funding_kind"],
    ]

    /// - Throws: ``VlunaFailure`` if the parts of the query do not go together.
    init(_ query: Vluna.SettlementReportQuery) throws(VlunaFailure) {
        time = query.time
        dimensions = Self.withBucket(query.groupBy.map(\.rawValue))
        let asked = query.metrics?.map(\.rawValue) ?? []
        metrics =
            asked.isEmpty
            ? ["allocated_amount_xusd", "applied_amount_xusd", "applied_cost_xusd", "settlement_count"] : asked
        filters = (query.dimFilters ?? []).map { Filter(field: $0.field.rawValue, values: $0.value.texts) }
        sumFilters = (query.metricFilters ?? []).map {
            SumFilter(field: $0.field.rawValue, comparison: $0.op.rawValue, value: $0.value)
        }
        limit = query.limit ?? 1_000
        cursor = query.cursor
        try checkTime()
        guard Self.settlementGroupings.contains(Set(dimensions).subtracting(["bucket_start"])) else {
            throw .invalid("group_by combination is not supported")
        }
    }

    private func checkTime() throws(VlunaFailure) {
        guard time.from < time.to else { throw .invalid("time.from must be before time.to") }
    }

    private static func withBucket(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        let unique = names.filter { seen.insert($0).inserted }
        return seen.contains("bucket_start") ? unique : ["bucket_start"] + unique
    }
}

extension Vluna.DimensionFilterValue {
    fileprivate var texts: Set<String> {
        switch self {
        case .one(let text): [text]
        case .several(let texts): Set(texts)
        case .unrecognized: []
        }
    }
}
