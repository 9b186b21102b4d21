import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState.Store {
    /// A page on which a customer pays.
    struct Checkout: Sendable {
        /// As the payment provider names it; the last part of its address.
        let id: String
        let page: URL
        let account: String
        let items: [Item]
        let displayCurrency: String
        let currency: String
        let createdAt: Date
        var outcome: MockCheckout.Status?

        /// A page that nobody used is closed after 24 hours.
        func status(at now: Date) -> MockCheckout.Status {
            outcome ?? (now < createdAt.addingTimeInterval(86_400) ? .open : .expired)
        }
    }
}

// MARK: - Operations

extension VlunaState {
    mutating func createCheckoutSession(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        try caller.requireScope("checkout")
        let request = try call.read(Vluna.CheckoutSessionRequest.self)
        let payer = try payer(request.billingAccountID, caller, account)
        let items = try items(request.items)
        let groups = items.compactMap { store.products[$0.price.productID]?.details }.filter { !$0.isStackable }
        if groups.contains(where: { store.subscription(of: payer.id, group: $0.group) != nil }) {
            return session(portalPage(), isConflict: true) { Vluna.CheckoutSession(checkoutURL: $0) }
        }
        let currency = try currency(of: items, request)
        let id = "cs_test_\(store.random.token(24))"
        let checkout = Store.Checkout(
            id: id, page: Store.page("checkout", "c/pay/\(id)"), account: payer.id, items: items,
            displayCurrency: request.displayCurrencyCode ?? currency, currency: currency, createdAt: call.now)
        store.checkouts[id] = checkout
        return session(checkout.page) { Vluna.CheckoutSession(checkoutURL: $0) }
    }

    mutating func createPortalSession(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        try caller.requireScope("portal")
        let request = try call.read(Vluna.PortalSessionRequest.self)
        let payer = try payer(request.billingAccountID, caller, account)
        guard store.customers.contains(payer.id) else { throw .missing("provider customer") }
        return session(portalPage()) { Vluna.PortalSession(portalURL: $0) }
    }

    private mutating func portalPage() -> URL {
        Store.page("billing", "p/session/test_\(store.random.token(24))")
    }

    private func session(
        _ page: URL, isConflict: Bool = false, _ data: (URL) -> some JSONConvertible
    ) -> MockReply {
        var meta: [String: JSONValue] = ["location": .string(page.absoluteString)]
        if isConflict { meta["conflict"] = true }
        return MockReply(envelopeOf: data(page), meta: JSONValue.object(meta), status: 201)
    }

