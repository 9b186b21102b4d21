import Foundation

/// Every error that a call of this library throws, `CancellationError` apart.
///
/// The description is one line for a log: what was called, what came back, what to do. It contains no header field, no
/// query and no body.
public protocol TollgateError: LocalizedError, Sendable, CustomStringConvertible {}

/// `localizedDescription` is the description. The rest stands here so that a conforming type's file need not import
/// Foundation.
extension TollgateError {
    public var errorDescription: String? { description }
    public var failureReason: String? { nil }
    public var recoverySuggestion: String? { nil }
    public var helpAnchor: String? { nil }
}

extension Error {
    /// Whether a transport throws it about something else than the exchange, such as that the use of the call could not
    /// be recorded. It ends the call, and reaches the caller as it is.
    var isForTheCaller: Bool {
        self is any TollgateError && !(self is ConnectionError) && !(self is TimeoutError)
    }
}

/// A client that cannot work as it is set up: a missing key, a base URL that is none.
public struct ConfigurationError: TollgateError, Hashable {
    /// What is wrong and how to put it right.
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// A call that was refused before anything was sent, because its arguments cannot make a request.
public struct InvalidRequest: TollgateError, Hashable {
    /// The operation, `vluna.commit`.
    public let operation: String
    /// What is wrong with the arguments.
    public let problem: String

    public init(operation: String, problem: String) {
        self.operation = operation
        self.problem = problem
    }

    public var description: String { "\(operation) was not sent: \(problem)" }
}
