import Foundation
import Testing

@testable import TollgateCore

/// OAuth 2.0's client credentials.
@Suite struct ClientCredentialsTests {
    private static let url = URL.literal("https://auth.test/oauth/token")

    private func token(_ credential: ClientCredentials) async throws -> String? {
        var request = HTTPRequest(method: .get, scheme: "https", authority: "shop.test", path: "/")
        try await credential.authorize(&request, body: .empty)
        return request.headerFields[.authorization]
    }

    @Test func asksForATokenAndRenewsIt() async throws {
        let time = ManualTime()
        let server = ScriptedTransport(
            .reply(200, [:], #"{"access_token":"a1","token_type":"bearer","expires_in":3600}"#),
            .reply(200, [:], #"{"access_token":"a2","expires_in":"120"}"#), .reply(200, [:], #"{"access_token":"a3"}"#))
        let credential = ClientCredentials(
            tokenURL: Self.url, clientID: "app:1", clientSecret: "s3cret&1", scopes: ["read", "write"],
            audience: "shop",
            transport: server, time: time)
        #expect(try await token(credential) == "Bearer a1")
        #expect(try await token(credential) == "Bearer a1")
        let sent = try #require(server.sent.first)
        #expect(sent.request.method == .post)
        #expect(sent.request.authority == "auth.test" && sent.request.path == "/oauth/token")
        #expect(sent.request.headerFields[.contentType] == "application/x-www-form-urlencoded")
        #expect(
            Set(sent.body.split(separator: "&"))
                == ["grant_type=client_credentials", "scope=read+write", "audience=shop"])
        let proof = Data("app%3A1:s3cret%261".utf8).base64EncodedString()
        #expect(sent.request.headerFields[.authorization] == "Basic \(proof)")

        time.advance(by: .seconds(3540))
        #expect(try await token(credential) == "Bearer a2")
        time.advance(by: .seconds(60))
        #expect(try await token(credential) == "Bearer a3")
        time.advance(by: .seconds(1_000_000))
        #expect(try await token(credential) == "Bearer a3")
        #expect(server.sent.count == 3)
    }

    @Test func identifierAndSecretInTheForm() async throws {
        let server = ScriptedTransport(.reply(200, [:], #"{"access_token":"a1"}"#))
        let credential = ClientCredentials(
            tokenURL: Self.url, clientID: "app", clientSecret: "s 1", authentication: .form, transport: server,
            time: ManualTime())
        #expect(try await token(credential) == "Bearer a1")
        let sent = try #require(server.sent.first)
        #expect(sent.request.headerFields[.authorization] == nil)
        #expect(
            Set(sent.body.split(separator: "&"))
                == ["grant_type=client_credentials", "client_id=app", "client_secret=s+1"])
    }

    @Test func aRefusalEndsTheCallAndSaysWhy() async throws {
        let server = ScriptedTransport(
            .reply(401, [:], #"{"error":"invalid_client","error_description":"unknown client"}"#))
        let credential = ClientCredentials(
            tokenURL: Self.url, clientID: "app", clientSecret: "s3cret-value", transport: server, time: ManualTime())
        let transport = ScriptedTransport(.reply(200, [:], cog))
        let shop = Shop(transport).with(credential: credential)
        let error = await #expect(throws: OAuth2Error.self) { try await shop.read() }
        #expect(error?.error == "invalid_client")
        #expect(error?.operation == "oauth2.token")
        #expect(
            error?.description == """
                oauth2.token failed: status 401 invalid_client, "unknown client" (POST https://auth.test/oauth/token; 1 try \
                in 0 s). Check the credential: it may be wrong, expired, or of another environment.
                """)
        #expect(transport.sent.isEmpty)
        var dumped = ""
        dump(credential, to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }

    @Test func aServerThatFailsIsAskedAgain() async throws {
        let server = ScriptedTransport(.reply(503), .reply(200, [:], #"{"access_token":"a1"}"#))
        let credential = ClientCredentials(
            tokenURL: Self.url, clientID: "app", clientSecret: "s", transport: server, time: ManualTime())
        #expect(try await token(credential) == "Bearer a1")
        #expect(server.sent.count == 2)
    }
}
