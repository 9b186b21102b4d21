import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateVluna

/// Calls of the SDK against a bare loop over AsyncHTTPClient, to the same bare server.
struct ClientBenchmarks {
    let effort: Effort
    let calls: SampleCalls

    func section() async throws -> Section {
        let server = try await BareServer.start([calls.publicKey, calls.authorize])
        let bare = BareClient(server: "http://127.0.0.1:\(server.port)", calls: calls)
        let stoa = Stoa(apiKey: "stoa_app_test", baseURL: try url(server, ""))
        let key = try Vluna.ServiceKey(id: MockVluna.defaultServiceKey.id, secret: BareClient.secret.base64EncodedString())
        let vluna = Vluna.ServiceClient(realmID: MockVluna.realmID, key: key, baseURL: try url(server, "/mgt/v1"))
            .with(principalID: SampleCalls.principalID)
        let rows = [
            try await row("GET of a constant (Stoa's public key)") {
                consume(try await stoa.install.publicKey())
            } bare: {
                consume(try await bare.publicKey())
            },
            try await row("signed POST (Vluna's gate, authorize)") {
                consume(try await vluna.gate.authorize(featureCode: SampleCalls.featureCode))
            } bare: {
                consume(try await bare.authorize())
            },
        ]
        await server.stop()
        return Section(
            title: "client: calls a second / those of a bare AsyncHTTPClient loop with JSONDecoder (more is better)",
            rows: rows)
    }

    private func url(_ server: BareServer, _ path: String) throws -> URL {
        guard let url = URL(string: "http://127.0.0.1:\(server.port)\(path)") else { throw URLError(.badURL) }
        return url
    }

    private func row(
        _ name: String, ours: @escaping @Sendable () async throws -> Void,
        bare: @escaping @Sendable () async throws -> Void
    ) async throws -> Row {
        _ = (try await rate(ours), try await rate(bare))
        return Row(
            name: name,
            rates: try await interleaved(effort, ours: { try await rate(ours) }, theirs: { try await rate(bare) }))
    }

    /// Calls a second, when several tasks call one after the other.
    private func rate(_ call: @escaping @Sendable () async throws -> Void) async throws -> Double {
        let share = effort.requests / effort.callers
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<effort.callers {
                group.addTask {
                    for _ in 0..<share { try await call() }
                }
            }
            try await group.waitForAll()
        }
        return Double(share * effort.callers) / ((ContinuousClock.now - start) / .seconds(1))
    }
}

/// The two calls as one writes them without an SDK: no retries, no limits on time but the library's own.
private struct BareClient {
    static let secret = Data(0..<32)

    let server: String
    let calls: SampleCalls

    func publicKey() async throws -> PublicKey {
        var request = HTTPClientRequest(url: server + calls.publicKey.path)
        request.headers.add(name: "Authorization", value: "Bearer stoa_app_test")
        return try await send(request)
    }

    /// Time and nonce are constants: the server does not look at them.
    func authorize() async throws -> Lease {
        let body = try JSONEncoder().encode(AuthorizeRequest(featureCode: SampleCalls.featureCode))
        let digest = "sha-256=:\(Data(SHA256.hash(data: body)).base64EncodedString()):"
        let (time, nonce) = ("2026-01-02T03:04:05.678901+00:00", "00112233445566778899aabbccddeeff")
        let idempotencyKey = UUID().uuidString
        let text = """
            POST
            \(calls.authorize.path)
            ts:\(time)
            nonce:\(nonce)
            Content-Digest:\(digest)
            Content-Type:application/json; charset=utf-8
            X-Realm-Id:\(MockVluna.realmID)
            X-Billing-Account-Id:
            X-Principal-Id:\(SampleCalls.principalID)
            Idempotency-Key:\(idempotencyKey)
            """
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Self.secret))
        var request = HTTPClientRequest(url: server + calls.authorize.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json; charset=utf-8")
        request.headers.add(name: "Content-Digest", value: digest)
        request.headers.add(name: "X-Realm-Id", value: MockVluna.realmID)
        request.headers.add(name: "X-Principal-Id", value: SampleCalls.principalID)
        request.headers.add(name: "Idempotency-Key", value: idempotencyKey)
        request.headers.add(
            name: "Authorization",
            value: "SVC-AUTH keyId=\(MockVluna.defaultServiceKey.id),sig=\(Data(code).base64EncodedString()),"
                + "ts=\(time),nonce=\(nonce),alg=HMAC-SHA256")
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await send(request)
    }

    private func send<Payload: Decodable>(_ request: HTTPClientRequest) async throws -> Payload {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        guard response.status.code == 200 else { throw URLError(.badServerResponse) }
        let body = try await response.body.collect(upTo: 1 << 20)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Envelope<Payload>.self, from: Data(body.readableBytesView)).data
    }
}

private struct Envelope<Payload: Decodable>: Decodable {
    var data: Payload
}

private struct PublicKey: Decodable {
    var publicKey: String
    var algorithm: String

    enum CodingKeys: String, CodingKey {
        case algorithm
        case publicKey = "public_key"
    }
}

private struct AuthorizeRequest: Encodable {
    var featureCode: String

    enum CodingKeys: String, CodingKey {
        case featureCode = "feature_code"
    }
}

private struct Lease: Decodable {
    var leaseToken: String
    var leaseID: String?
    var budgetID: String?
    var featureCode: String
    var featureFamilyCode: String
    var windowStart: Date
    var windowEnd: Date

    enum CodingKeys: String, CodingKey {
        case leaseToken = "lease_token"
        case leaseID = "lease_id"
        case budgetID = "budget_id"
        case featureCode = "feature_code"
        case featureFamilyCode = "feature_family_code"
        case windowStart = "window_start"
        case windowEnd = "window_end"
    }
}
