import Foundation
import TollgateCore

/// Where usage is sent: a service that bills it.
///
/// A sink is asked by one ``Meter`` at a time, possibly for several batches at once. It recognises a record by its id, so
/// that one which is sent twice counts once.
public protocol UsageSink: Sendable {
    var limits: SinkLimits { get }

    /// Sends records once; the meter repeats what has to be repeated.
    ///
    /// - Returns: What became of each record, in their order.
    /// - Throws: What went wrong with all of them. The meter finds out from a ``TollgateError`` whether the service may
    ///   have taken them nevertheless; of any other error it assumes so.
    func send(_ records: [OutgoingUsage]) async throws -> [Delivery]
}

/// A sink that does not report each event, but sums of them.
///
/// A sum takes the place of its events in the outbox, and is on disk there under an id of its own, before it is sent. So
/// one that is sent again after a crash is the same sum with the same id.
public protocol SummingSink: UsageSink {
    /// Sums up events.
    /// - Returns: The sums; and the events that are in none of them, with the reason why.
    func sums(of events: [UsageRecord]) -> (sums: [UsageRecord], refused: [UUID: String])
}

/// What a service asks of those who send to it.
public struct SinkLimits: Sendable, Hashable {
    /// How many records go into one call of ``UsageSink/send(_:)``.
    public var batch: Int
    /// For how long the service recognises a record that it has seen; nil for ever.
    public var dedupeWindow: Duration?
    /// How often records are sent, unless the meter is told otherwise.
    public var flushEvery: Duration

    public init(batch: Int, dedupeWindow: Duration?, flushEvery: Duration = .seconds(1)) {
        self.batch = batch
        self.dedupeWindow = dedupeWindow
        self.flushEvery = flushEvery
    }

    /// For how long a record that may have been taken is sent again. It ends before the service's window does, because
    /// clocks differ and are set back, and because a request takes its time.
    var resendWindow: Duration? {
        dedupeWindow.map { $0 - min($0 / 10, .seconds(7200)) }
    }
}

/// A record on its way.
public struct OutgoingUsage: Sendable, Hashable {
    public var record: UsageRecord
    /// Whether it was sent before, and the service may have taken it.
    public var mayHaveArrived: Bool

    public init(_ record: UsageRecord, mayHaveArrived: Bool = false) {
        self.record = record
        self.mayHaveArrived = mayHaveArrived
    }
}

/// What became of a record that was sent.
public enum Delivery: Sendable {
    /// The service has it.
    case delivered
    /// The service had it before.
    case duplicate
    /// The service will never take it as it is. It is set aside.
    case refused(String)
    /// The service has not taken it, and may do so later.
    case postponed(String, after: Duration? = nil)
    /// The service may have taken it. It is sent again.
    case unknown(String)
    /// Sending it alone failed. The meter finds out from the error what that means, as if `send` had thrown it.
    case failed(any Error)
}

// MARK: - What an error means

/// What a failure of a whole batch means for its records.
enum BatchFailure: Sendable, Hashable {
    /// The service cannot be reached, is overloaded, or does not let the caller in: it will be tried again. No record is
    /// to blame.
    case service(mayHaveArrived: Bool, retryAfter: Duration?, reason: String)
    /// Something in the batch is wrong.
    case content(reason: String)

    init(_ error: any Error) {
        switch error {
        case let error as ConnectionError:
            self = .service(mayHaveArrived: error.mayHaveBeenApplied, retryAfter: nil, reason: "\(error)")
        case let error as TimeoutError:
            self = .service(mayHaveArrived: error.mayHaveBeenApplied, retryAfter: nil, reason: "\(error)")
        case let error as any APIError:
            self.init(response: error)
        case let error as InvalidRequest:
            self = .content(reason: "\(error)")
        case let error as ConfigurationError:
            self = .service(mayHaveArrived: false, retryAfter: nil, reason: "\(error)")
        default:
            // A success that cannot be read, a cancellation, something of a sink's own.
            self = .service(mayHaveArrived: true, retryAfter: nil, reason: "\(error)")
        }
    }

    private init(response error: any APIError) {
        switch error.status {
        case 400, 409, 413, 415, 422:
            self = .content(reason: "\(error)")
        case 429, 503:
            // Nothing was done, says 429. So does 503; but proxies send that, too, after a service that did not answer.
            self = .service(mayHaveArrived: error.status == 503, retryAfter: error.retryAfter, reason: "\(error)")
        case 300..<500:
            // A wrong address or credential is the application's fault, not the record's.
            self = .service(mayHaveArrived: error.status == 408, retryAfter: error.retryAfter, reason: "\(error)")
        default:
            self = .service(mayHaveArrived: true, retryAfter: error.retryAfter, reason: "\(error)")
        }
    }
}
