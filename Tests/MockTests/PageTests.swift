import Crypto
import Foundation
import HTTPTypes
import Testing

@testable import TollgateMock

@Suite struct PageTests {
    @Test func isServedWithoutCredentialAndLeavesNoTrace() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(.get, "/_tollgate/ui")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.text.hasPrefix("<!doctype html>"))
        #expect(answer.text.hasSuffix("</html>\n"))
        #expect(mock.exchanges.isEmpty)
    }

    @Test func isServedWhateverGoesWrongElsewhere() async throws {
        let mock = MockServer.frozen()
        mock.inject(.status(503), into: .everything, .always)
        #expect(try await mock.send(.get, "/_tollgate/ui").status == 200)
        #expect(try await mock.stoa(.get, "/v1/nothing").status == 503)
    }

    /// The policy names the hashes of the one script and the one style, and opens nothing else.
    @Test func allowsItsOwnScriptAndStyleOnly() async throws {
        let answer = try await MockServer.frozen().send(.get, "/_tollgate/ui")
        let policy = try #require(answer.headers[.contentSecurityPolicy])
        let directives = policy.split(separator: "; ").map { $0.split(separator: " ").map(String.init) }
        let byName = Dictionary(uniqueKeysWithValues: directives.map { ($0[0], Array($0.dropFirst())) })
        for (name, tag) in [("script-src", "script"), ("style-src", "style")] {
            let texts = elements(tag, in: answer.text)
            #expect(texts.count == 1, "\(tag)")
            let hashes = texts.map { "'sha256-\(Data(SHA256.hash(data: Data($0.utf8))).base64EncodedString())'" }
            #expect(byName[name] == hashes)
        }
        #expect(byName["default-src"] == ["'none'"])
        #expect(byName["connect-src"] == ["'self'"])
        #expect(byName["require-trusted-types-for"] == ["'script'"])
        #expect(byName["trusted-types"] == ["'none'"])
        #expect(!policy.contains("unsafe"))
    }

    /// Neither the markup nor the style loads anything; the one address that is named is the one of SVG's namespace.
    @Test func refersToNothingElsewhere() throws {
        let text = String(decoding: MockPage.bytes, as: UTF8.self)
        let namespace = "http://www.w3.org/2000/svg"
        let addresses = text.replacing(namespace, with: "").matches(of: /https?:\/\/[A-Za-z0-9.]+/).map { String($0.0) }
        // What forms begin with: a place to redirect to, and a receiver of webhooks.
        #expect(Set(addresses) == ["https://example.com", "http://127.0.0.1"])
        let ways = ["src=", "@import", "url(", "<base", "<iframe", "import(", " from \"", "WebSocket", "onclick=\""]
        for way in ways {
            #expect(!text.contains(way), "\(way)")
        }
        let links = text.matches(of: /<link [^>]*href="([^"]*)"/).map { String($0.output.1) }
        #expect(links.count == 1)
        #expect(links.allSatisfy { $0.hasPrefix("data:") })
        #expect(!text.contains(" style=\""), "the policy would refuse it")
    }

    /// Nothing in the script can read a text as markup, nor run it; trusted types would refuse it, too.
    @Test func showsTextAsText() {
        let ways =
            "innerHTML outerHTML insertAdjacentHTML document.write DOMParser createContextualFragment srcdoc eval( Function("
        for way in ways.split(separator: " ") {
            #expect(!MockPage.script.contains(way), "\(way)")
        }
    }

    @Test func isTheSameInEveryServer() async throws {
        let first = try await MockServer.frozen(seed: 1).send(.get, "/_tollgate/ui")
        let second = try await MockServer.frozen(seed: 2).send(.get, "/_tollgate/ui")
        #expect(first.bytes == second.bytes)
        #expect(first.bytes.count < 128 << 10)
    }

    /// Every id that the script looks up is in the markup or made by the script.
    @Test func findsWhatItLooksFor() {
        let text = String(decoding: MockPage.bytes, as: UTF8.self)
        let wanted = Set(text.matches(of: /\$\("([a-z-]+)"\)/).map { String($0.output.1) })
        #expect(wanted.count > 40)
        for id in wanted {
            #expect(text.contains("id=\"\(id)\"") || text.contains("id: \"\(id)\""), "\(id)")
        }
    }

    /// The texts of the elements with a tag.
    private func elements(_ tag: String, in text: String) -> [String] {
        text.components(separatedBy: "<\(tag)").dropFirst().compactMap { part in
            guard let start = part.firstIndex(of: ">"), let end = part.range(of: "</\(tag)>") else { return nil }
            return String(part[part.index(after: start)..<end.lowerBound])
        }
    }
}
