import TollgateCore

/// Finds out the use of one call, while its answer passes.
struct AnswerReader {
    /// Beyond this an answer is not read.
    private static let limit = 64 << 20

    private let operation: MeteredOperation
    /// What is known.
    private var known: Usage
    /// Whether nothing more of the usage is to come.
    private var isFinal = false
    /// Of an answer in JSON, what has come.
    private(set) var body: [UInt8]?
    /// Of a streamed answer.
    private var events: EventScanner?

    /// - Parameters:
    ///   - operation: What was called.
    ///   - request: What the request tells.
    ///   - head: The answer's head.
    ///   - hidesUsage: Whether the caller did not ask for the event that tells usage alone.
    init(_ operation: MeteredOperation, request: RequestContent, head: HTTPResponse, hidesUsage: Bool) {
        self.operation = operation
        known = Usage(operation.operation)
        operation.request(request, &known)
        let headers = head.headerFields
        operation.headers(headers, &known)
        known.providerRequestID = HTTPField.Name.requestIDs.lazy.compactMap { headers[$0] }.first
        known.isStreamed = request.isForStream
        // What is compressed passes unread.
        guard headers[.contentEncoding] ?? "identity" == "identity" else { return }
        let type = (headers[.contentType] ?? "").lowercased()
        if type.hasPrefix("text/event-stream") {
            events = EventScanner(hides: hidesUsage)
            known.isStreamed = true
        } else if type.hasPrefix("application/json") {
            body = []
        }
    }

    /// Takes the next chunk.
    /// - Returns: What the caller gets; nil if that is nothing.
    mutating func take(_ chunk: [UInt8]) -> [UInt8]? {
        if let count = body?.count {
            if count == 0 {
                body = chunk
            } else if count + chunk.count <= Self.limit {
                body?.append(contentsOf: chunk)
            } else {
                body = nil
            }
        }
        return events == nil ? chunk : events?.take(chunk) { Self.read($0, operation, &known, &isFinal) }
    }

    /// Ends an answer that is complete.
    /// - Returns: What the caller has not got yet.
    mutating func finish() -> [UInt8]? {
        isFinal = true
        if let body, let answer = try? JSONElement(parsing: body) { operation.answer(answer, &known) }
        return events?.finish { Self.read($0, operation, &known, &isFinal) }
    }

    /// Reads an event.
    private static func read(
        _ event: JSONElement, _ operation: MeteredOperation, _ known: inout Usage, _ isFinal: inout Bool
    ) -> EventScanner.Verdict {
        if operation.event(event, &known) { isFinal = true }
        guard let told = event["usage"], !told.isNull, let choices = try? event["choices"]?.elements() else {
            return .show
        }
        return choices.count == 0 ? .hide : .show
    }

    /// What was used, as far as it is known.
    func usage(latency: Duration) -> Usage {
        var usage = known
        usage.isPartial = !isFinal || !usage.isMeasured
        usage.latencyMilliseconds = Int(latency.inMilliseconds)
        return usage
    }
}

extension Usage {
    /// Whether the quantity that the operation is billed by is known.
    fileprivate var isMeasured: Bool {
        switch operation {
        case .openAIEmbedding: inputTokens != nil
        case .openAIImageGeneration: count != nil
        case .openAIAudioTranscription: seconds != nil || totalTokens != nil
        case .openAIAudioSpeech, .elevenLabsTTS, .deepgramTTS: characters != nil
        case .elevenLabsSTS, .deepgramTranscription: seconds != nil
        case .elevenLabsVoiceClone: voice != nil
        default: inputTokens != nil && outputTokens != nil
        }
    }
}

extension HTTPField.Name {
    fileprivate static let requestIDs: [Self] = [.requestID, named("request-id"), named("dg-request-id")]
}
