import CoreMetrics
import Synchronization
import TollgateCore

/// Measures calls.
///
/// | metric | kind | dimensions |
/// |---|---|---|
/// | `tollgate.client.calls` | counter | `operation`, `outcome`: `success` or OpenTelemetry's `error.type` |
/// | `tollgate.client.call.duration` | timer | the same |
/// | `tollgate.client.retries` | counter | `operation` |
/// | `http.client.request.duration` | timer, of each try; of a stream until it begins | the five below |
/// | `http.client.request.body.size` | recorder, bytes of each try | the five below |
/// | `http.client.response.body.size` | recorder, bytes of each try | the five below |
///
/// The last three are OpenTelemetry's, with its dimensions `http.request.method`, `url.template`, `server.address`,
/// `server.port`, and `http.response.status_code` or `error.type`. No dimension's value comes from an argument of a call.
public struct CallMetrics: CallObserver {
    private let instruments: Instruments

    public init(_ factory: any MetricsFactory) {
        instruments = Instruments(factory)
    }

    public func begin(_ call: ObservedCall) -> any CallObservation {
        MeasuredCall(call: call, instruments: instruments)
    }
}

/// The instruments that were made so far: backends look for them by name and dimensions, which takes time.
private final class Instruments: Sendable {
    struct Tries: Hashable {
        let call: ObservedCall
        /// The status, or the type of the error.
        let outcome: String
        let isStatus: Bool
    }

    struct Calls: Hashable {
        let operation: String
        let outcome: String
    }

    struct OfTries {
        let duration: CoreMetrics.Timer
        let sent: Recorder
        let received: Recorder
    }

    struct OfCalls {
        let count: Counter
        let duration: CoreMetrics.Timer
    }

    private struct State {
        var tries: [Tries: OfTries] = [:]
        var calls: [Calls: OfCalls] = [:]
        var retries: [String: Counter] = [:]
    }

    private let factory: any MetricsFactory
    private let state = Mutex(State())

    init(_ factory: any MetricsFactory) {
        self.factory = factory
    }

    func of(_ key: Tries) -> OfTries {
        state.withLock { state in
            if let known = state.tries[key] { return known }
            let call = key.call
            let dimensions = [
                ("http.request.method", call.method.rawValue), ("url.template", call.path),
                ("server.address", call.host), ("server.port", "\(call.port)"),
                (key.isStatus ? "http.response.status_code" : "error.type", key.outcome),
            ]
            let new = OfTries(
                duration: Timer(label: "http.client.request.duration", dimensions: dimensions, factory: factory),
                sent: Recorder(
                    label: "http.client.request.body.size", dimensions: dimensions, aggregate: true, factory: factory),
                received: Recorder(
                    label: "http.client.response.body.size", dimensions: dimensions, aggregate: true, factory: factory))
            state.tries[key] = new
            return new
        }
    }

    func of(_ key: Calls) -> OfCalls {
        state.withLock { state in
            if let known = state.calls[key] { return known }
            let dimensions = [("operation", key.operation), ("outcome", key.outcome)]
            let new = OfCalls(
                count: Counter(label: "tollgate.client.calls", dimensions: dimensions, factory: factory),
                duration: Timer(label: "tollgate.client.call.duration", dimensions: dimensions, factory: factory))
            state.calls[key] = new
            return new
        }
    }

    func retries(of operation: String) -> Counter {
        state.withLock { state in
            if let known = state.retries[operation] { return known }
            let new = Counter(
                label: "tollgate.client.retries", dimensions: [("operation", operation)], factory: factory)
            state.retries[operation] = new
            return new
        }
    }
}

private final class MeasuredCall: CallObservation {
    private let call: ObservedCall
    /// ``call`` without what differs from call to call: a part of a key.
    private let kind: ObservedCall
    private let instruments: Instruments
    /// The try whose response is a stream that goes on.
    private let open = Mutex<Instruments.Tries?>(nil)

    init(call: ObservedCall, instruments: Instruments) {
        self.call = call
        self.instruments = instruments
        var kind = call
        kind.bodyLength = nil
        self.kind = kind
    }

    func tryEnded(_ outcome: TryOutcome) {
        let error = outcome.error.map { errorType($0) }
        let key = Instruments.Tries(
            call: kind, outcome: error ?? outcome.status.map { "\($0)" } ?? "", isStatus: error == nil)
        let instruments = instruments.of(key)
        instruments.duration.recordNanoseconds(outcome.duration.nanoseconds)
        if let length = call.bodyLength { instruments.sent.record(length) }
        if let length = outcome.bodyLength { instruments.received.record(length) }
        if outcome.isOpen { open.withLock { $0 = key } }
    }

    func retryFollows(after wait: Duration) {
        instruments.retries(of: call.operation).increment()
    }

    func callEnded(_ summary: CallSummary, error: (any Error)?) {
        let instruments = instruments.of(
            Instruments.Calls(operation: call.operation, outcome: error.map { errorType($0) } ?? "success"))
        instruments.count.increment()
        instruments.duration.recordNanoseconds(summary.elapsed.nanoseconds)
    }

    func streamEnded(bytes: Int, error: (any Error)?) {
        guard let key = open.withLock({ $0.take() }) else { return }
        instruments.of(key).received.record(bytes)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, isTooLong) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? .max : seconds.addingReportingOverflow(components.attoseconds / 1_000_000_000).partialValue
    }
}
