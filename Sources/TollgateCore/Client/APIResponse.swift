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
    /// The body, as it came; empty if the call returns it as a stream.
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

/// A response with a status from 200 to 299: a complete one, or one whose body is a stream.
struct ReceivedReply: Sendable {
    let head: HTTPResponse
    let body: HTTPBody
    let requestID: String?
    let call: CallSummary
    /// The longest body, or event of a stream, to accept.
    let limit: Int
    /// Makes a failure of what came. A closure, because it knows the request's secrets, which no dump may show.
    let failure: @Sendable (_ body: [UInt8]) -> FailedResponse

    /// What is wrong with the body, or with one event of a stream.
    func decodingFailure(
        _ error: JSONError, in body: [UInt8], event: (number: Int, name: String)? = nil
    ) -> DecodingFailure {
        DecodingFailure(
            error, status: head.status.code, headers: head.headerFields, body: body, requestID: requestID, call: call,
            event: event.map { DecodingFailure.Event(number: $0.number, name: $0.name) })
    }
}

extension ReceivedReply {
    /// A stream that no call returned.
    init(of body: HTTPBody, limit: Int) {
        self.init(
            head: HTTPResponse(status: .ok), body: body, requestID: nil, call: CallSummary(), limit: limit,
            failure: { FailedResponse(head: HTTPResponse(status: .ok), body: $0) })
    }
}

/// Keeps the last response of one copy of a client.
final class ResponseRecorder: Sendable {
    private let reply = Mutex<ReceivedReply?>(nil)

    var last: ReceivedReply? { reply.withLock { $0 } }

    func record(_ reply: ReceivedReply) {
        self.reply.withLock { $0 = reply }
    }
}
