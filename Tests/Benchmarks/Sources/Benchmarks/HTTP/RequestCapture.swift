import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization
import TollgateCore

/// A request as the SDK has made it, signed and complete.
struct CapturedRequest: Sendable {
    var head: HTTPRequest
    var body: [UInt8]

    /// As it stands on the wire.
    var wireBytes: [UInt8] {
        let fields = head.headerFields.map { "\($0.name.rawName): \($0.value)\r\n" }.joined()
        let length = body.isEmpty ? "" : "Content-Length: \(body.count)\r\n"
        let text = "\(head.method.rawValue) \(head.path ?? "/") HTTP/1.1\r\nHost: \(head.authority ?? "")\r\n"
        return Array("\(text)\(length)\(fields)\r\n".utf8) + body
    }

    /// As AsyncHTTPClient takes it.
    var clientRequest: HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://\(head.authority ?? "")\(head.path ?? "/")")
        request.method = HTTPMethod(rawValue: head.method.rawValue)
        for field in head.headerFields { request.headers.add(name: field.name.rawName, value: field.value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        return request
    }
}

/// A transport that keeps the requests which it passes on, and the answers.
final class RequestCapture: HTTPTransport {
    private let transport: any HTTPTransport
    private let exchanges = Mutex<[(request: CapturedRequest, reply: [UInt8])]>([])

    init(transport: any HTTPTransport) {
        self.transport = transport
    }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let reply = try await transport.send(request, body: body, timeouts: timeouts)
        let exchange = (CapturedRequest(head: request, body: body.bytes ?? []), reply.body.bytes ?? [])
        exchanges.withLock { $0.append(exchange) }
        return reply
    }

    /// The exchanges since the last time.
    func take() -> [(request: CapturedRequest, reply: [UInt8])] {
        exchanges.withLock { exchanges in
            defer { exchanges = [] }
            return exchanges
        }
    }
}

/// A transport that gives the same answer to all requests.
struct CannedTransport: HTTPTransport {
    /// JSON.
    let reply: [UInt8]

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(reply))
    }
}
