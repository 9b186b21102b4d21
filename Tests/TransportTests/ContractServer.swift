import Crypto
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import SwiftASN1
import Synchronization
import TollgateCore
import X509

/// A server on a free port of the loopback interface that speaks HTTP as libraries do: HTTP/1.1, over TLS also HTTP/2.
/// What it answers is a closure, as for ``TollgateCore/InProcessTransport``.
struct ContractServer: Sendable {
    typealias Answer = @Sendable (HTTPRequest, HTTPBody) async throws -> HTTPReply
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    let port: Int
    private let answer: Answer
    private let work: Work

    /// The requests that came over HTTP/2.
    var multiplexed: Int { work.multiplexed.load(ordering: .relaxed) }

    /// What is under way, so that it can be ended. Only the work on requests is cancelled: a channel that NIO hands over
    /// must be taken and closed, or else it stops the program.
    private final class Work: Sendable {
        private struct State {
            var isOver = false
            var channels: [any Channel] = []
            var tasks: [Task<Void, any Error>] = []
        }

        let multiplexed = Atomic(0)
        private let state = Mutex(State())

        func add(_ channel: any Channel) {
            let isOver = state.withLock { state in
                state.channels.append(channel)
                return state.isOver
            }
            if isOver { channel.close(promise: nil) }
        }

        func add(_ task: Task<Void, any Error>) {
            let isOver = state.withLock { state in
                state.tasks.append(task)
                return state.isOver
            }
            if isOver { task.cancel() }
        }

        func end() {
            let (tasks, channels) = state.withLock { state in
                state.isOver = true
                return (state.tasks, state.channels)
            }
            for task in tasks { task.cancel() }
            for channel in channels { channel.close(promise: nil) }
        }
    }

    /// Runs a server while the body runs.
    static func run<Value: Sendable>(
        tls: Identity? = nil, http2: Bool = false, answer: @escaping Answer,
        _ body: (ContractServer) async throws -> Value
    ) async throws -> Value {
        let context = try tls?.serverContext(http2: http2)
        let work = Work()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                work.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                }.flatMap { Self.negotiated(channel, isTLS: context != nil) }
            }
        let server = ContractServer(port: listener.channel.localAddress?.port ?? 0, answer: answer, work: work)
        let serving = Task {
            try? await listener.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { handlers in
                    for try await connection in connections {
                        handlers.addTask { await server.serve(connection) }
                    }
                }
            }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try? await listener.channel.close()
        work.end()
        await serving.value
        return try result.get()
    }

    private typealias Negotiated = NIONegotiatedHTTPVersion<
        Connection, ((any Channel), NIOHTTP2Handler.AsyncStreamMultiplexer<Connection>)
    >

    private static func negotiated(
        _ channel: any Channel, isTLS: Bool
    ) -> EventLoopFuture<EventLoopFuture<Negotiated>> {
        guard isTLS else {
            let connection = channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                return Negotiated.http1_1(try Connection(wrappingChannelSynchronously: channel))
            }
            return channel.eventLoop.makeSucceededFuture(connection)
        }
        return channel.configureAsyncHTTPServerPipeline { channel in
            channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
        } http2ConnectionInitializer: { channel in
            channel.eventLoop.makeSucceededFuture(channel)
        } http2StreamInitializer: { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                return try Connection(wrappingChannelSynchronously: channel)
            }
        }
    }

    private func serve(_ negotiation: EventLoopFuture<Negotiated>) async {
        switch try? await negotiation.get() {
        case .http1_1(let connection): await serve(connection)
        case .http2(let (_, multiplexer)):
            try? await withThrowingDiscardingTaskGroup { streams in
                for try await stream in multiplexer.inbound {
                    work.multiplexed.add(1, ordering: .relaxed)
                    streams.addTask { await serve(stream) }
                }
            }
        case nil: break
        }
    }

    private func serve(_ connection: Connection) async {
        try? await connection.executeThenClose { inbound, outbound in
            let task = Task { try await respond(to: inbound, through: outbound) }
            work.add(task)
            try await task.value
        }
    }

    private func respond(
        to inbound: NIOAsyncChannelInboundStream<HTTPServerRequestPart>,
        through outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        var parts = inbound.makeAsyncIterator()
        while case .head(let head)? = try await parts.next() {
            var body: [UInt8] = []
            while case .body(let buffer)? = try await parts.next() { body += buffer.readableBytesView }
            let reply = try await answer(HTTPRequest(head), HTTPBody(body))
            try await outbound.write(.head(HTTPResponseHead(reply)))
            for try await chunk in reply.body {
                try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: chunk))))
            }
            try await outbound.write(.end(nil))
        }
    }
}

extension HTTPRequest {
    fileprivate init(_ head: HTTPRequestHead) {
        self.init(
            method: .init(rawValue: head.method.rawValue) ?? .get, scheme: nil,
            authority: head.headers.first(name: "host"),
            path: head.uri)
        for (name, value) in head.headers {
            if let name = HTTPField.Name(name) { headerFields.append(HTTPField(name: name, value: value)) }
        }
    }
}

extension HTTPResponseHead {
    fileprivate init(_ reply: HTTPReply) {
        var headers = HTTPHeaders(reply.head.headerFields.map { ($0.name.rawName, $0.value) })
        if let length = reply.body.length { headers.add(name: "Content-Length", value: "\(length)") }
        self.init(
            version: .http1_1, status: .init(statusCode: reply.head.status.code), headers: headers)
    }
}

/// A key and a certificate that it signed itself.
struct Identity: Sendable {
    /// In PEM form.
    let certificate: String
    private let key: String

    /// Makes a certificate that is good for one IP address.
    init(address: [UInt8] = [127, 0, 0, 1]) throws {
        let secret = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("tollgate test") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(secret.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -3600), notValidAfter: Date(timeIntervalSinceNow: 3600),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: address[...]))])
            }, issuerPrivateKey: .init(secret))
        self.certificate = try certificate.serializeAsPEM().pemString
        key = secret.pemRepresentation
    }

    fileprivate func serverContext(http2: Bool) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        configuration.applicationProtocols = http2 ? ["h2", "http/1.1"] : ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
