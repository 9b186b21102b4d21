import Foundation

/// Where a client takes the time from, and how it waits. Tests put a clock of their own here.
public protocol TimeSource: Sendable {
    /// The time of day.
    var now: Date { get }

    /// The time since some fixed moment, which nobody can set back. By default it is taken from ``now``.
    var uptime: Duration { get }

    /// Waits between two tries.
    /// - Throws: `CancellationError`, promptly, when the task is cancelled.
    func sleep(for duration: Duration) async throws

    /// Returns when a limit of so long has run out.
    ///
    /// Apart from ``sleep(for:)``, because a clock of a test may skip waits: this one returns once its time has come that
    /// far, or else every call would time out.
    /// - Throws: `CancellationError`, promptly, when the task is cancelled.
    func expire(after limit: Duration) async throws
}

extension TimeSource {
    public var uptime: Duration { .seconds(now.timeIntervalSinceReferenceDate) }
}

/// The time of the machine.
public struct SystemTime: TimeSource {
    private static let start = ContinuousClock.now

    public init() {}

    public var now: Date { Date() }

    public var uptime: Duration { Self.start.duration(to: .now) }

    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration, tolerance: nil, clock: .continuous)
    }

    public func expire(after limit: Duration) async throws {
        try await Alarms.shared.wait(for: limit)
    }
}

extension TimeSource where Self == SystemTime {
    /// The time of the machine.
    public static var system: SystemTime { SystemTime() }
}
