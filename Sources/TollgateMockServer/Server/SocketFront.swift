import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import TollgateCore

/// Serves the handler on a TCP port.
final class SocketFront: Sendable {
    /// The port, also when the system has chosen it.
    let port: Int
    private let server: Task<Void, any Error>

    private init(port: Int, server: Task<Void, any Error>) {
        self.port = port
        self.server = server
    }

    /// Opens the port.
    /// - Throws: What the system says when the port cannot be opened.
    static func start(_ handler: MockHandler, host: String, port: Int) async throws -> SocketFront {
        try await start(Responder(handler: handler), host: host, port: port)
    }

    /// Opens the port for whatever answers.
    static func start<Answering: HTTPResponder>(
        _ responder: Answering, host: String, port: Int
    ) async throws -> SocketFront
    where Answering.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let (ports, reportPort) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { Connections(http: HTTP1Channel(responder: $0)) },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in reportPort.yield(channel.localAddress?.port ?? port) },
            logger: Logger(label: "tollgate-mock") { _ in SwiftLogNoOpLogHandler() })
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
            return SocketFront(port: port, server: server)
        }
        throw CancellationError()
    }

    /// Closes the port and all connections.
    func stop() async {
        server.cancel()
        _ = await server.result
    }

    /// Returns when the server has been stopped.
    func wait() async {
        _ = await server.result
    }
}

/// Turns Hummingbird's requests into the handler's.
private struct Responder: HTTPResponder {
    struct Context: RequestContext {
        var coreContext: CoreRequestContextStorage
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            coreContext = CoreRequestContextStorage(source: source)
            channel = source.channel
        }
    }

    let handler: MockHandler

    func respond(to request: Request, context: Context) async throws -> Response {
        var body = ByteBuffer()
        for try await part in request.body {
            var part = part
            body.writeBuffer(&part)
            if body.readableBytes > MockHandler.bodyLimit {
                var reply = handler.refuseBody(of: MockRequest(head: request.head, body: []))
                reply.headers[.connection] = "close"
                return Response(reply, clock: handler.services.clock)
            }
        }
        switch handler.handle(MockRequest(head: request.head, body: Array(body.readableBytesView))) {
        case .reply(let first):
            let reply = await first.later?() ?? first
            let clock = handler.services.clock
            try await reply.delivery.delay?.wait(clock)
            guard !reply.delivery.isRaw else {
                try await RawReply(reply).send(on: context.channel, clock: clock)
                throw CancellationError()
            }
            return Response(reply, clock: clock)
        case .reset:
            // Without time to linger, the system sends a reset where it would send the end of the stream.
            if let socket = context.channel as? any SocketOptionProvider {
                try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
            try? await context.channel.close()
            throw CancellationError()
        }
    }
}

extension Response {
    fileprivate init(_ reply: MockReply, clock: MockClock) {
        let delivery = reply.delivery
        let body: ResponseBody
        switch reply.body {
        case .whole(let bytes):
            body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .pieces(let pieces):
            body = ResponseBody(contentLength: delivery.promisedLength) { writer in
                for piece in pieces {
                    try await delivery.pause?.wait(clock)
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                if delivery.isBrokenOff {
                    // Clients drop what they have not read when a connection ends. A moment lets them read it.
                    try await Task.sleep(for: .milliseconds(100))
                    throw CancellationError()
                }
                try await writer.finish(nil)
            }
        }
        self.init(status: HTTPResponse.Status(code: reply.status), headers: reply.headers, body: body)
    }
}
