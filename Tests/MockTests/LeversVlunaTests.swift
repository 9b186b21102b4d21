import Foundation
import Testing
import TollgateCore
import TollgateMockClient
import TollgateVluna

@testable import TollgateMock

@Suite struct LeversVlunaTests {
    private let feature = "openai.gpt-4o"

    // MARK: - In Swift

    @Test func snapshotsSayWhatIsThere() async throws {
        let mock = MockServer.frozen()
        mock.vluna.setBalance(1_000, of: "org_acme")
        mock.vluna.setQuota(50, per: .seconds(3_600), of: feature)
        let budget = mock.vluna.addBudget(500, of: "org_acme")
        let client = try mock.vluna()
        let lease = try await client.gate.authorize(featureCode: feature)
        _ = try await client.gate.commit(leaseToken: lease.leaseToken, featureCode: feature, quantityMinor: 7)
        _ = try await client.gate.authorize(featureCode: feature, budgetID: budget)
        let state = mock.vluna.snapshot
        let account = try #require(state.accounts.first)
        #expect(account.principalID == "org_acme" && account.balanceXUSD == 930 && account.outstandingXUSD == 0)
        #expect(Set(state.leases.map(\.state)) == [.closed, .active] && state.leasesCount == 2)
        #expect(state.budgets.map(\.budgetID) == [budget] && state.budgets.first?.limitXUSD == 500)
        #expect(state.windows.map(\.used) == [7] && state.windows.map(\.limit) == [50])
        #expect(state.commitsCount == 1 && state.isRealmActive)
        mock.clock.advance(by: .seconds(12 * 3_600))
        #expect(Set(mock.vluna.snapshot.leases.map(\.state)) == [.closed, .expired])
        #expect(mock.vluna.snapshot.windows.isEmpty)
    }

    @Test func resetBringsTheRealmBack() async throws {
        let mock = MockServer.frozen(seed: 3)
        let id = mock.vluna.accountID(of: "org_acme")
        mock.vluna.setFeature("mine")
        mock.vluna.setRealmActive(false)
        mock.vluna.setProduct(MockProduct(id: "9", name: "nine", kind: .credit))
        mock.reset(seed: 3)
        mock.clock.set(.start)
        let state = mock.vluna.snapshot
        #expect(state.isRealmActive && state.accountsCount == 0 && state.limitsCount == 1)
        #expect(state.features.map(\.featureCode) == ["openai.gpt-4o", "openai.gpt5.2"])
        #expect(mock.vluna.accountID(of: "org_acme") == id)
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
        mock.reset(seed: 4)
        #expect(mock.vluna.accountID(of: "org_acme") != id)
    }

    // MARK: - Over HTTP

    @Test func walletsAreSet() async throws {
        try await withLevers { mock, levers in
            let account = try await levers.vluna.setBalance(principalID: "org_acme", balanceXUSD: 500)
            #expect(account.availableXUSD == 500 && account.billingMode == .prepaid)
            #expect(mock.vluna.balance(of: "org_acme") == 500)
            let grant = try await levers.vluna.grant(
                principalID: "org_acme", amountXUSD: 70, kind: .promo, endAt: .start.addingTimeInterval(60))
            #expect(try await levers.vluna.getAccount(principalID: "org_acme").balanceXUSD == 570)
            let other = try await levers.vluna.grant(principalID: "org_acme", amountXUSD: 5)
            try await levers.vluna.cancelGrant(grantID: other.grantID)
            #expect(mock.vluna.balance(of: "org_acme") == 570)
            _ = try await levers.clock.advance(seconds: 60)
            let state = try #require(try await levers.state.get().vluna)
            #expect(state.accounts.map(\.balanceXUSD) == [500])
            #expect(state.grants.first { $0.grantID == grant.grantID }?.status == "closed")
            #expect(try await problem { try await levers.vluna.cancelGrant(grantID: "none") } == "404")
            let mode = try await levers.vluna.setBillingMode(principalID: "org_acme", billingMode: .postpaid)
            #expect(mode.billingMode == .postpaid)
        }
    }

