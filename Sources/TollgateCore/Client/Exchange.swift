import HTTPTypes

/// One call on its way: its tries, the waits between them, and the limit on the whole.
struct Exchange: Sendable {
    let client: APIClient
    let call: PreparedCall
    let progress = Progress()
    let observation: (any CallObservation)?
    let audit = CallAudits.current
    private let started: Duration

    init(client: APIClient, call: PreparedCall) {
        self.client = client
        self.call = call
        started = client.time.uptime
        let observer = audit.map { $0.observer(beside: client.observer) } ?? client.observer
        observation = observer?.begin(call.observed)
    }

    /// - Returns: What `decode` makes of the first response with a status of success.
    /// - Throws: As ``APIClient/send(_:)``.
    func run<Success>(_ decode: (ReceivedReply) throws(JSONError) -> Success) async throws -> Success {
        do {
            let reply = try await reply()
            client.recorder?.record(reply)
            let success: Success
            do throws(JSONError) {
                success = try decode(reply)
            } catch {
                throw reply.decodingFailure(error, in: reply.body.bytes ?? [])
            }
            observation?.callEnded(reply.call, error: nil)
            return success
        } catch {
            let error = Task.isCancelled ? CancellationError() : error
            observation?.callEnded(CallSummary(of: error) ?? summary(.notRetryable), error: error)
            throw error
        }
    }

    private func reply() async throws -> ReceivedReply {
        guard let limit = client.timeout else { return try await attempts() }
        return try await within(limit)
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
                if await isProofRenewed(after: failure) { continue }
                switch decision(after: failure) {
                case .retry(let wait):
                    observation?.retryFollows(after: wait)
                    try await client.time.sleep(for: wait)
                case .stop(let end): throw error(for: failure, end)
                }
            }
        }
    }

    /// Whether the credential was refused and has a new proof. Such a try is no retry: the service did nothing, and it
    /// happens once in a call.
    private func isProofRenewed(after failure: FailedTry) async -> Bool {
        guard case .response(let response, _, let request) = failure, response.status == 401,
            let credential = call.credential, client.retry.maximumRetries > 0, !progress.isRenewed, call.body.isUnread,
            await credential.renew(after: request)
        else { return false }
        progress.renew()
        return true
    }

    /// What the retry policy says, as far as the body, the time and the retry budget allow it.
    private func decision(after failure: FailedTry) -> RetryPolicy.Decision {
        let decision = client.retry.decision(
            after: failure.forPolicy, tries: progress.tries - (progress.isRenewed ? 1 : 0),
            isRepeatable: call.isRepeatable)
        guard case .retry(let wait) = decision else { return decision }
        guard call.body.isUnread else { return .stop(.bodyNotReplayable) }
        if let left = timeLeft, wait >= left { return .stop(.noTimeLeft(wait: wait)) }
        return client.retryBudget.take() ? decision : .stop(.budgetSpent)
    }

    private func error(for failure: FailedTry, _ end: CallSummary.End) -> any Error {
        let summary = summary(end)
        switch failure {
        case .response(var response, let reason, _):
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

    func timedOut() -> TimeoutError {
        TimeoutError(
            .call, of: client.timeout ?? elapsed, mayHaveBeenApplied: progress.mayHaveBeenApplied,
            call: summary(.noTriesLeft))
    }

    private var elapsed: Duration { client.time.uptime - started }

    var timeLeft: Duration? { client.timeout.map { $0 - elapsed } }

    func summary(_ end: CallSummary.End) -> CallSummary {
        CallSummary(
            operation: call.operation, method: call.head.method, url: call.url, tries: progress.tries,
            elapsed: elapsed, idempotencyKey: call.idempotencyKey, mayHaveBeenApplied: progress.mayHaveBeenApplied,
            end: end)
    }
}

extension CallSummary {
    /// What the errors that the library makes itself say of their call.
    init?(of error: any Error) {
        switch error {
        case let error as any APIError: self = error.response.call
        case let error as ConnectionError: self = error.call
        case let error as TimeoutError: self = error.call
        case let error as DecodingFailure: self = error.call
        default: return nil
        }
    }
}
