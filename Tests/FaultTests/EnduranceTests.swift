#if os(Linux)
    import Foundation
    import NIOCore
    import NIOPosix
    import Testing
    import TollgateCore
    import TollgateStoa
    import TollgateTransport

    /// Many calls at once, and many clients one after the other: neither takes more and more descriptors or memory.
    ///
    /// Each runs in a process of its own, so that nothing else is counted. The suite makes 1,000 calls at once and 100
    /// clients; `ENDURANCE=10000 swift test --filter EnduranceTests` makes 10,000 calls at once and 1,000 clients.
    @Suite(.serialized) struct EnduranceTests {
        @Test(.timeLimit(.minutes(10))) func manyCallsAtOnceNeedNoMoreTheThirdTime() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let count = Endurance.calls
                let server = try await CannedServer.start()
                let stoa = Stoa(apiKey: "key", baseURL: server.url).with(timeout: .seconds(300))
                let inherited = Endurance.Use.now().descriptors
                var use: [Endurance.Use] = []
                for _ in 0..<5 {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<count { group.addTask { _ = try await stoa.install.publicKey() } }
                        try await group.waitForAll()
                    }
                    use.append(.now())
                }
                Endurance.report("\(count) calls at once, five times", use)
                // The pool opens up to 200 connections, each with two ends in this process.
                var most = use[1]
                most.descriptors = inherited + 2 * 200 + 40
                Endurance.expect(use[4], noMoreThan: most)
                try await server.stop()
            }
            Endurance.show(result?.standardOutputContent)
        }

        @Test(.timeLimit(.minutes(10))) func clientsLeaveNothingBehind() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let server = try await CannedServer.start()
                var use: [Endurance.Use] = []
                for _ in 0..<5 {
                    for _ in 0..<Endurance.clients / 5 {
                        let transport = AsyncHTTPTransport()
                        let stoa = Stoa(apiKey: "key", baseURL: server.url, transport: transport)
                        _ = try await stoa.install.publicKey()
                        await transport.shutdown()
                    }
                    use.append(.now())
                }
                Endurance.report("\(Endurance.clients) clients, one after the other", use)
                // AsyncHTTPClient and SwiftNIO let go of some 8 KB of a closed client only after a minute. So that is no
                // leak: with tens of thousands of clients the memory stays where it was after the first minute.
                var most = use[1]
                most.pages += Endurance.clients * 3 / 5 * 10 / 4
                Endurance.expect(use[4], noMoreThan: most)
                try await server.stop()
            }
            Endurance.show(result?.standardOutputContent)
        }
    }

    /// What a process takes.
    enum Endurance {
        private static let wanted = ProcessInfo.processInfo.environment["ENDURANCE"].flatMap { Int($0) }
        static var calls: Int { wanted ?? 1_000 }
        static var clients: Int { (wanted ?? 1_000) / 10 }

        struct Use: Sendable, CustomStringConvertible {
            var descriptors: Int
            /// In pages of 4 KB.
            var pages: Int

            static func now() -> Use {
                let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                return Use(descriptors: files?.count ?? 0, pages: pages ?? 0)
            }

            var description: String { "\(descriptors) descriptors and \(pages * 4 / 1024) MB" }
        }

        /// Says what was found, in the process that found it.
        static func report(_ what: String, _ use: [Use]) {
            print("endurance: \(what): \(use.map(\.description).joined(separator: "; "))")
            fflush(nil)
        }

        /// Passes on what the other process said.
        static func show(_ output: [UInt8]?) {
            let lines = String(decoding: output ?? [], as: UTF8.self).split(separator: "\n")
            for line in lines where line.hasPrefix("endurance") { print(line) }
            #expect(lines.filter { $0.contains(tooMuch) } == [])
        }

        private static let tooMuch = "too much"

        /// Complains if the later use is more than the earlier one and what an allocator may do.
        static func expect(_ later: Use, noMoreThan earlier: Use) {
            let slack = max(earlier.pages / 10, 1024)
            if later.descriptors > earlier.descriptors + 8 || later.pages > earlier.pages + slack {
                print("endurance: \(tooMuch): \(later), and before \(earlier)")
            }
            fflush(nil)
        }
    }

    /// Gives every request the same answer. It keeps nothing, so that what grows is the client's.
    private struct CannedServer: Sendable {
        private let channel: any Channel

        var url: URL { URL(string: "http://127.0.0.1:\(channel.localAddress?.port ?? 0)") ?? URL(filePath: "/") }

        static func start() async throws -> CannedServer {
            let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 1024)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answer()) }
                }
            return CannedServer(channel: try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
        }

        func stop() async throws {
            try await channel.close()
        }

        /// Answers requests without a body.
        private final class Answer: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            typealias OutboundOut = ByteBuffer

            private static let body = #"{"data":{"public_key":"x","algorithm":"EdDSA"}}"#
            private static let reply =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            private var last: [UInt8] = []

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                last += unwrapInboundIn(data).readableBytesView
                guard last.suffix(4) == Array("\r\n\r\n".utf8)[...] else { return }
                last = []
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.reply)), promise: nil)
            }
        }
    }
#endif
