import Foundation
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateVluna

/// The two calls that are measured, and what the mock answers to them.
struct SampleExchanges: Sendable {
    /// Stateless, with an API key.
    let publicKey: CannedReply
    /// Signed, with an idempotency key; makes a lease.
    let authorize: CannedReply

    private let apiKey: String
    private let realmID: String
    private let key: Vluna.ServiceKey
    private let stoaPath: String
    private let vlunaPath: String

    init() async throws {
        let mock = MockServer.inProcess()
        apiKey = mock.stoa.apiKey
        realmID = mock.vluna.realmID
        key = try Vluna.ServiceKey(id: mock.vluna.serviceKeyID, secret: mock.vluna.serviceKeySecret)
        stoaPath = mock.stoa.baseURL.path
        vlunaPath = mock.vluna.serviceBaseURL.path
        let publicKey = try await mock.stoa.client().response { try await $0.install.publicKey() }
        let lease = try await mock.vluna.serviceClient().with(principalID: Self.principalID).response {
            try await $0.gate.authorize(featureCode: Self.featureCode)
        }
        self.publicKey = CannedReply(method: .get, path: stoaPath + "/v1/install/public-key", body: publicKey.body)
        authorize = CannedReply(method: .post, path: vlunaPath + "/gate/authorize", body: lease.body)
    }

    static let principalID = "org_acme"
    static let featureCode = "openai.gpt5.2"

    func stoa(at server: URL, transport: any HTTPTransport) -> Stoa {
        Stoa(apiKey: apiKey, baseURL: server.appending(path: stoaPath), transport: transport)
    }
}
