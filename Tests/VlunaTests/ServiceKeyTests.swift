import Foundation
import Testing

@testable import TollgateVluna

/// Vectors of the official clients, versions 0.1.2 and 0.3.2, with clock and nonce fixed.
@Suite struct ServiceKeyTests {
    private static let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let nonce = "00112233445566778899aabbccddeeff"
    private static let body = Array(
        #"{"feature_code": "openai.gpt-4o", "feature_family_code": "llm.standard"}"#.utf8)

    private func key(_ version: Vluna.ServiceKey.APIVersion) throws -> Vluna.ServiceKey {
        try Vluna.ServiceKey(id: "pk-TESTKEY0123456", secret: Self.secret, version: version)
    }

    private var time: Date { Date(timeIntervalSince1970: 1_767_323_045.678901) }

    private func request(_ method: HTTPRequest.Method, _ path: String, idempotencyKey: String) -> HTTPRequest {
        HTTPRequest(
            method: method, scheme: "https", authority: "us-central1.api.vluna.ai", path: path,
            headerFields: [
                .realmID: "realm_demo", .principalID: "org_123", .userID: "user_456", .idempotencyKey: idempotencyKey,
            ])
    }

    @Test(arguments: [
        (Vluna.ServiceKey.APIVersion.v0_1, "+8Lzw4emxZ+Hwkhkkslvsj3Mqhw8kS9usXN355DxLog="),
        (.v0_3, "m1JoVnoAg3rsRoNqehDmpauQijII2HVVCcbkC/90CUs="),
    ])
    func signsABody(version: Vluna.ServiceKey.APIVersion, signature: String) throws {
        var request = request(.post, "/mgt/v1/gate/authorize", idempotencyKey: "idem-0001")
        try key(version).sign(&request, body: Self.body, time: time, nonce: Self.nonce)
        #expect(
            request.headerFields[.contentDigest] == "sha-256=:jsltRsoM1kfqiuUrUFLtPtt8bYotWyCeBaUVyQ5gXRI=:")
        #expect(
            request.headerFields[.authorization]
                == "SVC-AUTH keyId=pk-TESTKEY0123456,sig=\(signature),ts=2026-01-02T03:04:05.678901+00:00,"
                + "nonce=\(Self.nonce),alg=HMAC-SHA256")
    }

    @Test(arguments: [
        (Vluna.ServiceKey.APIVersion.v0_1, "jSxmU2nAe9Euq2zHnpFbkVXOsTdrWI2LCN45SRTC3Yc="),
        (.v0_3, "zAcKEgrtt8YwOyhzpS3WqrvbMjN7KGBHrNHwq/ErLCA="),
    ])
    func signsAQueryWithoutABody(version: Vluna.ServiceKey.APIVersion, signature: String) throws {
        var request = request(.get, "/mgt/v1/wallet/balance?refresh_grants=true", idempotencyKey: Self.nonce)
        try key(version).sign(&request, body: [], time: time, nonce: Self.nonce)
        #expect(
            request.headerFields[.contentDigest] == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")
        #expect(request.headerFields[.authorization]?.contains("sig=\(signature),") == true)
    }

    @Test func canonicalTextOfTheFirstForm() throws {
        var request = request(.post, "/mgt/v1/gate/authorize", idempotencyKey: "idem-0001")
        try key(.v0_1).sign(&request, body: Self.body, time: time, nonce: Self.nonce)
        let text = try key(.v0_1).canonicalText(
            of: request, time: "2026-01-02T03:04:05.678901+00:00", nonce: Self.nonce)
        #expect(
            text == """
                POST
                /mgt/v1/gate/authorize
                ts:2026-01-02T03:04:05.678901+00:00
                nonce:00112233445566778899aabbccddeeff
                content-digest:sha-256=:jsltRsoM1kfqiuUrUFLtPtt8bYotWyCeBaUVyQ5gXRI=:
                content-type:application/json; charset=utf-8
                x-realm-id:realm_demo
                x-billing-account-id:
                x-principal-id:org_123
                idempotency-key:idem-0001
                """)
    }

    @Test func everyTryIsSignedAnew() async throws {
        var first = request(.post, "/mgt/v1/gate/cancel", idempotencyKey: "one")
        var second = first
        let key = try key(.v0_1)
        try await key.authorize(&first, body: HTTPBody(Self.body))
        try await key.authorize(&second, body: HTTPBody(Self.body))
        #expect(first.headerFields[.authorization] != second.headerFields[.authorization])
    }

    @Test func secretIsNeverShown() throws {
        let key = try key(.v0_1)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains(Self.secret))
            #expect(text.contains("pk-TESTKEY0123456"))
        }
    }

    @Test func aSecretThatIsNotBase64IsRefusedWithoutShowingIt() {
        #expect(throws: ConfigurationError("The secret of service key pk-1 is not base64. Copy it as Vluna shows it."))
        {
            try Vluna.ServiceKey(id: "pk-1", secret: "not base64!")
        }
    }
}
