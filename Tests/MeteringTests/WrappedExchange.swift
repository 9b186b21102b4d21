import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMetering

/// An exchange with a provider, and the event that Stoa's official wrapper makes of it, as `Tests/Conformance` recorded
/// them.
struct WrappedExchange: Sendable, CustomTestStringConvertible {
    /// The function of the provider's official client, as the wrapper knows it: `openai.chat.completions.create`.
    let function: String
    let name: String
    let request: HTTPRequest
    let requestBody: [UInt8]
    let head: HTTPResponse
    let responseBody: [UInt8]
    /// Type and payload; nil if the wrapper makes no event.
    let event: JSONValue?
    /// Whether the wrapper posts the event. For most streams it posts none, and its extraction was asked alone.
    let isPosted: Bool

    var testDescription: String { "\(function), \(name)" }

    var isStream: Bool { head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true }

    var provider: AIProvider {
        switch function.prefix(while: { $0 != "." }) {
        case "openai": .openAI
        case "anthropic": .anthropic
        case "openrouter": .openRouter
        case "elevenlabs": .elevenLabs
        default: .deepgram
        }
    }

    static let all: [WrappedExchange] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metering")
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return paths.filter { $0.hasSuffix(".json") }.sorted().compactMap { path in
            do {
                let json = try JSONValue(jsonBytes: Array(Data(contentsOf: folder.appending(path: path))))
                if let exchange = WrappedExchange(json) { return exchange }
                Issue.record("\(path) lacks a member")
            } catch {
                Issue.record(error)
            }
            return nil
        }
    }()

    static let streams = all.filter(\.isStream)

    static func named(_ function: String, _ name: String) throws -> WrappedExchange {
        try #require(all.first { $0.function == function && $0.name == name })
    }

    private init?(_ json: JSONValue) {
        guard let recorded = json["recorded"], let function = recorded["function"]?.string,
            let name = recorded["case"]?.string, let request = json["request"], let path = request["path"]?.string,
            let response = json["response"], let status = response["status"]?.number?.int,
            let query = request["query"]?.string, let how = json["event_is"]?.string
        else { return nil }
        self.function = function
        self.name = name
        self.request = HTTPRequest(
            method: .post, scheme: "https", authority: "provider.example.com",
            path: query.isEmpty ? path : "\(path)?\(query)", headerFields: Self.fields(request["headers"]))
        requestBody = Self.bytes(request["body"])
        head = HTTPResponse(status: .init(code: status), headerFields: Self.fields(response["headers"]))
        responseBody = Self.bytes(response["body"])
        event = json["event"]?.object.map { .object($0) }
        isPosted = how == "posted"
    }

    private static func fields(_ json: JSONValue?) -> HTTPFields {
        var fields: HTTPFields = [:]
        for (name, value) in json?.object ?? [:] {
            if let name = HTTPField.Name(name) { fields[name] = value.string }
        }
        return fields
    }

    /// A body that is text; one in base64; one of audio, of which the length was kept.
    private static func bytes(_ json: JSONValue?) -> [UInt8] {
        if let text = json?.string { return Array(text.utf8) }
        if let text = json?["base64"]?.string { return Array(Data(base64Encoded: text) ?? Data()) }
        return [UInt8](repeating: 0, count: json?["length"]?.number?.int ?? 0)
    }
}

extension WrappedExchange {
    /// Makes the exchange through a wrapped transport, with the answer in such chunks.
    /// - Returns: What the caller gets.
    func pass(
        requestBody: [UInt8]? = nil, in chunks: [[UInt8]]? = nil,
        seen: @escaping @Sendable (HTTPRequest, [UInt8]) -> Void = { _, _ in },
        through wrap: (Provider) -> MeteringTransport
    ) async throws -> [UInt8] {
        let provider = Provider(head: head, chunks: chunks ?? [responseBody], seen: seen)
        let reply = try await wrap(provider).send(
            request, body: HTTPBody(requestBody ?? self.requestBody), timeouts: HTTPTimeouts())
        return try await reply.body.collect(upTo: .max)
    }
}

/// A provider that answers each request with the same chunks.
struct Provider: HTTPTransport {
    var head = HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"])
    var chunks: [[UInt8]]
    /// What comes after the chunks.
    var failure: (any Error)?
    /// Told of each request.
    var seen: @Sendable (HTTPRequest, [UInt8]) -> Void = { _, _ in }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        seen(request, try await body.collect(upTo: .max))
        return HTTPReply(head: head, body: HTTPBody(stream: Chunks(chunks: chunks[...], failure: failure)))
    }

    private struct Chunks: AsyncSequence, AsyncIteratorProtocol, Sendable {
        var chunks: ArraySlice<[UInt8]>
        let failure: (any Error)?

        func makeAsyncIterator() -> Self { self }

        mutating func next() async throws -> [UInt8]? {
            try Task.checkCancellation()
            if let chunk = chunks.popFirst() { return chunk }
            if let failure { throw failure }
            return nil
        }
    }
}

/// Records nothing but here.
final class Notes: UsageRecorder {
    private let all = Mutex<[UsageRecord]>([])
    private let arrivals: AsyncStream<UsageRecord>
    private let arrival: AsyncStream<UsageRecord>.Continuation
    private let failure: (any Error)?

    /// - Parameter failure: What recording fails with.
    init(failure: (any Error)? = nil) {
        (arrivals, arrival) = AsyncStream.makeStream()
        self.failure = failure
    }

    var records: [UsageRecord] { all.withLock { $0 } }

    func record(_ record: UsageRecord) async throws {
        if let failure { throw failure }
        all.withLock { $0.append(record) }
        arrival.yield(record)
    }

    /// The next record, as soon as it is there.
    func next() async throws -> UsageRecord {
        for await record in arrivals { return record }
        throw CancellationError()
    }
}
