import Foundation
import HTTPTypes
import Testing
import TollgateCore

@testable import TollgateMockServer

/// Each rule that keeps secrets and personal data out of fixtures.
@Suite struct RecordRedactionTests {
    private let redaction = Redaction()

    private func json(_ text: String) throws -> JSONValue {
        redaction.json(try JSONValue(jsonText: text)).value
    }

    // MARK: Names

    @Test(arguments: [
        "access_token", "token", "refreshToken", "lease_token", "client_secret", "api_key", "apiKey", "X-Api-Key",
        "password", "signature", "nonce", "private_key", "cvc", "authorization", "webhookSecret", "signing_key",
    ])
    func namesOfCredentials(_ name: String) throws {
        let value = try json(#"{"\#(name)": "grandiloquent", "id": "kept"}"#)
        #expect(value[name]?.string?.hasPrefix("redacted-") == true)
        #expect(value["id"] == "kept")
    }

    @Test(arguments: [
        "input_tokens", "max_tokens", "token_type", "tokens_used", "key", "code", "author", "description", "pinned",
    ])
    func namesOfOtherThings(_ name: String) throws {
        #expect(try json(#"{"\#(name)": "grandiloquent"}"#)[name] == "grandiloquent")
    }

    @Test func personalMembers() throws {
        let value = try json(
            #"""
            {"user_id": "user_1", "email": "ada@lovelace.org", "name": "Ada Lovelace", "phone": "+44 20 1234",
             "avatar_url": "https://lovelace.org/a.png", "ip_address": "81.2.69.142", "date_of_birth": "1815-12-10",
             "billing_address": {"line1": "12 St James's Square", "postal_code": "SW1Y 4JH"}}
            """#)
        #expect(
            value == [
                "user_id": "user_1", "email": "person-1@example.com", "name": "Person 1", "phone": "+15550000001",
                "avatar_url": "https://example.com/picture-1", "ip_address": "192.0.2.1",
                "date_of_birth": "1970-01-01", "billing_address": ["line1": "Address 1", "postal_code": "Address 2"],
            ])
    }

    @Test func aNameIsAPersonsBesideAPerson() throws {
        #expect(try json(#"{"name": "Team plan", "price": 5}"#)["name"] == "Team plan")
        #expect(try json(#"{"name": "Ada", "email": "ada@lovelace.org"}"#)["name"] == "Person 1")
    }

    // MARK: Forms

    @Test(arguments: [
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "redacted-1"),
        ("Incorrect API key provided: sk-proj-AbC123def456", "Incorrect API key provided: redacted-1"),
        ("sk_live_51HabcDEF0123", "redacted-1"), ("whsec_dG9sbGdhdGU0", "redacted-1"),
        ("stoa_app_9f8e7d6c", "redacted-1"), ("togo_677f26e1562cd84b", "redacted-1"),
        ("pi_3Mabc_secret_9xyz", "redacted-1"), ("AKIAIOSFODNN7EXAMPLE", "redacted-1"),
        ("ghp_abcdefghijklmnopqrst0123", "redacted-1"), ("xoxb-123456789012-abcDEF", "redacted-1"),
        ("Authorization: Bearer abc123DEF456", "Authorization: Bearer redacted-1"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "redacted-1"),
        ("https://ada:pw123@db.test/x", "https://redacted-1@db.test/x"),
        ("https://pay.test/?session=1&access_token=abc&x=2", "https://pay.test/?session=1&access_token=redacted-1&x=2"),
        ("write to ada@lovelace.org, please", "write to person-1@example.com, please"),
        ("card 4242 4242 4242 4242 declined", "card 0000000000000001 declined"),
        ("from 81.2.69.142", "from 192.0.2.1"), ("from 2a00:1450:4001:81b::200e", "from 192.0.2.1"),
    ])
    func formsInTexts(_ text: String, _ expected: String) throws {
        #expect(redaction.text(text) == expected)
    }

    @Test(arguments: [
        "gpt-5.2", "version 1.2.3", "127.0.0.1", "12:34:56", "1234567890123", "quantity 4242424242424241",
        "018f0000-0000-7000-8000-000000000001", "https://pay.test/?session=1", "the token authorization failed",
        "tu_5d0c7a", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "2026-01-02T03:04:05.678901Z",
    ])
    func textsThatStay(_ text: String) throws {
        #expect(redaction.text(text) == text)
    }

    @Test func numbersOfCards() throws {
        let value = try json(#"{"number": 4242424242424242, "exp": 2030, "cvc": 123, "amount": 1234567890123}"#)
        #expect(value["number"]?.number?.int.map { String($0).count } == 16)
        #expect(value["number"] != 4_242_424_242_424_242)
        #expect(value["cvc"]?.number?.int.map { String($0).count } == 3)
        #expect(value["cvc"] != 123)
        #expect(value["exp"] == 2030)
        #expect(value["amount"] == 1_234_567_890_123)
    }

    // MARK: Consistency

    @Test func theSameValueHasTheSameStandIn() throws {
        let first = try json(#"{"email": "ada@lovelace.org", "token": "abcdef"}"#)
        let second = try json(
            #"{"email": "bob@lovelace.org", "customer_email": "ada@lovelace.org", "token": "abcdef"}"#)
        #expect(first["email"] == second["customer_email"])
        #expect(first["email"] != second["email"])
        #expect(first["token"] == second["token"])
        #expect(redaction.text("mail ada@lovelace.org") == "mail \(first["email"]?.string ?? "")")
    }

    @Test func aCredentialIsFoundWhereverItComesAgain() throws {
        let head = HTTPRequest(
            method: .get, scheme: "http", authority: "mock", path: "/x?api_key=query-key-7",
            headerFields: [.authorization: "Basic \(Data("mallory:open sesame".utf8).base64EncodedString())"])
        redaction.remember(MockRequest(head: head, body: []))
        for text in ["open sesame", "open%20sesame", "mallory", Data("open sesame".utf8).base64EncodedString()] {
            #expect(!redaction.text("it was \(text)!").contains(text))
        }
        #expect(!redaction.text("query-key-7").contains("key-7"))
    }

    @Test func redactingTwiceChangesNothingMore() throws {
        let once = try json(#"{"email": "ada@lovelace.org", "text": "from 81.2.69.142 with 4242424242424242"}"#)
        #expect(Redaction().json(["text": once["text"] ?? nil]).pointers == [])
    }

    // MARK: Messages

    @Test func headerFields() throws {
        let fields: HTTPFields = [
            .authorization: "Bearer topsecret1", .cookie: "session=topsecret2", .contentType: "application/json",
            .named("X-Principal-Id"): "org_1", .named("X-Unheard-Of"): "topsecret3", .named("xi-api-key"): "topsecret4",
        ]
        let redacted = redaction.requestHeaders(fields, parameters: ["xi-api-key"])
        #expect(
            redacted.value == [
                "authorization": "Bearer redacted-1", "content-type": "application/json", "x-principal-id": "org_1",
                "xi-api-key": "redacted-2",
            ])
        #expect(Set(redacted.pointers) == ["/headers/authorization", "/headers/xi-api-key"])
        let answer = redaction.responseHeaders([.setCookie: "a=topsecret5", .location: "https://x.test/?token=abc"])
        #expect(answer.value == ["location": "https://x.test/?token=redacted-3"])
    }

    @Test func queries() {
        let redacted = redaction.query([("limit", "5"), ("access_token", "abc"), ("to", "ada@lovelace.org")])
        #expect(
            redacted.value == ["limit": ["5"], "access_token": ["redacted-1"], "to": ["person-1@example.com"]])
        #expect(redacted.pointers == ["/query/access_token/0", "/query/to/0"])
    }

    @Test func formBodies() {
        #expect(redaction.form("a=1&b=x%20y") == "a=1&b=x%20y")
        #expect(
            redaction.form("card[number]=4242424242424242&client_secret=abc&email=ada%40lovelace.org&n=1")
                == "card%5Bnumber%5D=0000000000000001&client_secret=redacted-1&email=person-1%40example.com&n=1")
    }

    @Test func eventStreams() {
        let stream = "event: x\ndata: {\"token\":\"abc\",\"n\":1}\n\ndata: {\"n\": 2}\n\ndata: [DONE]\n\n"
        #expect(
            redaction.stream(stream)
                == "event: x\ndata: {\"n\":1,\"token\":\"redacted-1\"}\n\ndata: {\"n\": 2}\n\ndata: [DONE]\n\n")
    }

    // MARK: Validity

    @Test func standInsFitTheSchema() throws {
        let redacted = redaction.json(["token": "9f86d081-884c-4d63-a3b1-1f2a3b4c5d6e", "secret": "AB12cd"]) {
            let text = $1.string ?? ""
            if $0 == "/token" { return UUID(uuidString: text) == nil ? .invalid : .valid }
            return text.wholeMatch(of: /[A-Z]{2}[0-9]{2}[a-z]{2}/) == nil ? .invalid : .valid
        }
        let token = try #require(redacted.value["token"]?.string)
        #expect(UUID(uuidString: token) != nil)
        #expect(token != "9f86d081-884c-4d63-a3b1-1f2a3b4c5d6e")
        let secret = try #require(redacted.value["secret"]?.string)
        #expect(secret.wholeMatch(of: /[A-Z]{2}[0-9]{2}[a-z]{2}/) != nil)
        #expect(secret != "AB12cd")
        #expect(redacted.pointers == ["/secret", "/token"])
    }

    @Test func aVocabularyIsNoSecret() {
        let redacted = redaction.json(["token": "bearer"]) { _, _ in .vocabulary }
        #expect(redacted.value == ["token": "bearer"])
        #expect(redacted.pointers == [])
    }
}
