import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Hummingbird's HTTP/1, which closes connections that nobody came to serve.
///
/// A server that is stopped drops what it has accepted and not yet looked at. NIO ends the process when a connection is
/// dropped that way instead of closed.
struct Connections: ServerChildChannel {
    let http: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        http.setup(channel: channel, logger: logger).map(Connection.init)
    }

    func handle(value: Connection, logger: Logger) async {
        guard let stream = value.take() else { return }
        await http.handle(value: stream, logger: logger)
    }
}

/// A connection that was accepted.
final class Connection: ServerChildChannelValue {
    let channel: any Channel
    private let stream: Mutex<HTTP1Channel.Value?>

    init(_ stream: HTTP1Channel.Value) {
        channel = stream.channel
        self.stream = Mutex(stream)
    }

    deinit {
        guard let stream = take() else { return }
        // Nobody is left who could wait for this.
        Task { try? await stream.executeThenClose { _, _ in } }
    }

    /// The connection's messages, for the only one who serves it.
    func take() -> HTTP1Channel.Value? {
        stream.withLock { stream in
            defer { stream = nil }
            return stream
        }
    }
}
