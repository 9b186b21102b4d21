import Synchronization
import TollgateCore
import Tracing

/// Traces calls: a span for each call, named after its operation, and in it one of kind `client` for each try, with
/// OpenTelemetry's names for HTTP clients. The context of a try goes out with its request (`traceparent`, or what the
/// program's instrument writes). The span of a try whose response is a stream ends with the stream.
public struct CallTraces: CallObserver {
    private let tracer: any Tracer
    /// What writes the context into a request.
    private let instrument: any Instrument

    /// - Parameter tracer: Where spans go; it also writes the context into requests.
    public init(_ tracer: any Tracer) {
        self.tracer = tracer
        instrument = tracer
    }

    /// Nil if neither the tracer nor the program's instrument does anything.
    init?(ifUseful tracer: any Tracer) {
        self.tracer = tracer
        instrument = tracer is NoOpTracer ? InstrumentationSystem.instrument : tracer
        if tracer is NoOpTracer, instrument is NoOpInstrument { return nil }
    }

    public func begin(_ call: ObservedCall) -> any CallObservation {
        TracedCall(call: call, tracer: tracer, instrument: instrument)
    }
}

private final class TracedCall: CallObservation {
    private let call: ObservedCall
    private let tracer: any Tracer
    private let instrument: any Instrument
    private let span: any Span
    /// The span of the try that goes on.
    private let current = Mutex<(any Span)?>(nil)

    init(call: ObservedCall, tracer: any Tracer, instrument: any Instrument) {
        self.call = call
        self.tracer = tracer
        self.instrument = instrument
        span = tracer.startSpan(call.operation)
        span.attributes["tollgate.operation"] = call.operation
    }

    func tryBegins(_ request: inout HTTPRequest, number: Int) {
        let span = tracer.startSpan("\(call.method.rawValue) \(call.path)", context: span.context, ofKind: .client)
        span.attributes["http.request.method"] = call.method.rawValue
        span.attributes["url.full"] = call.url
        span.attributes["url.scheme"] = call.scheme
        span.attributes["url.template"] = call.path
        span.attributes["server.address"] = call.host
        span.attributes["server.port"] = call.port
        if let length = call.bodyLength { span.attributes["http.request.body.size"] = length }
        if number > 1 { span.attributes["http.request.resend_count"] = number - 1 }
        instrument.inject(span.context, into: &request.headerFields, using: FieldInjector())
        current.withLock { $0 = span }
    }

    func tryEnded(_ outcome: TryOutcome) {
        guard let span = current.withLock({ $0 }) else { return }
        if let status = outcome.status { span.attributes["http.response.status_code"] = status }
        if let id = outcome.requestID { span.attributes["http.response.header.x-request-id"] = [id] }
        if let length = outcome.bodyLength { span.attributes["http.response.body.size"] = length }
        if let type = outcome.errorType { span.fail(type) }
        if !outcome.isOpen { end() }
    }

    func retryFollows(after wait: Duration) {
        var event = SpanEvent(name: "tollgate.retry")
        event.attributes["tollgate.wait"] = wait / .seconds(1)
        span.addEvent(event)
    }

    func callEnded(_ summary: CallSummary, error: (any Error)?) {
        span.attributes["tollgate.tries"] = summary.tries
        if let error {
            span.fail(errorType(error))
            // A stream that the call does not return has no reader.
            end()
        }
        span.end()
    }

    func streamEnded(bytes: Int, error: (any Error)?) {
        current.withLock { $0 }?.attributes["http.response.body.size"] = bytes
        if let error { current.withLock { $0 }?.fail(errorType(error)) }
        end()
    }

    private func end() {
        current.withLock { $0.take() }?.end()
    }
}

extension Span {
    fileprivate func fail(_ type: String) {
        attributes["error.type"] = type
        setStatus(SpanStatus(code: .error))
    }
}

private struct FieldInjector: Injector {
    func inject(_ value: String, forKey key: String, into fields: inout HTTPFields) {
        guard let name = HTTPField.Name(key) else { return }
        fields[name] = value
    }
}
