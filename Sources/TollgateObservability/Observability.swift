import CoreMetrics
import Logging
import TollgateCore
import Tracing

extension APIService {
    /// A copy whose calls are logged, measured and traced with what the program has set up: by default what was given to
    /// `LoggingSystem`, `MetricsSystem` and `InstrumentationSystem` before this. What was not set up costs nothing.
    ///
    ///     let stoa = try Stoa().observed()
    ///
    /// Nothing that is secret goes out: no header field but those that are known to be harmless, no query, no argument in
    /// a path and no body.
    /// - Parameters:
    ///   - logger: Where ``CallLog`` writes; nil for nowhere.
    ///   - metrics: Where ``CallMetrics`` go; nil for nowhere.
    ///   - tracer: Where ``CallTraces`` go; nil for nowhere.
    /// - Returns: The copy.
    public func observed(
        logger: Logger? = Logger(label: "tollgate"), metrics: (any MetricsFactory)? = MetricsSystem.factory,
        tracer: (any Tracer)? = InstrumentationSystem.tracer
    ) -> Self {
        var copy = self
        copy.client.observer = CallObservers.all(logger: logger, metrics: metrics, tracer: tracer)
        return copy
    }
}

/// Several observers of the same calls.
public struct CallObservers: CallObserver {
    private let observers: [any CallObserver]

    public init(_ observers: [any CallObserver]) {
        self.observers = observers
    }

    /// One for each that does something.
    static func all(
        logger: Logger?, metrics: (any MetricsFactory)?, tracer: (any Tracer)?
    ) -> (any CallObserver)? {
        var observers: [any CallObserver] = []
        if let tracer, let traces = CallTraces(ifUseful: tracer) { observers.append(traces) }
        if let metrics, !(metrics is NOOPMetricsHandler) { observers.append(CallMetrics(metrics)) }
        if let logger { observers.append(CallLog(logger)) }
        return observers.count > 1 ? CallObservers(observers) : observers.first
    }

    public func begin(_ call: ObservedCall) -> any CallObservation {
        Observations(all: observers.map { $0.begin(call) })
    }

    private struct Observations: CallObservation {
        let all: [any CallObservation]

        func tryBegins(_ request: inout HTTPRequest, number: Int) {
            for one in all { one.tryBegins(&request, number: number) }
        }

        func tryEnded(_ outcome: TryOutcome) {
            for one in all { one.tryEnded(outcome) }
        }

        func retryFollows(after wait: Duration) {
            for one in all { one.retryFollows(after: wait) }
        }

        func callEnded(_ summary: CallSummary, error: (any Error)?) {
            for one in all { one.callEnded(summary, error: error) }
        }

        func streamEnded(bytes: Int, error: (any Error)?) {
            for one in all { one.streamEnded(bytes: bytes, error: error) }
        }
    }
}

/// What OpenTelemetry calls `error.type`: few different texts, none of them secret.
func errorType(_ error: any Error) -> String {
    switch error {
    case let error as any APIError: "\(error.status)"
    case let error as ConnectionError: "connection_\(error.kind)"
    case let error as TimeoutError: "timeout_\(error.limit)"
    case is CancellationError: "cancelled"
    default: "\(type(of: error))"
    }
}

extension TryOutcome {
    /// As ``errorType(_:)``; nil for a response that is no error.
    var errorType: String? {
        if let error { return TollgateObservability.errorType(error) }
        return status.flatMap { $0 >= 400 ? "\($0)" : nil }
    }

    /// Whether the response's body goes on.
    var isOpen: Bool { error == nil && status != nil && bodyLength == nil }
}
