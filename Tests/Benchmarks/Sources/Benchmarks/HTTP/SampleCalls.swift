import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateVluna

/// The two calls that are measured, and what the mock answers to them.
struct SampleCalls: Sendable {
    /// Stateless, with an API key: Stoa's public key.
    let publicKey: CannedReply
    /// Signed, with an idempotency key, and makes a lease: Vluna's gate.
    let authorize: CannedReply

    static let principalID = "org_acme"
    static let featureCode = "openai.gpt5.2"

    init() async throws {
        let mock = MockServer.inProcess()
        let key = try await mock.stoa.client().response { try await $0.install.publicKey() }
        let vluna = try mock.vluna.serviceClient().with(principalID: Self.principalID)
        let lease = try await vluna.response { try await $0.gate.authorize(featureCode: Self.featureCode) }
        publicKey = CannedReply(method: .get, path: "/v1/install/public-key", body: key.body)
        authorize = CannedReply(method: .post, path: "/mgt/v1/gate/authorize", body: lease.body)
    }
}
