import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stands between clients and a PostgreSQL server, and loses a connection at the worst moment.
final class PostgresRelay: Sendable {
    /// When a connection is lost.
    enum Moment: CaseIterable, Sendable {
        /// The server has not heard of the commit.
        case beforeCommit
        /// The server has committed, and its answer is on its way.
        case afterCommit
    }

    private struct State {
        var moment: Moment?
        var losses = 0
        var isClosed = false

        mutating func takeMoment() -> Moment? {
            guard let moment else { return nil }
            self.moment = nil
            losses += 1
            return moment
        }
    }

    /// Where clients find the relay, as libpq's `host`.
    let folder: String
    private let server: String
    private let listener: Int32
    private let state = Mutex(State())

    /// - Parameter server: The folder of the server's socket.
    /// - Throws: What the system says if there can be no such socket.
    init(to server: String) throws {
        self.server = server
        folder = try TemporaryFolder.make()
        listener = try Self.socket(folder) { bind($0, $1, $2) }
        listen(listener, 16)
        Thread { [self] in
            while case let client = accept(listener, nil, nil), client >= 0 { serve(client) }
        }.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// How many connections were lost.
    var losses: Int { state.withLock { $0.losses } }

    /// Loses the connection of the next commit.
    func lose(_ moment: Moment) {
        state.withLock { $0.moment = moment }
    }

    /// Lets nobody in any more.
    func refuse() {
        state.withLock { $0.isClosed = true }
    }

    private func serve(_ client: Int32) {
        let upstream = state.withLock({ $0.isClosed }) ? nil : try? Self.socket(server) { connect($0, $1, $2) }
        guard let upstream else {
            close(client)
            return
        }
        let link = Link(client: client, server: upstream)
        Thread { [self] in
            link.pump(from: client, to: upstream) { bytes in
                guard bytes.contains("COMMIT\0"), let moment = state.withLock({ $0.takeMoment() }) else { return true }
                if moment == .afterCommit { link.isLosing.store(true, ordering: .sequentiallyConsistent) }
                return moment == .afterCommit
            }
        }.start()
        Thread {
            link.pump(from: upstream, to: client) { _ in !link.isLosing.load(ordering: .sequentiallyConsistent) }
        }.start()
    }

    /// The two ends of a connection.
    private final class Link: Sendable {
        let isLosing = Atomic(false)
        private let client: Int32
        private let server: Int32

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        deinit {
            close(client)
            close(server)
        }

        /// Passes bytes on until `isPassed` says that the connection is to be lost.
        func pump(from source: Int32, to target: Int32, isPassed: (String) -> Bool) {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = read(source, &buffer, buffer.count), count > 0 {
                guard isPassed(String(decoding: buffer[..<count], as: UTF8.self)) else { break }
                var sent = 0
                while sent < count {
                    let written = buffer[sent..<count].withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
                    guard written > 0 else { break }
                    sent += written
                }
            }
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    /// A socket in a folder, where PostgreSQL's is.
    private static func socket(
        _ folder: String, _ attach: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = Darwin.socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: "\(folder)/.s.PGSQL.5432".utf8.prefix(path.count - 1))
        }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                attach(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw PostgresServer.Failure("\(folder): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}
