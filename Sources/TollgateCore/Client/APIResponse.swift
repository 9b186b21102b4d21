import HTTPTypes
import Synchronization

/// What a call returned, and the response it came in.
public struct APIResponse<Payload> {
    public let payload: Payload
    /// The HTTP status.
    public let status: Int
    public let headers: HTTPFields
    /// The identifier to quote to the service's operators.
    public let requestID: String?
    /// The body, as it came.
    public let body: [UInt8]
    /// Which call it was, and how often it was tried.
    public let call: CallSummary
}

extension APIResponse: Sendable where Payload: Sendable {}

extension APIResponse: CustomStringConvertible {
    /// Neither the payload nor the body.
    public var description: String {
        "\(call.operation): status \(status), \(body.count) bytes (\(call.trace(requestID: requestID)))"
    }
}

/// A complete response with a status from 200 to 299.
struct ReceivedReply: Sendable {
    let head: HTTPResponse
    let body: [UInt8]
    let requestID: String?
    let call: CallSummary
}

/// Keeps the last response of one copy of a client.
final class ResponseRecorder: Sendable {
    private let reply = Mutex<ReceivedReply?>(nil)

    var last: ReceivedReply? { reply.withLock { $0 } }

    func record(_ reply: ReceivedReply) {
        self.reply.withLock { $0 = reply }
    }
}
