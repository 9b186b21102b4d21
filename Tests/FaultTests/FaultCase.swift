import Testing
import TollgateCore
import TollgateMock

/// One thing that goes wrong, again and again, and what a call makes of it.
struct FaultCase: Sendable, CustomTestStringConvertible {
    /// What goes wrong, for the table.
    let name: String
    let trouble: Trouble
    /// What becomes of a call that may be sent twice: GET, or any with an idempotency key.
    let repeatable: Outcome
    /// What becomes of a POST without a key.
    let other: Outcome

    enum Trouble: Sendable {
        /// A fault of the mock. If it needs time, somebody moves the clock until the call is over.
        case fault(MockFault, takesTime: Bool = false)
        /// The same, and the time of day makes a jump with each wait.
        case jumps(MockFault, by: Duration)
        case nobodyListens
        case noSuchHost
        /// TLS is spoken to a server that does not.
        case noTLS
    }

    /// How a call ended.
    struct Outcome: Sendable, Equatable {
        /// The error's type, and what tells it from others of the type.
        var error: String
        var tries: Int
        /// The waits between the tries, in seconds.
        var waits: [Double]
        /// Whether the error says that the service may have carried out the call.
        var mayHaveBeenApplied: Bool
    }

    var testDescription: String { name }

    /// Whether it needs a network.
    var needsSocket: Bool {
        switch trouble {
        case .fault, .jumps: false
        case .nobodyListens, .noSuchHost, .noTLS: true
        }
    }

    /// What is the same for both kinds of call.
    private init(_ name: String, _ trouble: Trouble, _ outcome: Outcome) {
        self.init(name, trouble, repeatable: outcome, other: outcome)
    }

    private init(_ name: String, _ trouble: Trouble, repeatable: Outcome, other: Outcome) {
        self.name = name
        self.trouble = trouble
        self.repeatable = repeatable
        self.other = other
    }
}

extension FaultCase.Outcome {
    /// One try and no more.
    fileprivate static func once(_ error: String, mayHaveBeenApplied: Bool = false) -> Self {
        Self(error: error, tries: 1, waits: [], mayHaveBeenApplied: mayHaveBeenApplied)
    }

    /// All tries that the policy allows, after its own waits unless the service wishes others.
    fileprivate static func thrice(
        _ error: String, waits: [Double] = [0.5, 1], mayHaveBeenApplied: Bool = false
    ) -> Self {
        Self(error: error, tries: 3, waits: waits, mayHaveBeenApplied: mayHaveBeenApplied)
    }
}

extension FaultCase {
    static let all = connections + bodies + slow + statuses + retryAfter + clocks

    private static let connections = [
        FaultCase("nobody listens at the address", .nobodyListens, .thrice("ConnectionError refused")),
        FaultCase("the host's name is unknown", .noSuchHost, .thrice("ConnectionError dns")),
        FaultCase("TLS fails", .noTLS, .thrice("ConnectionError tls")),
        FaultCase(
            "the connection is reset before the service has done anything", .fault(.reset(.beforeApplied)),
            .thrice("ConnectionError reset", mayHaveBeenApplied: true)),
        FaultCase(
            "the connection is reset after the service has done it", .fault(.reset(.afterApplied)),
            .thrice("ConnectionError reset", mayHaveBeenApplied: true)),
        FaultCase(
            "the connection ends in mid-body", .fault(.truncate(after: 10)),
            repeatable: .thrice("ConnectionError closed", mayHaveBeenApplied: true),
            other: .once("ConnectionError closed", mayHaveBeenApplied: true)),
        FaultCase(
            "the chunks of the body are malformed", .fault(.malformedChunks),
            repeatable: .thrice("ConnectionError malformed", mayHaveBeenApplied: true),
            other: .once("ConnectionError malformed", mayHaveBeenApplied: true)),
    ]

    private static let bodies = [
        FaultCase(
            "the JSON is cut off, the message is complete", .fault(.malformedJSON),
            .once("DecodingFailure", mayHaveBeenApplied: true)),
        FaultCase(
            "another content type: a page of HTML",
            .fault(.content(type: "text/html", body: "<!doctype html><title>Welcome</title>")),
            .once("DecodingFailure", mayHaveBeenApplied: true)),
        FaultCase(
            "the body is longer than `bodyLimit`", .fault(.oversized(bytes: 70_000)),
            .once("UnexpectedResponse 200, too long", mayHaveBeenApplied: true)),
        FaultCase(
            "a redirect", .fault(.redirect(to: "https://elsewhere.example/")), .once("UnexpectedResponse 307")),
    ]

