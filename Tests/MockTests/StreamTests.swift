import Foundation
import Testing
import TollgateCore
import TollgateProviders
import TollgateTransport

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct StreamTests {
    private func openAI(_ mock: MockServer, _ transport: any HTTPTransport) -> OpenAI {
        let access = mock.providers.openAI
        return OpenAI(apiKey: access.apiKey, baseURL: access.baseURL, transport: transport)
    }

    /// The pieces of a streamed chat completion, as they came over the wire.
    private func pieces(_ mock: MockServer, _ transport: any HTTPTransport) async throws -> [String] {
        let access = mock.providers.openAI
        var request = HTTPRequest(
            method: .post, scheme: "http", authority: "127.0.0.1:\(mock.url.port ?? 80)", path: "/v1/chat/completions")
        request.headerFields = [.authorization: "Bearer \(access.apiKey)", .contentType: "application/json"]
        let body = #"{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "stream": true}"#
        let reply = try await transport.send(request, body: HTTPBody(body), timeouts: HTTPTimeouts())
        #expect(reply.head.headerFields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(reply.head.headerFields[.contentLength] == nil)
        var pieces: [String] = []
        for try await piece in reply.body {
            pieces.append(String(decoding: piece, as: UTF8.self))
        }
        return pieces
    }

    @Test func bothFrontsStreamTheSameEvents() async throws {
        let socket = try await MockServer.start(seed: 7)
        let inProcess = MockServer.inProcess(seed: 7)
        for mock in [socket, inProcess] { mock.clock.set(.start) }
        let near = try await pieces(inProcess, inProcess.transport)
        // A head, four tokens, an end and the mark: each by itself.
        #expect(near.count == 7)
        #expect(near.allSatisfy { $0.hasPrefix("data: ") && $0.hasSuffix("\n\n") })
        #expect(near.last == "data: [DONE]\n\n")
        let far = try await pieces(socket, DefaultTransport.shared)
        #expect(far.joined() == near.joined())
        await socket.stop()
    }

    @Test(arguments: [true, false])
    func aStreamCanBreakOff(_ overSocket: Bool) async throws {
        let mock = overSocket ? try await MockServer.start() : MockServer.inProcess()
        mock.inject(.breakOff(after: 3), into: .openai.createChatCompletion)
        let transport: any HTTPTransport = overSocket ? DefaultTransport.shared : mock.transport
        let client = openAI(mock, transport).with(retry: .never)
        var text = ""
        await #expect(throws: ConnectionError.self) {
            for try await chunk in try await client.chat.completions.stream(model: "gpt-4o", messages: [.user("Hello")])
            {
                text += chunk.choices.first?.delta.content ?? ""
            }
        }
        // Over a socket it depends on the client how much of what had come it still hands on.
        #expect(overSocket ? "You said".hasPrefix(text) : text == "You said")
        // The next one is whole again.
        #expect(try await pieces(mock, transport).joined().contains("[DONE]"))
        await mock.stop()
    }

    @Test func anAnswerInAPieceDoesNotBreakOff() async throws {
        let mock = MockServer.frozen()
        mock.inject(.breakOff(after: 0), into: .openai.createChatCompletion)
        let answer = try await openAI(mock, mock.transport).chat.completions.create(
            model: "gpt-4o", messages: [.user("Hello")])
        #expect(answer.choices.first?.message.content == "You said: Hello")
    }

    @Test func namesEventsWhereTheServiceDoes() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/messages",
            headers: [.named("x-api-key"): mock.providers.anthropic.apiKey, .named("anthropic-version"): "2026-10-21"],
            #"{"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}], "stream": true}"#
        )
        #expect(answer.text.hasPrefix("event: message_start\ndata: {"))
        #expect(answer.text.contains("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
    }

    @Test func sendsLinesOfJSON() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(
            .post, "/v1/text-to-speech/\(MockProviders.voiceID)/stream/with-timestamps",
            headers: [.named("xi-api-key"): mock.providers.elevenLabs.apiKey], #"{"text": "Hi there"}"#)
        #expect(answer.headers[.contentType] == "application/x-ndjson")
        let lines = try answer.text.split(separator: "\n").map { try JSONValue(jsonText: String($0)) }
        #expect(lines.compactMap { $0["alignment"]?["characters"]?.texts?.joined() } == ["Hi", " there"])
    }
}
