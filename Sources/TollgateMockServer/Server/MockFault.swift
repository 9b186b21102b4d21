import Foundation
import HTTPTypes
import TollgateCore

/// Something that goes wrong on purpose.
public enum MockFault: Sendable, Hashable {
    /// At which moment a connection breaks.
    public enum Moment: Sendable, Hashable {
        /// The request came, and nothing was done.
        case beforeApplied
        /// What was asked was done, and the answer got lost.
        case afterApplied
    }

    // Nothing is done:

    /// The service answers this status, in its own error form unless a body is given.
    case status(Int, retryAfter: MockRetryAfter? = nil, body: String? = nil, contentType: String = "application/json")

    /// Somebody before the service sends the caller to another place.
    case redirect(to: String, status: Int = 307)

    // What is asked is done, except by a reset before it:

    /// The connection ends without an answer.
    case reset(Moment = .beforeApplied)

    /// The connection ends after so many pieces of a streamed answer; any other answer comes whole.
    case breakOff(after: Int)

    /// The connection ends after so many bytes of the answer's body, whose whole length was promised.
    case truncate(after: Int)

    /// The answer comes later.
    case delay(MockPause)

    /// The answer comes later, each time by a pause of another length, drawn from the server's seed.
    case randomDelay(MockDistribution, by: MockPause.Clock = .mock)

    /// The lines of the answer's head come one by one, with a pause before each. In process, the whole answer comes after
    /// one pause.
    case slowHead(MockPause)

    /// The body of the answer comes in pieces of so many bytes, with a pause before each.
    case drip(bytes: Int, every: MockPause)

    /// The body of the answer lacks its last byte, and says so: it is complete as HTTP, and not as JSON.
    case malformedJSON

    /// The answer has another content type, and another body if one is given.
    case content(type: String, body: String? = nil)

    /// The answer has spaces at its end, so many that the body is so long.
    case oversized(bytes: Int)

    /// The body of the answer is chunked, and the second chunk has no length.
    case malformedChunks
}

/// How long something takes, and by which clock.
public enum MockPause: Sendable, Hashable {
    /// By the mock's clock: while it stands still, the pause lasts until somebody moves it.
    case clock(Duration)
    /// By the machine's clock, whatever the mock's says.
    case real(Duration)

    /// Whose time it is.
    public enum Clock: Sendable, Hashable {
        case mock, machine
    }

    package init(_ duration: Duration, by clock: Clock) {
        switch clock {
        case .mock: self = .clock(duration)
        case .machine: self = .real(duration)
        }
    }
}

/// Which lengths a pause has, and how often.
public enum MockDistribution: Sendable, Hashable {
    /// Any length between two bounds, with the same chance.
    case uniform(from: Duration, to: Duration)
    /// Mostly short, and at times long: as waiting times are that have nothing to do with each other.
    case exponential(mean: Duration)

    func draw(_ random: inout SeededGenerator) -> Duration {
        switch self {
        case .uniform(let shortest, let longest):
            shortest + (longest - shortest) * Double.random(in: 0..<1, using: &random)
        case .exponential(let mean):
            // The chance is above 0, so that its logarithm is finite.
            mean * -log(1 - Double.random(in: 0..<1, using: &random))
        }
    }
}

extension MockPause {
    /// Waits for its end.
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait(_ clock: MockClock) async throws {
        switch self {
        case .clock(let duration): try await clock.expire(after: duration)
        case .real(let duration): try await Task.sleep(for: duration)
        }
    }
}

/// How a service says when to come back.
public enum MockRetryAfter: Sendable, Hashable {
    /// `Retry-After: 20`
    case seconds(Int)
    /// `Retry-After-Ms: 1500`
    case milliseconds(Int)
    /// `Retry-After: Fri, 02 Jan 2026 03:04:25 GMT`, so long after the mock's time.
    case date(after: Duration)
    /// `Retry-After` with any value.
    case text(String)
}

extension MockRetryAfter {
    func write(to headers: inout HTTPFields, now: Date) {
        switch self {
        case .seconds(let count): headers[.retryAfter] = String(count)
        case .milliseconds(let count): headers[.named("Retry-After-Ms")] = String(count)
        case .date(let duration):
            let time = now.addingTimeInterval(duration / .seconds(1))
            headers[.retryAfter] = time.formatted(
                .verbatim(
                    """
                    \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \
                    \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                    \(second: .twoDigits) GMT
                    """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt,
                    calendar: Calendar(identifier: .gregorian)))
        case .text(let text): headers[.retryAfter] = text
        }
    }
}
