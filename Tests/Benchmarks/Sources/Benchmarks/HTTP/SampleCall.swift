import Foundation
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateVluna

/// A call that the mock and the client are measured with.
struct SampleCall: Sendable {
    let name: String
    /// What the mock answers.
    let reply: CannedReply
    /// Makes a client of a server, and returns its call.
    let client: @Sendable (_ server: URL, _ transport: any HTTPTransport) throws -> Call

    typealias Call = @Sendable () async throws -> Void

    /// One call that changes nothing and two that do, with the answers of a mock that is new.
    static func all() async throws -> [SampleCall] {
        [
            try await SampleCall("GET of a constant (Stoa's public key)", .get, "/v1/install/public-key") {
                let stoa = Stoa(apiKey: MockStoa.apiKey, baseURL: $0, transport: $1)
                return { consume(try await stoa.install.publicKey()) }
            },
            try await SampleCall("POST (Stoa's events)", .post, "/v1/events") {
                let stoa = Stoa(apiKey: MockStoa.apiKey, baseURL: $0, transport: $1)
                let event = event
                return { consume(try await record(event, stoa)) }
            },
            try await SampleCall("signed POST (Vluna's gate, authorize)", .post, "/mgt/v1/gate/authorize") {
                let key = MockVluna.defaultServiceKey
                let vluna = Vluna.ServiceClient(
                    realmID: MockVluna.realmID, key: try Vluna.ServiceKey(id: key.id, secret: key.base64Secret),
                    baseURL: $0.appending(path: "mgt/v1"), transport: $1
                ).with(principalID: "org_acme")
                return { consume(try await vluna.gate.authorize(featureCode: "openai.gpt5.2")) }
            },
        ]
    }

    /// What is recorded: a trial, so that the mock's answer is the same each time.
    static var event: Stoa.UsageEvent {
        Stoa.UsageEvent(
            eventID: UUID(), userID: "u", timestamp: Date(), payload: .chat("gpt-4o", input: 1_200, output: 350),
            dryRun: true)
    }

    /// Makes the user known whom the event is about.
    static func prepare(_ mock: MockServer) throws {
        try mock.stoa.setBalance("5", of: "u")
    }

    static func record(_ event: Stoa.UsageEvent, _ stoa: Stoa) async throws -> Stoa.EventReceipt {
        try await stoa.events.create(
            eventID: event.eventID, userID: event.userID, timestamp: event.timestamp, payload: event.payload,
            appMetadata: event.appMetadata, dryRun: event.dryRun)
    }

    private init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String,
        client: @escaping @Sendable (_ server: URL, _ transport: any HTTPTransport) throws -> Call
    ) async throws {
        let mock = MockServer.inProcess()
        try Self.prepare(mock)
        let capture = RequestCapture(transport: mock.transport)
        try await client(mock.url, capture)()
        guard let exchange = capture.take().last, exchange.request.head.method == method,
            exchange.request.head.path == path
        else { throw Mismatch("\(name): not the request that was expected") }
        self.name = name
        self.client = client
        reply = CannedReply(method: method, path: path, body: exchange.reply)
    }

    /// Requests of the SDK to a server, as many as asked for, which do not get there: a transport in between gives the
    /// sample's answer, which the SDK decodes.
    func requests(_ count: Int, to server: URL) async throws -> [CapturedRequest] {
        let capture = RequestCapture(transport: CannedTransport(reply: reply.body))
        let call = try client(server, capture)
        for _ in 0..<count { try await call() }
        return capture.take().map(\.request)
    }
}
