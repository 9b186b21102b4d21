import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// What Vluna charges, what it only records, and what it refuses.
@Suite struct VlunaCommitTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func commit(
        _ token: String, _ feature: String = "openai.gpt5.2", _ quantity: Int64 = 1_000,
        meters: [Vluna.MeterUsage]? = nil, seat: String? = nil
    ) async throws -> Vluna.Commit {
        try await mock.vluna().gate.commit(
            leaseToken: token, featureCode: feature, quantityMinor: quantity, meters: meters, seatID: seat)
    }

    private func lease(seat: String? = nil) async throws -> Vluna.Lease {
        try await mock.vluna().gate.authorize(featureCode: feature, seatID: seat)
    }

    @Test func refusesWhatCannotBeRight() async throws {
        let lease = try await lease()
        let token = lease.leaseToken
        let unknown = "lease.00000000-0000-4000-8000-000000000000.0123456789abcdef"
        let altered = String(token.dropLast(16)) + "0123456789abcdef"
        #expect(try #require(await refusal { try await commit(token, feature, 0) }).status == 422)
        #expect(try #require(await refusal { try await commit(token, feature, -1) }).status == 422)
        #expect(
            try #require(await refusal { try await commit("no-token") }) == (422, "VALIDATION.INVALID_INPUT"))
        #expect(try #require(await refusal { try await commit(unknown) }) == (422, "RESOURCE.NOT_FOUND"))
        #expect(try #require(await refusal { try await commit(altered) }) == (422, "WRITE.INVALID_PAYLOAD"))
        #expect(
            try #require(await refusal { try await commit(token, "openai.gpt-4o") }) == (422, "WRITE.INVALID_PAYLOAD"))
        #expect(mock.vluna.ledger.isEmpty)
        #expect(try await commit(token).outcome.isCharged, "a refused commit leaves the lease open")
    }

    @Test func keepsLeasesOfAccountsApart() async throws {
        let lease = try await lease()
        let stranger = try mock.vluna("org_other")
        let refused = try await refusal {
            try await stranger.gate.commit(leaseToken: lease.leaseToken, featureCode: feature, quantityMinor: 1)
        }
        #expect(try #require(refused) == (422, "RESOURCE.NOT_FOUND"))
    }

    @Test func wantsTheSeatOfTheLease() async throws {
        let lease = try await lease(seat: "s1")
        #expect(try #require(await refusal { try await commit(lease.leaseToken, seat: "s2") }).status == 409)
        #expect(try await commit(lease.leaseToken, seat: "s1").outcome.isCharged)
    }

    @Test func whatIsQuarantinedIsNeitherCountedNorCharged() async throws {
        mock.vluna.setQuota(10_000, of: feature)
        let lease = try await lease()
        _ = try await mock.vluna().gate.cancel(leaseToken: lease.leaseToken)
        let late = try await commit(lease.leaseToken)
        #expect(late.outcome == .quarantined(.leaseClosed))
        #expect(late.hints?.first?.state == "canceled")
        #expect(late.amountXUSD == 2_000)
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
        #expect(mock.vluna.ledger.map(\.isCharged) == [false])
        let limits = try await mock.vluna().gate.limits(featureCode: [feature], expand: [.quotas])
        #expect(limits.first?.quotas?.first?.usedMinor == 0)
    }

    @Test func aLeaseIsChargedUntilItsGraceIsOver() async throws {
        let onTime = try await lease()
        let within = try await lease()
        let after = try await lease()
        mock.clock.advance(by: .seconds(12 * 3_600 - 1))
        #expect(try await commit(onTime.leaseToken).hints?.isEmpty != false)

        mock.clock.advance(by: .seconds(61))
        let graced = try await commit(within.leaseToken)
        #expect(graced.outcome == .charged(2_000))
        let hint = try #require(graced.hints?.first)
        #expect(hint.kind == .leaseExpired)
        #expect(hint.expiresAt == Date.start + 12 * 3_600)
        #expect(hint.deltaMilliseconds == 60_000)
        #expect(hint.graceMilliseconds == 60_000)
        #expect(hint.exceededGrace == false)

        mock.clock.advance(by: .seconds(1))
        #expect(try await commit(after.leaseToken).outcome == .quarantined(.leaseExpired))
    }

    @Test func aMeterHasToBelongToTheFeatureAndHaveAPrice() async throws {
        mock.vluna.setFeature("two", meters: ["in", "out"])
        mock.vluna.setPrice(of: "in", 3, per: 10)
        func outcome(_ meters: [Vluna.MeterUsage]) async throws -> Vluna.Commit.Outcome {
            try await mock.vluna().use("two", 1, meters: meters).outcome
        }
        #expect(try await outcome([Vluna.MeterUsage(meterCode: "in", quantityMinor: 100)]) == .charged(30))
        #expect(
            try await outcome([Vluna.MeterUsage(meterCode: "out", quantityMinor: 100)]) == .quarantined(.notPriced))
        #expect(
            try await outcome([Vluna.MeterUsage(meterCode: "openai.gpt5.2", quantityMinor: 100)])
                == .quarantined(.meterNotAllowed))
        mock.vluna.setPrice(of: "out", 0)
        #expect(
            try await outcome([
                Vluna.MeterUsage(meterCode: "in", quantityMinor: 10),
                Vluna.MeterUsage(meterCode: "out", quantityMinor: 5),
            ]) == .charged(3), "a price of nothing is a price")
    }

    @Test func overTheQuotaIsAcceptedAndCountedUpToIt() async throws {
        mock.vluna.setQuota(1_500, of: feature)
        let commit = try await mock.vluna().use(feature, 2_000)
        #expect(commit.outcome.isCharged)
        #expect(commit.hints?.map(\.kind) == [.quotaRemaining])
        #expect(commit.hints?.first?.maxQuantityMinor == 0)
        let limits = try await mock.vluna().gate.limits(featureCode: [feature], expand: [.quotas])
        #expect(limits.first?.quotas?.map(\.usedMinor) == [1_500])
    }

    @Test func tellsACallerWhoKnowsAnOldPrice() async throws {
        let known = try await mock.vluna().gate.meters(meterCode: [feature], expand: [.pricing])
        let pricing = try #require(known.first?.pricing)
        func hints(_ etag: String?, _ price: Vluna.XUSD?) async throws -> [Vluna.HintKind] {
            let usage = Vluna.MeterUsage(
                meterCode: feature, quantityMinor: 10, clientPricingETag: etag, clientUnitPriceXUSD: price)
            return try await mock.vluna().use(feature, 10, meters: [usage]).hints?.map(\.kind) ?? []
        }
        #expect(try await hints(pricing.fingerprint, pricing.unitPriceXUSD) == [])
        #expect(try await hints("another", nil) == [.pricingChanged])
        #expect(try await hints(nil, 1) == [.pricingChanged])
    }

    @Test(arguments: [
        (Vluna.PriceRounding.floor, [0, 0, 1, 0, 0, 1]), (.ceil, [1, 0, 0, 1, 0, 0]), (.nearest, [0, 1, 0, 0, 1, 0]),
    ])
    func carriesWhatRoundingLeaves(_ rounding: Vluna.PriceRounding, _ expected: [Vluna.XUSD]) async throws {
        mock.vluna.setFeature("thirds")
        mock.vluna.setPrice(of: "thirds", 1, per: 3, rounding: rounding)
        var amounts: [Vluna.XUSD] = []
        for _ in expected {
            amounts.append(try await mock.vluna().use("thirds", 1).amountXUSD)
        }
        #expect(amounts == expected)
    }

    @Test func concurrentTwinsAreChargedOnce() async throws {
        let token = try await lease().leaseToken
        let keyed = try mock.vluna().with(idempotencyKey: "twin")
        let ids = try await withThrowingTaskGroup { group in
            for _ in 0..<32 {
                group.addTask {
                    try await keyed.gate.commit(
                        leaseToken: token, featureCode: "openai.gpt5.2", quantityMinor: 1_000
                    ).commitID
                }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(mock.vluna.ledger.count == 1)
        #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
    }

    @Test func manyCommitsAtOnceAddUp() async throws {
        let client = try mock.vluna()
        let total = try await withThrowingTaskGroup { group in
            for quantity in 1...200 {
                group.addTask { try await client.use("openai.gpt5.2", Int64(quantity)).amountXUSD.millionths }
            }
            return try await group.reduce(0, +)
        }
        #expect(mock.vluna.balance(of: "org_acme").millionths == 100_000_000 - total)
        #expect(mock.vluna.ledger.reduce(0) { $0 + $1.quantityMinor } == 20_100)
    }

    @Test func twoRunsAnswerTheSameBytes() async throws {
        func run() async throws -> [[UInt8]] {
            let mock = MockServer.frozen(seed: 7)
            let keyed = try mock.vluna().with(idempotencyKey: "k").with(requestID: "r")
            let lease = try await keyed.response { try await $0.gate.authorize(featureCode: "openai.gpt5.2") }
            let commit = try await keyed.response {
                try await $0.gate.commit(
                    leaseToken: lease.payload.leaseToken, featureCode: "openai.gpt5.2", quantityMinor: 7)
            }
            return [lease.body, commit.body]
        }
        #expect(try await run() == run())
    }
}
