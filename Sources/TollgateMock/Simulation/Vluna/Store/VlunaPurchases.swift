import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState.Store {
    /// So many at a price.
    struct Item: Sendable {
        let price: MockProductPrice
        let quantity: Int
        /// Its id at the payment provider, as a part of a subscription.
        let id: String

        /// In the currency's smallest unit. That it is in range was made sure when it was ordered.
        var total: Int { price.amount * quantity }
        /// In XUSD.
        var credit: Int64 { (price.credit?.millionths ?? 0) * Int64(quantity) }
    }

    struct Subscription: Sendable {
        /// A UUID.
        let id: String
        /// Its id at the payment provider.
        let externalID: String
        let account: String
        let group: String?
        let items: [Item]
        let displayCurrency: String
        let currency: String
        let createdAt: Date
        var updatedAt: Date
        var status = Vluna.SubscriptionStatus.active
        /// How often it was renewed.
        var renewals = 0

        /// Whether the customer has it, be it that a payment is late.
        var isHeld: Bool { [.trialing, .active, .pastDue].contains(status) }

        /// The time that is paid for.
        var period: Range<Date> { due(renewals)..<due(renewals + 1) }

        /// When it begins, or is due for the n-th time again. The day of the month stays the first one's.
        private func due(_ count: Int) -> Date {
            guard let price = items.first?.price, let interval = price.interval else { return createdAt }
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = .gmt
            let unit: Calendar.Component = interval == .year ? .year : .month
            return calendar.date(byAdding: unit, value: price.intervalCount * count, to: createdAt) ?? createdAt
        }
    }

    struct Invoice: Sendable {
        let id: String
        let number: String
        let page: URL
        let account: String
        let subscription: String?
        let items: [Item]
        let currency: String
        let period: Range<Date>
        let createdAt: Date
        var updatedAt: Date
        var status: Vluna.InvoiceStatus
        var paidAt: Date?

        var total: Int { items.reduce(0) { $0 + $1.total } }
        var paid: Int { status == .paid ? total : 0 }
    }

    struct Payment: Sendable {
        let id: String
        let invoice: String?
        let account: String
        let status: Vluna.PaymentStatus
        let amount: Int
        let currency: String
        let createdAt: Date
    }
}

// MARK: - Paying

extension VlunaState.Store {
    /// Writes an invoice.
    mutating func bill(
        _ items: [Item], to account: String, of subscription: Subscription? = nil, currency: String, isPaid: Bool,
        at now: Date
    ) -> Invoice {
        let number = invoices.count + 1
        let name = random.token(14)
        let invoice = Invoice(
            id: random.uuid(), number: "MOCK-\(String(number + 10_000).dropFirst())",
            page: Self.page("invoice", "i/acct_1/test_\(name)"), account: account, subscription: subscription?.id,
            items: items, currency: currency, period: subscription?.period ?? now..<now, createdAt: now, updatedAt: now,
            status: isPaid ? .paid : .open, paidAt: isPaid ? now : nil)
        invoices.append(invoice)
        return invoice
    }

    @discardableResult
    mutating func pay(
        _ amount: Int, of invoice: Invoice?, by account: String, currency: String, isSuccess: Bool, at now: Date
    ) -> Payment {
        let payment = Payment(
            id: random.uuid(), invoice: invoice?.id, account: account, status: isSuccess ? .succeeded : .failed,
            amount: amount, currency: currency, createdAt: now)
        payments.append(payment)
        return payment
    }

    /// A page of the payment provider.
    static func page(_ host: String, _ path: String) -> URL {
        var components = URLComponents()
        components.scheme = "https"
        components.host = "\(host).stripe.com"
        components.path = "/\(path)"
        // Host and path are made of letters, digits and underscores only.
        return components.url ?? URL(filePath: "/")
    }
}

// MARK: - What was bought

extension VlunaState {
    /// Gives an account what it has paid for: once, or for a period of the subscription that the items are parts of.
    /// - Returns: The ids of the grants.
    @discardableResult
    mutating func deliver(
        _ items: [Store.Item], to account: String, of subscription: Store.Subscription?, payment: String, at now: Date
    ) -> [String] {
        var issued: [String] = []
        for item in items {
            if item.credit > 0 {
                issued.append(issueGrant(credit(item, to: account, of: subscription, payment, at: now), at: now).id)
            }
            // A renewal goes on with the plans and programs that there are.
            guard subscription?.renewals ?? 0 == 0 else { continue }
            if let plan = item.price.planCode { assignPlan(plan, to: account, subscriptionItem: item.id, at: now) }
            for program in item.price.programCodes {
                assignProgram(program, to: account, subscriptionItem: item.id, at: now)
            }
        }
        return issued
    }

    /// What is bought once has no end, and pays what is outstanding; of a subscription it is good for one period.
    private func credit(
        _ item: Store.Item, to account: String, of subscription: Store.Subscription?, _ payment: String, at now: Date
    ) -> GrantTerms {
        let name = store.products[item.price.productID]?.details.name
        guard let subscription else {
            return GrantTerms(
                account: account, amount: item.credit, kind: .credit, start: now, sourceKind: "provider.one_time",
                sourceReference: payment, origin: "topup", key: "\(payment):\(item.id)", isOnLedger: true,
                label: name, coversOutstanding: true)
        }
        return GrantTerms(
            account: account, amount: item.credit, priority: 50, start: subscription.period.lowerBound,
            end: subscription.period.upperBound, sourceKind: "provider.subscription_item", sourceReference: item.id,
            origin: "subscription", period: subscription.period, sequence: 1, key: "\(payment):\(item.id)", label: name)
    }

    /// Begins the next period of a subscription, with an invoice and a payment for it.
    mutating func renewSubscription(_ id: String, isPaid: Bool, at now: Date) throws(MockStoreError) {
        guard let index = store.subscriptions.firstIndex(where: { $0.id == id }) else { throw .unknown(id) }
        guard store.subscriptions[index].isHeld else { throw .ended(id) }
        store.subscriptions[index].renewals += 1
        store.subscriptions[index].updatedAt = now
        store.subscriptions[index].status = isPaid ? .active : .pastDue
        let subscription = store.subscriptions[index]
        let invoice = store.bill(
            subscription.items, to: subscription.account, of: subscription, currency: subscription.currency,
            isPaid: isPaid, at: now)
        let payment = store.pay(
            invoice.total, of: invoice, by: subscription.account, currency: subscription.currency, isSuccess: isPaid,
            at: now)
        guard isPaid else { return }
        deliver(subscription.items, to: subscription.account, of: subscription, payment: payment.id, at: now)
    }

    /// Ends a subscription at once; credit that it has brought is good until the end of its period.
    mutating func cancelSubscription(_ id: String, at now: Date) throws(MockStoreError) {
        guard let index = store.subscriptions.firstIndex(where: { $0.id == id }) else { throw .unknown(id) }
        guard store.subscriptions[index].isHeld else { throw .ended(id) }
        store.subscriptions[index].status = .canceled
        store.subscriptions[index].updatedAt = now
        for item in store.subscriptions[index].items {
            endAssignments(ofSubscriptionItem: item.id, at: now)
        }
    }
}
