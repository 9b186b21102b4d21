import Crypto
import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStoa
import TollgateTransport

/// Something that happens at the simulated Stoa, and that it tells a webhook.
public struct MockStoaEvent: Sendable {
    let make: @Sendable (inout StoaState, Date) -> Stoa.WebhookEvent

    /// The user's balance is nearly used up.
    public static func balanceLow(userID: String) -> Self {
        Self { state, _ in .balanceLow(state.notice(of: userID)) }
    }

    /// The user's balance is used up: it is zero from now on.
    public static func balanceDepleted(userID: String) -> Self {
        Self { state, _ in
            state.ensureUser(userID)
            state.users[userID]?.balance = 0
            return .balanceDepleted(state.notice(of: userID))
        }
    }

    /// The user of a payment that was started pays. Stoa tells it also of a payment that is over; then nothing changes.
    public static func paymentSucceeded(_ payment: MockPayment, amount: Decimal = 20) -> Self {
        Self { state, now in
            _ = try? state.complete(payment: payment.id, amount: amount, at: now)
            return .paymentSucceeded(state.notice(of: payment, amount))
        }
    }

    /// The user's payment is refused. Stoa tells it also of a payment that is over; then nothing changes.
    public static func paymentFailed(_ payment: MockPayment, amount: Decimal = 20) -> Self {
        Self { state, now in
            _ = try? state.fail(payment: payment.id, at: now)
            return .paymentFailed(state.notice(of: payment, amount))
        }
    }

    /// The user's subscription has changed.
    public static func subscriptionUpdated(userID: String, status: String = "active") -> Self {
        Self { state, _ in
            state.ensureUser(userID)
            return .subscriptionUpdated(
                Stoa.SubscriptionNotice(subscriptionID: "sub_\(userID)", userID: userID, status: status))
        }
    }
}

extension StoaState {
    fileprivate mutating func notice(of userID: String) -> Stoa.BalanceNotice {
        ensureUser(userID)
        let user = users[userID]
        return Stoa.BalanceNotice(userID: userID, balance: user?.balance ?? 0, topUpURL: user?.topUpURL)
    }

    fileprivate func notice(of payment: MockPayment, _ amount: Decimal) -> Stoa.PaymentNotice {
        Stoa.PaymentNotice(
            paymentID: payment.id, userID: payment.userID, amount: amount, balance: users[payment.userID]?.balance)
    }
}

extension StoaSimulation {
    /// Lets something happen, and signs what Stoa tells of it.
    func webhook(_ event: MockStoaEvent) -> MockStoaWebhook {
        // To the second, so that it is the same when it is read.
        let now = Date(timeIntervalSince1970: clock.now.timeIntervalSince1970.rounded(.down))
        let message = world.withLock { world in
            let content = event.make(&world.state, now)
            return Stoa.WebhookMessage(id: "evt_\(world.state.random.token(24))", time: now, event: content)
        }
        return webhook(message, secret: MockStoa.webhookSecret)
    }

    fileprivate func webhook(_ message: Stoa.WebhookMessage, secret: String) -> MockStoaWebhook {
        let body = message.jsonBytes()
        return MockStoaWebhook(
            message: message, body: body,
            headers: StoaWebhookSignature.headers(of: body, id: message.id, secret: secret, at: clock.now))
    }
}

extension MockStoa {
    /// The secret of the application's webhook: `whsec_` and base64.
    public static let webhookSecret = "whsec_dG9sbGdhdGUtc3RvYS13ZWJob29r"

    public var webhookSecret: String { Self.webhookSecret }

    /// Lets something happen, and signs what Stoa tells of it.
    public func webhook(_ event: MockStoaEvent) -> MockStoaWebhook {
        simulation.webhook(event)
    }

    /// Signs an event.
    /// - Parameters:
    ///   - message: What Stoa tells.
    ///   - secret: The secret of the webhook.
    /// - Returns: The request that Stoa sends.
    public func webhook(_ message: Stoa.WebhookMessage, secret: String = webhookSecret) -> MockStoaWebhook {
        simulation.webhook(message, secret: secret)
    }

    /// Lets something happen, and tells a webhook.
    /// - Parameters:
    ///   - event: What happens.
    ///   - url: Where the webhook is.
    ///   - transport: How to get there.
    /// - Returns: The status that the webhook answered.
    /// - Throws: What the transport throws.
    @discardableResult
    public func send(
        _ event: MockStoaEvent, to url: URL, through transport: any HTTPTransport = .default
    ) async throws -> Int {
        try await webhook(event).send(to: url, through: transport)
    }
}

/// A request that Stoa sends to a webhook.
public struct MockStoaWebhook: MockSignedWebhook {
    public let message: Stoa.WebhookMessage
    public let body: [UInt8]
    public let headers: HTTPFields

    public var id: String { message.id }
    public var type: String { message.event.type }
}

/// The signatures of webhooks, worked out apart from the client's own code so that each checks the other.
enum StoaWebhookSignature {
    static func headers(of body: [UInt8], id: String, secret: String, at time: Date) -> HTTPFields {
        let seconds = String(Int64(time.timeIntervalSince1970.rounded(.down)))
        let key = SymmetricKey(data: Data(base64Encoded: String(secret.dropFirst("whsec_".count))) ?? Data())
        var code = HMAC<SHA256>(key: key)
        for part in [Data(id.utf8), Data(".".utf8), Data(seconds.utf8), Data(".".utf8), Data(body)] {
            code.update(data: part)
        }
        let digits = Data(code.finalize()).base64EncodedString()
        return [
            .contentType: "application/json; charset=utf-8", .webhookID: id, .webhookTimestamp: seconds,
            .webhookSignature: "v1,\(digits)",
        ]
    }
}
