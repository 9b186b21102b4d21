import HTTPTypes

/// What is fixed about an operation: where it is, what it returns and how it fails.
public struct Endpoint<Success: Sendable>: Sendable {
    /// The operation's name, `vluna.commit`.
    public let id: String
    public let method: HTTPRequest.Method
    /// The path below the base URL, with parameters in braces: `/budgets/{budget_id}`.
    public let path: String
    /// The field that carries the idempotency key, if the operation takes one.
    public let idempotencyKey: HTTPField.Name?
    /// The documented errors.
    public let errors: [DocumentedError]

    /// The media type to ask for.
    let accept: String
    let reception: Reception
    let decode: @Sendable (ReceivedReply) throws(JSONError) -> Success
}

/// How the body of a success is received.
enum Reception: Sendable {
    /// As a whole.
    case whole
    /// As a stream, which the caller reads. If a media type is given, a response of another one is an error.
    case streamed(mediaType: String? = nil)
}

extension Endpoint where Success: JSONConvertible {
    /// An operation that answers with JSON.
    public init(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: "application/json", reception: .whole,
            decode: { reply throws(JSONError) in try Success(jsonBytes: reply.body.bytes ?? []) })
    }
}

extension Endpoint where Success == Void {
    /// An operation whose response body means nothing.
    public init(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: "application/json", reception: .whole, decode: { _ throws(JSONError) in })
    }
}

extension Endpoint where Success == HTTPBody {
    /// An operation that answers with bytes: audio, a file. They are returned as they come.
    public init(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        accept: String = "*/*", errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: accept, reception: .streamed(), decode: { reply throws(JSONError) in reply.body })
    }
}

extension Endpoint {
    /// An operation that answers with a stream of events.
    ///
    /// `format` says how the response carries them. `end` is the data of the event that ends the stream, `[DONE]`; nil
    /// if the response's end does.
    public init<Event>(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        format: EventFormat = .serverSentEvents, end: String? = nil, errors: [DocumentedError] = []
    ) where Success == EventStream<Event> {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: format.mediaType,
            reception: .streamed(mediaType: format == .serverSentEvents ? format.mediaType : nil),
            decode: { reply throws(JSONError) in EventStream(reply, format: format, end: end) })
    }
}

/// An error response that the description of an operation documents, and the type that is thrown for it.
public struct DocumentedError: Sendable {
    let statuses: ClosedRange<Int>
    let decode: @Sendable ([UInt8]) throws(JSONError) -> any APIError

    /// The error for one status.
    public init<Failure: APIError & JSONConvertible>(_ status: Int, _ type: Failure.Type) {
        self.init(status...status, type)
    }

    /// The error for a range of statuses, as `4XX`.
    public init<Failure: APIError & JSONConvertible>(_ statuses: ClosedRange<Int>, _ type: Failure.Type) {
        self.statuses = statuses
        decode = { bytes throws(JSONError) in try Failure(jsonBytes: bytes) }
    }

    /// The error for all statuses that nothing else is documented for.
    public init<Failure: APIError & JSONConvertible>(default type: Failure.Type) {
        self.init(100...999, type)
    }
}

extension [DocumentedError] {
    /// The narrowest entry that covers the status.
    func first(for status: Int) -> DocumentedError? {
        filter { $0.statuses.contains(status) }.min { $0.statuses.count < $1.statuses.count }
    }
}
