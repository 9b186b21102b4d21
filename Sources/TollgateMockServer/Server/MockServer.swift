import Foundation
import TollgateCore

/// A server that behaves like real services, for tests: no account, no network, no money.
///
/// Each instance is a world of its own. Given the same seed, clock and requests, it answers the same bytes.
public final class MockServer: Sendable {
    /// Where the server is. In process there is no such place; ``transport`` answers under any address.
    public let url: URL
    /// Answers in process, without a socket.
    public let transport: any HTTPTransport

    package let handler: MockHandler
    private let front: SocketFront?

    private init(_ handler: MockHandler, front: SocketFront?, host: String) {
        url = Self.url(host: host, port: front?.port)
        transport = InProcessTransport(handler: handler)
        self.handler = handler
        self.front = front
    }

    /// Starts a server on a TCP port.
    /// - Parameters:
    ///   - services: What is served, and the clock that it lives by.
    ///   - host: The name or address to listen at.
    ///   - port: The port; 0 for one that the system chooses.
    /// - Returns: The server, which answers already.
    /// - Throws: What the system says when the port cannot be opened.
    package static func start(_ services: MockServices, host: String, port: Int) async throws -> MockServer {
        let handler = MockHandler(services)
        return MockServer(handler, front: try await SocketFront.start(handler, host: host, port: port), host: host)
    }

    /// Makes a server without a socket: clients reach it through ``transport``.
    package static func inProcess(_ services: MockServices) -> MockServer {
        MockServer(MockHandler(services), front: nil, host: "tollgate.mock")
    }

    /// The time that the server lives by.
    public var clock: MockClock { handler.services.clock }

    package var engine: MockEngine { handler.services.engine }

    /// The service of a type. A server is asked only for what was put into it.
    package func service<Service: MockService>(_ type: Service.Type = Service.self) -> Service {
        guard let service = handler.services.service(type) else {
            preconditionFailure("This mock server has no \(type).")
        }
        return service
    }

    /// Closes the port, if there is one. ``transport`` goes on answering.
    public func stop() async {
        await front?.stop()
    }

    static func url(host: String, port: Int?) -> URL {
        var components = URLComponents()
        components.scheme = "http"
        components.host = host
        components.port = port
        // A host that cannot stand in a URL cannot be listened at either.
        return components.url ?? URL(filePath: "/")
    }
}

/// The services of one server: each is there once, and is found by its type.
package struct MockServices: Sendable {
    package let engine: MockEngine
    package private(set) var all: [any MockService] = []
    private var byType: [ObjectIdentifier: any MockService] = [:]

    package init(engine: MockEngine) {
        self.engine = engine
    }

    package var clock: MockClock { engine.clock }

    package mutating func add<Service: MockService>(_ service: Service) {
        byType[ObjectIdentifier(Service.self)] = service
        all.append(service)
    }

    func service<Service: MockService>(_ type: Service.Type) -> Service? {
        byType[ObjectIdentifier(type)] as? Service
    }

    /// The same levers, with one service instead of all that are simulated. These are found by their types as before.
    func replacingServices(with service: any MockService) -> MockServices {
        var services = self
        services.all = [service] + all.filter { $0 is any MockControl }
        return services
    }
}
