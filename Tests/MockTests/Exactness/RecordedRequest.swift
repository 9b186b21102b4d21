import Foundation
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// A request of the services' own clients, as a fixture has it.
struct RecordedRequest: Sendable {
    /// `stoa`.
    let service: String
    let operation: String
    let head: HTTPRequest
    let body: [UInt8]

    /// All that were recorded, in the order of their names.
    static func all() throws -> [RecordedRequest] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.filter { $0.hasSuffix(".json") && !$0.hasPrefix("metering/") }.sorted().compactMap { path in
            let fixture = try JSONValue(jsonBytes: Array(Data(contentsOf: folder.appending(path: path))))
            return RecordedRequest(fixture, service: path.prefix { $0 != "/" })
        }
    }

    private init?(_ fixture: JSONValue, service: Substring) {
        guard let request = fixture["request"], let path = request["path"]?.string,
            let method = request["method"]?.string.flatMap(HTTPRequest.Method.init(rawValue:)),
            let operation = fixture["recorded"]?["operation"]?.string
        else { return nil }
        self.service = String(service)
        self.operation = operation
        let query = (request["query"]?.object ?? [:]).sorted { $0.key < $1.key }.flatMap { name, value in
            (value.array ?? [value]).map { "\(name)=\(Self.text($0))" }
        }
        let target = query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
        var head = HTTPRequest(method: method, scheme: "http", authority: "mock", path: target)
        for (name, value) in (request["headers"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let name = HTTPField.Name(name), let value = value.string { head.headerFields[name] = value }
        }
        self.head = head
        body =
            switch request["body"] {
            case .string(let text)?: Array(text.utf8)
            case nil, .null?: []
            case let value?: value.jsonBytes()
            }
    }

    private static func text(_ value: JSONValue) -> String {
        let text = value.string ?? value.jsonText()
        return text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    /// Sends the request with credentials of the mock in place of those that were taken out.
    func send(to mock: MockServer, tokens: [String: String]) async throws -> Answer {
        var head = head
        let isSigned = head.headerFields[.authorization]?.hasPrefix("SVC-AUTH") ?? false
        for field in head.headerFields where field.value.contains("<redacted>") {
            head.headerFields[field.name] = field.value.replacing("<redacted>", with: tokens[service] ?? "")
        }
        if isSigned {
            head.headerFields[.authorization] = nil
            head.headerFields[.named("Content-Digest")] = nil
            try await mock.vluna.serviceClient().client.credential?.authorize(&head, body: HTTPBody(body))
        }
        let reply = try await mock.transport.send(head, body: HTTPBody(body), timeouts: HTTPTimeouts())
        return Answer(
            status: reply.head.status.code, headers: reply.head.headerFields,
            bytes: try await reply.body.collect(upTo: 1 << 24))
    }

    /// The credentials of a mock by service.
    static func tokens(of mock: MockServer) -> [String: String] {
        [
            "stoa": mock.stoa.apiKey, "togo": mock.togo.apiKey, "aikit": mock.aikit.apiKey,
            "stripe": mock.stripe.secretKey, "openai": mock.providers.openAI.apiKey,
            "anthropic": mock.providers.anthropic.apiKey, "openrouter": mock.providers.openRouter.apiKey,
            "elevenlabs": mock.providers.elevenLabs.apiKey, "deepgram": mock.providers.deepgram.apiKey,
            "vluna": mock.vluna.issuePlatformToken(principalID: "org_acme", userID: "u"),
        ]
    }
}
