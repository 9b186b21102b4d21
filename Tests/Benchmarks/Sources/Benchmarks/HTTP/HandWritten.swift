import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import TollgateMock

/// What somebody writes who has AsyncHTTPClient and Foundation, and two calls to make.
struct HandWritten: Sendable {
    let server: URL
    let client: HTTPClient
    private let decoder = JSONDecoder()
    private let encoder: JSONEncoder

    init(server: URL, client: HTTPClient) {
        self.server = server
        self.client = client
        encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
    }

    func publicKey() async throws -> String {
        try await send(request("/v1/install/public-key"), as: PublicKeyReply.self).data.publicKey
    }

    func record(_ event: Event) async throws -> EventReceipt {
        var request = request("/v1/events")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(data: try encoder.encode(event)))
        return try await send(request, as: EventReceipt.self)
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: server.absoluteString + path)
        request.headers.add(name: "authorization", value: "Bearer \(MockStoa.apiKey)")
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "written-by-hand/1.0")
        return request
    }

    private func send<Reply: Decodable>(_ request: HTTPClientRequest, as type: Reply.Type) async throws -> Reply {
        let response = try await client.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        guard response.status == .ok else { throw Mismatch("an unexpected answer") }
        return try decoder.decode(type, from: Data(buffer: body))
    }
}

extension HandWritten {
    private struct PublicKeyReply: Decodable {
        struct Key: Decodable {
            var publicKey: String
            var algorithm: String

            enum CodingKeys: String, CodingKey {
                case algorithm
                case publicKey = "public_key"
            }
        }

        var data: Key
    }

    struct Event: Encodable, Sendable {
        var eventID: UUID
        var userID: String
        var timestamp: Date
        var type = "openai.chat_completion"
        var payload: Foundations.TokenCounts
        var appMetadata: [String: String]?
        var schemaVersion = "1.0"
        var isDryRun = false

        enum CodingKeys: String, CodingKey {
            case timestamp, payload
            case eventID = "event_id"
            case userID = "user_id"
            case type = "event_type"
            case appMetadata = "app_metadata"
            case schemaVersion = "schema_version"
            case isDryRun = "dry_run"
        }
    }

    struct EventReceipt: Decodable {
        var eventID: UUID?
        var status: String?
        var charged: Decimal?
        var balance: Decimal?
        var isDryRun: Bool?

        enum CodingKeys: String, CodingKey {
            case status, charged, balance
            case eventID = "event_id"
            case isDryRun = "dry_run"
        }
    }
}
