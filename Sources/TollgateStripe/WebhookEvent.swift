import TollgateCore

extension Stripe {
    /// What Stripe tells a server by its webhook, as far as metered use is concerned.
    public enum WebhookEvent: Sendable {
        /// A customer has a new subscription, which may still be ``SubscriptionStatus/incomplete``.
        case subscriptionCreated(Subscription)
        /// A customer's subscription has ended.
        case subscriptionDeleted(Subscription)
        /// An invoice is paid; ``Invoice/billingReason`` tells a month's invoice from a first one.
        case invoicePaid(Invoice)
        /// An invoice could not be paid.
        case invoicePaymentFailed(Invoice)
        /// Anything else. Acknowledge it.
        case other(Event)

        /// - Throws: ``InvalidWebhook`` if it is one of the four, and is not about a subscription or an invoice as this
        ///   version of the API has it.
        public init(_ event: Event) throws(InvalidWebhook) {
            switch event.type {
            case .subscriptionCreated: self = .subscriptionCreated(try event.data.subscription)
            case .subscriptionDeleted: self = .subscriptionDeleted(try event.data.subscription)
            case .invoicePaid: self = .invoicePaid(try event.data.invoice)
            case .invoicePaymentFailed: self = .invoicePaymentFailed(try event.data.invoice)
            case .unrecognized: self = .other(event)
            }
        }
    }

    /// Reads a request that Stripe sent to the account's webhook.
    ///
    /// - Parameters:
    ///   - body: The body's bytes, as they came.
    ///   - signature: The value of `Stripe-Signature`.
    /// - Returns: What happened. ``event(_:signature:)`` also tells the event's id.
    /// - Throws: ``InvalidWebhook``; ``ConfigurationError`` without a webhook secret.
    public func webhook(_ body: [UInt8], signature: String?) throws -> WebhookEvent {
        try WebhookEvent(event(body, signature: signature))
    }

    /// Reads a request that Stripe sent to the account's webhook, with the event's id and all else that it says.
    ///
    /// - Parameters:
    ///   - body: The body's bytes, as they came.
    ///   - signature: The value of `Stripe-Signature`.
    /// - Returns: The event.
    /// - Throws: ``InvalidWebhook``; ``ConfigurationError`` without a webhook secret.
    public func event(_ body: [UInt8], signature: String?) throws -> Event {
        guard let webhookSecret else {
            throw ConfigurationError(
                "STRIPE_WEBHOOK_SECRET is not set. It is what the webhook is signed with and begins with whsec_.")
        }
        try webhookSecret.verify(signature, of: body, now: client.time.now)
        do throws(JSONError) {
            return try Event(jsonBytes: body)
        } catch {
            throw InvalidWebhook(.unreadable(error))
        }
    }
}

extension Stripe.EventData {
    fileprivate var subscription: Stripe.Subscription {
        get throws(Stripe.InvalidWebhook) {
            if case .subscription(let subscription) = object { subscription } else { try object.reread() }
        }
    }

    fileprivate var invoice: Stripe.Invoice {
        get throws(Stripe.InvalidWebhook) {
            if case .invoice(let invoice) = object { invoice } else { try object.reread() }
        }
    }
}

extension Stripe.EventData.Object {
    /// What was not recognized, read again as what it should be, to learn what is wrong with it.
    fileprivate func reread<Value: JSONModel>() throws(Stripe.InvalidWebhook) -> Value {
        do throws(JSONError) {
            return try Value(jsonBytes: jsonBytes())
        } catch {
            throw Stripe.InvalidWebhook(.unreadable(error))
        }
    }
}
