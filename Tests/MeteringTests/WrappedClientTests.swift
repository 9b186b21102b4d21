import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateProviders
import TollgateStoa

/// The typed clients, wrapped by a meter and by Stoa itself.
@Suite(.timeLimit(.minutes(10))) struct WrappedClientTests {
    private let mock: MockServer

    init() throws {
        mock = MockServer.inProcess()
        try mock.stoa.setBalance("1000", of: "user_123")
    }

    /// One call of every kind, plain and streamed, through every client.
    private func callAll(with recorder: some UsageRecorder) async throws {
        let openAI = recorder.openAI(userID: "user_123", client: mock.openAI)
        _ = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello there")])
        for try await _ in try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hi")]) {}
        _ = try await openAI.responses.create(model: "gpt-5", input: .text("Hello there"))
        let anthropic = recorder.anthropic(userID: "user_123", client: mock.anthropic)
        for try await _ in try await anthropic.messages.stream(
            model: "claude-haiku-4-5", maxTokens: 99, messages: [.user("Hello there")])
        {}
        let openRouter = recorder.openRouter(userID: "user_123", client: mock.openRouter)
        for try await _ in try await openRouter.chat.completions.stream(
            messages: [.user("Hello there")], model: "openai/gpt-4o")
        {}
        let elevenLabs = recorder.elevenLabs(userID: "user_123", client: mock.elevenLabs)
        let spoken = try await elevenLabs.textToSpeech.convert(voiceID: "JBFqnCBsd6RMkjVDRZzb", text: "Hi")
        _ = try await spoken.collect(upTo: .max)
        let deepgram = recorder.deepgram(userID: "user_123", client: mock.deepgram)
        let audio = try await deepgram.speak.generate(text: "Hello", model: "aura-2-thalia-en")
        _ = try await audio.collect(upTo: .max)
    }

    private func types() throws -> [String?] {
        try mock.stoa.events(of: "user_123").map { try JSONValue(jsonBytes: $0.jsonBytes())["event_type"]?.string }
    }

    private static let types = [
        "openai.chat_completion", "openai.chat_completion", "openai.response", "anthropic.messages",
        "openrouter.chat_completion", "elevenlabs.tts", "deepgram.tts",
    ]

    @Test func everyClientIsMeteredByAMeter() async throws {
        let meter = Meter(outbox: .memory(), sink: .stoa(mock.stoa.client()), time: mock.clock)
        mock.clock.advance(by: .seconds(86_400))
        let start = mock.clock.now
        try await callAll(with: meter)
        #expect(try await meter.outbox.counts() == OutboxCounts(waiting: Self.types.count, setAside: 0))
        #expect(mock.requests(of: .stoa.createEvent).isEmpty && mock.requests(of: .stoa.batchCreateEvents).isEmpty)
        try await meter.flush()
        #expect(try types() == Self.types)
        // By the meter's clock, to the millisecond.
        let times = mock.stoa.events(of: "user_123").map(\.timestamp)
        #expect(times.allSatisfy { $0 > start - 0.001 && $0 <= mock.clock.now })
    }

    @Test func everyClientIsMeteredByStoa() async throws {
        try await callAll(with: mock.stoa.client())
        #expect(try types() == Self.types)
        #expect(mock.requests(of: .stoa.createEvent).count == Self.types.count)
    }

    // MARK: - What cannot be recorded

    @Test func anEmptyBalanceIsThrown() async throws {
        try mock.stoa.setBalance("0", of: "user_123")
        let openAI = mock.stoa.client().openAI(userID: "user_123", client: mock.openAI)
        await #expect(throws: Stoa.InsufficientBalance.self) {
            try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello there")])
        }
        #expect(mock.requests(of: .openai.createChatCompletion).count == 1, "the provider is not asked again")
        // Of a stream, at its end.
        var text = ""
        let stream = try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hello there")])
        await #expect(throws: Stoa.InsufficientBalance.self) {
            for try await chunk in stream { text += chunk.choices.first?.delta.content ?? "" }
        }
        #expect(text == "You said: Hello there")
        let speech = try await mock.stoa.client().elevenLabs(userID: "user_123", client: mock.elevenLabs)
            .textToSpeech.convert(voiceID: "JBFqnCBsd6RMkjVDRZzb", text: "Hi")
        await #expect(throws: Stoa.InsufficientBalance.self) { try await speech.collect(upTo: .max) }
    }

    /// What is thrown has the answer, and the record, which can be recorded later and counts once.
    @Test func whatCouldNotBeRecordedIsThrownWithTheAnswer() async throws {
        mock.inject(.status(500), into: .stoa.createEvent, next: 1)
        let stoa = mock.stoa.client().with(retry: .never)
        let openAI = stoa.openAI(userID: "user_123", client: mock.openAI)
        let error = try await #require(throws: UnrecordedUsage.self) {
            try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello there")])
        }
        let answer = try OpenAI.ChatCompletion(jsonBytes: try #require(error.answer?.body.bytes))
        #expect(answer.choices[0].message.content == "You said: Hello there")
        #expect(error.record.usage.requestID == answer.id && error.record.userID == "user_123")
        #expect((error.underlying as? any APIError)?.status == 500)
        #expect(mock.stoa.events(of: "user_123").isEmpty)
        try await stoa.record(error.record)
        try await Meter(outbox: .memory(), sink: .stoa(stoa)).record(error.record)
        #expect(mock.stoa.events(of: "user_123").count == 1)
    }

    @Test func whoeverWantsToIsToldInstead() async throws {
        try mock.stoa.setBalance("0", of: "user_123")
        let told = Mutex<[UnrecordedUsage]>([])
        let openAI = mock.stoa.client().openAI(userID: "user_123", client: mock.openAI) { error in
            told.withLock { $0.append(error) }
        }
        let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello there")])
        #expect(answer.choices[0].message.content == "You said: Hello there")
        for try await _ in try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hi")]) {}
        let errors = told.withLock { $0 }
        #expect(errors.count == 2 && errors.allSatisfy { $0.underlying is Stoa.InsufficientBalance })
        #expect(errors.map(\.record.usage.outputTokens) == [5, 4])
    }

    /// A full outbox, and a stream that is left while recording fails: nothing is silent.
    @Test func aMeterThatCannotRecordSaysSo() async throws {
        let failure = ConfigurationError("no space")
        let openAI = Notes(failure: failure).openAI(userID: "u", client: mock.openAI)
        let error = try await #require(throws: UnrecordedUsage.self) {
            try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hi")])
        }
        #expect(error.underlying is ConfigurationError && "\(error)".contains("no space"))
        let (errors, continuation) = AsyncStream<UnrecordedUsage>.makeStream()
        let told = Notes(failure: failure).openAI(userID: "u", client: mock.openAI) {
            continuation.yield($0)
        }
        for try await _ in try await told.chat.completions.stream(model: "gpt-4o", messages: [.user("Hi")]) { break }
        for await error in errors {
            #expect(error.record.usage.isPartial && error.answer == nil)
            break
        }
    }

    /// A call that is cancelled while Stoa is slow ends at once, and is recorded nevertheless.
    @Test func recordingGoesOnWhenTheCallIsCancelled() async throws {
        let gate = Gate()
        let openAI = gate.openAI(userID: "u", client: mock.openAI)
        let call = Task { try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hi")]) }
        await gate.begun.wait()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        gate.open.signal()
        await gate.done.wait()
    }

    @Test func aClientFromTheEnvironmentNeedsItsKey() throws {
        let stoa = mock.stoa.client()
        #expect(throws: ConfigurationError.self) { try stoa.deepgram(userID: "user_123") }
    }
}

extension MockServer {
    fileprivate var openAI: OpenAI {
        OpenAI(apiKey: providers.openAI.apiKey, baseURL: providers.openAI.baseURL, transport: transport)
    }

    fileprivate var anthropic: Anthropic {
        Anthropic(apiKey: providers.anthropic.apiKey, baseURL: providers.anthropic.baseURL, transport: transport)
    }

    fileprivate var openRouter: OpenRouter {
        OpenRouter(apiKey: providers.openRouter.apiKey, baseURL: providers.openRouter.baseURL, transport: transport)
    }

    fileprivate var elevenLabs: ElevenLabs {
        ElevenLabs(apiKey: providers.elevenLabs.apiKey, baseURL: providers.elevenLabs.baseURL, transport: transport)
    }

    fileprivate var deepgram: Deepgram {
        Deepgram(apiKey: providers.deepgram.apiKey, baseURL: providers.deepgram.baseURL, transport: transport)
    }
}

/// Records when it is let.
private final class Gate: UsageRecorder {
    let begun = Signal(), open = Signal(), done = Signal()

    func record(_ record: UsageRecord) async throws {
        begun.signal()
        await open.wait()
        try Task.checkCancellation()
        done.signal()
    }
}

/// Something that happens once.
private final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func signal() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}
