import Foundation
import Testing
import TollgateStripe

/// The vector of the official Python client 16.1.0, and what that client accepts and refuses.
@Suite struct WebhookSecretTests {
    private static let body = Array(#"{"id":"evt_1","object":"event","type":"invoice.paid"}"#.utf8)
    private static let code = "dfb4777aaaec4ea29ff455dd4df7fe6b2ef71096ad3a93a158db7e100109ea91"
    private static let other = String(repeating: "0", count: 64)

    private let secret = Stripe.WebhookSecret("whsec_test_secret")
    private let signedAt = Date(timeIntervalSince1970: 1_700_000_000)

    private func verdict(
        _ signature: String?, of body: [UInt8] = body, after seconds: TimeInterval = 0,
        tolerance: Duration? = .seconds(300)
    ) -> Stripe.InvalidWebhook.Reason? {
        do throws(Stripe.InvalidWebhook) {
            try secret.verify(
                signature, of: body, now: signedAt.addingTimeInterval(seconds), tolerance: tolerance)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func signsAsStripeDoes() {
        #expect(secret.signature(of: Self.body, at: signedAt) == "t=1700000000,v1=\(Self.code)")
        #expect(secret.signature(of: Self.body, at: signedAt.addingTimeInterval(0.9)).hasPrefix("t=1700000000,"))
    }

    @Test(arguments: [
        "t=1700000000,v1=\(code)",
        "t=1700000000,v1=\(other),v1=\(code)",
        "t=1700000000,v1=\(code),v1=\(other)",
        "t=1700000000,v1=,v1=\(code)",
        "t=1700000000,v0=\(other),v1=\(code),v2=x",
        "v1=\(code),t=1700000000",
    ])
    func accepts(_ signature: String) {
        #expect(verdict(signature) == nil)
    }

    @Test(
        arguments: [
            (nil, Stripe.InvalidWebhook.Reason.unsigned),
            ("", .malformed),
            ("v1=\(code)", .malformed),
            ("t=,v1=\(code)", .malformed),
            ("t=now,v1=\(code)", .malformed),
            ("t=1700000000", .malformed),
            ("t=1700000000,v0=\(code)", .malformed),
            ("t=1700000001,v1=\(code)", .mismatch),
            ("t=1700000000,v1=\(other)", .mismatch),
            ("t=1700000000,v1=\(code.dropLast(2))", .mismatch),
            ("t=1700000000,v1=\(code.uppercased())", .mismatch),
            ("t=1700000000,v1=\(code.dropLast())é", .mismatch),
        ] as [(String?, Stripe.InvalidWebhook.Reason)])
    func refuses(_ signature: String?, _ reason: Stripe.InvalidWebhook.Reason) {
        #expect(verdict(signature) == reason)
    }

    @Test func aChangedBodyIsRefused() {
        let signature = secret.signature(of: Self.body, at: signedAt)
        for index in Self.body.indices {
            var changed = Self.body
            changed[index] ^= 1
            #expect(verdict(signature, of: changed) == .mismatch)
        }
        #expect(verdict(signature, of: Self.body + [0x0A]) == .mismatch)
    }

    @Test func anotherSecretIsRefused() {
        for text in ["whsec_other_secret", "test_secret", "whsec_test_secret "] {
            let signature = Stripe.WebhookSecret(text).signature(of: Self.body, at: signedAt)
            #expect(verdict(signature) == .mismatch)
        }
    }

    @Test(arguments: ["", " "])
    func aBlankSecretAcceptsNothing(_ text: String) {
        let blank = Stripe.WebhookSecret(text)
        let signature = blank.signature(of: Self.body, at: signedAt)
        #expect(throws: Stripe.InvalidWebhook.self) { try blank.verify(signature, of: Self.body, now: signedAt) }
    }

    @Test func onlyTheOldIsRefused() {
        let signature = secret.signature(of: Self.body, at: signedAt)
        #expect(verdict(signature, after: 300) == nil)
        #expect(verdict(signature, after: 300.5) == .expired)
        #expect(verdict(signature, after: -1_000_000) == nil)
        #expect(verdict(signature, after: 1_000_000, tolerance: nil) == nil)
        #expect(verdict(signature, after: 11, tolerance: .seconds(10)) == .expired)
        // What is old and wrong is wrong.
        #expect(verdict("t=1,v1=\(Self.code)", after: 1_000_000) == .mismatch)
    }

    @Test func theSecretIsNeverShown() {
        var dumped = ""
        dump(secret, to: &dumped)
        let stripe = Stripe(secretKey: "sk_test_topsecret", webhookSecret: "whsec_test_secret")
        dump(stripe, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(stripe)"] {
            #expect(!text.contains("whsec_test_secret"))
            #expect(!text.contains("topsecret"))
        }
    }
}
