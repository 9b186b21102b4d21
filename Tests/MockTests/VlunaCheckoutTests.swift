import Foundation
import Testing
import TollgateVluna

@testable import TollgateMock

/// From the checkout to what the account has then.
@Suite struct VlunaCheckoutTests {
    private let mock = MockServer.frozen()

    /// Asks for a checkout.
    private func checkout(
        _ items: [Vluna.CheckoutItem], principal: String = "org_acme", settlement: String? = nil
    ) async throws -> Vluna.CheckoutSession {
        try await mock.vluna(principal).billing.createCheckoutSession(
            items: items, successURL: url("done"), cancelURL: url("back"), settlementCurrencyCode: settlement)
    }

    private func url(_ path: String) throws -> URL {
        try #require(URL(string: "https://app.example.com/\(path)"))
    }

    private var account: String { mock.vluna.accountID(of: "org_acme") }
    private let pro = Vluna.CheckoutItem(catalogPriceID: "10")

    @Test func creditIsThereOnceItIsPaid() async throws {
        let session = try await checkout([Vluna.CheckoutItem(priceID: "price_40", quantity: 2)])
        #expect(session.checkoutURL.host() == "checkout.stripe.com")
        #expect(session.meta?.location == session.checkoutURL)
        #expect(session.meta?.conflict == false)
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)