    private static let slow = [
        FaultCase(
            "the answer does not come in time", .fault(.delay(.clock(.seconds(120))), takesTime: true),
            .once("TimeoutError call", mayHaveBeenApplied: true)),
        FaultCase(
            "the answer's head comes too slowly", .fault(.slowHead(.clock(.seconds(120))), takesTime: true),
            .once("TimeoutError call", mayHaveBeenApplied: true)),
        FaultCase(
            "the answer's body drips too slowly", .fault(.drip(bytes: 1, every: .clock(.seconds(10))), takesTime: true),
            .once("TimeoutError call", mayHaveBeenApplied: true)),
    ]

    private static let statuses = [
        FaultCase("408", .fault(.status(408)), .thrice("UnexpectedResponse 408", mayHaveBeenApplied: true)),
        FaultCase(
            "409", .fault(.status(409)), repeatable: .thrice("UnexpectedResponse 409"),
            other: .once("UnexpectedResponse 409")),
        FaultCase("425", .fault(.status(425)), .once("UnexpectedResponse 425")),
        FaultCase("429", .fault(.status(429)), .thrice("Stoa.Failure 429")),
        FaultCase(
            "500", .fault(.status(500)), repeatable: .thrice("Stoa.Failure 500", mayHaveBeenApplied: true),
            other: .once("Stoa.Failure 500", mayHaveBeenApplied: true)),
        FaultCase("502", .fault(.status(502)), .thrice("UnexpectedResponse 502", mayHaveBeenApplied: true)),
        FaultCase("503", .fault(.status(503)), .thrice("Stoa.Failure 503", mayHaveBeenApplied: true)),
        FaultCase("504", .fault(.status(504)), .thrice("UnexpectedResponse 504", mayHaveBeenApplied: true)),
    ]

    /// The mock's time is 2026-01-02T03:04:05Z. A date that is not moved on has passed at the second try.
    private static let retryAfter = [
        wish("`Retry-After: 7`", .seconds(7), waits: [7, 7]),
        wish("`Retry-After: 0`", .seconds(0), waits: [0.5, 1]),
        wish("`Retry-After: 2.5`", .text("2.5"), waits: [2.5, 2.5]),
        wish("`Retry-After-Ms: 1500`", .milliseconds(1500), waits: [1.5, 1.5]),
        wish("`Retry-After`: a date 7 s from now", .date(after: .seconds(7)), waits: [7, 7]),
        wish("`Retry-After: Friday, 02-Jan-26 03:04:12 GMT`", .text("Friday, 02-Jan-26 03:04:12 GMT"), waits: [7, 1]),
        wish("`Retry-After: Fri Jan  2 03:04:12 2026`", .text("Fri Jan  2 03:04:12 2026"), waits: [7, 1]),
        wish("`Retry-After`: a date that has passed", .date(after: .seconds(-60)), waits: [0.5, 1]),
        wish("`Retry-After: soon`", .text("soon"), waits: [0.5, 1]),
        wish("`Retry-After: 20`, and 30 s for the call", .seconds(20), waits: [20]),
        wish("`Retry-After: 61`, more than the policy allows", .seconds(61), waits: []),
    ]

    private static func wish(_ name: String, _ value: MockRetryAfter, waits: [Double]) -> FaultCase {
        let outcome = Outcome(
            error: "Stoa.Failure 429", tries: waits.count + 1, waits: waits, mayHaveBeenApplied: false)
        return FaultCase("429, " + name, .fault(.status(429, retryAfter: value)), outcome)
    }

    private static let clocks = [
        FaultCase(
            "503, and the clock is set forward by an hour with each wait", .jumps(.status(503), by: .seconds(3600)),
            .thrice("Stoa.Failure 503", mayHaveBeenApplied: true)),
        FaultCase(
            "503, and the clock is set back by an hour with each wait", .jumps(.status(503), by: .seconds(-3600)),
            .thrice("Stoa.Failure 503", mayHaveBeenApplied: true)),
    ]
}
