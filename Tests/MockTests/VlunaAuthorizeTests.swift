import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock
@testable import TollgateMockServer

/// What Vluna looks at before it gives a lease, in its order.
@Suite struct VlunaAuthorizeTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func denial(
        _ feature: String = "openai.gpt5.2", budget: String? = nil, estimate: Int64? = nil, seat: String? = nil,
        mock other: MockServer? = nil
    ) async throws -> VlunaRefusal? {
        let client = try (other ?? mock).vluna()
        return try await refusal {
            try await client.gate.authorize(
                featureCode: feature, estimatedQuantityMinor: estimate, budgetID: budget, seatID: seat)
        }
    }

    @Test(arguments: ["", " ", ".a", "a.", "a b", "é", String(repeating: "a", count: 129)])
    func refusesACodeThatNoFeatureCanHave(_ code: String) async throws {
        #expect(try #require(await denial(code)).status == 422)
    }

    /// Of two requests the one that arrived first may be answered last.
    @Test func aCallTakesEffectWhenItIsAnswered() async throws {
        var head = HTTPRequest(
            method: .post, scheme: "http", authority: "mock", path: "/mgt/v1/gate/authorize",
            headerFields: [
                .contentType: "application/json", .named("X-Realm-Id"): mock.vluna.realmID,
                .named("X-Principal-Id"): "org_new", .named("Idempotency-Key"): "first",
            ])
        let body = Array(#"{"feature_code":"\#(feature)"}"#.utf8)
        try await mock.vluna.serviceClient().client.credential?.authorize(&head, body: HTTPBody(body))
        let service = try #require(mock.handler.services.all.first { $0 is VlunaSimulation })
        let route = try #require(service.routes.routes.first { $0.operation == .vluna.authorize })
        let call = MockCall(
            request: MockRequest(head: head, body: body), route: route, pathParameters: [:], schemas: service.schemas,
            now: mock.clock.now)

        mock.clock.advance(by: .seconds(1))
        _ = try await mock.vluna("org_new").gate.authorize(featureCode: feature)
        #expect(service.answer(call).status == 200, "the grants of a payer are there as soon as the payer is")
    }

    @Test func readsACodeWithoutRegardToCaseAndSpaces() async throws {
        let lease = try await mock.vluna().gate.authorize(featureCode: "  OpenAI.GPT5.2 ")
        #expect(lease.featureCode == feature)
    }

    @Test func registersAnUnknownFeatureOnlyWhereToldTo() async throws {
        let lease = try await mock.vluna().gate.authorize(featureCode: "new.one", featureFamilyCode: "news")
        #expect(lease.featureFamilyCode == "news")
        let limits = try await mock.vluna().gate.limits(featureCode: ["new.one"])
        #expect(limits.map(\.meters) == [["new.one"]])

        var settings = MockSettings()
        settings.registersFeatures = false
        let strict = MockServer.frozen(settings: settings)
        #expect(try #require(await denial("new.one", mock: strict)) == (422, "RESOURCE.NOT_FOUND"))
    }

    @Test func refusesAnInactiveFeature() async throws {
        mock.vluna.setFeature("old.one", isActive: false)
        #expect(try #require(await denial("old.one")).status == 422)
    }

    @Test func countsSeats() async throws {
        #expect(try await denial(seat: "s0") == nil, "without a seat policy seats are not counted")
        mock.vluna.setSeats(1, of: feature)
        #expect(try await denial(seat: "s1") == nil)
        #expect(try await denial(seat: "s1") == nil)
        #expect(try #require(await denial(seat: "s2")) == (403, "SEAT.LIMIT_EXCEEDED"))

        let seats = try mock.vluna().seats
        #expect(try await seats.list(featureCode: feature).seats.map(\.seatID) == ["s1"])
        #expect(try await seats.revoke(featureCode: feature, seatID: "s1").state == .revoked)
        #expect(try await seats.revoke(featureCode: feature, seatID: "s1").state == .revoked, "revoking is idempotent")
        #expect(try #require(await denial(seat: "s1")) == (403, "SEAT.REVOKED"))
        #expect(try await denial(seat: "s2") == nil)
        #expect(
            try #require(await refusal { try await seats.revoke(featureCode: feature, seatID: "s9") }).status == 404)

        mock.vluna.setSeats(0, of: feature)
        #expect(try #require(await denial(seat: "s3")) == (403, "SEAT.LIMIT_EXCEEDED"))
        mock.vluna.setSeats(-1, of: feature)
        #expect(try await denial(seat: "s3") == nil)
    }

    @Test func lowerPlansAndPermissionsYield() async throws {
        mock.vluna.setFeature("vip", family: "llm", needsEntitlement: true)
        #expect(try #require(await denial("vip")) == (403, "ENTITLEMENT.REQUIRED"))
        mock.vluna.entitle("org_acme", to: .family("llm"), priority: 1)
        #expect(try await denial("vip") == nil)
        mock.vluna.entitle("org_acme", to: .feature("vip"), allows: false, priority: 1)
        #expect(try #require(await denial("vip")) == (403, "ENTITLEMENT.DENIED"), "of equal plans the denial counts")
        mock.vluna.entitle("org_acme", to: .feature("vip"), priority: 2)
        #expect(try await denial("vip") == nil)

        mock.vluna.setFeature("open", family: "closed")
        mock.vluna.setFamily("closed", needsEntitlement: true)
        #expect(try #require(await denial("open")) == (403, "ENTITLEMENT.REQUIRED"))
    }

    @Test func wantsABalanceOnlyOfPrepaidAccountsAndPricedMeters() async throws {
        mock.vluna.setBalance(0, of: "org_acme")
        let gone = try #require(await denial())
        #expect(gone == (402, "SERVER.CONFIG"))
        #expect(gone.message == "grant balance exhausted")
        #expect(try await denial("without.price") == nil)
        mock.vluna.setBillingMode(.postpaid, of: "org_acme")
        #expect(try await denial() == nil)
    }

    @Test func refusesWhenAQuotaIsUsedUp() async throws {
        mock.vluna.setQuota(1_000, of: feature)
        _ = try await mock.vluna().use(feature, 1_000)
        let spent = try #require(await denial())
        #expect(spent == (402, "SERVER.CONFIG"))
        #expect(spent.message == "quota limit exhausted")
        mock.clock.advance(by: .seconds(86_400))
        #expect(try await denial() == nil, "the next window is open")
    }

    @Test func windowsBeginAtMultiplesOfTheirLength() async throws {
        mock.vluna.setQuota(1_000, per: .seconds(86_400), of: feature)
        let lease = try await mock.vluna().gate.authorize(featureCode: feature)
        #expect(lease.windowStart == Date(timeIntervalSince1970: 1_767_312_000))
        #expect(lease.windowEnd == Date(timeIntervalSince1970: 1_767_398_400))
    }

    @Test func tellsMissingPoliciesApart() async throws {
        mock.vluna.setQuota(nil)
        mock.vluna.setRate(nil)
        #expect(try #require(await denial()) == (422, "RESOURCE.NOT_FOUND"))
        mock.vluna.setRate(10)
        #expect(try #require(await denial()) == (500, "SERVER.CONFIG"))
    }

    @Test func countsEveryCallInTheRateWindow() async throws {
        mock.vluna.setRate(4, per: .seconds(60), of: feature)
        let client = try mock.vluna()
        var warned: [Bool] = []
        for _ in 0..<4 {
            let lease = try await client.gate.authorize(featureCode: feature)
            warned.append(lease.hints?.contains { $0.kind == .rateLimit } ?? false)
        }
        #expect(warned == [true, true, true, true], "a hint comes when three calls or fewer are left")
        do {
            _ = try await client.gate.authorize(featureCode: feature)
            Issue.record("the fifth call went through")
        } catch let error as Vluna.GateDenied {
            #expect(error.status == 429)
            #expect(error.code == "LIMIT.RATE_EXCEEDED")
            #expect(error.reason == .rate)
            let hint = try #require(error.hints?.first)
            #expect(hint.kind == .rateLimit)
            #expect(hint.remaining == 0)
            #expect(hint.seconds == 55)
            #expect(hint.until == Date.start + 55)
        }
        mock.clock.advance(by: .seconds(55))
        #expect(try await denial() == nil)
    }

    @Test func warnsOfTheRateOnlyNearItsEnd() async throws {
        mock.vluna.setRate(10, per: .seconds(60), of: feature)
        let client = try mock.vluna()
        var firstWarning: Int?
        for call in 1...10 {
            let lease = try await client.gate.authorize(featureCode: feature)
            if lease.hints?.contains(where: { $0.kind == .rateLimit }) == true, firstWarning == nil {
                firstWarning = call
            }
        }
        #expect(firstWarning == 7)
    }

    @Test func looksAtTheBudgetLast() async throws {
        #expect(try #require(await denial(budget: "6f1c3b9e-0000-4000-8000-000000000000")).status == 422)
        let budget = mock.vluna.addBudget(2_000, of: "org_acme")
        #expect(try await denial(budget: budget) == nil)
        let lease = try await mock.vluna().gate.authorize(featureCode: feature, budgetID: budget)
        let commit = try await mock.vluna().gate.commit(
            leaseToken: lease.leaseToken, featureCode: feature, quantityMinor: 1_000)
        #expect(commit.hints?.map(\.kind) == [.budgetLowHeadroom])
        let gone = try #require(await denial(budget: budget))
        #expect(gone == (402, "BUDGET.EXHAUSTED"))
        #expect(gone.hints == [.budgetShortfall])
        mock.vluna.closeBudget(budget)
        #expect(try #require(await denial(budget: budget)).status == 422)
    }

    @Test func anEstimateWarnsAndRefusesNothing() async throws {
        mock.vluna.setQuota(10_000, of: feature)
        mock.vluna.setBalance(5_000, of: "org_acme")
        let lease = try await mock.vluna().gate.authorize(featureCode: feature, estimatedQuantityMinor: 20_000)
        #expect(lease.hints?.map(\.kind) == [.quotaRemaining, .fundingXUSDShortfall])
        #expect(lease.hints?.first?.maxQuantityMinor == 10_000)
        #expect(lease.hints?.last?.shortfallXUSD == 35_000)

        let unpriced = try await mock.vluna().gate.authorize(featureCode: "no.price", estimatedQuantityMinor: 1)
        #expect(unpriced.hints?.map(\.kind) == [.pricingNotConfigured])

        mock.vluna.setBillingMode(.postpaid, of: "org_acme")
        let postpaid = try await mock.vluna().gate.authorize(featureCode: feature, estimatedQuantityMinor: 20_000)
        #expect(postpaid.hints?.map(\.kind) == [.quotaRemaining], "money is no concern of a postpaid account")
    }

    @Test func oneKeyGivesOneLease() async throws {
        mock.vluna.setRate(4, per: .seconds(60), of: feature)
        let keyed = try mock.vluna().with(idempotencyKey: "k")
        let first = try await keyed.gate.authorize(featureCode: feature)
        for _ in 0..<5 {
            #expect(try await keyed.gate.authorize(featureCode: feature).leaseToken == first.leaseToken)
        }
        let other = try mock.vluna("org_other").with(idempotencyKey: "k")
        #expect(try await other.gate.authorize(featureCode: feature).leaseToken != first.leaseToken)
    }

    @Test func concurrentTwinsGetOneLease() async throws {
        let keyed = try mock.vluna().with(idempotencyKey: "twin")
        let tokens = try await withThrowingTaskGroup { group in
            for _ in 0..<32 {
                group.addTask { try await keyed.gate.authorize(featureCode: "openai.gpt5.2").leaseToken }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tokens.count == 1)
    }

    @Test func aLeaseTokenHasTheServicesForm() async throws {
        let lease = try await mock.vluna().gate.authorize(featureCode: feature)
        let form = /lease\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9a-f]{16}/
        #expect(lease.leaseToken.wholeMatch(of: form) != nil)
    }
}
