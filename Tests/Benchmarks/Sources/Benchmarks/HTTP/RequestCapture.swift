import Foundation
import Synchronization
import TollgateCore

/// A transport that keeps the requests as they would stand on the wire, and answers all of them with the same reply.
final class RequestCapture: HTTPTransport {
    private let reply: [UInt8]
    private let captured = Mutex<[[UInt8]]>([])

    /// - Parameter reply: the body of a reply that the caller can read.
    init(reply: [UInt8]) {
        self.reply = reply
    }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let content = body.bytes ?? []
        let fields = request.headerFields.map { "\($0.name.rawName): \($0.value)\r\n" }.joined()
        let head = """
            \(request.method.rawValue) \(request.path ?? "/") HTTP/1.1\r
            Host: \(request.authority ?? "")\r
            Content-Length: \(content.count)\r
            \(fields)\r

            """
        captured.withLock { $0.append(Array(head.utf8) + content) }
        return HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(reply))
    }

    /// The requests since the last time.
    func take() -> [[UInt8]] {
        captured.withLock { captured in
            defer { captured = [] }
            return captured
        }
    }
}
