import Foundation
import HTTPTypes
import TollgateCore

/// Stands between a client and a real service. It records what passes as fixtures, compares it with the descriptions of
/// the services, or both. Nothing that passes changes.
///
/// ```swift
/// let proxy = try await MockProxy.start(to: url, recordingInto: folder)
/// ```
public final class MockProxy: Sendable {
    /// Where the proxy is. In process there is no such place; ``transport`` passes on what is sent to any address.
    public let url: URL
    /// Passes on in process, without a socket in front.
    public let transport: any HTTPTransport

    private let watch: ContractWatch?
    private let front: SocketFront?

    private init(_ transport: ProxyTransport, front: SocketFront?, host: String) {
        self.transport = transport
        watch = transport.watch
        url = MockServer.url(host: host, port: front?.port)
        self.front = front
    }

    /// What a proxy does.
    package struct Settings: Sendable {
        /// The service, and the way to it.
        package var upstream: URL
        package var transport: any HTTPTransport
        /// What services may be behind it.
        package var contracts: [MockContract]
        /// Where fixtures go; nil for none.
        package var folder: URL?
        package var isWatching: Bool
        package var onViolation: @Sendable (ContractViolation) -> Void
        package var log: @Sendable (String) -> Void

        package init(
            upstream: URL, transport: any HTTPTransport, contracts: [MockContract], folder: URL?, isWatching: Bool,
            onViolation: @escaping @Sendable (ContractViolation) -> Void, log: @escaping @Sendable (String) -> Void
        ) {
            self.upstream = upstream
            self.transport = transport
            self.contracts = contracts
            self.folder = folder
            self.isWatching = isWatching
            self.onViolation = onViolation
            self.log = log
        }

        func makeTransport() throws -> ProxyTransport {
            let book = ContractBook(contracts)
            let recorder = try folder.map {
                try MockRecorder(into: $0, book, server: upstream.host() ?? "unknown", report: log)
            }
            return ProxyTransport(
                upstream: MockUpstream(url: upstream, transport: transport), recorder: recorder,
                watch: isWatching ? ContractWatch(book, report: onViolation) : nil)
        }
    }

    package static func start(_ settings: Settings, host: String, port: Int) async throws -> MockProxy {
        let transport = try settings.makeTransport()
        let front = try await SocketFront.start(ProxyResponder(transport: transport), host: host, port: port)
        return MockProxy(transport, front: front, host: host)
    }

    package static func inProcess(_ settings: Settings) throws -> MockProxy {
        MockProxy(try settings.makeTransport(), front: nil, host: "tollgate.proxy")
    }

    /// What was not as described: the last 1,000 violations, oldest first. None if the proxy does not watch.
    public var violations: [ContractViolation] { watch?.violations ?? [] }

    /// Closes the port, if there is one. ``transport`` goes on passing.
    public func stop() async {
        await front?.stop()
    }
}