    @Test func budgetsAreGivenAndClosed() async throws {
        try await withLevers { mock, levers in
            let budget = try await levers.vluna.addBudget(principalID: "org_acme", limitXUSD: 100)
            _ = try await mock.vluna().gate.authorize(featureCode: feature, budgetID: budget.budgetID)
            try await levers.vluna.closeBudget(budgetID: budget.budgetID)
            let refusal = try await refusal {
                try await mock.vluna().gate.authorize(featureCode: feature, budgetID: budget.budgetID)
            }
            #expect(refusal?.status == 422)
            #expect(try await problem { try await levers.vluna.closeBudget(budgetID: "none") } == "404")
        }
    }

    @Test func featuresAndPricesAreSet() async throws {
        try await withLevers { mock, levers in
            try await levers.vluna.setFeature(
                featureCode: "chat.small", featureFamilyCode: "chat", price: .init(unitPriceXUSD: 10),
                quota: .init(limitMinor: 100, windowSeconds: 60))
            #expect(try await mock.vluna().use("chat.small", 30).amountXUSD == 300)
            try await levers.vluna.setPrice(
                meterCode: "chat.small", unitPriceXUSD: 2_000, unitQuantityMinor: 1_000, rounding: .ceil)
            #expect(try await mock.vluna().use("chat.small", 1).amountXUSD == 2_000)
            try await levers.vluna.removePrice(meterCode: "chat.small")
            #expect(mock.vluna.snapshot.prices.first { $0.meterCode == "chat.small" }?.unitPriceXUSD == nil)
            #expect(try await problem { try await levers.vluna.removePrice(meterCode: "none") } == "404")
            let state = mock.vluna.snapshot
            #expect(state.features.first { $0.featureCode == "chat.small" }?.featureFamilyCode == "chat")
            #expect(state.windows.map(\.used) == [31])
        }
    }

    @Test func limitsChangeOneByOne() async throws {
        try await withLevers { mock, levers in
            try await levers.vluna.setLimits(
                featureCode: feature, quota: .value(.init(limitMinor: 5, windowSeconds: 60)),
                rate: .value(.init(limitMinor: 1)), seats: .value(.init(limit: 2)))
            _ = try await mock.vluna().use(feature, 3)
            #expect(try await refusal { try await mock.vluna().gate.authorize(featureCode: feature) }?.status == 429)
            try await levers.vluna.setLimits(featureCode: feature, rate: .null)
            let kinds = mock.vluna.snapshot.limits.filter { $0.featureCode == feature }.map(\.kind)
            #expect(kinds == [.quota, .seats])
            _ = try await mock.vluna().use(feature, 2)
            #expect(mock.vluna.snapshot.windows.filter { $0.kind == .quota }.map(\.used) == [5])
            #expect(try await refusal { try await mock.vluna().gate.authorize(featureCode: feature) } != nil)
            // The quota's window rolls on.
            _ = try await levers.clock.advance(seconds: 60)
            _ = try await mock.vluna().gate.authorize(featureCode: feature)
        }
    }

