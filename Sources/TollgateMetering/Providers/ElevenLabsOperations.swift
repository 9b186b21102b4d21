import TollgateCore

extension MeteredOperation {
    static let elevenLabs = [
        speech("text-to-speech/*"), speech("text-to-speech/*/stream"), speech("text-to-speech/*/with-timestamps"),
        speech("text-to-speech/*/stream/with-timestamps"),
        voiceChange("speech-to-speech/*"), voiceChange("speech-to-speech/*/stream"),
        voiceChange("voice-changer/*"), voiceChange("voice-changer/*/stream"),
        voiceClone("voices/add"), voiceClone("voices/pvc"),
    ]

    private static func speech(_ path: StaticString) -> MeteredOperation {
        MeteredOperation(
            .elevenLabsTTS, path,
            request: { request, usage in
                usage.voice = request.component(after: "text-to-speech")
                usage.model = request["model_id"]
                usage.characters = request.characters("text")
            },
            headers: { $1.readCharacters($0[.characterCount]) })
    }

    private static func voiceChange(_ path: StaticString) -> MeteredOperation {
        MeteredOperation(
            .elevenLabsSTS, path,
            request: { request, usage in
                usage.voice = request.component(after: "speech-to-speech") ?? request.component(after: "voice-changer")
                usage.model = request["model_id"]
                // The one raw format has 16,000 samples of 2 bytes a second.
                usage.seconds = request.recordingSeconds(
                    "audio", bytesPerSecond: request["file_format"] == "pcm_s16le_16" ? 32_000 : nil)
            })
    }

    private static func voiceClone(_ path: StaticString) -> MeteredOperation {
        MeteredOperation(
            .elevenLabsVoiceClone, path, request: { _, _ in }, answer: { $1.voice = $0["voice_id"]?.text })
    }
}

extension Usage {
    /// What the provider counted, where the request's text is not known.
    mutating func readCharacters(_ text: String?) {
        characters = characters ?? text.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension HTTPField.Name {
    fileprivate static let characterCount = named("x-character-count")
}
