import HTTPTypes
import Synchronization

extension Exchange {
    enum Outcome {
        case success(HTTPReply, to: HTTPRequest)
        case failure(FailedTry)
    }

    /// How one try failed.
    enum FailedTry {
        case response(FailedResponse, UnexpectedResponse.Reason?, to: HTTPRequest)
        case connection(ConnectionError, afterSuccess: Bool)
        case connectTimeout(TimeoutError)

        var forPolicy: RetryPolicy.Failure {
            switch self {
            case .response(let response, _, _): .status(response.status, retryAfter: response.retryAfter)
            case .connection(_, let afterSuccess): afterSuccess ? .brokenSuccess : .connection
            case .connectTimeout: .connection
            }
        }

        /// Whether the service may have done the work.
        var mayHaveBeenApplied: Bool {
            switch self {
            case .response(let response, _, _):
                // A success whose body cannot be accepted is one.
                response.status == 408 || response.status >= 500 || (200...299).contains(response.status)
            case .connection(let error, _): error.mayHaveBeenApplied
            case .connectTimeout(let error): error.mayHaveBeenApplied
            }
        }
    }

    /// - Throws: What ends the call without regard to the retry policy: what the credential throws, the end of the time.
    func attempt() async throws -> Outcome {
        guard let observation else { return try await attempt(call.head) }
        let start = client.time.uptime
        var request = call.head
        observation.tryBegins(&request, number: progress.tries + 1)
        do {
            let outcome = try await attempt(request)
            observation.tryEnded(outcome.report(duration: client.time.uptime - start))
            return outcome
        } catch {
            observation.tryEnded(TryOutcome(error: error, duration: client.time.uptime - start))
            throw error
        }
    }

    private func attempt(_ bare: HTTPRequest) async throws -> Outcome {
        var request = bare
        try await call.credential?.authorize(&request, body: call.body)
        audit?.used(secrets: request.secrets(addedTo: bare))
        progress.begin()
        do {
            var timeouts = HTTPTimeouts(connect: client.connectTimeout, response: timeLeft)
            if case .streamed = call.reception { timeouts.idle = client.idleTimeout }
            let reply = try await client.transport.send(request, body: call.body, timeouts: timeouts)
            return try await receive(reply, to: request)
        } catch let error as TimeoutError where error.limit == .connect {
            return .failure(.connectTimeout(error))
        } catch is TimeoutError {
            throw timedOut()
        } catch let error where error.isForTheCaller {
            // No further try will change that.
            throw error
        } catch {
            return .failure(.connection(ConnectionError(wrapping: error), afterSuccess: false))
        }
    }

    private func receive(_ reply: HTTPReply, to request: HTTPRequest) async throws -> Outcome {
        let isSuccess = call.successes.contains(reply.head.status.code)
        var reason: UnexpectedResponse.Reason?
        if isSuccess, case .streamed(let expected) = call.reception {
            reason = reply.head.headerFields.otherMediaType(than: expected).map { .noStream(mediaType: $0) }
            if reason == nil { return .success(reply, to: request) }
        }
        let (body, problem) = await reply.body.collectBeginning(upTo: client.bodyLimit)
        switch problem {
        case nil: break
        case let tooLarge as HTTPBody.TooLarge: reason = .tooLong(limit: tooLarge.limit)
        case let timeout as TimeoutError: throw timeout
        case let error? where error.isForTheCaller: throw error
        case let error? where isSuccess:
            var error = ConnectionError(wrapping: error)
            error.mayHaveBeenApplied = true
            return .failure(.connection(error, afterSuccess: true))
        case _?: reason = .brokenOff
        }
        guard !isSuccess || reason != nil else {
            return .success(HTTPReply(head: reply.head, body: HTTPBody(body)), to: request)
        }
        let response = FailedResponse(
            head: reply.head, body: body, request: request, secrets: request.secrets(addedTo: call.head),
            now: client.time.now)
        return .failure(.response(response, reason, to: request))
    }

    func received(_ reply: HTTPReply, to request: HTTPRequest) -> ReceivedReply {
        let summary = summary(.succeeded)
        return ReceivedReply(
            head: reply.head,
            body: reply.body.limited(
                silence: client.idleTimeout, time: client.time, call: summary, observation: streamObservation),
            requestID: reply.head.headerFields.requestID ?? request.headerFields[.requestID], call: summary,
            limit: client.bodyLimit,
            failure: { [head = reply.head, bare = call.head, time = client.time] body in
                var response = FailedResponse(
                    head: head, body: body, request: request, secrets: request.secrets(addedTo: bare), now: time.now)
                response.call = summary
                return response
            })
    }

    private var streamObservation: (any CallObservation)? {
        if case .streamed = call.reception { observation } else { nil }
    }

    /// What is known of the call while it runs.
    final class Progress: Sendable {
        private struct State {
            var tries = 0
            var isUnderWay = false
            var mayHaveBeenApplied = false
            var isRenewed = false
        }

        private let state = Mutex(State())

        var tries: Int { state.withLock { $0.tries } }

        /// Whether a try followed because the credential had a new proof.
        var isRenewed: Bool { state.withLock { $0.isRenewed } }

        func renew() { state.withLock { $0.isRenewed = true } }

        var mayHaveBeenApplied: Bool { state.withLock { $0.mayHaveBeenApplied || $0.isUnderWay } }

        func begin() {
            state.withLock { state in
                state.tries += 1
                state.isUnderWay = true
            }
        }

        func end(mayHaveBeenApplied: Bool) {
            state.withLock { state in
                state.isUnderWay = false
                if mayHaveBeenApplied { state.mayHaveBeenApplied = true }
            }
        }
    }
}

extension Exchange.Outcome {
    fileprivate func report(duration: Duration) -> TryOutcome {
        switch self {
        case .success(let reply, let request):
            TryOutcome(
                status: reply.head.status.code, headers: reply.head.headerFields,
                requestID: reply.head.headerFields.requestID ?? request.headerFields[.requestID],
                bodyLength: reply.body.bytes?.count, duration: duration)
        case .failure(.response(let response, _, _)):
            TryOutcome(
                status: response.status, headers: response.headers, requestID: response.requestID,
                bodyLength: response.body.count, duration: duration)
        case .failure(.connection(let error, _)): TryOutcome(error: error, duration: duration)
        case .failure(.connectTimeout(let error)): TryOutcome(error: error, duration: duration)
        }
    }
}

extension ConnectionError {
    /// An error that a transport threw; one that is none of the library's is named by its type alone.
    init(wrapping error: any Error) {
        if let error = error as? ConnectionError {
            self = error
        } else {
            self.init(.other, mayHaveBeenApplied: true, detail: "\(type(of: error))", underlying: error)
        }
    }
}

extension HTTPFields {
    /// The media type, if there is one and it is not the expected one.
    fileprivate func otherMediaType(than expected: String?) -> String? {
        guard let expected, let type = self[.contentType] else { return nil }
        let name = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        return name == expected ? nil : name
    }
}

extension HTTPBody {
    /// Reads as much as comes.
    /// - Returns: The bytes, up to the limit, and why they are not the whole body, if they are not.
    fileprivate func collectBeginning(upTo limit: Int) async -> ([UInt8], (any Error)?) {
        var bytes: [UInt8] = []
        do {
            for try await chunk in self {
                guard bytes.count + chunk.count <= limit else {
                    return (bytes + chunk.prefix(limit - bytes.count), TooLarge(limit: limit))
                }
                if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
            }
            return (bytes, nil)
        } catch {
            return (bytes, error)
        }
    }
}
