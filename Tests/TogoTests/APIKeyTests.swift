import Foundation
import Testing
import TollgateTogo

@Suite struct APIKeyTests {
    @Test func aKeyIsMadeOnce() {
        let made = (0..<50).map { _ in TogoBilling.APIKey.generate(userID: "u_1", name: "ci") }
        #expect(Set(made.map(\.secret)).count == 50)
        #expect(Set(made.map(\.key.id)).count == 50)
        for (key, secret) in made {
            #expect(secret.wholeMatch(of: /togo_[0-9a-f]{64}/) != nil)
            #expect(key.prefix.count == 17)
            #expect(secret.hasPrefix(key.prefix))
            #expect(!key.jsonText().contains(secret))
        }
    }

    @Test func aKeyIsWrittenAsThePluginWritesIt() throws {
        let (key, secret) = TogoBilling.APIKey.generate(
            userID: "u_1", name: "ci", scopes: ["chat", "embeddings"], quota: 1_000_000,
            at: Date(timeIntervalSince1970: 1_782_291_600))
        #expect(
            key.jsonText()
                == #"{"id":"\#(key.id)","user_id":"u_1","name":"ci","prefix":"\#(secret.prefix(17))","#
                + #""scopes":"chat,embeddings","quota":1000000,"created_at":"2026-06-24T09:00:00Z","#
                + #""last_used_at":"","revoked_at":""}"#)
        #expect(!key.isRevoked)
    }

    @Test(arguments: ["", "0001-01-01T00:00:00Z"])
    func aTimeThatIsNoneRevokesNothing(_ text: String) throws {
        let key = try TogoBilling.APIKey(
            jsonText: #"""
                {"id":"k","user_id":"u","name":"n","prefix":"p","scopes":"","quota":0,
                "created_at":"2026-06-24 09:00:00 +0000 UTC","last_used_at":"","revoked_at":"\#(text)"}
                """#)
        #expect(!key.isRevoked)
        #expect(key.createdAt.date == nil)
        #expect(key.createdAt.text == "2026-06-24 09:00:00 +0000 UTC")
        #expect(!key.createdAt.isNever)
    }

    @Test func scopesAreReadInAnyForm() throws {
        for text in ["chat,embeddings", "chat embeddings", "chat, embeddings", ",chat,,embeddings "] {
            let scopes = try TogoBilling.Scopes(jsonText: #""\#(text)""#)
            #expect(scopes == ["chat", "embeddings"])
            #expect(scopes.jsonText() == #""chat,embeddings""#)
        }
        #expect(TogoBilling.Scopes(["chat,embeddings"]).contains("embeddings"))
        #expect(!TogoBilling.Scopes([]).contains("chat"))
        #expect(!TogoBilling.Scopes(["chats"]).contains("chat"))
    }

    @Test func aHashIsTheSHA256OfThePlaintext() throws {
        let hash = TogoBilling.SecretHash(of: "abc")
        #expect(hash.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let stored = try #require(TogoBilling.SecretHash(hexadecimal: hash.hexadecimal))
        #expect(stored.matches("abc"))
        #expect(!stored.matches("abd"))
        #expect(!stored.matches(""))
    }

    @Test(arguments: [
        "", "ba7816", String(repeating: "g", count: 64), String(repeating: "0", count: 66),
        String(repeating: "0", count: 63) + "é", String(repeating: "+f", count: 32),
    ])
    func aTextThatIsNoHashIsRefused(_ text: String) {
        #expect(TogoBilling.SecretHash(hexadecimal: text) == nil)
    }
}
