import Foundation
import Testing
import TollgateCore
import TollgateStoa

@testable import TollgateMock

@Suite struct StoaMembershipTests {
    /// The contract's vectors, made with the official client.
    @Test(
        arguments: [
            (
                "Ada Lovelace", nil,
                #"{"app_id":"app_123","avatar_url":null,"email":"ada@example.com","external_user_id":"user_123","#
                    + #""name":"Ada Lovelace","nonce":"nonce-0123456789abcdef","timestamp":1700000000}"#,
                "2a4d896397af2edb2e7ed2b0a1c2a4ffe4fe3820471154dec665cb3eb0dab18a"
            ),
            (
                #"Zoë "Z" Ünal"#, "https://cdn.example.com/a.png?x=1&y=2",
                #"{"app_id":"app_123","avatar_url":"https://cdn.example.com/a.png?x=1&y=2","email":"ada@example.com","#
                    + #""external_user_id":"user_123","name":"Zo\u00eb \"Z\" \u00dcnal","#
                    + #""nonce":"nonce-0123456789abcdef","timestamp":1700000000}"#,
                "54d89eb2871430cd1d847e50433cd1787196bb89c29189f87e3cb4d074db10bb"
            ),
        ] as [(String, String?, String, String)])
    func checksSignaturesAsTheContractHasThem(
        _ name: String, _ avatar: String?, _ text: String, _ signature: String
    ) {
        let request = Stoa.UpsertMembershipRequest(
            appID: "app_123", userID: "user_123", email: "ada@example.com", name: name, avatarURL: avatar,
            nonce: "nonce-0123456789abcdef", signature: signature, timestamp: 1_700_000_000)
        #expect(StoaSignatures.registrationText(request) == text)
        #expect(StoaSignatures.isValid(signature, of: text, secret: "stoa_reg_test_secret"))
        #expect(!StoaSignatures.isValid(signature, of: text + " ", secret: "stoa_reg_test_secret"))
        #expect(!StoaSignatures.isValid(signature, of: text, secret: "other"))
        #expect(!StoaSignatures.isValid("zz", of: text, secret: "stoa_reg_test_secret"))
    }

    private func failure(_ call: () async throws -> some Any) async throws -> [String] {
        do {
            _ = try await call()
            return []
        } catch let error as Stoa.Failure {
            return ["\(error.status)", error.detail.code.rawValue]
        }
    }

    @Test func registersOnce() async throws {
        let mock = MockServer.frozen()
        let stoa = mock.stoa.client()
        let first = try await stoa.registerMember(
            registrationSecret: mock.stoa.registrationSecret, userID: "u", email: "ada@example.com", nonce: "n1")
        // An answer that got lost is asked for again with the same nonce.
        let again = try await stoa.registerMember(
            registrationSecret: mock.stoa.registrationSecret, userID: "u", email: "ada@example.com", nonce: "n1")
        let updated = try await stoa.registerMember(
            registrationSecret: mock.stoa.registrationSecret, userID: "u", email: "ada@example.org", name: "Ada")
        #expect(Set([first, again, updated].map(\.membershipID)).count == 1)
        #expect(mock.stoa.balance(of: "u") == 5)
    }

    @Test func refusesRegistrationsThatDoNotHold() async throws {
        let mock = MockServer.frozen()
        var stoa = mock.stoa.client()
        let secret = mock.stoa.registrationSecret
        func register(
            _ secret: String, nonce: String = "n", user: String = "u", late: TimeInterval = 0
        ) async throws -> [String] {
            try await failure {
                try await stoa.registerMember(
                    registrationSecret: secret, userID: user, email: "a@b.c", nonce: nonce, timestamp: .start - late)
            }
        }
        #expect(try await register("wrong") == ["403", "invalid_signature"])
        #expect(try await register(secret, late: 301) == ["403", "signature_expired"])
        #expect(try await register(secret, late: -301) == ["403", "signature_expired"])
        #expect(mock.stoa.balance(of: "u") == nil)
        #expect(try await register(secret, late: 300) == [])
        #expect(try await register(secret, user: "other") == ["409", "nonce_reused"])
        stoa.appID = "app_other"
        #expect(try await register(secret, nonce: "n2") == ["403", "app_mismatch"])
    }

    @Test func refusesAnotherKey() async throws {
        let mock = MockServer.frozen()
        for header in ["Bearer wrong", "stoa_app_test", ""] {
            let answer = try await mock.send(.get, "/v1/install/public-key", headers: [.authorization: header])
            #expect(answer.status == 401)
            #expect(try answer.json["error"]?["code"] == "invalid_api_key")
            #expect(try answer.json["error"]?["request_id"]?.text == answer.headers[.requestID])
        }
    }

