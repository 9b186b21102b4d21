import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TollgateCore

/// A server on a free port of the loopback interface, which does to each connection what a test says.
struct LoopbackServer: Sendable {
    /// What the server does when a request has arrived.
    enum Action: Sendable {
        case write(String)
        /// Goes on when the closure returns.
        case wait(@Sendable () async -> Void)
        case close
        /// Closes with a reset, so that the other side sees an error.
        case reset
    }

    let port: Int
    private let log: Log

    var authority: String { "127.0.0.1:\(port)" }
    /// The requests, as they came.
    var requests: [String] { log.requests.withLock { $0 } }
    var connectionCount: Int { log.connections.withLock { $0 } }
    /// An element for each connection that is over.
    var closings: AsyncStream<Void> { log.closings }

    private final class Log: Sendable {
        let requests = Mutex<[String]>([])
        let connections = Mutex(0)
        let closings: AsyncStream<Void>
        let closing: AsyncStream<Void>.Continuation

        init() { (closings, closing) = AsyncStream.makeStream() }
    }

    /// Runs a server while the body runs.
    /// - Parameters:
    ///   - isComplete: Whether what has arrived is a whole request.
    ///   - answer: What to do for a request.
    ///   - body: Talks to the server.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    static func run<Value: Sendable>(
        isComplete: @escaping @Sendable (String) -> Bool = Self.isComplete,
        answer: @escaping @Sendable (String) -> [Action],
        _ body: @escaping @Sendable (LoopbackServer) async throws -> Value
    ) async throws -> Value {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let server = LoopbackServer(port: listener.channel.localAddress?.port ?? 0, log: Log())
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try? await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { handlers in
                        for try await connection in connections {
                            handlers.addTask { await server.serve(connection, isComplete, answer) }
                        }
                    }
                }
                return nil
            }
            group.addTask { try await body(server) }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Headers, and as much body as they announce.
    static func isComplete(_ text: String) -> Bool {
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].lowercased()
        if head.contains("transfer-encoding: chunked") { return text.hasSuffix("0\r\n\r\n") }
        guard let length = head.split(separator: "content-length: ").dropFirst().first else { return true }
        return text[end.upperBound...].utf8.count >= Int(length.prefix { $0.isNumber }) ?? 0
    }

    /// A request to this server.
    func request(
        _ method: HTTPRequest.Method = .get, _ path: String = "/", _ headers: HTTPFields = [:]
    ) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "http", authority: authority, path: path, headerFields: headers)
    }

    /// A whole response, with its length.
    static func response(_ status: String, _ headers: [String] = [], body: String = "") -> Action {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
        return .write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    private func serve(
        _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ isComplete: (String) -> Bool,
        _ answer: (String) -> [Action]
    ) async {
        log.connections.withLock { $0 += 1 }
        defer { log.closing.yield() }
        try? await connection.executeThenClose { inbound, outbound in
            var text = ""
            for try await buffer in inbound {
                text += String(decoding: buffer.readableBytesView, as: UTF8.self)
                guard isComplete(text) else { continue }
                let request = text
                text = ""
                log.requests.withLock { $0.append(request) }
                for action in answer(request) {
                    switch action {
                    case .write(let reply): try await outbound.write(ByteBuffer(string: reply))
                    case .wait(let signal): await signal()
                    case .close: return
                    case .reset:
                        let abort = linger(l_onoff: 1, l_linger: 0)
                        try await (connection.channel as? any SocketOptionProvider)?.setSoLinger(abort).get()
                        return
                    }
                }
            }
        }
    }
}
