import Foundation
import Synchronization

/// The providers of AI models of a mock server: what clients need to reach them, and what models answer.
///
/// The answers are made up, but usage is counted from what is really asked and answered, by a fixed estimate.
public struct MockProviders: Sendable {
    /// The API keys that the mock accepts, the same in every mock.
    public static let openAIKey = "sk-tollgate-test"
    public static let anthropicKey = "sk-ant-tollgate-test"
    public static let openRouterKey = "sk-or-tollgate-test"
    public static let elevenLabsKey = "sk_elevenlabs_test"
    public static let deepgramKey = "deepgram_test"

    /// One of ElevenLabs' voices.
    public static let voiceID = "JBFqnCBsd6RMkjVDRZzb"

    /// What a client needs to reach a provider.
    public struct Access: Sendable, Hashable {
        public let baseURL: URL
        public let apiKey: String
    }

    let simulations: ProviderSimulations
    let url: URL

    public var openAI: Access { Access(baseURL: url.appending(path: "v1"), apiKey: Self.openAIKey) }
    public var anthropic: Access { Access(baseURL: url, apiKey: Self.anthropicKey) }
    public var openRouter: Access { Access(baseURL: url.appending(path: "api/v1"), apiKey: Self.openRouterKey) }
    public var elevenLabs: Access { Access(baseURL: url, apiKey: Self.elevenLabsKey) }
    public var deepgram: Access { Access(baseURL: url, apiKey: Self.deepgramKey) }

    /// Lets all models answer this, and recordings say it. Nil for answers that depend on what is asked.
    public func setAnswer(_ text: String?) {
        simulations.setAnswer(text)
    }

    /// How many tokens a text has, as the mock counts them.
    public func tokens(of text: String) -> Int {
        Tokens.count(text)
    }

    var environment: [(name: String, value: String)] {
        [
            ("OPENAI", openAI), ("ANTHROPIC", anthropic), ("OPENROUTER", openRouter), ("ELEVENLABS", elevenLabs),
            ("DEEPGRAM", deepgram),
        ].flatMap { name, access in
            [("\(name)_BASE_URL", access.baseURL.absoluteString), ("\(name)_API_KEY", access.apiKey)]
        }
    }
}

/// The providers behind their routes.
struct ProviderSimulations: Sendable {
    let openAI: ProviderSimulation<OpenAIProvider>
    let anthropic: ProviderSimulation<AnthropicProvider>
    let openRouter: ProviderSimulation<OpenRouterProvider>
    let elevenLabs: ProviderSimulation<ElevenLabsProvider>
    let deepgram: ProviderSimulation<DeepgramProvider>

    func setAnswer(_ text: String?) {
        openAI.world.withLock { $0.answer = text }
        anthropic.world.withLock { $0.answer = text }
        openRouter.world.withLock { $0.answer = text }
        elevenLabs.world.withLock { $0.answer = text }
        deepgram.world.withLock { $0.answer = text }
    }
}
