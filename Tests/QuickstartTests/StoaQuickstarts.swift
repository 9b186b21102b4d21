import Foundation
import Testing
import Tollgate
import TollgateMock

/// The flows of Stoa's own quickstarts.
@Suite struct StoaQuickstarts {
    @Test(arguments: Front.allCases)
    func registersAMemberAndBills(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)

            let member = try await stoa.registerMember(
                registrationSecret: mock.stoa.registrationSecret, userID: "user_123", email: "ada@example.com",
                name: "Ada Lovelace")
            let again = try await stoa.registerMember(
                registrationSecret: mock.stoa.registrationSecret, userID: "user_123", email: "ada@example.com",
                name: "Ada Lovelace")
            #expect(member.membershipID == again.membershipID)
            #expect(member.userID == "user_123")

            let receipt = try await stoa.record(.chat("gpt-4o", input: 1_000_000, output: 100_000), userID: "user_123")
            #expect(receipt.status == .accepted)
            #expect(receipt.charged == Decimal(string: "3.5"))
            #expect(receipt.balance == Decimal(string: "1.5"))
            #expect(mock.stoa.balance(of: "user_123") == Decimal(string: "1.5"))
        }
    }

    @Test(arguments: Front.allCases)
    func asksForATopUpWhenTheBalanceIsGone(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            try mock.stoa.setBalance("0.001", of: "user_123")
            do {
                try await stoa.record(.chat("gpt-4", input: 900_000, output: 0), userID: "user_123")
                Issue.record("a balance of a tenth of a cent covered 27 USD")
            } catch let error as Stoa.InsufficientBalance {
                #expect(error.balance == Decimal(string: "0.001"))
                #expect(error.required == 27)
                #expect(error.status == 402)
                #expect(error.code == "insufficient_balance")
                #expect(error.topUpURL?.scheme?.hasPrefix("http") == true)
            }
            #expect(mock.stoa.events(of: "user_123").isEmpty)
            #expect(mock.stoa.balance(of: "user_123") == Decimal(string: "0.001"))
            #expect(try await stoa.topUpURL(userID: "user_123").absoluteString.isEmpty == false)
        }
    }

    @Test(arguments: Front.allCases)
    func paysOnTheCheckoutPage(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            let payment = try await stoa.createPaymentSession(
                userID: "user_123", email: "ada@example.com", returnURL: "https://app.example.com/billing/return")
            #expect(payment.checkoutURL.host != nil)
            #expect(!payment.dryRun)
            let before = try #require(mock.stoa.balance(of: "user_123"))
            try mock.stoa.complete(payment: payment.paymentID, amount: "20.00")
            #expect(mock.stoa.balance(of: "user_123") == before + 20)
        }
    }

    @Test(arguments: Front.allCases)
    func activatesAnInstall(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            let token = mock.stoa.installToken(email: "ada@example.com", name: "Ada Lovelace")

            let claims = try await stoa.verifyInstallCallback(token: token)
            #expect(claims.email == "ada@example.com")
            #expect(claims.name == "Ada Lovelace")

            let installation = try await stoa.exchangeInstallToken(token, userID: "user_123")
            #expect(installation.membershipID == claims.membershipID)
            #expect(installation.userID == "user_123")
            await #expect(throws: Stoa.Failure.self) {
                try await stoa.exchangeInstallToken(token, userID: "user_456")
            }
        }
    }

    @Test(arguments: Front.allCases)
    func connectsAUser(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            let page = try stoa.connectURL(
                connectSecret: mock.stoa.connectSecret, userID: "user_123",
                redirectURL: "https://app.example.com/connected?from=stoa", state: "st_abc")
            let back = try mock.stoa.visit(connectURL: page)
            let items = URLComponents(url: back, resolvingAgainstBaseURL: false)?.queryItems ?? []
            let token = try #require(items.first { $0.name == "token" }?.value)
            let claims = try await stoa.verifyConnectCallback(token: token)
            #expect(claims.userID == "user_123")
            #expect(claims.state == "st_abc")
        }
    }

    @Test(arguments: Front.allCases)
    func refusesAWrongRegistrationSecret(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            do {
                try await stoa.registerMember(
                    registrationSecret: "stoa_reg_wrong", userID: "user_123", email: "ada@example.com")
                Issue.record("a wrong secret registered a member")
            } catch let error as Stoa.Failure {
                #expect(error.status == 403)
                #expect(error.detail.code == .invalidSignature)
                #expect(!error.description.contains("stoa_reg_wrong"))
            }
        }
    }

    @Test(arguments: Front.allCases)
    func countsAnEventOnce(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            try mock.stoa.setBalance("5", of: "user_123")
            let id = UUID()
            let time = mock.clock.now
            for expected in [Stoa.EventStatus.accepted, .duplicate] {
                let receipt = try await stoa.record(
                    .chat("gpt-4o", input: 1_000, output: 0), userID: "user_123", eventID: id, timestamp: time)
                #expect(receipt.status == expected)
            }
            #expect(mock.stoa.events(of: "user_123").count == 1)
            #expect(mock.stoa.balance(of: "user_123") == Decimal(string: "4.9975"))
        }
    }

    @Test(arguments: Front.allCases)
    func sendsABatch(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            try mock.stoa.setBalance("0.004", of: "user_123")
            let events = (0..<3).map { _ in
                Stoa.UsageEvent(
                    eventID: UUID(), userID: "user_123", timestamp: mock.clock.now,
                    payload: .chat("gpt-4o", input: 600, output: 0))
            }
            let result = try await stoa.events.batchCreate(events: events)
            #expect(result.accepted == 2)
            #expect(result.rejected == 1)
            #expect(result.results?.map(\.status) == [.accepted, .accepted, .rejected])
            #expect(result.results?.last?.error?.code == .insufficientBalance)
        }
    }

    @Test(arguments: Front.allCases)
    func identifiesAndTracks(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            let profile = try await stoa.identify(
                userID: "user_123", email: "ada@example.com", metadata: ["plan": "pro", "seats": 12, "beta": true])
            #expect(profile.metadata == ["plan": "pro", "seats": 12, "beta": true])

            try await Stoa.withContext(["feature": "summary_export", "rows": 1]) {
                try await stoa.track("report.exported", userID: "user_123", metadata: ["rows": 1200])
            }
            let request = try #require(mock.requests(of: .stoa.createEvent).first)
            let event = try Stoa.UsageEvent(jsonBytes: request.body)
            #expect(event.appMetadata == ["feature": "summary_export", "rows": 1200])
            guard case .customMetric(let metric) = event.payload else {
                Issue.record("not a custom metric: \(event.payload.discriminator)")
                return
            }
            #expect(metric.metricName == "report.exported")
            #expect(metric.properties == ["feature": "summary_export", "rows": 1200])
        }
    }
}
