import HTTPTypes
import TollgateCore
import TollgateTransport

/// A transport, and a peer that it talks to. What the peer does is the same for all.
enum TransportFront: String, CaseIterable, Sendable {
    case inProcess
    case asyncHTTP
    case asyncHTTPOverTLS
    case asyncHTTPOverHTTP2
    case urlSession

    /// Whether a connection is in between.
    var isNetwork: Bool { self != .inProcess }

    /// Whether a body that nobody reads stops its sender. URLSession takes what comes.
    var pushesBack: Bool { self != .urlSession }

    struct Peer: Sendable {
        let transport: any HTTPTransport
        let scheme: String
        let authority: String

        func request(
            _ method: HTTPRequest.Method = .get, _ path: String = "/", _ headers: HTTPFields = [:]
        ) -> HTTPRequest {
            HTTPRequest(method: method, scheme: scheme, authority: authority, path: path, headerFields: headers)
        }

        func send(
            _ request: HTTPRequest? = nil, body: HTTPBody = .empty, response limit: Duration? = nil
        ) async throws -> HTTPReply {
            // A busy machine may take its time to connect.
            let timeouts = HTTPTimeouts(connect: .seconds(60), response: limit)
            return try await transport.send(request ?? self.request(), body: body, timeouts: timeouts)
        }
    }

    /// Runs a peer while the body runs.
    @discardableResult
    func run<Value: Sendable>(
        answer: @escaping ContractServer.Answer, _ body: @escaping @Sendable (Peer) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .inProcess:
            return try await body(
                Peer(transport: InProcessTransport(answer), scheme: "http", authority: "service.test"))
        case .asyncHTTP, .urlSession:
            let transport: any HTTPTransport =
                self == .urlSession ? URLSessionTransport.shared : AsyncHTTPTransport.shared
            return try await ContractServer.run(answer: answer) { server in
                try await body(Peer(transport: transport, scheme: "http", authority: "127.0.0.1:\(server.port)"))
            }
        case .asyncHTTPOverTLS, .asyncHTTPOverHTTP2:
            let identity = try Identity()
            var configuration = TransportConfiguration()
            configuration.trustRoots = .pem(identity.certificate)
            let transport = AsyncHTTPTransport(configuration)
            let isMultiplexed = self == .asyncHTTPOverHTTP2
            return try await ContractServer.run(tls: identity, http2: isMultiplexed, answer: answer) { server in
                let peer = Peer(transport: transport, scheme: "https", authority: "127.0.0.1:\(server.port)")
                let value = try await body(peer)
                guard isMultiplexed == (server.multiplexed > 0) else { throw WrongVersion() }
                return value
            }
        }
    }

    /// The requests went over another version of HTTP than was meant.
    struct WrongVersion: Error {}
}
