import Foundation
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
    /// The statuses of a success.
    private(set) var successes = 200...299
    /// Whether the client's credential is sent.
    private(set) var sendsCredential = true
    /// Where the operation is, if that is not where the client's base URL leads.
    private(set) var server: ServerOverride?
}

/// The place of an operation that has one of its own.
struct ServerOverride: Sendable {
    /// As the service's description says.
    let url: String
    /// The base URL that the description gives to all other operations. A client with another one, such as that of a
    /// mock, sends the operation there, too.
    let unless: URL
}

extension Endpoint {
    /// The endpoint of an operation that is open to everybody: the client's credential is not sent.
    public func withoutCredential() -> Endpoint {
        with { $0.sendsCredential = false }
    }

    /// The endpoint of an operation that succeeds by leading elsewhere, too: statuses from 300 to 399 are no errors.
    public func allowingRedirects() -> Endpoint {
        with { $0.successes = 200...399 }
    }

    /// The endpoint of an operation that is at a place of its own, as long as a client has the default base URL.
    public func at(_ url: String, unlessMovedFrom defaultBaseURL: URL) -> Endpoint {
        with { $0.server = ServerOverride(url: url, unless: defaultBaseURL) }
    }

    private func with(_ change: (inout Endpoint) -> Void) -> Endpoint {
        var copy = self
        change(&copy)
        return copy
    }
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
        accept: String = "application/json", errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: accept, reception: .whole,
            decode: { reply throws(JSONError) in try Success(jsonBytes: reply.body.bytes ?? []) })
    }

    /// An operation that answers with JSON, or with nothing at all.
    public init<Value: JSONConvertible>(
        orNothing id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        accept: String = "application/json", errors: [DocumentedError] = []
    ) where Success == Value? {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: accept, reception: .whole,
            decode: { reply throws(JSONError) in
                let bytes = reply.body.bytes ?? []
                return bytes.isEmpty ? nil : try Success(jsonBytes: bytes)
            })
    }
}

extension Endpoint where Success == String {
    /// An operation that answers with text.
    public init(
        text id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        accept: String = "text/plain", errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: accept, reception: .whole,
            decode: { reply throws(JSONError) in String(decoding: reply.body.bytes ?? [], as: UTF8.self) })
    }
}

/// What a call returns whose success is of one type for one status and of another type for another one.
public protocol StatusResult: Sendable {
    init(status: Int, body: [UInt8]) throws(JSONError)
}

extension Endpoint where Success: StatusResult {
    /// An operation whose answer depends on the status.
    public init(
        byStatus id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        accept: String = "application/json", errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: accept, reception: .whole,
            decode: { reply throws(JSONError) in
                try Success(status: reply.head.status.code, body: reply.body.bytes ?? [])
            })
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

extension Endpoint where Success == ServerSentEvents {
    /// An operation that answers with a stream of events whose data is no JSON.
    public init(
        events id: String, _ method: HTTPRequest.Method, _ path: String, idempotencyKey: HTTPField.Name? = nil,
        errors: [DocumentedError] = []
    ) {
        self.init(
            id: id, method: method, path: path, idempotencyKey: idempotencyKey, errors: errors,
            accept: EventFormat.serverSentEvents.mediaType,
            reception: .streamed(mediaType: EventFormat.serverSentEvents.mediaType),
            decode: { reply throws(JSONError) in ServerSentEvents(reply, format: .serverSentEvents) })
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

    /// The error for one status, whose body is no object: it is thrown as ``DocumentedFailure``.
    public init<Content: JSONConvertible & Sendable>(_ status: Int, content type: Content.Type) {
        self.init(status...status, content: type)
    }

    /// The error for a range of statuses, whose body is no object: it is thrown as ``DocumentedFailure``.
    public init<Content: JSONConvertible & Sendable>(_ statuses: ClosedRange<Int>, content type: Content.Type) {
        self.statuses = statuses
        decode = { bytes throws(JSONError) in DocumentedFailure(content: try Content(jsonBytes: bytes)) }
    }

    /// The error for all statuses that nothing else is documented for, whose body is no object.
    public init<Content: JSONConvertible & Sendable>(defaultContent type: Content.Type) {
        self.init(100...999, content: type)
    }
}

/// An error response whose documented body is a list, a string or one of several shapes.
///
///     catch let error as DocumentedFailure<[Api.Violation]> { … error.content … }
public struct DocumentedFailure<Content: Sendable>: APIError {
    /// What the body says.
    public let content: Content
    public var response: FailedResponse

    public init(content: Content, response: FailedResponse = FailedResponse()) {
        self.content = content
        self.response = response
    }
}

extension [DocumentedError] {
    /// The narrowest entry that covers the status.
    func first(for status: Int) -> DocumentedError? {
        filter { $0.statuses.contains(status) }.min { $0.statuses.count < $1.statuses.count }
    }
}

extension HTTPRequest.Method {
    /// A method that is written out in source code.
    ///
    /// Stops the program if the literal cannot be a method.
    public static func named(_ literal: StaticString) -> Self {
        guard let method = Self("\(literal)") else { preconditionFailure("\(literal) is no HTTP method") }
        return method
    }
}
