import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStripe

/// Something that happens at the simulated Stripe, and that it tells a webhook.
public struct MockStripeEvent: Sendable {
    let type: Stripe.EventType
    let customerID: String
    let make: @Sendable (inout StripeState, Date) -> Stripe.EventData.Object

    /// The customer has a new subscription: the one that all later events of the customer are about.
    public static func subscriptionCreated(customer id: String, status: Stripe.SubscriptionStatus = .active) -> Self {
        Self(type: .subscriptionCreated, customerID: id) { state, now in
            state.subscriptions[id] = nil
            return .subscription(state.subscription(of: id, at: now) { $0.status = status })
        }
    }

    /// The customer's subscription has ended.
    public static func subscriptionDeleted(customer id: String) -> Self {
        Self(type: .subscriptionDeleted, customerID: id) { state, now in
            let seconds = Int64(now.timeIntervalSince1970)
            return .subscription(
                state.subscription(of: id, at: now) { subscription in
                    subscription.status = .canceled
                    subscription.canceledAt = seconds
                    subscription.endedAt = seconds
                })
        }
    }

    /// An invoice of the customer is paid.
    /// - Parameters:
    ///   - id: The customer's id.
    ///   - amount: What was paid, in cents.
    ///   - reason: Why the invoice was made.
    /// - Returns: The event.
    public static func invoicePaid(
        customer id: String, amount: Int64 = 2_000, reason: Stripe.BillingReason = .subscriptionCycle
    ) -> Self {
        Self(type: .invoicePaid, customerID: id) { state, now in
            .invoice(state.invoice(of: id, amount: amount, reason: reason, isPaid: true, attempt: 1, at: now))
        }
    }

    /// An invoice of the customer could not be paid.
    /// - Parameters:
    ///   - id: The customer's id.
    ///   - amount: What is to be paid, in cents.
    ///   - attempt: How often it was tried. After the fourth time Stripe does not try again.
    /// - Returns: The event.
    public static func invoicePaymentFailed(customer id: String, amount: Int64 = 2_000, attempt: Int = 1) -> Self {
        Self(type: .invoicePaymentFailed, customerID: id) { state, now in
            .invoice(
                state.invoice(
                    of: id, amount: amount, reason: .subscriptionCycle, isPaid: false, attempt: attempt, at: now))
        }
    }

    /// An event of another type.
    /// - Parameters:
    ///   - type: What happened: `customer.updated`.
    ///   - object: What it happened to.
    /// - Returns: The event.
    public static func other(_ type: String, object: JSONValue) -> Self {
        Self(type: .init(rawValue: type), customerID: "") { _, _ in .unrecognized(object) }
    }
}

extension StripeSimulation {
    /// Lets something happen, and signs what Stripe tells of it.
    func webhook(_ event: MockStripeEvent) -> MockWebhook {
        let now = clock.now
        return webhook(state.withLock { $0.event(event, at: now) }, secret: MockStripe.webhookSecret)
    }

    /// Signs an event.
    func webhook(_ event: Stripe.Event, secret: String) -> MockWebhook {
        let body = event.jsonBytes()
        return MockWebhook(
            event: event, body: body, signature: StripeSignatures.header(of: body, secret: secret, at: clock.now))
    }
}

// MARK: - Objects

extension StripeState {
    private static let month: Int64 = 30 * 86_400

    /// Makes what Stripe sends.
    mutating func event(_ event: MockStripeEvent, at now: Date) -> Stripe.Event {
        let object = event.make(&self, now)
        return Stripe.Event(
            id: "evt_\(random.token(24))", type: event.type, apiVersion: Stripe.version,
            created: Int64(now.timeIntervalSince1970), liveMode: false, pendingWebhooks: 1, request: nil,
            data: Stripe.EventData(object: object))
    }

    /// The customer's subscription, made if there is none, with changes that stay.
    fileprivate mutating func subscription(
        of customerID: String, at now: Date, _ change: (inout Stripe.Subscription) -> Void
    ) -> Stripe.Subscription {
        let seconds = Int64(now.timeIntervalSince1970)
        var subscription: Stripe.Subscription
        if let known = subscriptions[customerID] {
            subscription = known
        } else {
            let item = Stripe.SubscriptionItem(
                id: "si_\(random.token(14))", price: Stripe.Price(id: MockStripe.priceID), currentPeriodStart: seconds,
                currentPeriodEnd: seconds + Self.month)
            subscription = Stripe.Subscription(
                id: "sub_\(random.token(24))", customerID: customerID, status: .active,
                items: Stripe.SubscriptionItems(data: [item]), cancelsAtPeriodEnd: false, canceledAt: nil, endedAt: nil,
                metadata: [:])
        }
        change(&subscription)
        subscriptions[customerID] = subscription
        return subscription
    }

    fileprivate mutating func invoice(
        of customerID: String, amount: Int64, reason: Stripe.BillingReason, isPaid: Bool, attempt: Int, at now: Date
    ) -> Stripe.Invoice {
        let subscription = subscription(of: customerID, at: now) { _ in }
        let seconds = Int64(now.timeIntervalSince1970)
        let start = subscription.items.data.first?.currentPeriodStart ?? seconds
        return Stripe.Invoice(
            id: "in_\(random.token(24))", customerID: customerID, customerEmail: "\(customerID)@example.com",
            status: isPaid ? .paid : .open, billingReason: reason, amountDue: amount, amountPaid: isPaid ? amount : 0,
            amountRemaining: isPaid ? 0 : amount, currency: "usd", attemptCount: attempt,
            nextPaymentAttempt: isPaid || attempt >= 4 ? nil : seconds + 3 * 86_400,
            hostedInvoiceURL: URL(string: "https://invoice.stripe.com/i/acct_test/test_\(random.token(24))"),
            periodStart: start, periodEnd: start + Self.month,
            parent: Stripe.InvoiceParent(
                type: "subscription_details",
                subscriptionDetails: Stripe.InvoiceSubscription(subscriptionID: subscription.id, metadata: [:])))
    }
}
