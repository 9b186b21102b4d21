import Foundation
import Testing
import TollgateCore
import TollgateMockClient
import TollgateStoa

@testable import TollgateMock

@Suite struct LeversStoaTests {
    private func payment(_ stoa: Stoa) async throws -> String {
        try await stoa.createPaymentSession(userID: "u", email: "a@b.c", returnURL: "https://a.b/c").paymentID
    }

    // MARK: - In Swift

    @Test func aPaymentFailsAndIsTriedAgain() async throws {
        let mock = MockServer.frozen()
        let id = try await payment(mock.stoa.client())
        #expect(mock.stoa.payments.map(\.status) == [.open])
        try mock.stoa.fail(payment: id)
        #expect(mock.stoa.payments.map(\.status) == [.failed])
        #expect(mock.stoa.balance(of: "u") == 5)
        try mock.stoa.complete(payment: id, amount: "10")
        #expect(mock.stoa.payments.map(\.status) == [.completed])
        #expect(mock.stoa.balance(of: "u") == 15)
        #expect(throws: MockError.self) { try mock.stoa.fail(payment: id) }
        #expect(throws: MockError.self) { try mock.stoa.expire(payment: id) }
        #expect(throws: MockError.self) { try mock.stoa.fail(payment: "pay_x") }
    }

    @Test func aPaymentExpiresByHandAndByTheClock() async throws {
        let mock = MockServer.frozen()
        let first = try await payment(mock.stoa.client())
        let second = try await payment(mock.stoa.client())
        try mock.stoa.expire(payment: first)
        #expect(mock.stoa.payments.map(\.status) == [.expired, .open])
        mock.clock.advance(by: .seconds(86_399))
        #expect(mock.stoa.payments.map(\.status) == [.expired, .open])
        mock.clock.advance(by: .seconds(1))
        #expect(mock.stoa.payments.map(\.status) == [.expired, .expired])
        for id in [first, second] {
            let error = #expect(throws: MockError.self) { try mock.stoa.complete(payment: id) }
            #expect(error?.reason == .ended)
        }
        #expect(mock.stoa.balance(of: "u") == 5)
    }

    @Test func aMemberIsSeeded() async throws {
        let mock = MockServer.frozen()
        let id = mock.stoa.setMember("u", email: "a@b.c", name: "Ada")
        #expect(mock.stoa.setMember("u", email: "d@e.f") == id)
        let user = try #require(mock.stoa.snapshot.users.first)
        #expect(user.membershipID == id && user.email == "d@e.f" && user.name == nil && user.balance == 5)
        let registered = try await mock.stoa.client().registerMember(
            registrationSecret: mock.stoa.registrationSecret, userID: "u", email: "a@b.c")
        #expect(registered.membershipID == id)
    }

    @Test func aWebhookOfAFailureFailsThePayment() async throws {
        let mock = MockServer.frozen()
        _ = try await payment(mock.stoa.client())
        let open = try #require(mock.stoa.payments.first)
        let failed = mock.stoa.webhook(.paymentFailed(open))
        #expect(failed.type == "payment.failed")
        #expect(mock.stoa.payments.map(\.status) == [.failed])
        let message = try mock.stoa.client().webhook(failed.body, headers: failed.headers)
        #expect(message.id == failed.id)
    }

    @Test func resetForgetsEverything() async throws {
        let mock = MockServer.frozen(seed: 3)
        let key = try await mock.stoa.client().install.publicKey().publicKey
        mock.stoa.rotateKey()
        let id = try await payment(mock.stoa.client())
        mock.reset(seed: 3)
        mock.clock.set(.start)
        #expect(mock.stoa.payments.isEmpty && mock.stoa.snapshot.usersCount == 0)
        #expect(try await mock.stoa.client().install.publicKey().publicKey == key)
        mock.stoa.rotateKey()
        #expect(try await payment(mock.stoa.client()) == id)
        mock.reset(seed: 4)
        #expect(try await mock.stoa.client().install.publicKey().publicKey != key)
    }

    // MARK: - Over HTTP

    @Test func usersAreSetAndRead() async throws {
        try await withLevers { mock, levers in
            #expect(try await problem { _ = try await levers.stoa.getUser(userID: "u/1") } == "404")
            let user = try await levers.stoa.setBalance(userID: "u/1", balance: Decimal(string: "0.001") ?? 0)
            #expect(user.userID == "u/1" && user.balance == Decimal(string: "0.001"))
            #expect(mock.stoa.balance(of: "u/1") == user.balance)
            let member = try await levers.stoa.setMember(userID: "u/1", email: "a@b.c", name: "Ada")
            #expect(member.membershipID != nil && member.name == "Ada")
            #expect(try await levers.stoa.getUser(userID: "u/1").membershipID == member.membershipID)
            #expect(try await levers.stoa.listUsers().users.map(\.userID) == ["u/1"])
            #expect(try await problem { _ = try await levers.stoa.setMember(userID: "u", email: "x") } == "400")
        }
    }

