import Foundation
import TollgateCore
import TollgateMockServer
import TollgateTransport

extension MockProxy {
    /// A service that the proxy may stand in front of.
    public struct UnknownService: Error, Sendable, CustomStringConvertible {
        /// As it was asked for.
        public let name: String

        public var description: String {
            "there is no service \"\(name)\"; there are \(MockContract.all.map(\.service).joined(separator: ", "))"
        }
    }

    /// Starts a proxy on a TCP port.
    /// - Parameters:
    ///   - upstream: Where the service is. Paths go below it, `/v1/events` for Stoa's events; a path that begins as the
    ///     service's address does is not repeated.
    ///   - transport: The way to the service.
    ///   - service: Which service it is: `stoa`; nil for any.
    ///   - folder: Where exchanges are written as fixtures, without secrets and personal data; nil for nowhere.
    ///   - watching: Whether requests and responses are compared with the service's description.
    ///   - host: The name or address to listen at.
    ///   - port: The port; 0 for one that the system chooses.
    ///   - onViolation: Gets what is not as described, as it is seen.
    ///   - log: Gets a line for each exchange that is recorded, and for each that is not.
    /// - Returns: The proxy, which passes already.
    /// - Throws: ``UnknownService``, what the system says when the port cannot be opened, or when the folder cannot be
    ///   made.
    public static func start(
        to upstream: URL, over transport: any HTTPTransport = DefaultTransport.default, service: String? = nil,
        recordingInto folder: URL? = nil, watching: Bool = false, host: String = "127.0.0.1", port: Int = 0,
        onViolation: @escaping @Sendable (ContractViolation) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> MockProxy {
        let settings = Settings(
            upstream: upstream, transport: transport, contracts: try contracts(of: service), folder: folder,
            isWatching: watching, onViolation: onViolation, log: log)
        return try await start(settings, host: host, port: port)
    }

    /// Makes a proxy without a socket in front: clients reach it through ``transport``.
    /// - Parameters:
    ///   - upstream: Where the service is.
    ///   - transport: The way to the service.
    ///   - service: Which service it is: `stoa`; nil for any.
    ///   - folder: Where exchanges are written as fixtures, without secrets and personal data; nil for nowhere.
    ///   - watching: Whether requests and responses are compared with the service's description.
    ///   - onViolation: Gets what is not as described, as it is seen.
    ///   - log: Gets a line for each exchange that is recorded, and for each that is not.
    /// - Returns: The proxy, which passes already.
    /// - Throws: ``UnknownService``, or what the system says when the folder cannot be made.
    public static func inProcess(
        to upstream: URL, over transport: any HTTPTransport = DefaultTransport.default, service: String? = nil,
        recordingInto folder: URL? = nil, watching: Bool = false,
        onViolation: @escaping @Sendable (ContractViolation) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> MockProxy {
        let settings = Settings(
            upstream: upstream, transport: transport, contracts: try contracts(of: service), folder: folder,
            isWatching: watching, onViolation: onViolation, log: log)
        return try inProcess(settings)
    }

    private static func contracts(of service: String?) throws(UnknownService) -> [MockContract] {
        guard let service else { return MockContract.all }
        let contracts = MockContract.all.filter { $0.service == service }
        if contracts.isEmpty { throw UnknownService(name: service) }
        return contracts
    }

    /// Says where clients find the service.
    /// - Parameter service: Which service: `stoa`; nil for all.
    /// - Returns: Addresses, under the names that the services' own clients give to them.
    public func environment(of service: String? = nil) -> [(name: String, value: String)] {
        let mock = MockServer.inProcess()
        let origin = url.absoluteString
        return mock.environment.filter { name, _ in
            let plain = name.lowercased().replacing("_", with: "")
            return name.hasSuffix("_BASE_URL") && plain.hasPrefix(service ?? "")
        }.map { ($0.name, $0.value.replacing(mock.url.absoluteString, with: origin)) }
    }
}

extension MockServer {
    /// Starts a server on a TCP port that answers what was recorded.
    /// - Parameters:
    ///   - folder: Where the fixtures are.
    ///   - mode: How answers are found.
    ///   - host: The name or address to listen at.
    ///   - port: The port; 0 for one that the system chooses.
    ///   - log: Gets a text for each request that nothing recorded matches, with what is different.
    /// - Returns: The server, which answers already.
    /// - Throws: What is wrong with the fixtures, or what the system says when the port cannot be opened.
    public static func start(
        replaying folder: URL, _ mode: MockReplayMode = .strict, host: String = "127.0.0.1", port: Int = 0,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> MockServer {
        let replay = MockReplay(try MockFixture.all(in: folder), mode, report: log)
        return try await start(MockServices.all().replaying(replay), host: host, port: port)
    }

    /// Makes a server without a socket that answers what was recorded: clients reach it through ``transport``.
    /// - Parameters:
    ///   - folder: Where the fixtures are.
    ///   - mode: How answers are found.
    ///   - log: Gets a text for each request that nothing recorded matches, with what is different.
    /// - Returns: The server, which answers already.
    /// - Throws: What is wrong with the fixtures.
    public static func inProcess(
        replaying folder: URL, _ mode: MockReplayMode = .strict, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> MockServer {
        let replay = MockReplay(try MockFixture.all(in: folder), mode, report: log)
        return inProcess(MockServices.all().replaying(replay))
    }
}
