import Foundation
import HTTPTypes
import Synchronization

/// One exchange that the mock server has seen.
public struct MockExchange: Sendable {
    /// 1 for the first request that the server got.
    public let number: Int
    /// When the request arrived, by the mock's clock.
    public let time: Date
    /// Nil if no operation has this method and path.
    public let operation: MockOperation?
    public let method: String
    /// Path and query, as sent.
    public let target: String
    /// The request's header fields, credentials included.
    public let headers: HTTPFields
    /// The request's body.
    public let body: [UInt8]
    /// What was answered; nil if the connection was broken off instead.
    public let status: Int?
}

extension MockExchange: CustomStringConvertible {
    /// Method, target and outcome; never header fields or contents.
    public var description: String {
        "\(number). \(method) \(target) -> \(status.map(String.init) ?? "no answer")"
    }
}

/// The last exchanges, in their order.
final class MockJournal: Sendable {
    /// How many exchanges are kept.
    static let limit = 10_000

    private struct State {
        var count = 0
        var exchanges: [MockExchange] = []
    }

    private let state = Mutex(State())

    func record(_ request: MockRequest, operation: MockOperation?, at time: Date, status: Int?) {
        state.withLock { state in
            state.count += 1
            state.exchanges.append(
                MockExchange(
                    number: state.count, time: time, operation: operation, method: request.method,
                    target: request.target, headers: request.headers, body: request.body, status: status))
            // Dropping many at once keeps the cost of dropping small.
            if state.exchanges.count >= 2 * Self.limit { state.exchanges.removeFirst(Self.limit) }
        }
    }

    var exchanges: [MockExchange] {
        state.withLock { Array($0.exchanges.suffix(Self.limit)) }
    }
}
