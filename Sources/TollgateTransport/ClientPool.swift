#if !canImport(Darwin)
    import AsyncHTTPClient
    import HTTPTypes
    import NIOCore
    import Synchronization
    import TollgateCore

    /// The AsyncHTTPClients of one transport: one for each limit on connecting, because AsyncHTTPClient has that limit in
    /// its configuration.
    final class ClientPool: Sendable {
        private struct State {
            var clients: [Duration: HTTPClient] = [:]
            var lines: [String: WaitingLine] = [:]
            var isShutDown = false
        }

        /// Nil if the client is somebody else's.
        private let configuration: TransportConfiguration?
        private let foreign: HTTPClient?
        private let state = Mutex(State())

        init(_ configuration: TransportConfiguration) {
            self.configuration = configuration
            foreign = nil
        }

        init(_ client: HTTPClient) {
            configuration = nil
            foreign = client
        }

        deinit {
            for client in state.withLock({ $0.clients }).values { client.shutdown { _ in } }
        }

        /// - Throws: ``ConfigurationError`` if the configuration cannot work, or the pool was shut down.
        func client(connectTimeout: Duration) throws -> HTTPClient {
            if let foreign { return foreign }
            return try state.withLock { state in
                if let client = state.clients[connectTimeout] { return client }
                guard let configuration, !state.isShutDown else {
                    throw ConfigurationError("The transport was shut down.")
                }
                let client = HTTPClient(
                    eventLoopGroup: HTTPClient.defaultEventLoopGroup,
                    configuration: try configuration.client(connectTimeout: connectTimeout))
                state.clients[connectTimeout] = client
                return client
            }
        }

        /// Where requests to a host wait for one another; nil if a client of somebody else's sees to that.
        func line(for request: HTTPRequest) -> WaitingLine? {
            guard let limit = configuration?.requestsPerHost else { return nil }
            let host = "\(request.scheme ?? "")://\(request.authority ?? "")"
            return state.withLock { state in
                if let line = state.lines[host] { return line }
                let line = WaitingLine(limit: limit)
                state.lines[host] = line
                return line
            }
        }

        func shutdown() async {
            // The shared pool is everybody's.
            guard self !== AsyncHTTPTransport.shared.pool else { return }
            let clients = state.withLock { state in
                defer { state.clients = [:] }
                state.isShutDown = true
                return state.clients
            }
            for client in clients.values {
                try? await client.shutdown()
                // It asks the event loops to close idle connections, and does not wait for them. An event loop that
                // answers has done what it was asked before.
                for loop in client.eventLoopGroup.makeIterator() { try? await loop.submit {}.get() }
            }
        }
    }
#endif
