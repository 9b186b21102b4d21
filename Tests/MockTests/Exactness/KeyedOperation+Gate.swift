import Testing
import TollgateVluna

@testable import TollgateMock

// MARK: - Gate

extension KeyedOperation {
    private static let feature = "openai.gpt5.2"

    private static func lease(_ mock: MockServer) async throws -> String {
        try await mock.vluna().gate.authorize(featureCode: feature).leaseToken
    }

    static let gate = [
        fixed(
            "vluna.authorize", "/mgt/v1/gate/authorize", #"{"feature_code":"openai.gpt5.2"}"#,
            #"{"feature_code":"openai.gpt-4o"}"#),
        fixed(
            "vluna.ingest", "/mgt/v1/gate/ingest", #"{"feature_code":"openai.gpt5.2","quantity_minor":"12345"}"#,
            #"{"feature_code":"openai.gpt5.2","quantity_minor":"1"}"#),
        KeyedOperation(name: "vluna.commit", path: "/mgt/v1/gate/commits") { mock in
            let lease = try await lease(mock)
            let body = { (quantity: Int) in
                #"{"lease_token":"\#(lease)","feature_code":"openai.gpt5.2","quantity_minor":"\#(quantity)"}"#
            }
            return Sample(body: body(12_345), other: body(1))
        },
        KeyedOperation(name: "vluna.batchCommit", path: "/mgt/v1/gate/commits/batch") { mock in
            let lease = try await lease(mock)
            let body = { (quantity: Int) in
                let item =
                    #"{"idempotency_key":"i","lease_token":"\#(lease)","feature_code":"openai.gpt5.2","#
                    + #""quantity_minor":"\#(quantity)"}"#
                return #"{"items":[\#(item)]}"#
            }
            return Sample(body: body(12_345), other: body(1))
        },
        KeyedOperation(name: "vluna.cancel", path: "/mgt/v1/gate/cancel") { mock in
            let leases = (try await lease(mock), try await lease(mock))
            return Sample(
                body: #"{"lease_token":"\#(leases.0)"}"#, other: #"{"lease_token":"\#(leases.1)"}"#)
        },
    ]
}

// MARK: - Seats

extension KeyedOperation {
    static let seats = [
        KeyedOperation(name: "vluna.revokeSeat", path: "/mgt/v1/seats/revoke") { mock in
            try await takeSeats(mock)
            return Sample(body: seat("s1"), other: seat("s2"))
        },
        KeyedOperation(name: "vluna.restoreSeat", path: "/mgt/v1/seats/restore") { mock in
            try await takeSeats(mock)
            for name in ["s1", "s2"] {
                _ = try await mock.vluna().seats.revoke(featureCode: feature, seatID: name)
            }
            return Sample(body: seat("s1"), other: seat("s2"))
        },
    ]

    private static func seat(_ name: String) -> String {
        #"{"feature_code":"openai.gpt5.2","seat_id":"\#(name)"}"#
    }

    private static func takeSeats(_ mock: MockServer) async throws {
        mock.vluna.setSeats(5, of: feature)
        for name in ["s1", "s2"] {
            _ = try await mock.vluna().gate.authorize(featureCode: feature, seatID: name)
        }
    }
}

// MARK: - Reports

extension KeyedOperation {
    /// A report changes nothing, so its key may be left out and is not kept: another body is another report.
    static let reports = [
        report("vluna.queryUsageReport", "/mgt/v1/reports/usage", usage),
        report("vluna.queryOwnUsageReport", "/mgt/v1/reports/usage/self", usage),
        report("vluna.queryOwnUsageReport", "/api/v1/reports/usage/self", usage),
        report("vluna.querySettlementReport", "/mgt/v1/reports/settlements", settlements),
        report("vluna.queryOwnSettlementReport", "/mgt/v1/reports/settlements/self", settlements),
        report("vluna.queryOwnSettlementReport", "/api/v1/reports/settlements/self", settlements),
    ]

    private static func report(_ name: String, _ path: String, _ body: String) -> KeyedOperation {
        KeyedOperation(name: name, path: path) { mock in
            _ = try await mock.vluna().use(feature, 12_345)
            return Sample(body: body, other: nil)
        }
    }

    private static let days =
        #"{"from":"2026-01-01T00:00:00Z","to":"2026-01-03T00:00:00Z","granularity":"day"}"#
    private static let usage =
        #"{"group_by":["bucket_start"],"metrics":["quantity_minor"],"time":\#(days)}"#
    private static let settlements =
        #"{"group_by":["bucket_start","funding_kind"],"metrics":["allocated_amount_xusd"],"time":\#(days)}"#
}
