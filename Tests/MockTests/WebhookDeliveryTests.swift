import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMockClient
import TollgateStoa

@testable import TollgateMock

@Suite struct WebhookDeliveryTests {
    /// Takes webhooks in process.
    private final class Receiver: HTTPTransport {
        let bodies = Mutex<[[UInt8]]>([])
        let heads = Mutex<[HTTPRequest]>([])
        let status: HTTPResponse.Status

        init(status: HTTPResponse.Status = .noContent) {
            self.status = status
        }

        func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
            let bytes = try await body.collect(upTo: 1 << 20)
            bodies.withLock { $0.append(bytes) }
            heads.withLock { $0.append(request) }
            return HTTPReply(head: HTTPResponse(status: status))
        }

        var received: [[UInt8]] { bodies.withLock { $0 } }
    }

    private static let url = URL.literal("http://receiver.example/hooks")

    private func mock(_ receiver: Receiver) -> MockServer {
        let mock = MockServer.frozen()
        mock.webhooks.setTransport(receiver)
        mock.webhooks.setTarget(Self.url, of: .stoa)
        return mock
    }

    @Test func anEventIsSentNowSignedAndTwice() async throws {
        let receiver = Receiver()
        let mock = mock(receiver)
        let sent = try await mock.webhooks.send(
            "balance.low", from: .stoa, data: ["user_id": "user_123"], copies: 2)
        #expect(sent.map(\.state) == [.delivered, .delivered])
        #expect(sent.allSatisfy { $0.attempts.map(\.status) == [204] && $0.url == Self.url })
        #expect(receiver.received.count == 2 && receiver.received[0] == receiver.received[1])
        let head = try #require(receiver.heads.withLock { $0.first })
        var stoa = mock.stoa.client()
        stoa.client.time = mock.clock
        let message = try stoa.webhook(receiver.received[0], headers: head.headerFields)
        guard case .balanceLow(let notice) = message.event else {
            Issue.record("another event came: \(message.event)")
            return
        }
        #expect(notice.userID == "user_123")
        #expect(mock.exchanges.isEmpty)
    }

    @Test func anEventIsSentWhenItsTimeHasCome() async throws {
        let receiver = Receiver()
        let mock = mock(receiver)
        let sent = try await mock.webhooks.send(
            "balance.low", from: .stoa, data: ["user_id": "user_123"], after: .seconds(3_600))
        #expect(sent.map(\.state) == [.waiting])
        mock.clock.advance(by: .seconds(3_599))
        #expect(receiver.received.isEmpty)
        mock.clock.advance(by: .seconds(1))
        while mock.webhooks.deliveries[0].state == .waiting { await Task.yield() }
        #expect(receiver.received.count == 1)
        #expect(mock.webhooks.deliveries[0].attempts[0].time == Date.start.addingTimeInterval(3_600))
    }

    @Test func eventsAreSentOutOfOrder() async throws {
        let receiver = Receiver()
        let mock = mock(receiver)
        let first = try await mock.webhooks.send(
            "balance.low", from: .stoa, data: ["user_id": "user_123"], held: true)
        let second = try await mock.webhooks.send(
            "balance.depleted", from: .stoa, data: ["user_id": "user_123"], held: true)
        #expect(first[0].state == .held && receiver.received.isEmpty)
        await mock.webhooks.send(second[0].id)
        await mock.webhooks.send(first[0].id)
        #expect(receiver.received == [second[0].body, first[0].body])
        #expect(await mock.webhooks.send(99) == nil)
    }

    @Test func aRefusalIsRecorded() async throws {
        let mock = mock(Receiver(status: .internalServerError))
        let sent = try await mock.webhooks.send("balance.low", from: .stoa, data: ["user_id": "user_123"])
        #expect(sent.map(\.state) == [.failed])
        #expect(sent[0].attempts.map(\.status) == [500])
        await #expect(throws: MockLeverError.self) {
            try await mock.webhooks.send("invoice.paid", from: .stripe, data: ["customer": "cus_1"])
        }
        await #expect(throws: MockLeverError.self) { try await mock.webhooks.send("unheard.of", from: .stoa) }
    }

    @Test func webhooksAreSentOverHTTP() async throws {
        let receiver = try await MockServer.start()
        try await withMock { _, levers in
            let url = receiver.url.appending(path: "hooks")
            try await levers.webhooks.setTarget(service: .stripe, url: url)
            #expect(try await levers.webhooks.listTargets().targets == ["stripe": url])
            let sent = try await levers.webhooks.send(
                service: .stripe, event: "invoice.paid", data: ["customer": "cus_1"], copies: 2)
            #expect(sent.deliveries.map(\.state) == [.failed, .failed])
            #expect(sent.deliveries[0].attempts.map(\.status) == [404])
            let held = try await levers.webhooks.send(
                service: .stoa, event: "balance.low", data: ["user_id": "u"], url: url, hold: true)
            #expect(held.deliveries.map(\.state) == [.held])
            let again = try await levers.webhooks.sendDelivery(id: held.deliveries[0].id)
            #expect(again.attempts.count == 1 && again.body == held.deliveries[0].body)
            #expect(try await levers.webhooks.listDeliveries().deliveries.count == 3)
            let bodies = receiver.exchanges.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies == sent.deliveries.map(\.body) + [again.body])
            #expect(receiver.exchanges[0].headers[.named("Stripe-Signature")] != nil)
            try await levers.webhooks.clearDeliveries()
            #expect(try await levers.webhooks.listDeliveries().deliveries.isEmpty)
        }
        await receiver.stop()
    }
}
