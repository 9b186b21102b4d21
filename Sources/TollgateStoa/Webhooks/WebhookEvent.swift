import Foundation
import TollgateCore

extension Stoa {
    /// What Stoa tells an application by its webhook.
    ///
    /// Stoa names the five events; what they carry is chosen: the names that its other answers have.
    public enum WebhookEvent: Sendable, Hashable {
        /// A user's balance is nearly used up.
        case balanceLow(BalanceNotice)
        /// A user's balance is used up.
        case balanceDepleted(BalanceNotice)
        /// A user has paid.
        case paymentSucceeded(PaymentNotice)
        /// A user's payment was refused.
        case paymentFailed(PaymentNotice)
        /// A user's subscription has changed.
        case subscriptionUpdated(SubscriptionNotice)
        /// Anything else, by its type. Acknowledge it.
        case other(String)
    }

    /// An event of the webhook with its id.
    public struct WebhookMessage: Sendable, Hashable {
        /// The event's id, the same however often it is sent.
        public var id: String
        /// When it happened.
        public var time: Date
        public var event: WebhookEvent

        public init(id: String, time: Date, event: WebhookEvent) {
            self.id = id
            self.time = time
            self.event = event
        }
    }

    /// A balance that is low or gone.
    public struct BalanceNotice: JSONModel, Hashable {
        /// The application's own id of the user.
        public var userID: String
        /// What the user can spend, in US dollars.
        public var balance: Decimal
        /// Where the user can top up.
        public var topUpURL: URL?

        public init(userID: String, balance: Decimal, topUpURL: URL? = nil) {
            self.userID = userID
            self.balance = balance
            self.topUpURL = topUpURL
        }
    }

    /// A payment that succeeded or failed.
    public struct PaymentNotice: JSONModel, Hashable {
        /// The payment's id, as ``PaymentSession`` has it.
        public var paymentID: String
        /// The application's own id of the user.
        public var userID: String
        /// What was paid or to be paid, in US dollars.
        public var amount: Decimal
        /// What the user can spend now, in US dollars.
        public var balance: Decimal?

        public init(paymentID: String, userID: String, amount: Decimal, balance: Decimal? = nil) {
            self.paymentID = paymentID
            self.userID = userID
            self.amount = amount
            self.balance = balance
        }
    }

    /// A subscription as it is now.
    public struct SubscriptionNotice: JSONModel, Hashable {
        public var subscriptionID: String
        /// The application's own id of the user.
        public var userID: String
        /// How the subscription stands: `active`, `past_due`, `canceled`.
        public var status: String

        public init(subscriptionID: String, userID: String, status: String) {
            self.subscriptionID = subscriptionID
            self.userID = userID
            self.status = status
        }
    }

    /// Reads a request that Stoa sent to the application's webhook.
    ///
    /// - Parameters:
    ///   - body: The body's bytes, as they came.
    ///   - headers: The header fields that came with it.
    /// - Returns: The event, with its id.
    /// - Throws: ``InvalidWebhook``; ``ConfigurationError`` without a webhook secret.
    public func webhook(_ body: [UInt8], headers: HTTPFields) throws -> WebhookMessage {
        guard let webhookSecret else {
            throw ConfigurationError(
                "STOA_WEBHOOK_SECRET is not set. It is what the webhook is signed with and begins with whsec_.")
        }
        try webhookSecret.verify(headers, of: body, now: client.time.now)
        let message: WebhookMessage
        do throws(JSONError) {
            message = try WebhookMessage(jsonBytes: body)
        } catch {
            throw InvalidWebhook(.unreadable(error))
        }
        // The id that is signed is the one that counts.
        guard headers[.webhookID] == message.id else { throw InvalidWebhook(.malformed) }
        return message
    }
}

// MARK: - Wire format

extension Stoa.WebhookMessage: JSONModel {
    public init(json: inout JSONObject) throws(JSONError) {
        id = try json.string("id")
        time = try json.date("created_at")
        switch try json.string("type") {
        case "balance.low": event = .balanceLow(try json.value("data"))
        case "balance.depleted": event = .balanceDepleted(try json.value("data"))
        case "payment.succeeded": event = .paymentSucceeded(try json.value("data"))
        case "payment.failed": event = .paymentFailed(try json.value("data"))
        case "subscription.updated": event = .subscriptionUpdated(try json.value("data"))
        case let type: event = .other(type)
        }
    }

    public func write(to json: inout JSONWriter) {
        json.write("id", id)
        json.write("type", event.type)
        json.write("created_at", time)
        switch event {
        case .balanceLow(let notice), .balanceDepleted(let notice): json.write("data", notice)
        case .paymentSucceeded(let notice), .paymentFailed(let notice): json.write("data", notice)
        case .subscriptionUpdated(let notice): json.write("data", notice)
        case .other: json.write("data", [String: JSONValue]())
        }
    }
}

extension Stoa.WebhookEvent {
    /// Stoa's name of the event: `balance.low`.
    public var type: String {
        switch self {
        case .balanceLow: "balance.low"
        case .balanceDepleted: "balance.depleted"
        case .paymentSucceeded: "payment.succeeded"
        case .paymentFailed: "payment.failed"
        case .subscriptionUpdated: "subscription.updated"
        case .other(let type): type
        }
    }
}

extension Stoa.BalanceNotice {
    public init(json: inout JSONObject) throws(JSONError) {
        userID = try json.string("user_id")
        balance = try json.decimal("balance")
        topUpURL = json.value(ifPresent: "topup_url")
    }

    public func write(to json: inout JSONWriter) {
        json.write("user_id", userID)
        json.write("balance", balance)
        json.write("topup_url", topUpURL)
    }
}

extension Stoa.PaymentNotice {
    public init(json: inout JSONObject) throws(JSONError) {
        paymentID = try json.string("payment_id")
        userID = try json.string("user_id")
        amount = try json.decimal("amount")
        balance = json.decimal(ifPresent: "balance")
    }

    public func write(to json: inout JSONWriter) {
        json.write("payment_id", paymentID)
        json.write("user_id", userID)
        json.write("amount", amount)
        json.write("balance", balance)
    }
}

extension Stoa.SubscriptionNotice {
    public init(json: inout JSONObject) throws(JSONError) {
        subscriptionID = try json.string("subscription_id")
        userID = try json.string("user_id")
        status = try json.string("status")
    }

    public func write(to json: inout JSONWriter) {
        json.write("subscription_id", subscriptionID)
        json.write("user_id", userID)
        json.write("status", status)
    }
}
