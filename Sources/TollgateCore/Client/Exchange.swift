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
            case .success(let head, let body, let requestID):
                client.retryBudget.putBack()
                return ReceivedReply(head: head, body: body, requestID: requestID, call: summary(.succeeded))
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
        case success(HTTPResponse, [UInt8], requestID: String?)
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
            let timeouts = HTTPTimeouts(connect: client.connectTimeout, response: timeLeft)
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
        let (body, problem) = await reply.body.collectBeginning(upTo: client.bodyLimit)
        let isSuccess = reply.head.status.kind == .successful
        var reason: UnexpectedResponse.Reason?
        switch problem {
        case nil: reason = nil
        case let tooLarge as HTTPBody.TooLarge: reason = .tooLong(limit: tooLarge.limit)
        case let timeout as TimeoutError: throw timeout
        case let error? where isSuccess:
            var error = ConnectionError(wrapping: error)
            error.mayHaveBeenApplied = true
            return .failure(.connection(error, afterSuccess: true))
        case _?: reason = .brokenOff
        }
        guard !isSuccess || reason != nil else {
            let requestID = reply.head.headerFields.requestID ?? request.headerFields[.requestID]
            return .success(reply.head, body, requestID: requestID)
        }
        let response = FailedResponse(
            head: reply.head, body: body, request: request, secrets: request.secrets(addedTo: call.head),
            now: client.time.now)
        return .failure(.response(response, reason))
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
    fileprivate init(wrapping error: any Error) {
        if let error = error as? ConnectionError {
            self = error
        } else {
            self.init(.other, mayHaveBeenApplied: true, detail: "\(type(of: error))", underlying: error)
        }
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
