/// Names one operation of one service, for example `.stoa.createEvent`.
public struct MockOperation: Hashable, Sendable {
    /// The service and the operation's id in its description, for example `stoa.createEvent`.
    public let key: String

    /// - Parameter key: As metrics and errors spell it: `stoa.createEvent`.
    public init(_ key: String) {
        self.key = key
    }
}

extension MockOperation: CustomStringConvertible {
    public var description: String { key }
}
