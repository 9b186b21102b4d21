import Foundation
import Tollgate
import TollgateMock
import TollgateTransport

/// The two ways to the mock: each quickstart runs over both.
enum Front: CaseIterable, Sendable {
    case socket
    case inProcess

    /// The clock stands still, so that no window of a rate or a quota ends in the middle of a test.
    func start() async throws -> MockServer {
        let mock =
            switch self {
            case .socket: try await MockServer.start()
            case .inProcess: MockServer.inProcess()
            }
        mock.clock.freeze()
        return mock
    }

    /// Runs a quickstart against a server of its own, and stops the server whatever happens.
    func withMock(_ body: (MockServer, any HTTPTransport) async throws -> Void) async throws {
        let mock = try await start()
        do {
            try await body(mock, self == .socket ? .default : mock.transport)
        } catch {
            await mock.stop()
            throw error
        }
        await mock.stop()
    }
}

extension MockServer {
    /// Stoa as an application makes it from what the mock prints.
    func stoaClient(_ transport: any HTTPTransport) -> Stoa {
        Stoa(apiKey: stoa.apiKey, appID: stoa.appID, baseURL: stoa.baseURL, transport: transport)
    }

    /// Vluna as an application makes it from what the mock prints.
    func vlunaClient(_ transport: any HTTPTransport) throws -> Vluna.ServiceClient {
        Vluna.ServiceClient(
            realmID: vluna.realmID, key: try Vluna.ServiceKey(id: vluna.serviceKeyID, secret: vluna.serviceKeySecret),
            baseURL: vluna.serviceBaseURL, transport: transport)
    }
}
