import Foundation
import Testing
import TollgateCore
import TollgateProviders

@testable import TollgateMock

@Suite struct ProviderMockTests {
    private let mock = MockServer.frozen()

    private var openAI: OpenAI {
        let access = mock.providers.openAI
        return OpenAI(apiKey: access.apiKey, baseURL: access.baseURL, transport: mock.transport)
    }

    private var anthropic: Anthropic {
        let access = mock.providers.anthropic
        return Anthropic(apiKey: access.apiKey, baseURL: access.baseURL, transport: mock.transport)
    }

    @Test(arguments: [
        ("Hello there", ["Hello", " there"]), ("You said: hi!", ["You", " said", ":", " hi", "!"]), ("", []),
        ("internationalization", ["intern", "ationa", "lizati", "on"]), ("  a\n", ["  a", "\n"]), ("世界", ["世界"]),
    ])
    func splitsATextIntoTokens(_ text: String, _ tokens: [String]) {
        #expect(Tokens.pieces(of: text) == tokens)
        #expect(mock.providers.tokens(of: text) == tokens.count)
    }

    @Test func aChatCompletionTellsTheSameUsageHoweverItComes() async throws {
        let messages: [OpenAI.ChatMessage] = [.developer("Be brief."), .user("Hello there")]
        let whole = try await openAI.chat.completions.create(model: "gpt-4o-mini", messages: messages)
        var text = ""
        var usage: OpenAI.ChatUsage?
        for try await chunk in try await openAI.chat.completions.stream(
            model: "gpt-4o-mini", messages: messages, streamOptions: .init(includeUsage: true))
        {
            text += chunk.choices.first?.delta.content ?? ""
            usage = chunk.usage ?? usage
        }
        #expect(text == whole.choices.first?.message.content)
        #expect(whole.usage?.totalTokens == usage?.totalTokens)
        #expect((usage?.promptTokens, usage?.completionTokens) == (11, 5))
        #expect(whole.model == "gpt-4o-mini-2024-07-18")
    }

    @Test func aTestChoosesTheAnswer() async throws {
        mock.providers.setAnswer("Never.")
        let answer = try await openAI.responses.create(model: "gpt-5", input: .text("Hello"))
        #expect(answer.usage?.outputTokens == 2)
        let message = try await anthropic.messages.create(
            model: "claude-haiku-4-5", maxTokens: 9, messages: [.user("Hello")])
        #expect(message.usage.outputTokens == 2)
        mock.providers.setAnswer(nil)
        #expect(try await openAI.responses.create(model: "gpt-5", input: .text("Hello")).usage?.outputTokens == 4)
    }

    @Test func aMessageStreamTellsUsageInTwoParts() async throws {
        var input: Int?
        var output: [Int] = []
        for try await event in try await anthropic.messages.stream(
            model: "claude-haiku-4-5", maxTokens: 100, messages: [.user("Hello there")])
        {
            switch event {
            case .messageStart(let start): input = start.message.usage.inputTokens
            case .messageDelta(let delta): output.append(delta.usage.outputTokens)
            default: break
            }
        }
        #expect(input == 5)
        #expect(output == [5])
    }

