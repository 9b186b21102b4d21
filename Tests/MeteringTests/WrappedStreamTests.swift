import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMetering
import TollgateProviders

/// Streams that pass through a wrapped transport: whole, in any pieces, and left at any moment.
@Suite(.timeLimit(.minutes(10))) struct WrappedStreamTests {
    private func metered(_ exchange: WrappedExchange, _ notes: Notes, _ chunks: [[UInt8]]) async throws -> [UInt8] {
        try await exchange.pass(in: chunks) {
            notes.transport(wrapping: $0, provider: exchange.provider, userID: "user_123")
        }
    }

    private func isSame(_ left: Usage?, _ right: Usage?) -> Bool {
        var (left, right) = (left, right)
        left?.latencyMilliseconds = nil
        right?.latencyMilliseconds = nil
        return left != nil && left == right
    }

    // MARK: - Pieces

    /// Split anywhere, a stream tells the same usage, and its bytes reach the caller; with each of the line breaks that
    /// there are.
    @Test(arguments: WrappedExchange.streams, ["\n", "\r\n", "\r"])
    func aStreamMayBeSplitAnywhere(_ exchange: WrappedExchange, _ lineBreak: String) async throws {
        let bytes = Array(
            String(decoding: exchange.responseBody, as: UTF8.self).replacingOccurrences(of: "\n", with: lineBreak).utf8)
        let notes = Notes()
        _ = try await metered(exchange, notes, [bytes])
        let whole = notes.records.first?.usage
        #expect(whole?.isPartial == false && whole?.isStreamed == true)
        // At every byte; with the rarer line breaks, around these.
        let places = (1..<bytes.count).filter { place in
            lineBreak == "\n"
                || bytes[max(0, place - 2)...min(place + 1, bytes.count - 1)].contains { $0 == 10 || $0 == 13 }
        }
        for place in places {
            let got = try await metered(exchange, notes, [Array(bytes[..<place]), Array(bytes[place...])])
            #expect(got == bytes && isSame(notes.records.last?.usage, whole), "split at \(place)")
        }
        #expect(notes.records.count == places.count + 1)
        let got = try await metered(exchange, notes, bytes.map { [$0] })
        #expect(got == bytes && isSame(notes.records.last?.usage, whole))
    }

    /// The event that the caller did not ask for is hidden wherever the stream is split, and nothing else is.
    @Test func whatIsHiddenMayBeSplitAnywhere() async throws {
        let exchange = try WrappedExchange.named("openai.chat.completions.create", "streamedAndReasoned")
        let events = String(decoding: exchange.responseBody, as: UTF8.self).components(separatedBy: "\n\n")
        let expected = events.filter { !$0.contains(#""choices": []"#) }.joined(separator: "\n\n")
        let request = Array(#"{"model":"gpt-5","messages":[],"stream":true}"#.utf8)
        for lineBreak in ["\n", "\r\n", "\r"] {
            func broken(_ text: String) -> [UInt8] {
                Array(text.replacingOccurrences(of: "\n", with: lineBreak).utf8)
            }
            let bytes = broken(String(decoding: exchange.responseBody, as: UTF8.self))
            for place in 0...bytes.count where lineBreak == "\n" || place % 3 == 0 || bytes[place - 1] == 13 {
                let notes = Notes()
                let chunks = place == 0 ? bytes.map { [$0] } : [Array(bytes[..<place]), Array(bytes[place...])]
                let got = try await exchange.pass(requestBody: request, in: chunks) {
                    notes.transport(wrapping: $0, provider: .openAI, userID: "user_123")
                }
                #expect(got == broken(expected), "split at \(place)")
                #expect(notes.records.map(\.usage.inputTokens) == [1200])
            }
        }
    }

    /// A chunk is handed on before the next one is asked for, also while usage is being hidden, and half an event is, too.
    @Test(arguments: [true, false]) func noChunkIsHeldBack(_ asks: Bool) async throws {
        let pieces = [
            #"data: {"id":"c","choices":[{"delta":{"content":"a"}}],"usage":null}"# + "\n\n",
            #"data: {"id":"c","choices":[{"delta":{"cont"#, #"ent":"b"}}],"usage":null}"# + "\n\n", ": still here\n\n",
            #"data: {"id":"c","choices":[{"delta":{},"finish_reason":"stop"}]}"# + "\n\n",
            #"data: {"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}"# + "\n\n",
            "data: [DONE]\n\n",
        ]
        let taken = Mutex(0)
        let body = HTTPBody(
            stream: AsyncThrowingStream<[UInt8], any Error> {
                let next = taken.withLock { taken in
                    taken += 1
                    return taken
                }
                return next > pieces.count ? nil : Array(pieces[next - 1].utf8)
            })
        let notes = Notes()
        let head = HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"])
        let transport = notes.transport(
            wrapping: InProcessTransport { _, _ in HTTPReply(head: head, body: body) }, provider: .openAI,
            userID: "user_123")
        let options = asks ? #","stream_options":{"include_usage":true}"# : ""
        let request = HTTPRequest(method: .post, scheme: "https", authority: "a", path: "/v1/chat/completions")
        let reply = try await transport.send(
            request, body: HTTPBody(#"{"model":"m","stream":true\#(options)}"#), timeouts: HTTPTimeouts())
        var shown = 0
        for try await chunk in reply.body {
            // The hidden piece is the only one that is passed over.
            if !asks, shown == 5 { shown += 1 }
            #expect(String(decoding: chunk, as: UTF8.self) == pieces[shown])
            shown += 1
            #expect(taken.withLock { $0 } == shown)
        }
        #expect(shown == pieces.count)
        #expect(notes.records.map(\.usage.inputTokens) == [5])
    }

    // MARK: - Ends

    /// How a stream may end before its end.
    enum Ending: CaseIterable, CustomTestStringConvertible {
        case left, cancelled, broken

        var testDescription: String { "\(self)" }
    }

    /// After any number of events a stream is left, or its task is cancelled, or the connection breaks. What was used is
    /// recorded, once: partial until the usage has been told.
    @Test(arguments: WrappedExchange.streams, Ending.allCases)
    func aStreamThatEndsEarlyIsRecorded(_ exchange: WrappedExchange, _ ending: Ending) async throws {
        let events = String(decoding: exchange.responseBody, as: UTF8.self).components(separatedBy: "\n\n").dropLast()
            .map { Array("\($0)\n\n".utf8) }
        var wasPartial: [Bool] = []
        for count in 0...events.count {
            let notes = Notes()
            let provider = Provider(
                head: exchange.head, chunks: ending == .broken ? Array(events.prefix(count)) : events,
                failure: ending == .broken ? ConnectionError(.reset, mayHaveBeenApplied: true) : nil)
            let transport = notes.transport(wrapping: provider, provider: exchange.provider, userID: "user_123")
            let reading = Task {
                try await Self.read(count, of: exchange, through: transport, ending)
            }
            let outcome = await reading.result
            if ending == .broken { #expect(throws: ConnectionError.self) { try outcome.get() } }
            let usage = try await notes.next().usage
            #expect(notes.records.count == 1)
            #expect(usage.isStreamed && usage.operation.provider == exchange.provider.rawValue.lowercased())
            wasPartial.append(usage.isPartial)
            // What is not known is not 0.
            for tokens in [usage.inputTokens, usage.outputTokens] where usage.isPartial { #expect(tokens != 0) }
        }
        // Once all is told it stays told.
        #expect(wasPartial.first == true)
        #expect(zip(wasPartial, wasPartial.dropFirst()).allSatisfy { $0 || !$1 }, "\(wasPartial)")
    }

    private static func read(
        _ count: Int, of exchange: WrappedExchange, through transport: MeteringTransport, _ ending: Ending
    ) async throws {
        let reply = try await transport.send(
            exchange.request, body: HTTPBody(exchange.requestBody), timeouts: HTTPTimeouts())
        if ending == .cancelled, count == 0 { withUnsafeCurrentTask { $0?.cancel() } }
        if ending == .left, count == 0 { return }
        var seen = 0
        for try await _ in reply.body {
            seen += 1
            if seen == count {
                if ending == .left { return }
                if ending == .cancelled { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
    }

    /// The events of Anthropic's stream tell the input first, and the output as it grows.
    @Test func anAbandonedMessageKnowsWhatItRead() async throws {
        let exchange = try WrappedExchange.named("anthropic.messages.create", "streamedWithSeveralDeltas")
        let events = String(decoding: exchange.responseBody, as: UTF8.self).components(separatedBy: "\n\n")
        var known: [[Int?]] = []
        for count in [1, 3, 6, 7, 8] {
            let notes = Notes()
            let transport = notes.transport(
                wrapping: Provider(
                    head: exchange.head, chunks: events.prefix(count).map { Array("\($0)\n\n".utf8) },
                    failure: ConnectionError(.reset, mayHaveBeenApplied: true)), provider: .anthropic, userID: "u")
            _ = await Task { try await Self.read(99, of: exchange, through: transport, .broken) }.result
            let usage = try await notes.next().usage
            known.append([usage.inputTokens, usage.outputTokens, usage.cachedTokens, usage.isPartial ? 1 : 0])
        }
        let begun: [Int?] = [25, nil, 2048, 1]
        let ended: [Int?] = [31, 15, 2048, 0]
        #expect(known == [begun, begun, [25, 8, 2048, 1], ended, ended])
    }

    /// A meter that flushes has what was left a moment before.
    @Test func whatWasLeftIsFlushed() async throws {
        let exchange = try WrappedExchange.named("openai.chat.completions.create", "streamed")
        let chunks = exchange.responseBody.map { [$0] }
        for _ in 0..<100 {
            let meter = Meter(outbox: MemoryOutbox.memory(), sink: NoSink(), isSending: false)
            let transport = meter.transport(
                wrapping: Provider(head: exchange.head, chunks: chunks), provider: .openAI, userID: "user_123")
            try await Self.read(40, of: exchange, through: transport, .left)
            #expect(try await meter.flush().waiting == 1)
        }
    }

    /// With an outbox on disk, too.
    @Test func whatWasLeftIsOnDisk() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let exchange = try WrappedExchange.named("openai.chat.completions.create", "streamed")
        let outbox = try SQLiteOutbox.sqlite(path: folder.appending(path: "usage.db").path)
        let meter = Meter(outbox: outbox, sink: NoSink(), isSending: false)
        let chunks = exchange.responseBody.map { [$0] }
        for count in 0..<20 {
            let transport = meter.transport(
                wrapping: Provider(head: exchange.head, chunks: chunks), provider: .openAI, userID: "user_\(count)")
            let reading = Task { try await Self.read(count * 40, of: exchange, through: transport, .cancelled) }
            _ = await reading.result
        }
        while try await outbox.counts().waiting < 20 { await Task.yield() }
        let users = Set(try await meter.entries(.waiting).map { try $0.item.record().userID })
        #expect(users.count == 20)
    }
}

private struct NoSink: UsageSink {
    let limits = SinkLimits(batch: 1, dedupeWindow: nil)

    func send(_ records: [OutgoingUsage]) async throws -> [Delivery] { [] }
}