    /// The account that a body names, or else that of the caller.
    private func payer(
        _ id: String?, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> Account {
        guard let id = id?.lowercased() else {
            guard let account else { throw .missingAccount }
            return account
        }
        guard account == nil || account?.id == id else {
            throw .forbidden("AUTH.INSUFFICIENT_SCOPE", "billing account is not allowed for this caller")
        }
        guard let named = accounts[id] else { throw .notFound("billing account") }
        return named
    }

    // MARK: - Items

    private mutating func items(_ wanted: [Vluna.CheckoutItem]) throws(VlunaFailure) -> [Store.Item] {
        var items: [Store.Item] = []
        for (index, item) in wanted.enumerated() {
            guard item.catalogPriceID != nil || item.priceID != nil else {
                throw .invalid("items[\(index)] must name price_id or catalog_price_id")
            }
            guard let price = store.price(catalogID: item.catalogPriceID, providerID: item.priceID),
                store.products[price.productID]?.details.status == .active
            else { throw .invalid("items[\(index)] names no price that is sold") }
            items.append(Store.Item(price: price, quantity: item.quantity, id: "si_\(store.random.token(14))"))
        }
        let amount = items.reduce(Int128(0)) { $0 + Int128($1.price.amount) * Int128($1.quantity) }
        let credit = items.reduce(Int128(0)) { sum, item in
            sum + Int128(item.price.credit?.millionths ?? 0) * Int128(item.quantity)
        }
        guard max(amount, credit) <= Int64.max else { throw .invalid("the amount is out of range") }
        return items
    }

    /// The one currency of all items, which are due at the same time if they are subscriptions.
    private func currency(
        of items: [Store.Item], _ request: Vluna.CheckoutSessionRequest
    ) throws(VlunaFailure) -> String {
        let currencies = Set(items.map(\.price.currency))
        guard let currency = currencies.first, currencies.count == 1 else {
            throw .invalid("items must have prices in one currency")
        }
        guard request.settlementCurrencyCode ?? currency == currency else {
            throw .invalid("items have no prices in settlement_currency_code")
        }
        let recurring = items.map(\.price).filter { $0.interval != nil }
        guard
            recurring.allSatisfy({
                $0.interval == recurring[0].interval && $0.intervalCount == recurring[0].intervalCount
            })
        else { throw .invalid("subscriptions of one checkout must be due at the same time") }
        return currency
    }
}

// MARK: - What becomes of it

extension VlunaState {
    /// Lets the customer pay: there is an invoice, a payment, and what was bought.
    mutating func completeCheckout(_ id: String, at now: Date) throws(MockStoreError) -> MockCheckout {
        let checkout = try openCheckout(id, at: now)
        let recurring = checkout.items.filter { $0.price.interval != nil }
        let single = checkout.items.filter { $0.price.interval == nil }
        store.customers.insert(checkout.account)
        let subscription = recurring.isEmpty ? nil : subscribe(recurring, checkout, at: now)
        let invoice = store.bill(
            checkout.items, to: checkout.account, of: subscription, currency: checkout.currency, isPaid: true, at: now)
        let payment = store.pay(
            invoice.total, of: invoice, by: checkout.account, currency: checkout.currency, isSuccess: true, at: now)
        let grants =
            deliver(recurring, to: checkout.account, of: subscription, payment: payment.id, at: now)
            + deliver(single, to: checkout.account, of: nil, payment: payment.id, at: now)
        store.checkouts[id]?.outcome = .completed
        return MockCheckout(
            id: id, page: checkout.page, billingAccountID: checkout.account, status: .completed, invoiceID: invoice.id,
            paymentID: payment.id, subscriptionID: subscription?.id, grantIDs: grants)
    }

    private mutating func subscribe(
        _ items: [Store.Item], _ checkout: Store.Checkout, at now: Date
    ) -> Store.Subscription {
        let group = items.compactMap { store.products[$0.price.productID]?.details.group }.first
        let subscription = Store.Subscription(
            id: store.random.uuid(), externalID: "sub_\(store.random.token(14))", account: checkout.account,
            group: group, items: items, displayCurrency: checkout.displayCurrency, currency: checkout.currency,
            createdAt: now, updatedAt: now)
        store.subscriptions.append(subscription)
        return subscription
    }

    /// Lets the payment fail; the customer has nothing then.
    mutating func failCheckout(_ id: String, at now: Date) throws(MockStoreError) -> MockCheckout {
        let checkout = try openCheckout(id, at: now)
        store.customers.insert(checkout.account)
        let payment = store.pay(
            checkout.items.reduce(0) { $0 + $1.total }, of: nil, by: checkout.account, currency: checkout.currency,
            isSuccess: false, at: now)
        store.checkouts[id]?.outcome = .failed
        return MockCheckout(
            id: id, page: checkout.page, billingAccountID: checkout.account, status: .failed, paymentID: payment.id)
    }

    /// Lets the page close unused.
    mutating func expireCheckout(_ id: String, at now: Date) throws(MockStoreError) -> MockCheckout {
        let checkout = try openCheckout(id, at: now)
        store.checkouts[id]?.outcome = .expired
        return MockCheckout(id: id, page: checkout.page, billingAccountID: checkout.account, status: .expired)
    }

    private func openCheckout(_ id: String, at now: Date) throws(MockStoreError) -> Store.Checkout {
        guard let checkout = store.checkouts[id] else { throw .unknown(id) }
        guard checkout.status(at: now) == .open else { throw .ended(id) }
        return checkout
    }
}

extension VlunaAccess.Caller {
    /// - Throws: ``VlunaFailure`` if the caller has a token that does not allow this.
    fileprivate func requireScope(_ scope: String) throws(VlunaFailure) {
        guard scopes?.contains(scope) ?? true else {
            throw .forbidden("insufficient_scope", "token scope is insufficient")
        }
    }
}
