import Foundation
import Testing

@testable import TollgateStoa

/// Vectors of the official client, version 0.2.1.
@Suite struct SignatureTests {
    private func registration(name: String?, avatarURL: String?) -> Stoa.RegistrationMessage {
        Stoa.RegistrationMessage(
            appID: "app_123", userID: "user_123", email: "ada@example.com", name: name, avatarURL: avatarURL,
            nonce: "nonce-0123456789abcdef", timestamp: 1_700_000_000)
    }

    @Test func registrationWithoutAvatar() {
        let message = registration(name: "Ada Lovelace", avatarURL: nil)
        #expect(
            message.canonicalText
                == #"{"app_id":"app_123","avatar_url":null,"email":"ada@example.com","external_user_id":"user_123","#
                + #""name":"Ada Lovelace","nonce":"nonce-0123456789abcdef","timestamp":1700000000}"#)
        #expect(
            message.signature(secret: "stoa_reg_test_secret")
                == "2a4d896397af2edb2e7ed2b0a1c2a4ffe4fe3820471154dec665cb3eb0dab18a")
    }

    @Test func registrationWithTextThatNeedsEscapes() {
        let message = registration(
            name: #"Zoë "Z" Ünal"#, avatarURL: "https://cdn.example.com/a.png?x=1&y=2")
        #expect(message.canonicalText.contains(#""name":"Zo\u00eb \"Z\" \u00dcnal""#))
        #expect(
            message.signature(secret: "stoa_reg_test_secret")
                == "54d89eb2871430cd1d847e50433cd1787196bb89c29189f87e3cb4d074db10bb")
    }

    @Test func everyKindOfCharacterIsEscapedAsTheServiceDoes() {
        let message = registration(name: "\u{8}\t\n\u{c}\r\\\u{1}\u{7f}😀\u{2028}/", avatarURL: nil)
        #expect(message.canonicalText.contains(#""name":"\b\t\n\f\r\\\u0001\u007f\ud83d\ude00\u2028/""#))
    }

    @Test func connect() {
        let message = Stoa.ConnectMessage(
            appID: "app_123", userID: "user_123", redirectURL: "https://app.example.com/stoa/connected?from=stoa",
            state: "st_abc", timestamp: 1_700_000_000, nonce: "n_xyz")
        #expect(
            message.canonicalText
                == "app_123:user_123:https://app.example.com/stoa/connected?from=stoa:st_abc:1700000000:n_xyz")
        #expect(
            message.signature(secret: "stoa_connect_test_secret")
                == "8501cafa62c2e8d454f07e52174d57cd87a048e45d64da5ba97b2afa11fee47d")
    }

    @Test func connectURL() throws {
        let stoa = Stoa(apiKey: "stoa_app_test", appID: "app_123")
        let url = try stoa.connectURL(
            connectSecret: "stoa_connect_test_secret", userID: "user_123",
            redirectURL: "https://app.example.com/stoa/connected?from=stoa", state: "st_abc", nonce: "n_xyz",
            timestamp: Date(timeIntervalSince1970: 1_700_000_000))
        #expect(
            url.absoluteString
                == "https://pay.onstoa.com/connect?app_id=app_123&external_user_id=user_123"
                + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fstoa%2Fconnected%3Ffrom%3Dstoa&state=st_abc"
                + "&timestamp=1700000000&nonce=n_xyz"
                + "&signature=8501cafa62c2e8d454f07e52174d57cd87a048e45d64da5ba97b2afa11fee47d")
    }

    @Test func nonceIs32URLSafeCharacters() {
        let nonces = (0..<50).map { _ in Stoa.makeNonce() }
        #expect(Set(nonces).count == 50)
        #expect(nonces.allSatisfy { $0.wholeMatch(of: /[A-Za-z0-9_-]{32}/) != nil })
    }

    @Test func eventIDsAreUUIDsOfVersion7InOrder() {
        let first = UUID.timeOrdered(at: Date(timeIntervalSince1970: 1_700_000_000))
        let second = UUID.timeOrdered(at: Date(timeIntervalSince1970: 1_700_000_000.001))
        #expect(first.uuidString.hasPrefix("018BCFE5-6800-7"))
        #expect(first.uuidString < second.uuidString)
        #expect("89AB".contains(Array(first.uuidString)[19]))
    }
}
