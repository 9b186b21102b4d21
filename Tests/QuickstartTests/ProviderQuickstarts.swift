import Foundation
import Testing
import Tollgate
import TollgateMock

/// Calls of the AI providers, plain and streamed.
@Suite struct ProviderQuickstarts {
    private func openAI(_ mock: MockServer, _ transport: any HTTPTransport) -> OpenAI {
        let access = mock.providers.openAI
        return OpenAI(apiKey: access.apiKey, baseURL: access.baseURL, transport: transport)
    }

    @Test(arguments: Front.allCases)
    func completesAChat(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            mock.providers.setAnswer("Hello to you, too.")
            let openAI = openAI(mock, transport)
            let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
            #expect(answer.choices.first?.message.content == "Hello to you, too.")
            let usage = try #require(answer.usage)
            #expect(usage.totalTokens == usage.promptTokens + usage.completionTokens)
            #expect(usage.promptTokens > 0)
        }
    }

    @Test(arguments: Front.allCases)
    func streamsAChat(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            mock.providers.setAnswer("Hello to you, too.")
            let openAI = openAI(mock, transport)
            var text = ""
            var usage: OpenAI.ChatUsage?
            let chunks = try await openAI.chat.completions.stream(
                model: "gpt-4o", messages: [.user("Hello!")],
                streamOptions: OpenAI.StreamOptions(includeUsage: true))
            for try await chunk in chunks {
                text += chunk.choices.first?.delta.content ?? ""
                usage = chunk.usage ?? usage
            }
            #expect(text == "Hello to you, too.")
            #expect(try #require(usage).completionTokens > 0)
        }
    }

    @Test(arguments: Front.allCases)
    func streamsAMessage(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            mock.providers.setAnswer("Hello to you, too.")
            let access = mock.providers.anthropic
            let anthropic = Anthropic(apiKey: access.apiKey, baseURL: access.baseURL, transport: transport)
            var text = ""
            for try await event in try await anthropic.messages.stream(
                model: "claude-sonnet-4-5", maxTokens: 100, messages: [.user("Hello!")])
            {
                if case .contentBlockDelta(let delta) = event, case .text(let part) = delta.delta { text += part.text }
            }
            #expect(text == "Hello to you, too.")
        }
    }

    @Test(arguments: Front.allCases)
    func speaksAndListens(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let openAI = openAI(mock, transport)
            let sound = try await openAI.audio.speech.create(
                model: "gpt-4o-mini-tts", input: "Hello!", voice: .named(.alloy))
            let bytes = try await sound.collect(upTo: 1 << 20)
            #expect(!bytes.isEmpty)

            let text = try await openAI.audio.transcriptions.create(
                file: UploadedFile(name: "talk.mp3", contentType: "audio/mpeg", body: HTTPBody(bytes)),
                model: "gpt-4o-transcribe")
            if case .unrecognized = text { Issue.record("the transcription is of no form that is known") }
        }
    }

    @Test(arguments: Front.allCases)
    func tellsWhatTheProviderRefuses(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stranger = OpenAI(apiKey: "sk-wrong", baseURL: mock.providers.openAI.baseURL, transport: transport)
            do {
                _ = try await stranger.embeddings.create(model: "text-embedding-3-small", input: .text("Hello"))
                Issue.record("a wrong key was good for a call")
            } catch let error as OpenAI.Failure {
                #expect(error.status == 401)
                #expect(error.code == "invalid_api_key")
            }
        }
    }
}
