import Foundation
import TollgateCore

/// A lever of the mock cannot do what it is asked.
public struct MockError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        /// What was named is not there.
        case unknown
        /// What was named is over: a payment that is completed, a page that is closed.
        case ended
        /// What was given cannot be understood, or makes no sense.
        case invalid
    }

    public let reason: Reason
    /// What is wrong.
    public let description: String

    private init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }

    init(_ description: String) {
        self.init(.invalid, description)
    }

    static func unknown(_ description: String) -> MockError { MockError(.unknown, description) }

    static func ended(_ description: String) -> MockError { MockError(.ended, description) }

    /// The amount that a text writes.
    static func amount(_ text: String) throws(MockError) -> Decimal {
        guard let amount = JSONNumber(text)?.decimal else {
            throw MockError("\"\(text)\" is no amount. Write US dollars as digits, with a point: 0.001")
        }
        return amount
    }
}
