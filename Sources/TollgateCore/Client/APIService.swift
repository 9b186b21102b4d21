/// The client of a service: something that calls its operations through an ``APIClient``.
public protocol APIService: Sendable {
    var client: APIClient { get set }
}

extension APIService {
    /// A copy with another limit on a whole call; nil for none.
    public func with(timeout: Duration?) -> Self {
        with { $0.timeout = timeout }
    }

    /// A copy with another limit on the silence between two pieces of a streamed response; nil for none.
    public func with(idleTimeout: Duration?) -> Self {
        with { $0.idleTimeout = idleTimeout }
    }

    /// A copy that sends this key, where an operation takes one. Calls with one key are done once.
    public func with(idempotencyKey: String) -> Self {
        with { $0.idempotencyKey = idempotencyKey }
    }

    /// A copy that sends this request id.
    public func with(requestID: String) -> Self {
        with { $0.headers[.requestID] = requestID }
    }

    /// A copy with another retry policy.
    public func with(retry: RetryPolicy) -> Self {
        with { $0.retry = retry }
    }

    /// A copy with another limit on opening a connection.
    public func with(connectTimeout: Duration) -> Self {
        with { $0.connectTimeout = connectTimeout }
    }

    /// A copy that accepts response bodies, or events of a stream, of at most so many bytes.
    public func with(bodyLimit: Int) -> Self {
        with { $0.bodyLimit = bodyLimit }
    }

    /// A copy that proves with another credential who is calling; nil for nobody.
    public func with(credential: (any Credential)?) -> Self {
        with { $0.credential = credential }
    }

    /// A copy whose calls are watched; nil for by nobody.
    public func with(observer: (any CallObserver)?) -> Self {
        with { $0.observer = observer }
    }

    private func with(_ change: (inout APIClient) -> Void) -> Self {
        var copy = self
        change(&copy.client)
        return copy
    }

    /// Makes a call, and returns its whole response besides what the call returns.
    ///
    ///     let full = try await vluna.response { try await $0.billing.wallet.balance() }
    ///     print(full.requestID ?? "", full.payload)
    ///
    /// - Parameters:
    ///   - isolation: The caller's actor.
    ///   - call: Makes one call with the client it is given. If it makes several, the last response is returned.
    /// - Returns: What `call` returns, and the response it came in.
    /// - Throws: What `call` throws; ``ConfigurationError`` if it makes no call with the client it is given.
    public func response<Payload>(
        isolation: isolated (any Actor)? = #isolation, _ call: (Self) async throws -> Payload
    ) async throws -> APIResponse<Payload> {
        let recorder = ResponseRecorder()
        let payload = try await call(with { $0.recorder = recorder })
        guard let reply = recorder.last else {
            throw ConfigurationError("The closure of response { } returned without a call through its argument.")
        }
        return APIResponse(
            payload: payload, status: reply.head.status.code, headers: reply.head.headerFields,
            requestID: reply.requestID, body: reply.body.bytes ?? [], call: reply.call)
    }
}
