import Foundation
import HTTPTypes

/// Calls the operations of one service: where it is, how to reach it and who is calling.
///
/// It is a value: a copy with other settings leaves the original as it was. Copies share their ``RetryBudget``.
public struct APIClient: Sendable {
    /// Where the service is; operations' paths are appended. `https://host/prefix`, without query and user name.
    public var baseURL: URL {
        didSet { base = BaseURL.parsed(baseURL) }
    }
    /// The parts of the base URL, or why it is none; taken apart once, not with every call.
    private(set) var base: Result<BaseURL, ConfigurationError>
    public var transport: any HTTPTransport
    /// Proves who is calling; nil for nobody.
    public var credential: (any Credential)?
    public var retry: RetryPolicy
    /// Bounds the retries of all copies of the client together.
    public var retryBudget: RetryBudget
    /// The limit on a whole call: all tries, and the waits between them. Nil for none.
    ///
    /// Of a call that returns a stream it is the limit until the stream begins.
    public var timeout: Duration?
    /// The limit on the silence between two pieces of a streamed response. Nil for none.
    public var idleTimeout: Duration?
    /// The limit on opening a connection.
    public var connectTimeout: Duration
    /// Sent with every call. What an operation sends itself goes before.
    public var headers: HTTPFields
    /// Sent by the operations that take an idempotency key; nil for a new one each call.
    public var idempotencyKey: String?
    /// The longest response body to accept, in bytes. Of a stream of events it is the longest event.
    public var bodyLimit: Int
    public var time: any TimeSource
    /// Watches the calls, for logs, metrics and traces; nil for nobody.
    public var observer: (any CallObserver)?
    /// Set on the copy that ``APIService/response(isolation:_:)`` hands out.
    var recorder: ResponseRecorder?

    /// - Parameters:
    ///   - baseURL: Where the service is: `https://host/prefix`, without query and user name.
    ///   - transport: The way to the network.
    ///   - credential: Proves who is calling; nil for nobody.
    ///   - headers: Sent with every call.
    ///   - retry: When a failed try is followed by another one.
    ///   - timeout: The limit on a whole call; nil for none.
    ///   - connectTimeout: The limit on opening a connection.
    ///   - time: The clock.
    public init(
        baseURL: URL, transport: any HTTPTransport, credential: (any Credential)? = nil, headers: HTTPFields = [:],
        retry: RetryPolicy = .standard, timeout: Duration? = .seconds(30), connectTimeout: Duration = .seconds(5),
        time: any TimeSource = .system
    ) {
        self.baseURL = baseURL
        base = BaseURL.parsed(baseURL)
        self.transport = transport
        self.credential = credential
        self.headers = headers
        self.retry = retry
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.time = time
        retryBudget = RetryBudget()
        idleTimeout = .seconds(60)
        bodyLimit = 64 << 20
    }

    /// Calls an operation.
    /// - Returns: What the service answered with a status from 200 to 299. A stream is returned when it begins; its
    ///   connection is released when its end has been read, or when it is dropped.
    /// - Throws: A ``TollgateError``: an ``APIError`` for any other status (of the documented type, or
    ///   ``UnexpectedResponse``), ``ConnectionError``, ``TimeoutError``, ``DecodingFailure``, ``InvalidRequest`` or
    ///   ``ConfigurationError``. `CancellationError` when the task is cancelled. What the credential throws.
    public func send<Success>(_ request: APIRequest<Success>) async throws -> Success {
        let call = try PreparedCall(request, client: self)
        return try await Exchange(client: self, call: call).run(request.endpoint.decode)
    }
}

extension APIClient: CustomStringConvertible, CustomReflectable {
    /// Never a credential or a header field.
    public var description: String { "APIClient(\(baseURL.host ?? "no host"))" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
