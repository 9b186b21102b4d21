import CoreMetrics
import InMemoryLogging
import InMemoryTracing
import Logging
import MetricsTestKit
import Testing
import TollgateCore
import Tracing

@testable import TollgateObservability

/// What calls leave in logs, metrics and traces.
@Suite struct ObservabilityTests {
    private static let dimensions = [
        ("http.request.method", "POST"), ("url.template", "/api/widgets/{id}"), ("server.address", "shop.test"),
        ("server.port", "443"),
    ]

    @Test func spansHaveTheNamesOfOpenTelemetry() async throws {
        let tracer = InMemoryTracer()
        let transport = Script(.reply(503), .reply(200, [.requestID: "rq-1"], "[1]"))
        let parent = tracer.startSpan("parent")
        try await ServiceContext.withValue(parent.context) {
            _ = try await Shop(transport).observed(logger: nil, metrics: nil, tracer: tracer).change("7")
        }
        let spans = tracer.finishedSpans
        #expect(spans.map(\.operationName) == ["POST /api/widgets/{id}", "POST /api/widgets/{id}", "shop.change"])
        let call = try #require(spans.last)
        #expect(call.parentSpanID == parent.spanID)
        #expect(call.attributes.get("tollgate.operation") == "shop.change")
        #expect(call.attributes.get("tollgate.tries") == 2)
        #expect(call.status == nil)
        #expect(call.events.map(\.name) == ["tollgate.retry"])

        for (number, status) in [503, 200].enumerated() {
            let span = spans[number]
            #expect(span.kind == .client)
            #expect(span.parentSpanID == call.spanID)
            #expect(span.attributes.get("http.request.method") == "POST")
            #expect(span.attributes.get("url.full") == "https://shop.test/api/widgets/{id}")
            #expect(span.attributes.get("url.template") == "/api/widgets/{id}")
            #expect(span.attributes.get("server.address") == "shop.test")
            #expect(span.attributes.get("server.port") == 443)
            #expect(span.attributes.get("http.response.status_code") == .int64(Int64(status)))
            #expect(span.attributes.get("http.request.body.size") == 4)
            #expect(span.attributes.get("http.request.resend_count") == (number == 0 ? nil : 1))
            #expect(span.attributes.get("error.type") == (number == 0 ? "503" : nil))
            #expect((span.status?.code == .error) == (number == 0))
            // Each try carries its own context.
            let sent = transport.sent[number].headerFields
            #expect(sent[.named("in-memory-span-id")] == span.spanID)
            #expect(sent[.named("in-memory-trace-id")] == parent.traceID)
        }
        #expect(spans[1].attributes.get("http.response.header.x-request-id") == .stringArray(["rq-1"]))
    }

    @Test func theSpanOfAStreamEndsWithIt() async throws {
        let tracer = InMemoryTracer()
        let (chunks, more) = AsyncStream<[UInt8]>.makeStream()
        let shop = Shop(Script(.stream(HTTPBody(stream: chunks)))).observed(logger: nil, metrics: nil, tracer: tracer)
        let body = try await shop.picture()
        #expect(tracer.finishedSpans.map(\.operationName) == ["shop.picture"])
        more.yield([1, 2])
        more.yield([3])
        more.finish()
        #expect(try await body.collect(upTo: 3) == [1, 2, 3])
        #expect(tracer.finishedSpans.count == 2)
        #expect(tracer.finishedSpans.last?.attributes.get("http.response.body.size") == 3)
    }

    @Test func aStreamThatIsDroppedEndsItsSpan() async throws {
        let tracer = InMemoryTracer()
        let (chunks, more) = AsyncStream<[UInt8]>.makeStream()
        let shop = Shop(Script(.stream(HTTPBody(stream: chunks)))).observed(logger: nil, metrics: nil, tracer: tracer)
        more.yield([1, 2])
        for try await _ in try await shop.picture() { break }
        #expect(tracer.finishedSpans.last?.attributes.get("http.response.body.size") == 2)
        #expect(tracer.finishedSpans.last?.attributes.get("error.type") == "cancelled")
    }

