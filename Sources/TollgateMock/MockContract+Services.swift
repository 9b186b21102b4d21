import TollgateMockServer

extension MockContract {
    /// What the descriptions of all services say.
    static var all: [MockContract] {
        [
            MockContract("stoa", .stoa(), .stoa(), .stoa()),
            MockContract("vluna", .vluna(), .vluna(), .vluna()),
            MockContract("togo", .togo(), .togo(), .togo()),
            MockContract("aikit", .aikit(), .aikit(), .aikit()),
            MockContract("stripe", .stripe(), .stripe(), .stripe()),
            MockContract("openai", .openai(), .openai(), .openai()),
            MockContract("anthropic", .anthropic(), .anthropic(), .anthropic()),
            MockContract("openrouter", .openrouter(), .openrouter(), .openrouter()),
            MockContract("elevenlabs", .elevenlabs(), .elevenlabs(), .elevenlabs()),
            MockContract("deepgram", .deepgram(), .deepgram(), .deepgram()),
        ]
    }
}
