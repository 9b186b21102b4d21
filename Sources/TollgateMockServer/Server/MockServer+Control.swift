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
        handler.faults.add(fault, to: target, schedule)
    }

    /// Takes one fault back, if it is not over already.
    public func remove(_ injection: MockInjection) {
        handler.faults.remove(injection)
    }

    /// Takes all faults back.
    public func removeFaults() {
        handler.faults.removeAll()
    }

    /// What the server has seen, oldest first: the last 10,000 exchanges, failed ones included.
    public var exchanges: [MockExchange] {
        handler.journal.exchanges
    }

    /// The requests of one operation, oldest first, every try of a client counted.
    public func requests(of operation: MockOperation) -> [MockExchange] {
        exchanges.filter { $0.operation == operation }
    }

    /// Makes sure that an operation was called so many times, every try of a client counted.
    /// - Throws: ``MockVerificationError``, which shows what came instead.
    public func verify(_ operation: MockOperation, times expected: Int) throws(MockVerificationError) {
        let exchanges = exchanges
        let count = exchanges.count { $0.operation == operation }
        guard count == expected else {
            throw MockVerificationError(operation: operation, expected: expected, count: count, exchanges: exchanges)
        }
    }
}

/// An operation was called more or less often than a test expected.
public struct MockVerificationError: Error, Sendable, CustomStringConvertible {
    public let operation: MockOperation
    /// How many requests the test expected.
    public let expected: Int
    /// How many there were.
    public let count: Int
    /// Everything that the server had seen.
    public let exchanges: [MockExchange]

    /// What was expected, and the last 20 exchanges.
    public var description: String {
        let shown = exchanges.suffix(20)
        let lines = shown.map { "  \($0) \($0.operation.map { "(\($0))" } ?? "(no operation)")" }
        let head = "\(operation): expected \(expected) request\(expected == 1 ? "" : "s"), got \(count)."
        if exchanges.isEmpty { return "\(head) The server has seen no request at all." }
        let omitted = exchanges.count > shown.count ? ["  …"] : []
        return (["\(head) The server has seen:"] + omitted + lines).joined(separator: "\n")
    }
}