    @Test func aCachedPromptIsForgotten() async throws {
        let body = #"""
            {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}],
             "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]}
            """#
        func counts() async throws -> [Int?] {
            let answer = try await mock.send(
                .post, "/v1/messages",
                headers: [
                    .named("x-api-key"): mock.providers.anthropic.apiKey, .named("anthropic-version"): "2026-10-21",
                ], body)
            let usage = try answer.json["usage"]
            return ["cache_creation_input_tokens", "cache_read_input_tokens"].map { usage?[$0]?.number?.int }
        }
        #expect(try await counts() == [3, 0])
        mock.clock.advance(by: .seconds(200))
        #expect(try await counts() == [0, 3])
        mock.clock.advance(by: .seconds(299))
        #expect(try await counts() == [0, 3])
        mock.clock.advance(by: .seconds(300))
        #expect(try await counts() == [3, 0])
    }

    @Test func anUnknownModelIsRefusedInEachProvidersForm() async throws {
        await #expect(throws: OpenAI.Failure.self) {
            try await openAI.embeddings.create(model: "text-embedding-9", input: .text("x"))
        }
        await #expect(throws: Anthropic.Failure.self) {
            try await anthropic.messages.create(model: "claude-9", maxTokens: 9, messages: [.user("x")])
        }
        for (path, header, key, body, place) in [
            (
                "/api/v1/chat/completions", "Authorization", "Bearer \(mock.providers.openRouter.apiKey)",
                #"{"model": "openai/gpt-9", "messages": [{"role": "user", "content": "x"}]}"#, "error"
            ),
            (
                "/v1/text-to-speech/\(MockProviders.voiceID)", "xi-api-key", mock.providers.elevenLabs.apiKey,
                #"{"text": "x", "model_id": "gpt-4o"}"#, "detail"
            ),
            (
                "/v1/speak?model=nova-3", "Authorization", "Token \(mock.providers.deepgram.apiKey)",
                #"{"text": "x"}"#, "err_code"
            ),
        ] {
            let name = try #require(HTTPField.Name(header))
            let answer = try await mock.send(.post, path, headers: [name: key], body)
            #expect(answer.status == 400)
            #expect(try answer.json[place] != nil)
            let nobody = try await mock.send(.post, path, headers: [name: "wrong"], body)
            #expect(nobody.status == 401)
        }
    }

    @Test func filesTravelThroughMultipart() async throws {
        let sound = Sound.silence(seconds: 1.5, format: "wav", rate: 8_000)
        let file = UploadedFile(name: "talk.wav", sound)
        let answer = try await openAI.audio.transcriptions.create(file: file, model: "gpt-4o-transcribe")
        guard case .plain(let plain) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(plain.text == "This recording lasts 1.5 seconds.")
        let access = mock.providers.elevenLabs
        let eleven = ElevenLabs(apiKey: access.apiKey, baseURL: access.baseURL, transport: mock.transport)
        let voice = try await eleven.voices.ivc.create(name: "Ada", files: [file, file], labels: ["language": "en"])
        let speech = try await eleven.textToSpeech.convert(voiceID: voice.voiceID, text: "Hello")
        #expect(try await speech.collect(upTo: 1 << 20).starts(with: [0xFF, 0xFB]))
        let again = try await eleven.speechToSpeech.stream(
            voiceID: voice.voiceID, audio: file, outputFormat: .pcmAt16kHz)
        #expect(try await again.collect(upTo: 1 << 20).count == 48_000)
    }

    @Test func aTextIsNoFile() async throws {
        let part = { (field: String, text: String) in
            "--x\r\nContent-Disposition: form-data; \(field)\r\n\r\n\(text)\r\n"
        }
        for (field, status) in [(#"name="files""#, 422), (#"name="files"; filename="a.mp3""#, 200)] {
            let answer = try await mock.send(
                .post, "/v1/voices/add",
                headers: [
                    .named("xi-api-key"): mock.providers.elevenLabs.apiKey,
                    .contentType: "multipart/form-data; boundary=x",
                ], part(#"name="name""#, "Ada") + part(field, "ID3") + "--x--")
            #expect(answer.status == status)
            guard status != 200 else { continue }
            let complaints = try answer.json["detail"]?.elements
            #expect(complaints?.count == 1)
            #expect(complaints?.first?["loc"]?.texts == ["body", "files"])
        }
    }

    @Test func bothPathsLeadToTheVoiceChanger() async throws {
        for path in ["/v1/voice-changer/x/stream", "/v1/speech-to-speech/x/stream"] {
            let answer = try await mock.send(
                .post, path, headers: [.named("xi-api-key"): mock.providers.elevenLabs.apiKey], "{}")
            #expect(answer.status == 415)
        }
        try mock.verify(.elevenlabs.streamSpeech, times: 2)
    }

    @Test func aRecordingTellsItsLength() {
        #expect(Recording(Sound.silence(seconds: 2, format: "wav")).duration == 2)
        #expect(abs(Recording(Sound.silence(seconds: 10, format: "mp3")).duration - 10) < 0.1)
        #expect(Recording([]).duration == 0)
        #expect(Recording(Array("RIFF".utf8)).channels == 1)
    }
}
