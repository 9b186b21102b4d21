import HTTPTypes

/// The service answered, and its answer is an error.
///
/// Errors whose body is documented are thrown as a type of their own, with the body's members as properties; all others
/// as ``UnexpectedResponse``. Both are caught as `APIError`.
public protocol APIError: TollgateError {
    /// What came back.
    var response: FailedResponse { get set }
}

extension APIError {
    /// The HTTP status.
    public var status: Int { response.status }
    /// The service's own code for what went wrong, if the body has one.
    public var code: String? { response.code }
    /// What the service says in words, if the body has that.
    public var message: String? { response.message }
    /// The identifier to quote to the service's operators.
    public var requestID: String? { response.requestID }
    /// How long the service asks to wait before the next try.
    public var retryAfter: Duration? { response.retryAfter }
    /// The response's header fields.
    public var headers: HTTPFields { response.headers }
    /// The response's body, as it came.
    public var body: [UInt8] { response.body }
    /// The operation, `vluna.commit`.
    public var operation: String { response.call.operation }

    public var description: String { response.description }
}

/// A response that is an error.
public struct FailedResponse: Sendable, Hashable {
    /// Which call failed, and how often it was tried.
    public var call: CallSummary
    /// The HTTP status.
    public var status: Int
    /// The response's header fields.
    public var headers: HTTPFields
    /// The response's body, as it came. If the connection broke off, or the body exceeds the client's limit, its beginning.
    public var body: [UInt8]
    /// The identifier to quote to the service's operators: from the response's fields or body, else the one that was sent.
    public var requestID: String?
    /// How long the service asks to wait before the next try.
    public var retryAfter: Duration?
    /// The service's own code for what went wrong: `code`, `error.code`, `error.type` or `type` of the body.
    public var code: String?
    /// What the service says in words: `message`, `error.message`, `error.details`, `error`, `detail` or `title` of the
    /// body. Credentials that the request carried are blotted out.
    public var message: String?

    public init(
        call: CallSummary = CallSummary(), status: Int = 0, headers: HTTPFields = [:], body: [UInt8] = [],
        requestID: String? = nil, retryAfter: Duration? = nil, code: String? = nil, message: String? = nil
    ) {
        self.call = call
        self.status = status
        self.headers = headers
        self.body = body
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.code = code
        self.message = message
    }
}

/// An error response whose status or body the service's description does not document.
public struct UnexpectedResponse: APIError, Hashable {
    public var response: FailedResponse
    /// Why it is not an error of a documented type.
    public var reason: Reason

    public init(_ response: FailedResponse, reason: Reason = .undocumented) {
        self.response = response
        self.reason = reason
    }

    /// Why a response is not an error of a documented type.
    public enum Reason: Sendable, Hashable {
        /// No error type is documented for the status.
        case undocumented
        /// The body is not what the documentation says.
        case unreadable(JSONError)
        /// The body, or one event of a stream, is longer than the client accepts, in bytes. Of a success, too.
        case tooLong(limit: Int)
        /// A success, but not the stream of events that was asked for.
        case noStream(mediaType: String)
        /// The connection broke off in the body.
        case brokenOff
    }

    public var description: String {
        switch reason {
        case .undocumented: response.description
        case .unreadable(let error): response.description + " (The body is not what is documented: \(error).)"
        case .tooLong(let limit): response.description + " (The body is longer than the \(limit) bytes accepted.)"
        case .noStream(let type): response.description + " (Not a stream of events, but \(type.forLog).)"
        case .brokenOff: response.description + " (The connection broke off in the body.)"
        }
    }
}

/// The service reported an error in the course of a stream of events, which had begun as a success.
///
/// The status is that of the beginning, 200; ``APIError/body`` is the data of the event that reports the error, and
/// ``APIError/code`` and ``APIError/message`` are taken from it.
public struct StreamFailure: APIError, Hashable {
    public var response: FailedResponse

    public init(_ response: FailedResponse) {
        self.response = response
    }

    public var description: String {
        let said = [code?.forLog, message.map { "\"\($0.forLog)\"" }].compactMap { $0 }.joined(separator: ", ")
        return response.call.description(
            of: "the stream broke off with an error" + (said.isEmpty ? "" : ": \(said)"), requestID: requestID,
            advice: "What came before it is no complete answer.")
    }
}

extension FailedResponse: CustomStringConvertible, CustomReflectable {
    public var description: String {
        var failure = "status \(status)"
        if let code { failure += " \(code.forLog)" }
        if let message, message != code { failure += ", \"\(message.forLog)\"" }
        let advice = call.mayHaveBeenApplied && status >= 300 ? "\(advice) \(call.repetition)" : advice
        return call.description(of: failure, requestID: requestID, advice: advice)
    }

    /// A dump shows which header fields and how many bytes came, not what is in them.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "call": call, "status": status, "headers": headers.redacted, "body": "\(body.count) bytes",
                "requestID": requestID as Any, "retryAfter": retryAfter as Any, "code": code as Any,
                "message": message as Any,
            ], displayStyle: .struct)
    }

    /// What to do about it, in one sentence.
    private var advice: String {
        switch status {
        case 300..<400: "The service answers elsewhere: check the base URL; redirects are not followed."
        case 401: "Check the credential: it may be wrong, expired, or of another environment."
        case 402: "Check the balance or the budget."
        case 403: "Check what the credential may do."
        case 404: "Check the identifiers, and the base URL."
        case 408, 500...: "The service failed; if it lasts, report it with the request id."
        case 409: "Something else changed the same thing, or the idempotency key was used for another request."
        case 429: retryAfter.map { "Wait \($0.inSeconds), and call less often." } ?? "Call less often."
        case 400..<500: "Check the arguments."
        default: "Check that the base URL leads to the service."
        }
    }
}

extension String {
    /// On one line and not too long, for the middle of a description.
    var forLog: String {
        let flat = String(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        return flat.count <= 300 ? flat : flat.prefix(300) + "…"
    }
}