    @Test func paymentsComeToAnEnd() async throws {
        try await withLevers { mock, levers in
            let id = try await payment(mock.stoa.client())
            #expect(try await levers.stoa.failPayment(paymentID: id).status == .failed)
            #expect(try await levers.stoa.completePayment(paymentID: id, amount: 1).status == .completed)
            #expect(mock.stoa.balance(of: "u") == 6)
            #expect(try await problem { _ = try await levers.stoa.failPayment(paymentID: id) } == "409")
            #expect(try await problem { _ = try await levers.stoa.expirePayment(paymentID: "pay_x") } == "404")
            let late = try await payment(mock.stoa.client())
            #expect(try await levers.stoa.expirePayment(paymentID: late).status == .expired)
            #expect(try await levers.stoa.listPayments().payments.map(\.status) == [.completed, .expired])
        }
    }

    @Test func tokensAreIssuedAndExpire() async throws {
        try await withLevers { mock, levers in
            let stoa = mock.stoa.client()
            let install = try await levers.stoa.issueInstallToken(email: "a@b.c", name: "Ada", expiresIn: 60)
            let connect = try await levers.stoa.issueConnectToken(userID: "u", state: "s")
            #expect(try await stoa.verifyConnectCallback(token: connect.token).state == "s")
            try await levers.stoa.rotateKey()
            #expect(try await stoa.exchangeInstallToken(install.token, userID: "u_2").email == "a@b.c")
            _ = try await levers.clock.advance(seconds: 61)
            await #expect(throws: Stoa.Failure.self) {
                try await stoa.exchangeInstallToken(install.token, userID: "u_2")
            }
            let page = try stoa.connectURL(
                connectSecret: MockStoa.connectSecret, userID: "u", redirectURL: "https://a.b/c", state: "t",
                nonce: "n", timestamp: mock.clock.now)
            let visit = try await levers.stoa.visitConnectPage(connectURL: page)
            #expect(visit.redirectURL.query()?.hasPrefix("token=") == true)
            #expect(
                try await problem { _ = try await levers.stoa.visitConnectPage(connectURL: Stoa.connectPage) } == "400")
        }
    }

    @Test func eventsAreListed() async throws {
        try await withLevers { mock, levers in
            try mock.stoa.setBalance("5", of: "u")
            try mock.stoa.setBalance("5", of: "v")
            for user in ["u", "v", "u"] {
                _ = try await mock.stoa.client().events.create(
                    eventID: UUID(), userID: user, timestamp: .start,
                    payload: .openAIEmbedding(.init(model: "text-embedding-3-small", inputTokens: 1_000_000)))
            }
            let own = try await levers.stoa.listEvents(userID: "u")
            #expect(own.eventsCount == 2 && own.events.allSatisfy { $0.userID == "u" })
            #expect(own.events.map(\.eventType) == ["openai.embedding", "openai.embedding"])
            #expect(own.events.map(\.price) == [Decimal(string: "0.02"), Decimal(string: "0.02")])
            #expect(try await levers.stoa.listEvents(limit: 1).events.count == 1)
            let state = try await levers.state.get()
            #expect(state.stoa?.eventsCount == 3 && state.stoa?.usersCount == 2)
        }
    }

    @Test func webhooksAreSigned() async throws {
        try await withLevers { mock, levers in
            let client = mock.stoa.client()
            let id = try await payment(client)
            let sent = try await levers.webhooks.sign(
                service: .stoa, event: "payment.succeeded", data: ["payment_id": .string(id), "amount": 3])
            var headers = HTTPFields()
            for (name, value) in sent.headers {
                headers[try #require(HTTPField.Name(name))] = value
            }
            let message = try client.webhook(Array(sent.body.utf8), headers: headers)
            guard case .paymentSucceeded(let notice) = message.event else {
                Issue.record("another event: \(message.event)")
                return
            }
            #expect(notice.paymentID == id && notice.balance == 8)
            #expect(mock.stoa.balance(of: "u") == 8)
            for (event, data, status) in [
                ("payment.failed", ["payment_id": "pay_x"] as [String: JSONValue], "404"),
                ("balance.low", [:], "400"), ("balance.huge", ["user_id": "u"], "400"),
            ] {
                #expect(
                    try await problem {
                        _ = try await levers.webhooks.sign(service: .stoa, event: event, data: data)
                    } == status)
            }
        }
    }
}
