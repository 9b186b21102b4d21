import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateProviders
import TollgateStoa

/// What a wrapped transport does besides reading usage.
@Suite struct WrappedTransportTests {
    private static let json: HTTPFields = [.contentType: "application/json"]
    private static let chat = """
        {"id":"c","object":"chat.completion","created":1,"model":"m-1","choices":[],\
        "usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}
        """

    private func send(
        _ path: String, _ body: HTTPBody, headers: HTTPFields = Self.json, through transport: MeteringTransport
    ) async throws -> [UInt8] {
        let request = HTTPRequest(
            method: .post, scheme: "https", authority: "provider.example.com", path: path, headerFields: headers)
        return try await transport.send(request, body: body, timeouts: HTTPTimeouts()).body.collect(upTo: .max)
    }

    private func provider(
        _ status: HTTPResponse.Status, _ body: String, _ headers: HTTPFields = Self.json
    ) -> Provider {
        Provider(head: HTTPResponse(status: status, headerFields: headers), chunks: [Array(body.utf8)])
    }

    // MARK: - What is recorded

    @Test func onlySuccessIsRecorded() async throws {
        let notes = Notes()
        let answers = Mutex<[Int]>([503, 429, 200])
        let base = InProcessTransport { _, _ in
            let status = answers.withLock { $0.removeFirst() }
            return HTTPReply(
                head: HTTPResponse(status: .init(code: status), headerFields: Self.json), body: HTTPBody(Self.chat))
        }
        var openAI = OpenAI(apiKey: "sk-test", transport: base)
        openAI.client.retry.baseDelay = .zero
        _ = try await notes.openAI(userID: "u", client: openAI).chat.completions.create(
            model: "m", messages: [.user("Hello!")])
        #expect(answers.withLock { $0.isEmpty } && notes.records.count == 1)
        for status in [400, 401, 404, 500] {
            let transport = notes.transport(
                wrapping: provider(.init(code: status), Self.chat), provider: .openAI, userID: "u")
            let got = try await send("/v1/chat/completions", HTTPBody("{}"), through: transport)
            #expect(String(decoding: got, as: UTF8.self) == Self.chat)
        }
        _ = try await send(
            "/v1/moderations", HTTPBody("{}"),
            through: notes.transport(wrapping: provider(.ok, Self.chat), provider: .openAI, userID: "u"))
        #expect(notes.records.count == 1)
    }

