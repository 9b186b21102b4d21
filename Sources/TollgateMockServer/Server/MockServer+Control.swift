extension MockServer {
    /// Lets the next requests of an operation fail.
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - operation: The operation whose requests it meets.
    ///   - count: How many of them.
    public func inject(_ fault: MockFault, into operation: MockOperation, next count: Int = 1) {
        inject(fault, into: .operation(operation), .next(count))
    }

    /// Lets each n-th request of an operation fail.
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - operation: The operation whose requests it meets.
    ///   - interval: Which of them: each n-th. At least 1.
    public func inject(_ fault: MockFault, into operation: MockOperation, every interval: Int) {
        precondition(interval > 0, "a fault cannot come more often than at every request")
        inject(fault, into: .operation(operation), .every(interval))
    }

    /// Lets requests fail.
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - target: The requests that it may meet.
    ///   - schedule: Which of them it does meet.
    /// - Returns: What takes the fault back.
    @discardableResult
    public func inject(_ fault: MockFault, into target: MockTarget, _ schedule: MockSchedule) -> MockInjection {
        engine.faults.add(fault, to: target, schedule, seed: engine.seed)
    }

    /// Takes one fault back, if it is not over already.
    public func remove(_ injection: MockInjection) {
        engine.faults.remove(injection)
    }

    /// Takes all faults back.
    public func removeFaults() {
        engine.faults.removeAll()
    }

    /// The faults that are not over, in the order in which they were injected.
    public var faults: [MockWaitingFault] { engine.faults.waiting }

    /// What the server has seen, oldest first, failed ones included: the last 10,000 exchanges, fewer if they are large
    /// (8 MiB in all).
    public var exchanges: [MockExchange] {
        engine.journal.exchanges
    }

    /// The requests of one operation, oldest first, every try of a client counted.
    /// - Parameters:
    ///   - operation: The operation.
    ///   - conditions: What they have to be like.
    /// - Returns: Those that the journal keeps.
    public func requests(of operation: MockOperation, where conditions: MockCondition...) -> [MockExchange] {
        exchanges.filter { exchange in
            exchange.operation == operation && conditions.allSatisfy { $0.difference(of: exchange) == nil }
        }
    }

    /// Forgets what the server has seen, and counts from 1 again.
    public func clearExchanges() {
        engine.journal.clear()
    }

    /// Makes sure that an operation was called so many times, every try of a client counted.
    /// - Parameters:
    ///   - operation: The operation.
    ///   - expected: How many requests.
    ///   - conditions: What they have to be like to count.
    /// - Throws: ``MockVerificationError``, which shows what came instead.
    public func verify(
        _ operation: MockOperation, times expected: Int, where conditions: MockCondition...
    ) throws(MockVerificationError) {
        try verify(MockExpectation(operation, expected...expected, conditions))
    }

    /// Makes sure that an operation was called so many times, every try of a client counted.
    /// - Parameters:
    ///   - operation: The operation.
    ///   - expected: How many requests: `1...`, `...3` or `2...4`.
    ///   - conditions: What they have to be like to count.
    /// - Throws: ``MockVerificationError``, which shows what came instead.
    public func verify(
        _ operation: MockOperation, times expected: some RangeExpression<Int>, where conditions: MockCondition...
    ) throws(MockVerificationError) {
        let bounds = expected.relative(to: 0..<Int.max)
        try verify(MockExpectation(operation, bounds.lowerBound...(bounds.upperBound - 1), conditions))
    }

    /// Waits until an operation was called so many times; requests before the call count, too.
    /// - Parameters:
    ///   - operation: The operation.
    ///   - count: How many requests.
    ///   - conditions: What they have to be like to count.
    ///   - limit: How long to wait, by the machine's clock.
    /// - Throws: ``MockVerificationError`` when the time is over, which shows what came instead; `CancellationError` when
    ///   the task is cancelled.
    public func wait(
        for operation: MockOperation, times count: Int = 1, where conditions: MockCondition...,
        within limit: Duration = .seconds(5)
    ) async throws {
        let verification = try await engine.journal.verification(
            of: MockExpectation(operation, count...(Int.max - 1), conditions), within: limit)
        if let error = verification.error { throw error }
    }

    private func verify(_ expectation: MockExpectation) throws(MockVerificationError) {
        let verification = MockVerification(of: expectation, in: exchanges)
        if let error = verification.error { throw error }
    }
}
