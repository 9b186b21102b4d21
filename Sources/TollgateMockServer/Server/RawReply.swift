import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1

/// An answer that no HTTP library would send: it is written to the connection past the one that serves it.
struct RawReply: Sendable {
    private let head: [String]
    private let body: [UInt8]
    private let pause: MockPause?

    init(_ reply: MockReply) {
        let reason = HTTPResponse.Status(code: reply.status).reasonPhrase
        var head = ["HTTP/1.1 \(reply.status) \(reason)"]
        for field in reply.headers { head.append("\(field.name.rawName): \(field.value)") }
        let bytes = reply.bytes
        if reply.delivery.hasMalformedChunks {
            head.append("Transfer-Encoding: chunked")
            let first = bytes.prefix(max(1, bytes.count / 2))
            body = Array("\(String(first.count, radix: 16))\r\n".utf8) + first + Array("\r\nno length\r\n".utf8)
        } else {
            head.append("Content-Length: \(bytes.count)")
            body = bytes
        }
        self.head = head + ["Connection: close", ""]
        pause = reply.delivery.headPause
    }

    /// Writes the answer and closes the connection.
    func send(on channel: any Channel, clock: MockClock) async throws {
        for line in head {
            try await pause?.wait(clock)
            try await write(Array("\(line)\r\n".utf8), on: channel)
        }
        try await write(body, on: channel)
        // Clients drop what they have not read when a connection ends. A moment lets them read it.
        try await Task.sleep(for: .milliseconds(50))
        try? await channel.close()
    }

    private func write(_ bytes: [UInt8], on channel: any Channel) async throws {
        let written = channel.eventLoop.flatSubmit {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            do {
                let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                encoder.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: promise)
            } catch {
                promise.fail(error)
            }
            return promise.futureResult
        }
        try await written.get()
    }
}