    @Test func callsAreMeasured() async throws {
        let metrics = TestMetrics()
        let transport = Script(
            .reply(503, [:], "busy"), .reply(200, [:], "[1]"), .reply(404),
            .fail(ConnectionError(.dns, mayHaveBeenApplied: false)))
        let shop = Shop(transport).observed(logger: nil, metrics: metrics, tracer: nil)
        _ = try await shop.change("7")
        _ = try? await shop.change("8")
        _ = try? await shop.with(retry: .never).change("9")
        func count(_ outcome: String) throws -> Int64 {
            try metrics.expectCounter(
                "tollgate.client.calls", [("operation", "shop.change"), ("outcome", outcome)]
            ).totalValue
        }
        #expect(try count("success") == 1)
        #expect(try count("404") == 1)
        #expect(try count("connection_dns") == 1)
        #expect(try metrics.expectCounter("tollgate.client.retries", [("operation", "shop.change")]).totalValue == 1)
        for (key, outcome, received) in [
            ("http.response.status_code", "503", [4.0]), ("http.response.status_code", "200", [3]),
            ("http.response.status_code", "404", [2]), ("error.type", "connection_dns", []),
        ] {
            let dimensions = Self.dimensions + [(key, outcome)]
            #expect(try metrics.expectTimer("http.client.request.duration", dimensions).values.count == 1)
            #expect(try metrics.expectRecorder("http.client.request.body.size", dimensions).values == [4])
            #expect(try metrics.expectRecorder("http.client.response.body.size", dimensions).values == received)
        }
        let duration = try metrics.expectTimer(
            "tollgate.client.call.duration", [("operation", "shop.change"), ("outcome", "success")])
        #expect(duration.values == [500_000_000])
    }

    @Test func instrumentsAreMadeOnce() async throws {
        let metrics = TestMetrics()
        let shop = Shop(Script(.reply(200, [:], "[1]"))).observed(logger: nil, metrics: metrics, tracer: nil)
        for number in 0..<50 { _ = try await shop.change("\(number)") }
        #expect(metrics.timers.count == 2)
        #expect(metrics.counters.map(\.totalValue) == [50])
    }

    @Test func callsAreLogged() async throws {
        let handler = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in handler }
        logger.logLevel = .debug
        let transport = Script(.reply(503), .reply(404, [.requestID: "rq-1"], #"{"code":"GONE"}"#))
        _ = try? await Shop(transport).observed(logger: logger, metrics: nil, tracer: nil).change("7")
        let lines = handler.entries.map { "\($0.level): \($0.message)" }
        #expect(
            lines == [
                "debug: POST https://shop.test/api/widgets/{id}: status 503", "info: shop.change is tried again",
                "debug: POST https://shop.test/api/widgets/{id}: status 404",
                """
                info: shop.change failed: status 404 GONE (POST https://shop.test/api/widgets/{id}; 2 tries in 0.5 s; \
                request id rq-1). Check the identifiers, and the base URL. The service may have carried it out. Check \
                before calling again.
                """,
            ])
        #expect(handler.entries[2].metadata["request_id"] == "rq-1")
        #expect(handler.entries[3].metadata["tries"] == "2")
        #expect(handler.entries[3].metadata["error.type"] == "404")
    }

    @Test func nothingSecretIsWritten() async throws {
        let handler = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in handler }
        logger.logLevel = .trace
        let (tracer, metrics) = (InMemoryTracer(), TestMetrics())
        struct Leaky: Error, CustomStringConvertible { let description = "s3cret-leak" }
        let transport = Script(
            .reply(403, [.setCookie: "s3cret-cookie"], #"{"message":"no s3cret-token here"}"#), .fail(Leaky()))
        var shop = Shop(transport).observed(logger: logger, metrics: metrics, tracer: tracer)
        shop.client.headers = [.named("X-Key"): "s3cret-header"]
        shop.client.credential = CombinedCredential(
            BearerToken("s3cret-token"), APIKey("s3cret-query", in: .query("key")))
        for _ in 0..<2 { _ = try? await shop.with(retry: .never).change("s3cret-argument") }

        var everything = handler.entries.map { "\($0.message) \($0.metadata)" }
        for span in tracer.finishedSpans {
            span.attributes.forEach { everything.append("\($0) \($1)") }
            everything.append("\(span.operationName) \(span.errors) \(span.events) \(String(describing: span.status))")
        }
        everything += metrics.counters.map { "\($0.label) \($0.dimensions)" }
        everything += metrics.timers.map { "\($0.label) \($0.dimensions)" }
        #expect(handler.entries.contains { $0.level == .trace })
        #expect(everything.count > 20)
        #expect(everything.allSatisfy { !$0.contains("s3cret") }, "\(everything.filter { $0.contains("s3cret") })")
        // But the request itself had them all.
        #expect(transport.sent[0].path == "/api/widgets/s3cret-argument?key=s3cret-query")
    }

    @Test func whatIsNotSetUpIsNotObserved() {
        let shop = Shop(Script(.reply(200)))
        #expect(shop.client.observer == nil)
        let nothing = shop.observed(logger: nil, metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer())
        #expect(nothing.client.observer == nil)
        let logged = shop.observed(metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer())
        #expect(logged.client.observer is CallLog)
    }
}
