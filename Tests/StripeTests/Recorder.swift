import Synchronization
import TollgateCore

/// A transport that keeps what is sent, and gives the same answer to everything.
final class Recorder: HTTPTransport {
    struct Sent: Sendable {
        var request: HTTPRequest
        var body: String
    }

    private let kept = Mutex<[Sent]>([])
    private let answer: (status: Int, body: String)

    init(status: Int = 200, body: String = "{}") {
        answer = (status, body)
    }

    var sent: [Sent] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let bytes = try await body.collect(upTo: 1 << 20)
        kept.withLock { $0.append(Sent(request: request, body: String(decoding: bytes, as: UTF8.self))) }
        return HTTPReply(
            head: HTTPResponse(
                status: .init(code: answer.status), headerFields: [.contentType: "application/json"]),
            body: HTTPBody(answer.body))
    }
}
