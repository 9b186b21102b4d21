import TollgateCore

/// How often a test expects an operation to be called.
package struct MockExpectation: Sendable {
    package let operation: MockOperation
    package let times: ClosedRange<Int>
    package let conditions: [MockCondition]

    package init(_ operation: MockOperation, _ times: ClosedRange<Int>, _ conditions: [MockCondition]) {
        self.operation = operation
        self.times = times
        self.conditions = conditions
    }
}

/// What became of an expectation.
package struct MockVerification: Sendable {
    /// An exchange of the operation that does not count.
    package struct NearMiss: Sendable {
        package let exchange: MockExchange
        /// What it has in place of what was asked for.
        package let differences: [String]
    }

    private let expectation: MockExpectation
    private let exchanges: [MockExchange]
    /// How many exchanges count.
    package let count: Int
    /// Those that differ least come first; 5 at most.
    package let nearMisses: [NearMiss]

    /// How many near misses are shown.
    private static let limit = 5

    package init(of expectation: MockExpectation, in exchanges: [MockExchange]) {
        self.expectation = expectation
        self.exchanges = exchanges
        let own = exchanges.filter { $0.operation == expectation.operation }.map { exchange in
            NearMiss(
                exchange: exchange, differences: expectation.conditions.compactMap { $0.difference(of: exchange) })
        }
        count = own.count { $0.differences.isEmpty }
        let misses = own.filter { !$0.differences.isEmpty }
        nearMisses = Array(
            misses.sorted {
                ($0.differences.count, $0.exchange.number) < ($1.differences.count, $1.exchange.number)
            }
            .prefix(Self.limit))
    }

    package var isSatisfied: Bool { expectation.times.contains(count) }

    package var error: MockVerificationError? {
        isSatisfied
            ? nil
            : MockVerificationError(
                operation: expectation.operation, expected: expectation.times, count: count, exchanges: exchanges,
                description: message)
    }

    /// What was expected and what came.
    package var message: String {
        let conditions = expectation.conditions.map { "\($0)" }.joined(separator: " and ")
        let head =
            "\(expectation.operation): expected \(expected)\(conditions.isEmpty ? "" : " where \(conditions)"), "
            + "got \(count)."
        if isSatisfied { return head }
        if exchanges.isEmpty { return "\(head) The server has seen no request at all." }
        guard nearMisses.isEmpty else {
            let lines = nearMisses.map { "  \($0.exchange): \($0.differences.joined(separator: ", "))" }
            return (["\(head) Near misses:"] + lines).joined(separator: "\n")
        }
        let shown = exchanges.suffix(20)
        let lines = shown.map { "  \($0) \($0.operation.map { "(\($0))" } ?? "(no operation)")" }
        let omitted = exchanges.count > shown.count ? ["  …"] : []
        return (["\(head) The server has seen:"] + omitted + lines).joined(separator: "\n")
    }

    private var expected: String {
        let (least, most) = (expectation.times.lowerBound, expectation.times.upperBound)
        func requests(_ count: Int) -> String { "\(count) request\(count == 1 ? "" : "s")" }
        if least == most { return requests(least) }
        if most >= Int.max - 1 { return "at least \(requests(least))" }
        return least == 0 ? "at most \(requests(most))" : "\(least) to \(requests(most))"
    }
}

extension MockJournal {
    /// Waits until an expectation is fulfilled, or for so long by the machine's clock.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func verification(of expectation: MockExpectation, within limit: Duration) async throws -> MockVerification
    {
        var (last, count) = (0, 0)
        try await wait(atMost: limit) {
            if self.last < last { (last, count) = (0, 0) }
            for exchange in exchanges(after: last) {
                last = exchange.number
                let isOther = exchange.operation != expectation.operation
                if isOther || expectation.conditions.contains(where: { $0.difference(of: exchange) != nil }) {
                    continue
                }
                count += 1
            }
            return count >= expectation.times.lowerBound
        }
        return MockVerification(of: expectation, in: exchanges)
    }
}

/// An operation was called more or less often than a test expected.
public struct MockVerificationError: Error, Sendable, CustomStringConvertible {
    public let operation: MockOperation
    /// How many requests the test expected.
    public let expected: ClosedRange<Int>
    /// How many there were.
    public let count: Int
    /// Everything that the server had seen.
    public let exchanges: [MockExchange]
    /// What was expected, and what came near; if nothing did, the last 20 exchanges.
    public let description: String
}
