import TollgateCore

extension MeteredOperation {
    static let deepgram = [
        MeteredOperation(
            .deepgramTranscription, "listen",
            request: { request, usage in
                usage.model = request["model"]
                usage.tier = request["tier"]
                usage.features = ["diarize", "punctuate", "smart_format", "paragraphs", "utterances"]
                    .filter { request[$0] == "true" }
            },
            answer: { answer, usage in
                let metadata = answer["metadata"]
                usage.seconds = metadata?["duration"]?.seconds
                let models = (try? metadata?["model_info"]?.object())?.members
                usage.model = usage.model ?? models?.first { _ in true }?.element["arch"]?.text
            }),
        MeteredOperation(
            .deepgramTTS, "speak",
            request: { request, usage in
                usage.model = request["model"]
                usage.characters = request.characters("text")
            },
            headers: { headers, usage in
                usage.model = usage.model ?? headers[.modelName] ?? "aura-asteria-en"
                usage.readCharacters(headers[.charCount])
            }),
    ]
}

extension HTTPField.Name {
    fileprivate static let modelName = named("dg-model-name")
    fileprivate static let charCount = named("dg-char-count")
}
