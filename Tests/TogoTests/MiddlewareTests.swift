import Foundation
import Hummingbird
import HummingbirdTesting
import Testing
import TollgateHummingbird
import TollgateTogo

@Suite struct MiddlewareTests {
    private let store = TogoBilling.MemoryKeyStore()

    /// What a server answers to these values of `Authorization`: the key's name, or a status.
    private func answers(to fields: [String?], store: any TogoBilling.KeyStore) async throws -> [String] {
        let router = Router(context: BasicAPIKeyRequestContext.self)
        router.add(middleware: APIKeyMiddleware(store: store))
        router.get("name") { _, context in
            guard let key = context.apiKey else { return "nobody" }
            guard try await store.isWithinQuota(key) else { throw HTTPError(.paymentRequired) }
            return key.name
        }
        return try await Application(responder: router.buildResponder()).test(.router) { client in
            var answers: [String] = []
            for field in fields {
                let headers = HTTPFields(field.map { [HTTPField(name: .authorization, value: $0)] } ?? [])
                answers += [
                    try await client.execute(uri: "/name", method: .get, headers: headers) { response in
                        response.status == .ok ? String(buffer: response.body) : "\(response.status.code)"
                    }
                ]
            }
            return answers
        }
    }

    @Test func aValidKeyIsInTheContext() async throws {
        let (key, secret) = try await store.create(userID: "u_1", name: "ci", quota: 10)
        #expect(try await answers(to: ["Bearer \(secret)", "bearer  \(secret)"], store: store) == ["ci", "ci"])
        #expect(await store.list(userID: "u_1").first?.lastUsedAt.isNever == false)
        try await store.record(.init("m", with: key, inputTokens: 10, outputTokens: 0, cost: 0))
        #expect(try await answers(to: ["Bearer \(secret)"], store: store) == ["402"])
    }

    @Test func everythingElsePassesThrough() async throws {
        let (key, secret) = try await store.create(userID: "u_1", name: "ci")
        await store.revoke(id: key.id)
        let fields = [nil, "", "Bearer", "Bearer ", "Bearer wrong", "Basic \(secret)", secret, "Bearer \(secret)"]
        let answers = try await answers(to: fields, store: store)
        #expect(answers == fields.map { _ in "nobody" })
    }

    @Test func aStoreThatFailsIsNotTakenForNobody() async throws {
        #expect(try await answers(to: ["Bearer anything", nil], store: BrokenStore()) == ["500", "nobody"])
    }
}

/// Its database does not answer.
private struct BrokenStore: TogoBilling.KeyStore {
    struct Down: Error {}

    func insert(_ key: TogoBilling.APIKey, hash: TogoBilling.SecretHash) async throws { throw Down() }
    func authenticate(_ secret: String) async throws -> TogoBilling.APIKey? { throw Down() }
    func list(userID: String) async throws -> [TogoBilling.APIKey] { throw Down() }
    func revoke(id: String) async throws -> TogoBilling.APIKey? { throw Down() }
    func record(_ event: TogoBilling.UsageEvent) async throws { throw Down() }
    func summary(userID: String) async throws -> TogoBilling.Consumption { throw Down() }
    func summary(keyID: String) async throws -> TogoBilling.Consumption { throw Down() }
}
