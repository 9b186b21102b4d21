import Foundation
import TollgateMock
import TollgateMockClient

/// Runs a test against a server on a port, whose clock stands still, with the levers as another process has them.
func withLevers(
    _ body: (_ mock: MockServer, _ levers: MockClient) async throws -> Void
) async throws {
    let mock = try await MockServer.start()
    mock.clock.set(.start)
    do {
        try await body(mock, MockClient(baseURL: mock.url))
    } catch {
        await mock.stop()
        throw error
    }
    await mock.stop()
}

/// The status and the title of the problem that a lever answers; nil if it does what it is asked.
func problem(_ call: () async throws -> Void) async throws -> String? {
    do {
        try await call()
        return nil
    } catch let error as any APIError {
        return "\(error.status)"
    }
}
