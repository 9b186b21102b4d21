import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What a route answers: always the same.
struct CannedReply: Sendable {
    var method: HTTPRequest.Method
    var path: String
    /// JSON.
    var body: [UInt8]
}

/// Hummingbird alone: routes that take a request's body and answer with bytes.
final class BareServer: Sendable {
    let url: URL
    private let server: Task<Void, any Error>

    private init(url: URL, server: Task<Void, any Error>) {
        self.url = url
        self.server = server
    }

    static func start(_ replies: [CannedReply]) async throws -> BareServer {
        let router = Router()
        for reply in replies {
            router.on(RouterPath(reply.path), method: reply.method) { request, _ in
                _ = try await request.body.collect(upTo: 1 << 20)
                return Response(
                    status: .ok, headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
            }
        }
        let (ports, reportPort) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in reportPort.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "bare") { _ in SwiftLogNoOpLogHandler() })
        let server = Task {
            do {
                try await application.run()
                reportPort.finish()
            } catch {
                reportPort.finish(throwing: error)
                throw error
            }
        }
        for try await port in ports {
            guard let url = URL(string: "http://127.0.0.1:\(port)") else { break }
            return BareServer(url: url, server: server)
        }
        throw CancellationError()
    }

    func stop() async {
        server.cancel()
        _ = await server.result
    }
}
