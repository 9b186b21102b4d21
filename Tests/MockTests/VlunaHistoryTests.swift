import Foundation
import Testing
import TollgateVluna

@testable import TollgateMock

/// Invoices, subscriptions and payments as they are listed.
@Suite struct VlunaHistoryTests {
    private let mock = MockServer.frozen()

    private var account: String { mock.vluna.accountID(of: "org_acme") }

    /// Buys credit, so often.
    private func buy(_ count: Int) async throws -> [MockCheckout] {
        let url = try #require(URL(string: "https://app.example.com"))
        var bought: [MockCheckout] = []
        for _ in 0..<count {
            mock.clock.advance(by: .seconds(1))
            let session = try await mock.vluna().billing.createCheckoutSession(
                items: [Vluna.CheckoutItem(catalogPriceID: "40")], successURL: url, cancelURL: url)
            bought.append(try mock.vluna.completeCheckout(session.checkoutURL))
        }
        return bought
    }

    @Test func theNewestComeFirstPageByPage() async throws {
        let bought = try await buy(5)
        var invoices: [String?] = []
        for try await invoice in try mock.vluna().billing.invoices.all(billingAccountID: account, limit: 2) {
            invoices.append(invoice.invoiceID)
        }
        #expect(invoices == bought.reversed().map(\.invoiceID))
        var payments: [String?] = []
        for try await payment in try mock.vluna().billing.payments.all(billingAccountID: account, limit: 3) {
            payments.append(payment.paymentID)
        }
        #expect(payments == bought.reversed().map(\.paymentID))
        let page = try await mock.vluna().billing.payments.list(billingAccountID: account, limit: 5)
        #expect(page.meta?.nextCursor == nil)
        #expect(page.meta?.hasMore == false)
        #expect(page.meta?.limit == 5)
    }

    @Test func filtersNarrowTheLists() async throws {
        let bought = try await buy(3)
        let client = try mock.vluna().billing
        let one = try #require(bought[1].invoiceID)
        #expect(
            try await client.payments.list(billingAccountID: account, invoiceID: one).items.map(\.paymentID)
                == [bought[1].paymentID])
        #expect(try await client.payments.list(billingAccountID: account, status: .failed).items.isEmpty)
        #expect(
            try await client.invoices.list(billingAccountID: account, search: "mock-0002").items.map(\.invoiceID)
                == [one])
        #expect(try await client.invoices.list(billingAccountID: account, status: .open).items.isEmpty)
        #expect(try await client.subscriptions.list(billingAccountID: account).items.isEmpty)
        let other = mock.vluna.accountID(of: "org_other")
        #expect(try await client.invoices.list(billingAccountID: other).items.isEmpty)
        func status(_ call: () async throws -> Void) async throws -> Int? { try await refusal(call)?.status }
        #expect(try await status { _ = try await client.invoices.get(invoiceID: one, billingAccountID: other) } == 404)
        #expect(try await status { _ = try await client.invoices.list(billingAccountID: "x") } == 422)
        #expect(
            try await status { _ = try await client.payments.list(billingAccountID: account, limit: 101) } == 422)
        #expect(try await mock.signed(.get, "/mgt/v1/invoices").status == 422)
    }

    @Test func usersSeeTheirOwnOnly() async throws {
        let bought = try await buy(1)
        let user = mock.vluna.bearerClient(principalID: "org_acme").billing
        #expect(
            try await user.invoices.list(billingAccountID: account).items.map(\.invoiceID)
                == bought.map(\.invoiceID))
        #expect(try await user.payments.list(billingAccountID: account).items.count == 1)
        #expect(try await user.subscriptions.list(billingAccountID: account).items.isEmpty)
        let stranger = mock.vluna.bearerClient(principalID: "org_other").billing
        for call in [
            { _ = try await stranger.invoices.list(billingAccountID: account) },
            { _ = try await stranger.payments.list(billingAccountID: account) },
            { _ = try await stranger.subscriptions.list(billingAccountID: account) },
        ] {
            #expect(try #require(await refusal(call)) == (403, "AUTH.INSUFFICIENT_SCOPE"))
        }
    }
}
