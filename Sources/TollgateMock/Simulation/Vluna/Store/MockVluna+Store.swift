import Foundation
import Synchronization
import TollgateMockServer
import TollgateVluna

extension MockVluna {
    // MARK: - Catalog

    /// Adds a product to the catalog, or replaces the one with the same id.
    ///
    /// A new realm sells two plans, an extra seat and two amounts of credit: the products `1` to `5`.
    public func setProduct(_ product: MockProduct) {
        simulation.world.withLock { $0.state.store.set(product) }
    }

    /// Adds a price to the catalog, or replaces the one with the same id.
    public func setProductPrice(_ price: MockProductPrice) {
        simulation.world.withLock { $0.state.store.set(price) }
    }

    // MARK: - Checkout

    /// Lets the customer pay at a checkout: the account gets an invoice that is paid, and what was bought.
    /// - Parameter page: The address that the checkout was answered with.
    /// - Returns: The checkout with the ids of what came of it.
    /// - Throws: ``MockStoreError`` if there is no such checkout, or it is no longer open.
    @discardableResult
    public func completeCheckout(_ page: URL) throws(MockStoreError) -> MockCheckout {
        let now = simulation.clock.now
        return try simulation.world.withLock { world throws(MockStoreError) in
            try world.state.completeCheckout(page.lastPathComponent, at: now)
        }
    }

    /// Lets the payment at a checkout fail: there is a payment that failed, and nothing was bought.
    /// - Parameter page: The address that the checkout was answered with.
    /// - Returns: The checkout with the id of the payment.
    /// - Throws: ``MockStoreError`` if there is no such checkout, or it is no longer open.
    @discardableResult
    public func failCheckout(_ page: URL) throws(MockStoreError) -> MockCheckout {
        let now = simulation.clock.now
        return try simulation.world.withLock { world throws(MockStoreError) in
            try world.state.failCheckout(page.lastPathComponent, at: now)
        }
    }

    /// Closes a checkout that nobody has used. After 24 hours it closes by itself.
    /// - Parameter page: The address that the checkout was answered with.
    /// - Returns: The checkout.
    /// - Throws: ``MockStoreError`` if there is no such checkout, or it is no longer open.
    @discardableResult
    public func expireCheckout(_ page: URL) throws(MockStoreError) -> MockCheckout {
        let now = simulation.clock.now
        return try simulation.world.withLock { world throws(MockStoreError) in
            try world.state.expireCheckout(page.lastPathComponent, at: now)
        }
    }

    // MARK: - Subscriptions

    /// Begins the next period of a subscription, whatever the time, with an invoice for it.
    /// - Parameters:
    ///   - id: The subscription's id.
    ///   - isPaid: Whether the payment succeeds. Otherwise the invoice stays open and the subscription is past due.
    /// - Throws: ``MockStoreError`` if there is no such subscription, or it has ended.
    public func renewSubscription(_ id: String, isPaid: Bool = true) throws(MockStoreError) {
        let now = simulation.clock.now
        try simulation.world.withLock { world throws(MockStoreError) in
            try world.state.renewSubscription(id, isPaid: isPaid, at: now)
        }
    }

    /// Ends a subscription at once. Credit that it has brought stays until the end of its period.
    /// - Throws: ``MockStoreError`` if there is no such subscription, or it has ended.
    public func cancelSubscription(_ id: String) throws(MockStoreError) {
        let now = simulation.clock.now
        try simulation.world.withLock { world throws(MockStoreError) in
            try world.state.cancelSubscription(id, at: now)
        }
    }
}

/// A page on which a customer of a mock pays, and what came of it.
public struct MockCheckout: Sendable, Hashable {
    /// What became of a checkout.
    public enum Status: Sendable, Hashable {
        case open, completed, failed, expired
    }

    /// As the payment provider names it.
    public let id: String
    /// Where the customer was sent.
    public let page: URL
    /// Whose account it was for.
    public let billingAccountID: String
    public let status: Status
    public var invoiceID: String?
    public var paymentID: String?
    public var subscriptionID: String?
    /// The credit that was bought.
    public var grantIDs: [String] = []
}

/// Why something cannot happen at a mock's payment provider. Each carries the id or address that was given.
public enum MockStoreError: Error, Sendable, Hashable {
    /// There is no such checkout or subscription.
    case unknown(String)
    /// The checkout is no longer open, or the subscription has ended.
    case ended(String)
}
