import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStripe
import TollgateTransport

/// The Stripe of a mock server: what a client needs to reach it, and levers for its state.
public struct MockStripe: Sendable {
    /// The account's secret key, the same in every mock.
    public static let secretKey = "sk_test_tollgate"
    /// The secret of the account's webhook.
    public static let webhookSecret = "whsec_tollgate"
    /// The metered price of subscriptions.
    public static let priceID = "price_tollgate"

    let simulation: StripeSimulation
    let transport: any HTTPTransport
    /// What to give clients as base URL, or `api_base`.
    public let baseURL: URL

    public var secretKey: String { Self.secretKey }
    public var webhookSecret: String { Self.webhookSecret }

    /// A client that reaches the mock in process, and lives by its clock.
    public func client() -> Stripe {
        var stripe = Stripe(
            secretKey: secretKey, webhookSecret: webhookSecret, baseURL: baseURL, transport: transport)
        stripe.client.time = simulation.clock
        return stripe
    }

    // MARK: - Meters

    /// The meter events that were taken, oldest first, each once however often it was reported.
    public var meterEvents: [Stripe.MeterEvent] {
        simulation.state.withLock { $0.reports.map(\.event) }
    }

    /// What a meter has summed up. Events that name no customer or no number are not counted.
    /// - Parameters:
    ///   - eventName: The meter's event name.
    ///   - customerID: Whose use; nil for everybody's.
    /// - Returns: The sum.
    public func sum(of eventName: String, customer customerID: String? = nil) -> Decimal {
        simulation.state.withLock { $0.sum(eventName, customerID: customerID) }
    }

    /// The identifiers of the meter events that are not counted, and why, in the words of Stripe's error reports.
    public var meterErrors: [String: String] {
        simulation.state.withLock { state in
            Dictionary(state.reports.compactMap { report in report.complaint.map { (report.event.identifier, $0) } }) {
                $1
            }
        }
    }

    // MARK: - Webhooks

    /// Lets something happen, and signs what Stripe tells of it.
    public func webhook(_ event: MockStripeEvent) -> MockWebhook {
        simulation.webhook(event)
    }

    /// Signs an event.
    /// - Parameters:
    ///   - event: What Stripe tells.
    ///   - secret: The secret of the webhook.
    /// - Returns: The request that Stripe sends.
    public func webhook(_ event: Stripe.Event, secret: String = webhookSecret) -> MockWebhook {
        simulation.webhook(event, secret: secret)
    }

    /// Lets something happen, and tells a webhook.
    /// - Parameters:
    ///   - event: What happens.
    ///   - url: Where the webhook is.
    ///   - transport: How to get there: ``MockServer/transport`` for a webhook of the mock's own AI Kit.
    /// - Returns: The status that the webhook answered.
    /// - Throws: What the transport throws.
    @discardableResult
    public func send(
        _ event: MockStripeEvent, to url: URL, through transport: any HTTPTransport = .default
    ) async throws -> Int {
        try await webhook(event).send(to: url, through: transport)
    }
}

/// A request that Stripe sends to a webhook.
public struct MockWebhook: MockSignedWebhook {
    public let event: Stripe.Event
    public let body: [UInt8]
    /// The value of `Stripe-Signature`.
    public let signature: String

    public var id: String { event.id }
    public var type: String { event.type.rawValue }

    public var headers: HTTPFields { Self.headers(signature: signature) }

    static func headers(signature: String) -> HTTPFields {
        [
            .contentType: "application/json; charset=utf-8", .stripeSignature: signature,
            .userAgent: "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        ]
    }
}
