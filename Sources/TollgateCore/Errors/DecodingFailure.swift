import HTTPTypes

/// The service answered with success, but its body is not what the description documents.
public struct DecodingFailure: TollgateError {
    /// What is wrong, and where in the body.
    public var error: JSONError
    /// The HTTP status.
    public var status: Int
    /// The response's header fields.
    public var headers: HTTPFields
    /// The response's body, as it came.
    public var body: [UInt8]
    /// The identifier to quote to the service's operators.
    public var requestID: String?
    /// Which event of a stream it was; nil if the response is none. Then ``body`` is the event's data.
    public var event: Event?
    /// Which call it was. It succeeded at the service: repeating it does the work twice, unless it is idempotent.
    public var call: CallSummary

    public init(
        _ error: JSONError, status: Int, headers: HTTPFields, body: [UInt8], requestID: String?, call: CallSummary,
        event: Event? = nil
    ) {
        self.error = error
        self.status = status
        self.headers = headers
        self.body = body
        self.requestID = requestID
        self.call = call
        self.event = event
    }

    /// One event of a stream.
    public struct Event: Sendable, Hashable {
        /// The first is 1.
        public var number: Int
        /// `message` if the stream gives it none.
        public var name: String

        public init(number: Int, name: String) {
            self.number = number
            self.name = name
        }
    }

    /// The operation, `vluna.commit`.
    public var operation: String { call.operation }

    /// Where in the body: `$.data.items[3].amount`.
    public var path: String { error.path }

    public var description: String {
        let type = headers[.contentType].map { ", \($0.forLog)" } ?? ""
        let what = event.map { "event \($0.number) (\($0.name.forLog)) of its stream" } ?? "its response"
        return "\(operation) succeeded, but \(what) cannot be read: \(error) (status \(status), "
            + "\(body.count) bytes\(type); \(call.trace(requestID: requestID))). The service may be newer than this library; "
            + "the body is in `body`."
    }
}

extension DecodingFailure: CustomReflectable {
    /// A dump shows which header fields and how many bytes came, not what is in them.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "error": error, "status": status, "headers": headers.redacted, "body": "\(body.count) bytes",
                "requestID": requestID as Any, "event": event as Any, "call": call,
            ], displayStyle: .struct)
    }
}
