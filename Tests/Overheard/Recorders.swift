import CoreMetrics
import InMemoryTracing
import Logging
import TollgateCore
import TollgateObservability
import Tracing

/// Hears every call through the observers that applications use.
struct Audit: CallAudit {
    private let transcript: Transcript
    private let recorders: CallObservers

    init(_ transcript: Transcript) {
        self.transcript = transcript
        var logger = Logger(label: "overheard") { _ in LineRecorder(transcript: transcript) }
        logger.logLevel = .trace
        recorders = CallObservers([
            CallTraces(SpanRecorder(transcript: transcript)), CallMetrics(LabelRecorder(transcript: transcript)),
            CallLog(logger),
        ])
    }

    func observer(beside own: (any CallObserver)?) -> any CallObserver {
        own.map { CallObservers([$0, recorders]) } ?? recorders
    }

    func used(secrets: [String]) {
        transcript.expectNever(secrets.filter { !Self.keyIDs.contains($0) })
    }

    /// They travel beside a signature and name its key. An error about the key names it, too.
    private static let keyIDs: Set = ["pk-TESTKEY0123456"]
}

/// Writes log lines to a transcript.
struct LineRecorder: LogHandler {
    let transcript: Transcript
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = event.metadata.map { self.metadata.merging($0) { $1 } } ?? metadata
        transcript.note(.log, "\(event.level) \(event.message) \(metadata) \(event.error.map { "\($0)" } ?? "")")
    }
}

/// Writes the names and dimensions of metrics to a transcript.
struct LabelRecorder: MetricsFactory {
    let transcript: Transcript

    private func note(_ label: String, _ dimensions: [(String, String)]) -> NOOPMetricsHandler {
        transcript.note(.metric, "\(label) \(dimensions)")
        return .instance
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { note(label, dimensions) }
    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { note(label, dimensions) }
    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { note(label, dimensions) }
    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { note(label, dimensions) }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { note(label, dimensions) }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}

/// Writes spans to a transcript when they end.
struct SpanRecorder: Tracer {
    let transcript: Transcript

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        InMemorySpan(
            operationName: operationName, context: context(),
            spanContext: InMemorySpanContext(traceID: "", spanID: "", parentSpanID: nil), kind: kind,
            startInstant: instant()
        ) { [transcript] span in
            var attributes: [String] = []
            span.attributes.forEach { attributes.append("\($0)=\($1)") }
            for event in span.events {
                attributes.append(event.name)
                event.attributes.forEach { attributes.append("\($0)=\($1)") }
            }
            attributes += span.errors.map { "\($0.error)" }
            transcript.note(.span, "\(span.operationName) \(attributes) \(span.status as Any)")
        }
    }

    func activeSpan(identifiedBy context: InstrumentationContext) -> InMemorySpan? { nil }
    func forceFlush() {}
    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}
    func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}
}
