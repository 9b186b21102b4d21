import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// What the realm sells, and what customers have bought.
    struct Store: Sendable {
        /// Apart from the state's, so that the ids of accounts do not depend on what is sold.
        var random: SeededGenerator
        var products: [String: Product] = [:]
        var prices: [String: Price] = [:]
        /// The ids of groups of products by their keys.
        var groups: [String: String] = [:]
        var checkouts: [String: Checkout] = [:]
        /// The accounts that the payment provider knows as customers.
        var customers: Set<String> = []
        // All in the order in which they were made.
        var subscriptions: [Subscription] = []
        var invoices: [Invoice] = []
        var payments: [Payment] = []

        struct Product: Sendable {
            var details: MockProduct
            /// What a page of a list ends with (a UUID).
            let cursor: String
        }

        struct Price: Sendable {
            var details: MockProductPrice
            let cursor: String
        }

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed, stream: "vluna.store")
            for (product, prices) in Self.stock {
                set(product)
                for price in prices {
                    set(price)
                }
            }
        }

        mutating func set(_ product: MockProduct) {
            let cursor = products[product.id]?.cursor ?? random.uuid()
            products[product.id] = Product(details: product, cursor: cursor)
            if let group = product.group, groups[group] == nil { groups[group] = random.uuid() }
        }

        mutating func set(_ price: MockProductPrice) {
            let cursor = prices[price.id]?.cursor ?? random.uuid()
            prices[price.id] = Price(details: price, cursor: cursor)
        }

        /// The price that an item of a checkout names by its id in the catalog or by that of the payment provider.
        func price(catalogID: String?, providerID: String?) -> MockProductPrice? {
            let found =
                catalogID.map { prices[$0]?.details }
                ?? prices.values.first { $0.details.providerPriceID == providerID }?.details
            guard let found, providerID == nil || found.providerPriceID == providerID else { return nil }
            return found
        }

        /// The subscription that an account has of a group of products.
        func subscription(of account: String?, group: String?) -> Subscription? {
            guard let account, let group else { return nil }
            return subscriptions.last { $0.account == account && $0.group == group && $0.isHeld }
        }
    }
}

// MARK: - What every new realm sells

extension VlunaState.Store {
    private static let stock: [(MockProduct, [MockProductPrice])] = [
        (
            MockProduct(
                id: "1", name: "pro_plan", kind: .subscription, families: ["llm.standard", "llm.premium"],
                group: "plan", displayPriority: 10,
                presentation: ["title": "Pro", "badge": "Most popular", "features": ["20 USD of usage a month"]]),
            [
                MockProductPrice(
                    id: "10", productID: "1", amount: 2_000, interval: .month, credit: 20_000_000, planCode: "pro",
                    displayPriority: 10),
                MockProductPrice(
                    id: "11", productID: "1", amount: 20_000, interval: .year, credit: 240_000_000, planCode: "pro",
                    displayPriority: 20),
                MockProductPrice(
                    id: "12", productID: "1", amount: 1_900, currency: "EUR", interval: .month, credit: 20_000_000,
                    planCode: "pro", displayPriority: 30),
            ]
        ),
        (
            MockProduct(
                id: "2", name: "team_plan", kind: .subscription, families: ["llm.standard", "llm.premium"],
                group: "plan", displayPriority: 20, presentation: ["title": "Team"]),
            [
                MockProductPrice(
                    id: "20", productID: "2", amount: 10_000, interval: .month, credit: 110_000_000, planCode: "team",
                    displayPriority: 10)
            ]
        ),
        (
            MockProduct(
                id: "3", name: "extra_seat", kind: .subscription, group: "seat", isStackable: true,
                displayPriority: 30, presentation: ["title": "Extra seat"]),
            [MockProductPrice(id: "30", productID: "3", amount: 800, interval: .month, displayPriority: 10)]
        ),
        (
            MockProduct(
                id: "4", name: "credit_10", kind: .credit, families: ["llm.standard"], displayPriority: 40,
                presentation: ["title": "10 USD of credit"]),
            [MockProductPrice(id: "40", productID: "4", amount: 1_000, credit: 10_000_000, displayPriority: 10)]
        ),
        (
            MockProduct(
                id: "5", name: "credit_50", kind: .credit, families: ["llm.standard"], displayPriority: 50,
                presentation: ["title": "55 USD of credit", "badge": "10 percent more"]),
            [MockProductPrice(id: "50", productID: "5", amount: 5_000, credit: 55_000_000, displayPriority: 10)]
        ),
    ]
}