    @Test func exchangesAnInstallTokenForOneUser() async throws {
        let mock = MockServer.frozen()
        let stoa = mock.stoa.client()
        let token = mock.stoa.installToken(
            email: "ada@example.com", name: "Ada", avatarURL: "https://cdn.example.com/a.png")
        let claims = try await stoa.verifyInstallCallback(token: token)
        let first = try await stoa.exchangeInstallToken(token, userID: "u")
        let again = try await stoa.exchangeInstallToken(token, userID: "u")
        #expect(first.membershipID == claims.membershipID)
        #expect(again.membershipID == claims.membershipID)
        #expect(first.avatarURL?.absoluteString == "https://cdn.example.com/a.png")
        #expect(
            try await failure { try await stoa.exchangeInstallToken(token, userID: "v") } == [
                "409", "install_token_used",
            ])
        let registered = try await stoa.registerMember(
            registrationSecret: mock.stoa.registrationSecret, userID: "u", email: "ada@example.com")
        #expect(registered.membershipID == claims.membershipID)
    }

    @Test func refusesTokensThatDoNotHold() async throws {
        let mock = MockServer.frozen()
        let stoa = mock.stoa.client()
        let expired = mock.stoa.installToken(email: "a@b.c", lifetime: .seconds(-1))
        let foreign = MockServer.frozen(seed: 9).stoa.installToken(email: "a@b.c")
        let connect = mock.stoa.connectToken(userID: "u", state: "s")
        let other = try await mock.send(
            .post, "/_tollgate/stoa/install-token", #"{"email": "a@b.c", "app_id": "app_other"}"#)
        let mismatched = try #require(try other.json["token"]?.text)
        for (token, expected) in [
            (expired, ["422", "install_token_expired"]), (foreign, ["422", "install_token_invalid"]),
            ("no token", ["422", "install_token_invalid"]), (connect, ["404", "install_not_found"]),
            (mismatched, ["403", "app_mismatch"]),
        ] {
            #expect(try await failure { try await stoa.exchangeInstallToken(token, userID: "u") } == expected)
        }
        await #expect(throws: Stoa.InvalidToken.self) { try await stoa.verifyInstallCallback(token: foreign) }
    }

    @Test func aNewKeySignsFromNowOn() async throws {
        let mock = MockServer.frozen()
        let stoa = mock.stoa.client()
        let old = mock.stoa.installToken(email: "a@b.c")
        let key = try await stoa.install.publicKey().publicKey
        mock.stoa.rotateKey()
        #expect(try await stoa.install.publicKey().publicKey != key)
        #expect(try await stoa.verifyInstallCallback(token: mock.stoa.installToken(email: "a@b.c")).email == "a@b.c")
        #expect(try await stoa.exchangeInstallToken(old, userID: "u").userID == "u")
    }

    @Test func theConnectPageChecksItsAddress() async throws {
        let mock = MockServer.frozen()
        let stoa = mock.stoa.client()
        func page(secret: String = MockStoa.connectSecret, at time: Date = .start) throws -> URL {
            try stoa.connectURL(
                connectSecret: secret, userID: "u", redirectURL: "https://app.example.com/back?from=stoa&x=a+b",
                state: "st 1", nonce: "n", timestamp: time)
        }
        let back = try mock.stoa.visit(connectURL: page())
        let items = URLComponents(url: back, resolvingAgainstBaseURL: false)?.queryItems ?? []
        #expect(items.map(\.name) == ["from", "x", "token"])
        let claims = try await stoa.verifyConnectCallback(token: try #require(items.last?.value))
        #expect(claims.state == "st 1")
        #expect(claims.userID == "u")
        #expect(throws: MockError.self) { try mock.stoa.visit(connectURL: page(secret: "wrong")) }
        #expect(throws: MockError.self) { try mock.stoa.visit(connectURL: page(at: .start - 301)) }
        #expect(throws: MockError.self) { try mock.stoa.visit(connectURL: Stoa.connectPage) }
    }

    @Test func identifyingKeepsWhatIsNotSaid() async throws {
        let stoa = MockServer.frozen().stoa.client()
        let first = try await stoa.identify(userID: "u", email: "a@b.c", metadata: ["plan": "pro", "seats": 1])
        let second = try await stoa.identify(userID: "u", email: "d@e.f", metadata: ["seats": 2])
        #expect(first.created == true)
        #expect(second.created == false)
        #expect(second.email == "d@e.f")
        #expect(second.metadata == ["plan": "pro", "seats": 2])
    }

    @Test func linksAndPayments() async throws {
        let mock = MockServer.frozen()
        let stoa = mock.stoa.client()
        #expect(try await failure { try await stoa.topUpURL(userID: "u") } == ["404", "user_not_found"])
        let payment = try await stoa.createPaymentSession(userID: "u", email: "a@b.c", returnURL: "https://a.b/c")
        let trial = try await stoa.createPaymentSession(
            userID: "u", email: "a@b.c", returnURL: "https://a.b/c", isDryRun: true)
        #expect(try await stoa.topUpURL(userID: "u") == stoa.topUpURL(userID: "u"))
        #expect(
            try await failure { try await stoa.topUp.createLink(userID: "u", membershipID: "mem_x") }
                == ["404", "user_not_found"])
        try mock.stoa.complete(payment: payment.paymentID)
        try mock.stoa.complete(payment: payment.paymentID)
        try mock.stoa.complete(payment: trial.paymentID)
        #expect(mock.stoa.balance(of: "u") == 25)
        #expect(mock.stoa.payments.map(\.isCompleted) == [true, true])
        #expect(throws: MockError.self) { try mock.stoa.complete(payment: "pay_x") }
        #expect(throws: MockError.self) { try mock.stoa.setBalance("a lot", of: "u") }
    }
}