    @Test func entitlementsDecide() async throws {
        try await withLevers { mock, levers in
            try await levers.vluna.setFamily(featureFamilyCode: "llm.standard", requiresEntitlement: true)
            #expect(try await refusal { try await mock.vluna().gate.authorize(featureCode: feature) }?.status == 403)
            try await levers.vluna.entitle(principalID: "org_acme", featureFamilyCode: "llm.standard")
            _ = try await mock.vluna().gate.authorize(featureCode: feature)
            try await levers.vluna.entitle(principalID: "org_acme", featureCode: feature, allows: false, priority: 1)
            #expect(try await refusal { try await mock.vluna().gate.authorize(featureCode: feature) }?.status == 403)
            #expect(
                try await problem {
                    try await levers.vluna.entitle(principalID: "o", featureCode: "a", featureFamilyCode: "b")
                } == "400")
        }
    }

    @Test func tokensAndLeasesExpireByTheClock() async throws {
        try await withLevers { mock, levers in
            let issued = try await levers.vluna.issuePlatformToken(principalID: "org_acme", expiresIn: 60)
            #expect(issued.billingAccountID == mock.vluna.accountID(of: "org_acme"))
            let bearer = Vluna.BearerClient(
                accessToken: issued.accessToken, realmID: mock.vluna.realmID, baseURL: mock.vluna.bearerBaseURL,
                transport: mock.transport
            ).with(retry: .never)
            _ = try await bearer.billing.wallet.balance()
            let lease = try await mock.vluna().gate.authorize(featureCode: feature)
            _ = try await levers.clock.advance(seconds: 61)
            #expect(try await refusal { try await bearer.billing.wallet.balance() }?.status == 401)
            _ = try await levers.clock.advance(seconds: 13 * 3_600)
            let commit = try await mock.vluna().gate.commit(
                leaseToken: lease.leaseToken, featureCode: feature, quantityMinor: 1)
            #expect(commit.hints?.map(\.kind) == [.leaseExpired])
            #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
        }
    }

    @Test func keysAndTheRealmAreClosed() async throws {
        try await withLevers { mock, levers in
            func status() async throws -> Int? {
                try await refusal { try await mock.vluna().gate.authorize(featureCode: feature) }?.status
            }
            let id = mock.vluna.serviceKeyID
            try await levers.vluna.setServiceKey(keyID: id, isEnabled: false)
            #expect(try await status() == 403)
            try await levers.vluna.setServiceKey(
                keyID: id, isEnabled: true, expiresAt: .value(.start.addingTimeInterval(30)))
            #expect(try await status() == nil)
            _ = try await levers.clock.advance(seconds: 31)
            #expect(try await status() == 403)
            try await levers.vluna.setServiceKey(keyID: id, expiresAt: .null)
            try await levers.vluna.setRealm(isActive: false)
            #expect(try await status() == 403)
            try await levers.vluna.setRealm(isActive: true)
            #expect(try await status() == nil)
            #expect(
                try await problem { try await levers.vluna.setServiceKey(keyID: "pk-NEW", isEnabled: true) } == "404")
            try await levers.vluna.setServiceKey(keyID: "pk-NEW", secret: Data(repeating: 1, count: 32))
            #expect(mock.vluna.snapshot.serviceKeys.map(\.keyID) == ["pk-NEW", id])
        }
    }

    @Test func whatIsSoldIsBought() async throws {
        try await withLevers { mock, levers in
            try await levers.vluna.setProduct(
                productID: "9", name: "credit_2", kind: .credit,
                prices: [.init(catalogPriceID: "90", amount: 200, creditXUSD: 2_000_000)])
            let client = try mock.vluna()
            func open(_ price: String) async throws -> URL {
                try await client.billing.createCheckoutSession(
                    items: [.init(catalogPriceID: price)], successURL: #require(URL(string: "https://a.b/c")),
                    cancelURL: #require(URL(string: "https://a.b/d"))
                ).checkoutURL
            }
            let page = try await open("90")
            let bought = try await levers.vluna.finishCheckout(checkoutURL: page, outcome: .completed)
            #expect(bought.invoiceID != nil && bought.paymentID != nil && bought.subscriptionID == nil)
            #expect(mock.vluna.balance(of: "org_acme") == 102_000_000)
            #expect(
                try await problem { _ = try await levers.vluna.finishCheckout(checkoutURL: page, outcome: .failed) }
                    == "409")
            let failed = try await levers.vluna.finishCheckout(checkoutURL: open("90"), outcome: .failed)
            #expect(failed.paymentID != nil && failed.invoiceID == nil)
            _ = try await levers.vluna.finishCheckout(checkoutURL: open("90"), outcome: .expired)
            let plan = try await levers.vluna.finishCheckout(checkoutURL: open("10"), outcome: .completed)
            let id = try #require(plan.subscriptionID.flatMap { UUID(uuidString: $0) })
            try await levers.vluna.changeSubscription(subscriptionID: id, change: .pastDue)
            #expect(mock.vluna.snapshot.subscriptions.map(\.status) == ["past_due"])
            try await levers.vluna.changeSubscription(subscriptionID: id, change: .canceled)
            #expect(
                try await problem {
                    try await levers.vluna.changeSubscription(subscriptionID: id, change: .renewed)
                } == "409")
            #expect(
                mock.vluna.snapshot.checkouts.map(\.status).sorted { $0.rawValue < $1.rawValue }
                    == [.completed, .completed, .expired, .failed])
            let noticed = try await levers.vluna.addReconciliation(principalID: "org_acme", kind: .usageMismatch)
            #expect(UUID(uuidString: noticed.id) != nil)
        }
    }
}