    @Test func whatCannotBeReadPassesAndIsPartial() async throws {
        let compressed: HTTPFields = [.contentType: "application/json", .contentEncoding: "gzip"]
        let cases: [(String, HTTPFields)] = [
            ("{\"usage\":", Self.json), ("", Self.json), ("null", Self.json), ("[1]", Self.json),
            (#"{"usage":{"prompt_tokens":"5","completion_tokens":-2}}"#, Self.json), (#"{"usage":7}"#, Self.json),
            (Self.chat, compressed), ("data: {\"usage\":{\n\ndata: 7\n\n", [.contentType: "text/event-stream"]),
            ("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5}", [.contentType: "text/event-stream"]),
        ]
        for (body, headers) in cases {
            let notes = Notes()
            let transport = notes.transport(wrapping: provider(.ok, body, headers), provider: .openAI, userID: "u")
            let request = HTTPBody(#"{"model":"m-0","stream":1}"#)
            let got = try await send("/v1/chat/completions", request, through: transport)
            #expect(String(decoding: got, as: UTF8.self) == body)
            let usage = try #require(notes.records.first?.usage, "\(body)")
            #expect(usage.isPartial && usage.model == "m-0" && usage.outputTokens == nil, "\(body)")
        }
    }

    /// What Stoa's events have no place for is in the record nevertheless.
    @Test func aRecordKnowsMoreThanAnEventSays() async throws {
        func usage(_ function: String, _ name: String) async throws -> Usage {
            let notes = Notes()
            let exchange = try WrappedExchange.named(function, name)
            _ = try await exchange.pass {
                notes.transport(wrapping: $0, provider: exchange.provider, userID: "u")
            }
            return try #require(notes.records.first?.usage)
        }
        let chat = try await usage("openai.chat.completions.create", "cachedAndReasoned")
        #expect(chat.tier == "priority" && chat.cacheWriteTokens == 16 && chat.providerRequestID == "req_own")
        let routed = try await usage("openrouter.chat.completions.create", "countedNatively")
        #expect(routed.cost == Decimal(string: "0.00125") && routed.cachedTokens == 1024)
        let image = try await usage("openai.images.generate", "newer")
        #expect(image.inputTokens != nil && image.outputTokens == 8320)
        let spoken = try await usage("openai.audio.speech.create", "streamed")
        #expect(spoken.inputTokens == 1 && spoken.outputTokens != nil && spoken.characters == 1)
        let heard = try await usage("deepgram.transcription.prerecorded", "writtenDown")
        #expect(heard.providerRequestID?.count == 36 && heard.requestID == nil)
    }

    @Test func answersAreAskedForUncompressed() async throws {
        let notes = Notes()
        var base = provider(.ok, Self.chat)
        base.seen = { request, _ in #expect(request.headerFields[.acceptEncoding] == "identity") }
        var headers = Self.json
        headers[.acceptEncoding] = "gzip, br"
        _ = try await send(
            "/v1/chat/completions", HTTPBody("{}"), headers: headers,
            through: notes.transport(wrapping: base, provider: .openAI, userID: "u"))
        #expect(notes.records.count == 1)
    }

    @Test func aRecordSaysWhoAndWhenAndHowLong() async throws {
        let notes = Notes()
        let headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .requestID: "req_1"]
        let transport = notes.transport(
            wrapping: provider(.ok, Self.chat, headers), provider: .openAI, userID: "user_123", keyID: "key_1",
            metadata: ["feature": "own", "team": "a"])
        let start = Date()
        try await Meter.withContext(["feature": "chat", "tier": "free"]) {
            _ = try await Stoa.withContext(["tier": "paid"]) {
                try await send("/v1/chat/completions", HTTPBody(#"{"model":"m"}"#), through: transport)
            }
        }
        let end = Date()
        let record = try #require(notes.records.first)
        #expect(record.userID == "user_123" && record.keyID == "key_1")
        #expect(record.metadata == ["feature": "chat", "tier": "paid", "team": "a"])
        // To the millisecond.
        #expect(record.time > start - 0.001 && record.time <= end)
        let usage = record.usage
        #expect(usage.requestID == "c" && usage.providerRequestID == "req_1" && usage.model == "m-1")
        let elapsed = end.timeIntervalSince(start) * 1_000
        #expect(usage.latencyMilliseconds.map { $0 >= 0 && Double($0) <= elapsed + 1 } == true)
    }

    /// The metadata is that of the call, wherever its stream is read.
    @Test func aStreamKeepsTheContextOfItsCall() async throws {
        let notes = Notes()
        let exchange = try WrappedExchange.named("openai.chat.completions.create", "streamed")
        let transport = notes.transport(
            wrapping: Provider(head: exchange.head, chunks: [exchange.responseBody]), provider: .openAI, userID: "u")
        let reply = try await Stoa.withContext(["feature": "chat"]) {
            try await transport.send(
                exchange.request, body: HTTPBody(exchange.requestBody), timeouts: HTTPTimeouts())
        }
        try await Stoa.withContext(["feature": "elsewhere"]) {
            _ = try await Task.detached { try await reply.body.collect(upTo: .max) }.value
        }
        #expect(notes.records.map(\.metadata) == [["feature": "chat"]])
    }

    // MARK: - Forms

    /// A form that is read from a file while it is sent: the model stands before or after the file, and the length in the
    /// header of the recording.
    @Test(arguments: [true, false]) func aFormIsReadWhileItIsSent(_ isModelFirst: Bool) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).wav")
        try Data(Self.recording(seconds: 100)).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var form = MultipartWriter()
        if isModelFirst { form.write("model", "whisper-x") }
        form.write("file", try UploadedFile(contentsOf: file, contentType: "audio/wav"))
        if !isModelFirst { form.write("model", "whisper-x") }
        #expect(form.body.bytes == nil)
        let notes = Notes()
        let length = try #require(form.body.length)
        var base = provider(.ok, #"{"text":"","usage":{"type":"tokens","input_tokens":9,"output_tokens":4}}"#)
        base.seen = { _, body in #expect(body.count == length) }
        _ = try await send(
            "/v1/audio/transcriptions", form.body, headers: [.contentType: form.contentType],
            through: notes.transport(wrapping: base, provider: .openAI, userID: "u"))
        let usage = try #require(notes.records.first?.usage)
        #expect(usage.model == "whisper-x" && usage.seconds == 100 && usage.inputTokens == 9 && !usage.isPartial)
    }

    /// A text that is streamed is counted while it is sent; one that is too long to keep, by the provider.
    @Test(arguments: [(7, 7), (2 << 20, 5)]) func aTextIsCountedWhileItIsSent(
        _ length: Int, _ expected: Int
    ) async throws {
        let text = String(repeating: "ü", count: length)
        let chunks = Array(#"{"text":"\#(text)","model_id":"eleven_x"}"#.utf8).chunks(of: 65_536)
        let notes = Notes()
        var headers: HTTPFields = [.contentType: "audio/mpeg"]
        headers[.named("x-character-count")] = "5"
        let transport = notes.transport(wrapping: provider(.ok, "audio", headers), provider: .elevenLabs, userID: "u")
        let stream = AsyncStream<[UInt8]> { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish()
        }
        _ = try await send("/v1/text-to-speech/vo%20ice/stream", HTTPBody(stream: stream), through: transport)
        let usage = try #require(notes.records.first?.usage)
        #expect(usage.characters == expected && usage.voice == "vo ice" && usage.isStreamed && !usage.isPartial)
        #expect(usage.model == (length == 7 ? "eleven_x" : nil))
    }

    /// 16-bit mono, 8000 samples a second.
    private static func recording(seconds: Int) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * $0) & 0xFF) } }
        let count = 16_000 * seconds
        return Array("RIFF".utf8) + number(36 + count, 4) + Array("WAVEfmt ".utf8) + number(16, 4) + number(1, 2)
            + number(1, 2) + number(8000, 4) + number(16_000, 4) + number(2, 2) + number(16, 2) + Array("data".utf8)
            + number(count, 4) + [UInt8](repeating: 0, count: count)
    }
}

extension [UInt8] {
    fileprivate func chunks(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
