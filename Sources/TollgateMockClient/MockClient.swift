import Foundation
@_exported import TollgateCore
import TollgateTransport

/// The levers of a mock server that runs in another process, or in this one.
///
/// A value is cheap to copy, and copies share connections.
public struct MockClient: APIService {
    public var client: APIClient

    /// Makes a client of a mock server.
    ///
    /// - Parameters:
    ///   - baseURL: The mock server, without `/_tollgate`.
    ///   - transport: How requests travel.
    public init(baseURL: URL, transport: any HTTPTransport = .default) {
        client = APIClient(baseURL: baseURL, transport: transport)
    }
}