        let done = try mock.vluna.completeCheckout(session.checkoutURL)
        #expect(mock.vluna.balance(of: "org_acme") == 120_000_000)
        let grant = try await mock.vluna().billing.grants.get(grantID: #require(done.grantIDs.first))
        #expect(grant.kind == .credit)
        #expect(grant.amountXUSD == 20_000_000)
        #expect(grant.sourceRef == done.paymentID)
        #expect(done.subscriptionID == nil)
        let payment = try await mock.vluna().billing.payments.get(
            paymentID: #require(done.paymentID), billingAccountID: account)
        #expect(payment.amount == 2_000)
        #expect(payment.status == .succeeded)
        #expect(throws: MockStoreError.ended(done.id)) { try mock.vluna.completeCheckout(session.checkoutURL) }
    }

    @Test func aPlanIsASubscriptionWithCreditForItsPeriod() async throws {
        let done = try mock.vluna.completeCheckout(try await checkout([pro]).checkoutURL)
        let client = try mock.vluna().billing
        let subscription = try await client.subscriptions.get(
            subscriptionID: #require(done.subscriptionID), billingAccountID: account, expand: [.catalogPrices])
        #expect(subscription.status == .active)
        #expect(subscription.currentPeriodStart == .start)
        #expect(subscription.currentPeriodEnd == .start + 31 * 86_400)
        #expect(subscription.items.first?.catalogPrice?.unitAmount == 2_000)
        let invoice = try await client.invoices.get(
            invoiceID: #require(done.invoiceID), billingAccountID: account)
        #expect(invoice.status == .paid)
        #expect([invoice.amountDue, invoice.amountPaid, invoice.amountRemaining] == [2_000, 2_000, 0])
        #expect(invoice.lineItems.map(\.lineKind) == [.recurring])
        #expect(invoice.periodEnd == subscription.currentPeriodEnd)
        #expect(mock.vluna.balance(of: "org_acme") == 120_000_000)
        mock.clock.set(.start + 31 * 86_400)
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
    }

    @Test func whoHasAPlanIsSentToThePortal() async throws {
        let first = try await checkout([pro])
        #expect(
            try #require(await refusal { try await mock.vluna().billing.createPortalSession(returnURL: url("x")) })
                == (404, "RESOURCE.NOT_FOUND"), "who never paid is no customer")
        mock.vluna.setProductPrice(MockProductPrice(id: "21", productID: "2", amount: 3_000, interval: .month))
        let done = try mock.vluna.completeCheckout(first.checkoutURL)
        let again = try await checkout([Vluna.CheckoutItem(catalogPriceID: "21")])
        #expect(again.meta?.conflict == true)
        #expect(again.checkoutURL.host() == "billing.stripe.com")
        #expect(throws: MockStoreError.self) { try mock.vluna.completeCheckout(again.checkoutURL) }

        let seat = try await checkout([Vluna.CheckoutItem(catalogPriceID: "30")])
        try mock.vluna.completeCheckout(seat.checkoutURL)
        #expect(try await checkout([Vluna.CheckoutItem(catalogPriceID: "30")]).meta?.conflict == false)
        let products = try await mock.vluna().billing.catalog.listProducts(expand: [.subscriptionState]).items
        #expect(
            products.map { $0.subscriptionState?.action } == [.manageInPortal, .manageInPortal, .addSeats, nil, nil])
        #expect(products.first?.subscriptionState?.subscriptionID == done.subscriptionID)
        let portal = try await mock.vluna().billing.createPortalSession(returnURL: url("billing"))
        #expect(portal.portalURL.host() == "billing.stripe.com")

        try mock.vluna.cancelSubscription(#require(done.subscriptionID))
        #expect(try await checkout([pro]).meta?.conflict == false)
    }

    @Test func aCheckoutMayFailOrExpire() async throws {
        let failed = try mock.vluna.failCheckout(try await checkout([pro]).checkoutURL)
        let payments = try await mock.vluna().billing.payments.list(billingAccountID: account).items
        #expect(payments.map(\.paymentID) == [failed.paymentID])
        #expect(payments.map(\.status) == [.failed])
        #expect(payments.first?.invoiceID == nil)
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)

        let closed = try await checkout([pro]).checkoutURL
        #expect(try mock.vluna.expireCheckout(closed).status == .expired)
        let forgotten = try await checkout([pro]).checkoutURL
        mock.clock.advance(by: .seconds(86_400))
        for page in [closed, forgotten] {
            #expect(throws: MockStoreError.ended(page.lastPathComponent)) { try mock.vluna.completeCheckout(page) }
        }
        #expect(try await mock.vluna().billing.invoices.list(billingAccountID: account).items.isEmpty)
    }

    @Test func aSubscriptionIsRenewedOrLate() async throws {
        mock.clock.set(Date(timeIntervalSince1970: 1_769_817_600))  // 31 January 2026
        let done = try mock.vluna.completeCheckout(try await checkout([pro]).checkoutURL)
        let id = try #require(done.subscriptionID)
        func subscription() async throws -> Vluna.Subscription {
            try await mock.vluna().billing.subscriptions.get(subscriptionID: id, billingAccountID: account)
        }
        #expect(try await subscription().currentPeriodEnd == Date(timeIntervalSince1970: 1_772_236_800), "28 February")
        mock.clock.set(try #require(await subscription().currentPeriodEnd))
        try mock.vluna.renewSubscription(id)
        #expect(try await subscription().currentPeriodEnd == Date(timeIntervalSince1970: 1_774_915_200), "31 March")
        #expect(mock.vluna.balance(of: "org_acme") == 120_000_000, "the old credit is over, the new one is there")

        mock.clock.set(try #require(await subscription().currentPeriodEnd))
        try mock.vluna.renewSubscription(id, isPaid: false)
        #expect(try await subscription().status == .pastDue)
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
        let invoices = try await mock.vluna().billing.invoices.list(billingAccountID: account, subscriptionID: id)
        #expect(invoices.items.map(\.status) == [.open, .paid, .paid])
        #expect(invoices.items.first?.amountRemaining == 2_000)
        try mock.vluna.cancelSubscription(id)
        #expect(throws: MockStoreError.ended(id)) { try mock.vluna.renewSubscription(id) }
    }

    @Test func refusesWhatCannotBeBought() async throws {
        func refused(_ items: [Vluna.CheckoutItem], settlement: String? = nil) async throws -> Int? {
            try await refusal { try await checkout(items, settlement: settlement) }?.status
        }
        #expect(try await refused([]) == 422)
        #expect(try await refused([Vluna.CheckoutItem()]) == 422)
        #expect(try await refused([Vluna.CheckoutItem(catalogPriceID: "99")]) == 422)
        #expect(try await refused([Vluna.CheckoutItem(catalogPriceID: "10", priceID: "price_11")]) == 422)
        #expect(try await refused([Vluna.CheckoutItem(catalogPriceID: "10", quantity: 0)]) == 422)
        #expect(try await refused([Vluna.CheckoutItem(catalogPriceID: "40", quantity: .max)]) == 422)
        #expect(try await refused([pro, Vluna.CheckoutItem(catalogPriceID: "12")]) == 422, "two currencies")
        #expect(try await refused([pro, Vluna.CheckoutItem(catalogPriceID: "11")]) == 422, "a month and a year")
        #expect(try await refused([pro], settlement: "EUR") == 422)
        #expect(try await refused([pro, Vluna.CheckoutItem(catalogPriceID: "40")], settlement: "USD") == nil)
    }

    @Test func aKeyGivesTheSamePage() async throws {
        let client = try mock.vluna().with(idempotencyKey: "buy").billing
        func page(_ items: [Vluna.CheckoutItem]) async throws -> URL {
            try await client.createCheckoutSession(items: items, successURL: url("a"), cancelURL: url("b")).checkoutURL
        }
        let first = try await page([pro])
        #expect(try await page([pro]) == first)
        #expect(try #require(await refusal { try await page([pro, pro]) }) == (409, "WRITE.INVALID_PAYLOAD"))
    }

    @Test func usersBuyForTheirOwnAccountAsFarAsTheirTokenGoes() async throws {
        let user = mock.vluna.bearerClient(principalID: "org_acme").billing
        let other = mock.vluna.accountID(of: "org_other")
        let page = try await user.createCheckoutSession(items: [pro], successURL: url("a"), cancelURL: url("b"))
        try mock.vluna.completeCheckout(page.checkoutURL)
        #expect(try await user.createPortalSession(returnURL: url("a")).portalURL.host() == "billing.stripe.com")
        #expect(
            try #require(
                await refusal {
                    try await user.createPortalSession(returnURL: url("a"), billingAccountID: other)
                }
            ) == (403, "AUTH.INSUFFICIENT_SCOPE"))

        let token = try await mock.vluna().billing.issuePlatformToken(
            principalID: "org_acme", userID: "u1", scopes: [.portal])
        var limited = mock.vluna.bearerClient(principalID: "org_acme")
        limited.client.credential =
            Vluna.BearerClient(accessToken: token.accessToken, realmID: mock.vluna.realmID)
            .client.credential
        #expect(try await limited.billing.createPortalSession(returnURL: url("a")).portalURL.path().isEmpty == false)
        let refused = try await refusal {
            try await limited.billing.createCheckoutSession(items: [pro], successURL: url("a"), cancelURL: url("b"))
        }
        #expect(try #require(refused) == (403, "insufficient_scope"))
    }

    @Test func anAccountMayBeNamedInTheBody() async throws {
        let other = mock.vluna.accountID(of: "org_other")
        let service = try mock.vluna.serviceClient().with(retry: .never).billing
        let page = try await service.createCheckoutSession(
            items: [pro], successURL: url("a"), cancelURL: url("b"), billingAccountID: other)
        #expect(try mock.vluna.completeCheckout(page.checkoutURL).billingAccountID == other)
        let nobody = try await refusal { try await service.createPortalSession(returnURL: url("a")) }
        #expect(try #require(nobody) == (401, "AUTH.MISSING_SERVICE_BINDINGS"))
        #expect(
            try #require(
                await refusal {
                    try await mock.vluna().billing.createPortalSession(returnURL: url("a"), billingAccountID: other)
                }
            ).status == 403)
    }
}
