import Foundation
import Testing
import TollgateVluna

@testable import TollgateMock

/// What the realm sells, as customers and services see it.
@Suite struct VlunaCatalogTests {
    private let mock = MockServer.frozen()

    private func catalog() throws -> Vluna.ServiceClient.Billing.Catalog {
        try mock.vluna().billing.catalog
    }

    @Test func aNewRealmSellsPlansAndCredit() async throws {
        let all = try await catalog().listProducts()
        #expect(all.items.map(\.name) == ["pro_plan", "team_plan", "extra_seat", "credit_10", "credit_50"])
        #expect(all.items.allSatisfy { $0.defaultPrice == nil && $0.featureFamilies == nil })
        #expect(all.meta?.hasMore == false)
        #expect(all.meta?.limit == 50)
        #expect(try await catalog().listProducts(kind: .credit).items.map(\.catalogProductID) == ["4", "5"])
    }

    @Test func showsWhatIsAskedFor() async throws {
        let expansions: [Vluna.CatalogProductExpansion] = [.prices, .featureFamilies, .subscriptionState]
        let pro = try #require(await catalog().listProducts(expand: expansions, limit: 1).items.first)
        #expect(pro.defaultPrice?.catalogPriceID == "10")
        #expect(pro.defaultPrice?.unitAmount == 2_000)
        #expect(pro.defaultPrice?.recurringInterval == .month)
        #expect(pro.defaultPrice?.metadata?.billingPlanCode == "pro")
        #expect(pro.featureFamilies?.map(\.featureFamilyCode) == ["llm.standard", "llm.premium"])
        #expect(pro.subscriptionState?.action == .checkout)
        #expect(pro.subscriptionState?.hasActiveSubscription == false)

        let euro = try await catalog().listProducts(currency: "EUR", expand: [.prices]).items
        #expect(euro.map { $0.defaultPrice?.catalogPriceID } == ["12", nil, nil, nil, nil])
        let nobody = try await mock.vluna.serviceClient().billing.catalog.listProducts(expand: expansions)
        #expect(nobody.items.allSatisfy { $0.subscriptionState == nil }, "nobody is named")
    }

    @Test func listsPricesOfProducts() async throws {
        func ids(_ page: Vluna.CatalogPricePage) -> [String] { page.items.map(\.catalogPriceID) }
        #expect(try await ids(catalog().listPrices(productIDs: ["1"])) == ["10", "11", "12"])
        #expect(try await ids(catalog().listPrices(productIDs: ["1", "4"], currency: "USD")) == ["10", "40", "11"])
        #expect(try await ids(catalog().listPrices(productIDs: ["1", "4"], recurringInterval: .year)) == ["11"])
        #expect(try await ids(catalog().listPrices(productIDs: ["1", "4"], recurringCount: 1)) == ["10", "11", "12"])
        #expect(try await ids(catalog().listPrices(productIDs: ["99"])).isEmpty)
        let none = try await mock.signed(.get, "/mgt/v1/catalog/prices")
        #expect(none.status == 422)
        let once = try #require(await catalog().listPrices(productIDs: ["4"]).items.first)
        #expect(once.recurringInterval == nil)
        #expect(once.recurringCount == nil)
    }

    @Test func goesOnPageByPage() async throws {
        var names: [String] = []
        for try await product in try catalog().products(limit: 2) {
            names.append(product.name)
        }
        #expect(names == ["pro_plan", "team_plan", "extra_seat", "credit_10", "credit_50"])
        let first = try await catalog().listPrices(productIDs: ["1"], limit: 1)
        let cursor = try #require(first.meta?.nextCursor)
        #expect(UUID(uuidString: cursor) != nil)
        #expect(try #require(await refusal { try await catalog().listProducts(cursor: "x") }).status == 422)
    }

    @Test func usersSeeWhatIsSold() async throws {
        mock.vluna.setProduct(
            MockProduct(id: "9", name: "next_plan", kind: .subscription, status: .draft, displayPriority: 1))
        mock.vluna.setProductPrice(MockProductPrice(id: "90", productID: "9", amount: 1, interval: .month))
        #expect(try await catalog().listProducts().items.first?.status == .draft)
        let user = mock.vluna.bearerClient(principalID: "org_acme").billing.catalog
        #expect(try await user.listProducts(expand: [.subscriptionState]).items.first?.name == "pro_plan")
        #expect(try await user.listPrices(productIDs: ["9"]).items.isEmpty)
    }
}
