import Foundation
import TollgateCore
import TollgateStoa
import TollgateStripe

/// Something that a billing service tells a backend.
public enum BillingEvent: Sendable {
    case stripe(Stripe.WebhookEvent)
    case stoa(Stoa.WebhookEvent)
}

/// Handles what Stripe and Stoa tell by their webhooks: verified, typed, and once per event id.
///
///     let webhooks = Webhooks(stripe: stripe, stoa: stoa, log: .sqlite(path: "usage.db"))
///     try await webhooks.handle(body, headers: headers) { event in
///         switch event {
///         case .stripe(.subscriptionDeleted(let subscription)): …
///         case .stoa(.balanceDepleted(let notice)): …
///         default: break
///         }
///     }
///
/// Services send events again, and not always in order. An event that was handled is not handled again; one that is
/// older than another one about the same subscription, invoice, payment or balance is acknowledged and passed over. Of
/// two that happened in the same second the final one counts as later: the end of a subscription, the payment of an
/// invoice.
///
/// An event is done when the handler has returned and the log has it. If the program dies in between, the service sends
/// it again, and the handler sees it once more.
public struct Webhooks: Sendable {
    private let stripe: Stripe?
    private let stoa: Stoa?
    private let log: any WebhookLog
    private let lease: Duration
    private let time: any TimeSource

    /// What became of a request.
    public enum Outcome: Sendable, Hashable {
        /// The handler has handled the event.
        case handled
        /// The event had been handled before.
        case duplicate
        /// A newer event about the same subject had been handled before.
        case outdated
    }

    /// - Parameters:
    ///   - stripe: Stripe, with its webhook secret; nil if it sends nothing here.
    ///   - stoa: Stoa, with its webhook secret; nil if it sends nothing here.
    ///   - log: Where handled events are remembered: `.memory()`, `.sqlite(path:)`, or `.postgres(url)` for several
    ///     machines.
    ///   - lease: After which time an event may be handled by somebody else, because its handler must have died.
    ///   - time: The clock.
    public init(
        stripe: Stripe? = nil, stoa: Stoa? = nil, log: some WebhookLog = .memory(), lease: Duration = .seconds(300),
        time: any TimeSource = .system
    ) {
        self.stripe = stripe
        self.stoa = stoa
        self.log = log
        self.lease = lease
        self.time = time
    }

    /// Handles a request to the webhook. If this returns, acknowledge it.
    ///
    /// - Parameters:
    ///   - body: The body's bytes, as they came.
    ///   - headers: The header fields that came with it.
    ///   - isolation: The caller's actor.
    ///   - handler: Does what the event asks for. If it throws, the event counts as not handled, and comes again.
    /// - Returns: What became of it.
    /// - Throws: ``Stripe/InvalidWebhook`` or ``Stoa/InvalidWebhook`` for a request that must not be trusted;
    ///   ``WebhookInProgress`` while the event, or another about the same subject, is being handled;
    ///   ``ConfigurationError`` for a service without a webhook secret; what the handler and the log throw.
    @discardableResult
    public func handle(
        _ body: [UInt8], headers: HTTPFields, isolation: isolated (any Actor)? = #isolation,
        _ handler: (BillingEvent) async throws -> Void
    ) async throws -> Outcome {
        let (event, delivery) = try read(body, headers)
        switch try await log.begin(delivery, lease: lease, at: time.now) {
        case .duplicate: return .duplicate
        case .outdated: return .outdated
        case .inProgress: throw WebhookInProgress(eventID: delivery.id)
        case .handle: break
        }
        do {
            try await handler(event)
        } catch {
            // If not even that can be said, it may come again when the lease is over.
            try? await log.end(delivery, isHandled: false, at: time.now)
            throw error
        }
        try await log.end(delivery, isHandled: true, at: time.now)
        return .handled
    }

    private func read(_ body: [UInt8], _ headers: HTTPFields) throws -> (BillingEvent, WebhookDelivery) {
        let isStoa = headers[.stripeSignature] == nil && (headers[.webhookSignature] != nil || stripe == nil)
        if isStoa {
            guard let stoa else {
                throw ConfigurationError("Webhooks of Stoa come here, and there is no Stoa to read them.")
            }
            let message = try stoa.webhook(body, headers: headers)
            return (.stoa(message.event), WebhookDelivery(message))
        }
        guard let stripe else {
            throw ConfigurationError("Webhooks of Stripe come here, and there is no Stripe to read them.")
        }
        let event = try stripe.event(body, signature: headers[.stripeSignature])
        let typed = try Stripe.WebhookEvent(event)
        return (.stripe(typed), WebhookDelivery(event, typed))
    }
}

/// An event, or another one about the same subject, is being handled already. Whether that succeeds is not known yet:
/// let the service see the failure and send it again.
public struct WebhookInProgress: TollgateError, Hashable {
    public var eventID: String

    public init(eventID: String) {
        self.eventID = eventID
    }

    public var description: String { "Event \(eventID), or one about the same subject, is being handled already." }
}

extension WebhookDelivery {
    fileprivate init(_ event: Stripe.Event, _ typed: Stripe.WebhookEvent) {
        let (subject, rank): (String?, Int) =
            switch typed {
            case .subscriptionCreated(let subscription): (subscription.id, 0)
            case .subscriptionDeleted(let subscription): (subscription.id, 1)
            case .invoicePaymentFailed(let invoice): (invoice.id, 0)
            case .invoicePaid(let invoice): (invoice.id, 1)
            case .other: (nil, 0)
            }
        self.init(
            id: "stripe:\(event.id)", subject: subject.map { "stripe:\($0)" },
            time: Date(timeIntervalSince1970: Double(event.created)), rank: rank)
    }

    fileprivate init(_ message: Stoa.WebhookMessage) {
        let (subject, rank): (String?, Int) =
            switch message.event {
            case .balanceLow(let notice): ("balance:\(notice.userID)", 0)
            case .balanceDepleted(let notice): ("balance:\(notice.userID)", 1)
            case .paymentFailed(let notice): ("payment:\(notice.paymentID)", 0)
            case .paymentSucceeded(let notice): ("payment:\(notice.paymentID)", 1)
            case .subscriptionUpdated(let notice): ("subscription:\(notice.subscriptionID)", 0)
            case .other: (nil, 0)
            }
        self.init(id: "stoa:\(message.id)", subject: subject.map { "stoa:\($0)" }, time: message.time, rank: rank)
    }
}
