import Foundation
import Synchronization
import Testing
import TollgateBackend
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateStripe

/// One handler for what Stripe and Stoa tell.
@Suite struct WebhookTests {
    private let mock = MockServer.inProcess()
    private let seen = Seen()

    /// What a handler got, in its order.
    private final class Seen: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func note(_ event: BillingEvent) {
            let name =
                switch event {
                case .stripe(.subscriptionCreated(let subscription)): "created \(subscription.customerID)"
                case .stripe(.subscriptionDeleted(let subscription)): "deleted \(subscription.customerID)"
                case .stripe(.invoicePaid(let invoice)): "paid \(invoice.customerID ?? "")"
                case .stripe(.invoicePaymentFailed(let invoice)): "unpaid \(invoice.customerID ?? "")"
                case .stripe(.other(let event)): event.type.rawValue
                case .stoa(let event): event.type
                }
            names.withLock { $0.append(name) }
        }
    }

    private struct Broken: Error {}

    private func webhooks(_ log: some WebhookLog = .memory()) -> Webhooks {
        mock.clock.freeze()
        return Webhooks(stripe: mock.stripe.client(), stoa: mock.stoa.client(), log: log, time: mock.clock)
    }

    private func handle(_ sent: MockWebhook, _ webhooks: Webhooks) async throws -> Webhooks.Outcome {
        try await webhooks.handle(sent.body, headers: [.stripeSignature: sent.signature]) { seen.note($0) }
    }

    private func handle(_ sent: MockStoaWebhook, _ webhooks: Webhooks) async throws -> Webhooks.Outcome {
        try await webhooks.handle(sent.body, headers: sent.headers) { seen.note($0) }
    }

    @Test func everyEventIsTypedAndHandledOnce() async throws {
        let webhooks = webhooks()
        _ = try await mock.stoa.client().createPaymentSession(
            userID: "u_1", email: "ada@example.com", returnURL: "https://app.example.com")
        let payment = try #require(mock.stoa.payments.first)
        let stripe: [MockStripeEvent] = [
            .subscriptionCreated(customer: "cus_1"), .invoicePaymentFailed(customer: "cus_1"),
            .invoicePaid(customer: "cus_1"), .subscriptionDeleted(customer: "cus_1"),
        ]
        let stoa: [MockStoaEvent] = [
            .balanceLow(userID: "u_1"), .balanceDepleted(userID: "u_1"), .paymentFailed(payment),
            .paymentSucceeded(payment), .subscriptionUpdated(userID: "u_1"),
        ]
        for sent in stripe.map({ mock.stripe.webhook($0) }) {
            #expect(try await handle(sent, webhooks) == .handled)
            #expect(try await handle(sent, webhooks) == .duplicate)
        }
        for sent in stoa.map({ mock.stoa.webhook($0) }) {
            #expect(try await handle(sent, webhooks) == .handled)
            #expect(try await handle(sent, webhooks) == .duplicate)
        }
        #expect(
            seen.all == [
                "created cus_1", "unpaid cus_1", "paid cus_1", "deleted cus_1", "balance.low", "balance.depleted",
                "payment.failed", "payment.succeeded", "subscription.updated",
            ])
        #expect(mock.stoa.balance(of: "u_1") == 20)
    }

    @Test func noticesOfStoaSayWhatTheyAreAbout() async throws {
        try mock.stoa.setBalance("0.25", of: "u_1")
        let low = mock.stoa.webhook(.balanceLow(userID: "u_1"))
        let message = try mock.stoa.client().webhook(low.body, headers: low.headers)
        guard case .balanceLow(let notice) = message.event else { throw Broken() }
        #expect(notice.userID == "u_1" && notice.balance == Decimal(string: "0.25") && notice.topUpURL != nil)
        #expect(message == low.message)
        let unknown = mock.stoa.webhook(
            Stoa.WebhookMessage(id: "evt_new", time: mock.clock.now, event: .other("seat.lost")))
        #expect(try mock.stoa.client().webhook(unknown.body, headers: unknown.headers).event == .other("seat.lost"))
    }

    // MARK: - Order

    @Test func anOlderEventDoesNotUndoANewerOne() async throws {
        let webhooks = webhooks()
        let created = mock.stripe.webhook(.subscriptionCreated(customer: "cus_1"))
        mock.clock.advance(by: .seconds(60))
        let deleted = mock.stripe.webhook(.subscriptionDeleted(customer: "cus_1"))
        #expect(try await handle(deleted, webhooks) == .handled)
        #expect(try await handle(created, webhooks) == .outdated)
        #expect(try await handle(created, webhooks) == .duplicate)
        // Another subscription has its own order.
        #expect(try await handle(mock.stripe.webhook(.subscriptionCreated(customer: "cus_2")), webhooks) == .handled)
        #expect(seen.all == ["deleted cus_1", "created cus_2"])
    }

    @Test func ofOneSecondTheFinalEventIsTheLater() async throws {
        let webhooks = webhooks()
        let created = mock.stripe.webhook(.subscriptionCreated(customer: "cus_1"))
        let deleted = mock.stripe.webhook(.subscriptionDeleted(customer: "cus_1"))
        #expect(created.event.created == deleted.event.created)
        #expect(try await handle(deleted, webhooks) == .handled)
        #expect(try await handle(created, webhooks) == .outdated)

        let depleted = mock.stoa.webhook(.balanceDepleted(userID: "u_1"))
        let low = mock.stoa.webhook(.balanceLow(userID: "u_1"))
        #expect(try await handle(depleted, webhooks) == .handled)
        #expect(try await handle(low, webhooks) == .outdated)
        mock.clock.advance(by: .seconds(1))
        #expect(try await handle(mock.stoa.webhook(.balanceLow(userID: "u_1")), webhooks) == .handled)
    }

    // MARK: - Failures

    @Test func anEventWhoseHandlingFailedComesAgain() async throws {
        let webhooks = webhooks()
        let sent = mock.stripe.webhook(.invoicePaid(customer: "cus_1"))
        await #expect(throws: Broken.self) {
            try await webhooks.handle(sent.body, headers: [.stripeSignature: sent.signature]) { _ in throw Broken() }
        }
        #expect(try await handle(sent, webhooks) == .handled)
    }

    @Test func eventsAboutOneSubjectAreHandledOneByOne() async throws {
        let webhooks = webhooks()
        let created = mock.stripe.webhook(.subscriptionCreated(customer: "cus_1"))
        let deleted = mock.stripe.webhook(.subscriptionDeleted(customer: "cus_1"))
        let other = mock.stripe.webhook(.invoicePaid(customer: "cus_2"))
        try await webhooks.handle(created.body, headers: [.stripeSignature: created.signature]) { _ async throws in
            await #expect(throws: WebhookInProgress.self) { try await handle(created, webhooks) }
            await #expect(throws: WebhookInProgress.self) { try await handle(deleted, webhooks) }
            #expect(try await handle(other, webhooks) == .handled)
        }
        #expect(try await handle(deleted, webhooks) == .handled)
    }

    @Test func aHandlerThatDiedHoldsNobodyUpForLong() async throws {
        let log = MemoryWebhookLog()
        let delivery = WebhookDelivery(id: "stripe:evt", subject: "stripe:sub", time: mock.clock.now)
        let now = mock.clock.now
        #expect(log.begin(delivery, lease: .seconds(300), at: now) == .handle)
        let again = WebhookDelivery(id: "stripe:evt", subject: "stripe:sub", time: now)
        #expect(log.begin(again, lease: .seconds(300), at: now + 299) == .inProgress)
        #expect(log.begin(again, lease: .seconds(300), at: now + 301) == .handle)
        // The dead one comes back: it does not end what is another's now.
        log.end(delivery, isHandled: false, at: now + 302)
        #expect(log.begin(delivery, lease: .seconds(300), at: now + 303) == .inProgress)
        log.end(again, isHandled: true, at: now + 304)
        #expect(log.begin(delivery, lease: .seconds(300), at: now + 305) == .duplicate)
    }

    @Test func onlySoManyAreRemembered() {
        let log = MemoryWebhookLog(capacity: 4)
        let now = mock.clock.now
        func begin(_ index: Int) -> WebhookDecision {
            let delivery = WebhookDelivery(id: "evt_\(index)", subject: nil, time: now)
            let decision = log.begin(delivery, lease: .seconds(300), at: now + Double(index))
            if decision == .handle { log.end(delivery, isHandled: true, at: now + Double(index)) }
            return decision
        }
        for index in 0..<6 { #expect(begin(index) == .handle) }
        #expect(begin(5) == .duplicate)
        #expect(begin(0) == .handle)
    }

    // MARK: - Trust

    @Test func nothingUnsignedIsHandled() async throws {
        let webhooks = webhooks()
        let stripe = mock.stripe.webhook(.invoicePaid(customer: "cus_1"))
        await #expect(throws: Stripe.InvalidWebhook.self) {
            try await webhooks.handle(stripe.body + [32], headers: [.stripeSignature: stripe.signature]) {
                seen.note($0)
            }
        }
        await #expect(throws: Stripe.InvalidWebhook.self) {
            try await webhooks.handle(stripe.body, headers: [:]) { seen.note($0) }
        }
        let stoa = mock.stoa.webhook(.balanceLow(userID: "u_1"))
        func reason(
            _ change: (inout HTTPFields) -> Void, _ extra: [UInt8] = []
        ) async throws -> Stoa.InvalidWebhook.Reason {
            var headers = stoa.headers
            change(&headers)
            do {
                _ = try mock.stoa.client().webhook(stoa.body + extra, headers: headers)
                throw Broken()
            } catch let error as Stoa.InvalidWebhook {
                return error.reason
            }
        }
        #expect(try await reason({ _ in }, [32]) == .mismatch)
        #expect(try await reason({ $0[.webhookSignature] = nil }) == .unsigned)
        #expect(try await reason({ $0[.webhookID] = "evt_other" }) == .mismatch)
        #expect(try await reason({ $0[.webhookTimestamp] = "1" }) == .mismatch)
        #expect(try await reason({ $0[.webhookSignature] = "v2,AAAA" }) == .malformed)
        #expect(try await reason({ $0[.webhookTimestamp] = "soon" }) == .malformed)
        let forged = mock.stoa.webhook(stoa.message, secret: "whsec_b3RoZXI=")
        await #expect(throws: Stoa.InvalidWebhook.self) {
            try await webhooks.handle(forged.body, headers: forged.headers) { seen.note($0) }
        }
        // One of several signatures fits while a secret is being changed.
        var both = stoa.headers
        both[.webhookSignature] = "\(forged.headers[.webhookSignature] ?? "") \(stoa.headers[.webhookSignature] ?? "")"
        #expect(try mock.stoa.client().webhook(stoa.body, headers: both) == stoa.message)
        for seconds in [301, -602] {
            mock.clock.advance(by: .seconds(seconds))
            #expect(try await reason({ _ in }) == .expired)
        }
        #expect(seen.all.isEmpty)
    }

    @Test func aServiceThatIsNotSetUpSaysSo() async throws {
        let stoa = mock.stoa.webhook(.balanceLow(userID: "u_1"))
        await #expect(throws: ConfigurationError.self) {
            try await Webhooks(stripe: mock.stripe.client()).handle(stoa.body, headers: stoa.headers) { seen.note($0) }
        }
        await #expect(throws: ConfigurationError.self) {
            try await Webhooks(stoa: Stoa(apiKey: "stoa_app_test")).handle(stoa.body, headers: stoa.headers) {
                seen.note($0)
            }
        }
    }

    /// As the published scheme has it: the secret's bytes sign `id.timestamp.body`.
    @Test func signsAsTheStandardDoes() throws {
        let secret = Stoa.WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let headers = secret.headers(
            of: Array(#"{"test": 2432232314}"#.utf8), id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at: Date(timeIntervalSince1970: 1_614_265_330))
        #expect(headers[.webhookSignature] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect("\(secret)" == "WebhookSecret(redacted)")
    }
}
