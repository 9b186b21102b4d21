import HTTPTypes
import Synchronization

/// One call on its way: its tries, the waits between them, and the limit on the whole.
struct Exchange: Sendable {
    let client: APIClient
    let call: PreparedCall
    private let started: Duration
    private let progress = Progress()

    init(client: APIClient, call: PreparedCall) {
        self.client = client
        self.call = call
        started = client.time.uptime
    }

    /// - Returns: The first response with a status from 200 to 299.
    /// - Throws: As ``APIClient/send(_:)``, decoding apart.
    func run() async throws -> ReceivedReply {
        do {
            guard let limit = client.timeout else { return try await attempts() }
            return try await within(limit)
        } catch {
            throw Task.isCancelled ? CancellationError() : error
        }
    }

    private func within(_ limit: Duration) async throws -> ReceivedReply {
        let reply = try await withThrowingTaskGroup(of: ReceivedReply?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await attempts() }
            group.addTask {
                try await client.time.expire(after: limit)
                return nil
            }
            return try await group.next() ?? nil
        }
        guard let reply else { throw timedOut() }
        return reply
    }

    private func attempts() async throws -> ReceivedReply {
        while true {
            try Task.checkCancellation()
            switch try await attempt() {
            case .success(let reply, let request):
                client.retryBudget.putBack()
                return received(reply, to: request)
            case .failure(let failure):
                try Task.checkCancellation()
                progress.end(mayHaveBeenApplied: failure.mayHaveBeenApplied)
                switch decision(after: failure) {
                case .retry(let wait): try await client.time.sleep(for: wait)
                case .stop(let end): throw error(for: failure, end)
                }
            }
        }
    }

    /// What the retry policy says, as far as the body, the time and the retry budget allow it.
    private func decision(after failure: FailedTry) -> RetryPolicy.Decision {
        let decision = client.retry.decision(
            after: failure.forPolicy, tries: progress.tries, isRepeatable: call.isRepeatable)
        guard case .retry(let wait) = decision else { return decision }
        guard call.body.isUnread else { return .stop(.bodyNotReplayable) }
        if let left = timeLeft, wait >= left { return .stop(.noTimeLeft(wait: wait)) }
        return client.retryBudget.take() ? decision : .stop(.budgetSpent)
    }

    private func error(for failure: FailedTry, _ end: CallSummary.End) -> any Error {
        let summary = summary(end)
        switch failure {
        case .response(var response, let reason):
            response.call = summary
            return call.errors.error(for: response, reason)
        case .connection(var error, _):
            error.call = summary
            error.mayHaveBeenApplied = progress.mayHaveBeenApplied
            return error
        case .connectTimeout(var error):
            error.call = summary
            error.mayHaveBeenApplied = progress.mayHaveBeenApplied
            return error
        }
    }

    private func timedOut() -> TimeoutError {
        TimeoutError(
            .call, of: client.timeout ?? elapsed, mayHaveBeenApplied: progress.mayHaveBeenApplied,
            call: summary(.noTriesLeft))
    }

    private var elapsed: Duration { client.time.uptime - started }

    private var timeLeft: Duration? { client.timeout.map { $0 - elapsed } }

    private func summary(_ end: CallSummary.End) -> CallSummary {
        CallSummary(
            operation: call.operation, method: call.head.method, url: call.url, tries: progress.tries,
            elapsed: elapsed, idempotencyKey: call.idempotencyKey, end: end)
    }
}

// MARK: - One try

extension Exchange {
    private enum Outcome {
        case success(HTTPReply, to: HTTPRequest)
        case failure(FailedTry)
    }

    /// How one try failed.
    private enum FailedTry {
        case response(FailedResponse, UnexpectedResponse.Reason?)
        case connection(ConnectionError, afterSuccess: Bool)
        case connectTimeout(TimeoutError)

        var forPolicy: RetryPolicy.Failure {
            switch self {
            case .response(let response, _): .status(response.status, retryAfter: response.retryAfter)
            case .connection(_, let afterSuccess): afterSuccess ? .brokenSuccess : .connection
            case .connectTimeout: .connection
            }
        }

        /// Whether the service may have done the work.
        var mayHaveBeenApplied: Bool {
            switch self {
            case .response(let response, _): response.status == 408 || response.status >= 500
            case .connection(let error, _): error.mayHaveBeenApplied
            case .connectTimeout(let error): error.mayHaveBeenApplied
            }
        }
    }

    /// - Throws: What ends the call without regard to the retry policy: what the credential throws, the end of the time.
    private func attempt() async throws -> Outcome {
        var request = call.head
        try await client.credential?.authorize(&request, body: call.body)
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
        } catch {
            return .failure(.connection(ConnectionError(wrapping: error), afterSuccess: false))
        }
    }

    private func receive(_ reply: HTTPReply, to request: HTTPRequest) async throws -> Outcome {
        let isSuccess = reply.head.status.kind == .successful
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
        return .failure(.response(response, reason))
    }

    private func received(_ reply: HTTPReply, to request: HTTPRequest) -> ReceivedReply {
        let summary = summary(.succeeded)
        return ReceivedReply(
            head: reply.head,
            body: reply.body.limited(silence: client.idleTimeout, time: client.time, call: summary),
            requestID: reply.head.headerFields.requestID ?? request.headerFields[.requestID], call: summary,
            limit: client.bodyLimit,
            failure: { [head = reply.head, bare = call.head, time = client.time] body in
                var response = FailedResponse(
                    head: head, body: body, request: request, secrets: request.secrets(addedTo: bare), now: time.now)
                response.call = summary
                return response
            })
    }

    /// What is known of the call while it runs.
    private final class Progress: Sendable {
        private struct State {
            var tries = 0
            var isUnderWay = false
            var mayHaveBeenApplied = false
        }

        private let state = Mutex(State())

        var tries: Int { state.withLock { $0.tries } }

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
