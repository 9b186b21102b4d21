import Foundation
import Testing

@testable import TollgateCore

/// Proofs that do not change.
@Suite struct CredentialTests {
    private func sent(
        _ credential: any Credential, path: String = "/a", cookie: String? = nil
    ) async throws -> HTTPRequest {
        var request = HTTPRequest(method: .get, scheme: "https", authority: "shop.test", path: path)
        request.headerFields[.cookie] = cookie
        try await credential.authorize(&request, body: .empty)
        return request
    }

    @Test func headers() async throws {
        #expect(try await sent(BearerToken("t0ken")).headerFields[.authorization] == "Bearer t0ken")
        // The vector of RFC 7617.
        let basic = BasicCredential(username: "test", password: "123£")
        #expect(try await sent(basic).headerFields[.authorization] == "Basic dGVzdDoxMjPCow==")
        let key = APIKey("k3y", in: .header(.named("X-Key")))
        #expect(try await sent(key).headerFields[.named("X-Key")] == "k3y")
    }

    @Test(arguments: [
        ("/a", "/a?api%20key=k%26y"), ("/a?x=1", "/a?x=1&api%20key=k%26y"),
    ])
    func aKeyInTheQuery(_ path: String, _ expected: String) async throws {
        let request = try await sent(APIKey("k&y", in: .query("api key")), path: path)
        #expect(request.path == expected)
    }

    @Test(arguments: [(nil, "sid=k3y"), ("a=b", "a=b; sid=k3y")])
    func aKeyInACookie(_ before: String?, _ expected: String) async throws {
        let request = try await sent(APIKey("k3y", in: .cookie("sid")), cookie: before)
        #expect(request.headerFields[.cookie] == expected)
    }

    @Test func severalAtOnce() async throws {
        let both = CombinedCredential(BearerToken("t0ken"), APIKey("k3y", in: .query("key")))
        let request = try await sent(both)
        #expect(request.headerFields[.authorization] == "Bearer t0ken")
        #expect(request.path == "/a?key=k3y")
        #expect(await both.renew(after: request) == false)
    }

    @Test(arguments: [
        BearerToken("s3cret-value") as any Credential, BasicCredential(username: "u", password: "s3cret-value"),
        APIKey("s3cret-value", in: .query("key")), APIKey("s3cret-value", in: .cookie("key")),
    ])
    func noSecretIsShown(_ credential: any Credential) async throws {
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped] { #expect(!text.contains("s3cret")) }

        // Nor in an error, should the service repeat what it was sent.
        let request = try await sent(credential)
        let echo = [
            request.path ?? "", request.headerFields[.authorization] ?? "", request.headerFields[.cookie] ?? "",
        ]
        let body = "{\"message\":\"no such key: \(echo.joined(separator: " "))\"}"
        var shop = Shop(ScriptedTransport(.reply(403, [:], body)))
        shop.client.credential = credential
        let asking = shop
        let error = await #expect(throws: UnexpectedResponse.self) { try await asking.read() }
        let proof = request.headerFields[.authorization]?.split(separator: " ").last.map(String.init) ?? "s3cret-value"
        #expect(error?.message?.contains("[redacted]") == true)
        #expect(error?.description.contains(proof) == false)
    }

    @Test func anOperationThatIsOpenToEverybodyCarriesNoProof() async throws {
        let transport = ScriptedTransport(.reply(204, [:], ""))
        var shop = Shop(transport)
        shop.client.credential = BearerToken("t0ken")
        try await shop.client.send(APIRequest(Shop.orderOnce.withoutCredential()))
        try await shop.client.send(APIRequest(Shop.orderOnce))
        #expect(transport.sent.map { $0.request.headerFields[.authorization] } == [nil, "Bearer t0ken"])
    }

    @Test func aFixedProofIsNotTriedTwice() async throws {
        let transport = ScriptedTransport(.reply(401))
        let shop = Shop(transport).with(credential: BearerToken("t0ken"))
        await #expect(throws: UnexpectedResponse.self) { try await shop.read() }
        #expect(transport.sent.count == 1)
    }
}
