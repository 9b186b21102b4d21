import Foundation
import TollgateMockClient

@testable import TollgateMock

/// Lets a test move the levers of a server at a socket, as programs in other processes do.
func withMock(_ body: (MockServer, MockClient) async throws -> Void) async throws {
    let mock = try await MockServer.start()
    do {
        try await body(mock, MockClient(baseURL: mock.url))
    } catch {
        await mock.stop()
        throw error
    }
    await mock.stop()
}

extension MockServer {
    /// Asks for the public key: a request that changes nothing.
    @discardableResult
    func ask() async throws -> Answer {
        try await stoa(.get, "/v1/install/public-key")
    }

    /// Reports the use of a model.
    @discardableResult
    func report(_ model: String, by user: String = "user_123") async throws -> Answer {
        let body = """
            {"event_id": "\(UUID().uuidString.lowercased())", "external_id": "\(user)", "event_type": "custom",
            "timestamp": "2026-01-02T03:04:05Z", "payload": {"metric_name": "\(model)", "value": 1}}
            """
        return try await stoa(.post, "/v1/events", body)
    }
}
