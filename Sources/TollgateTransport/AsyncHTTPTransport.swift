#if !canImport(Darwin)
    import AsyncHTTPClient
    import HTTPTypes
    import NIOCore
    import NIOHTTP1
    import Synchronization
    import TollgateCore

    /// Sends requests with AsyncHTTPClient.
    public struct AsyncHTTPTransport: HTTPTransport {
        private let client: @Sendable (_ connectTimeout: Duration) -> HTTPClient

        /// Its connections are kept for the life of the program and shared by all users, those with one limit on connecting
        /// among themselves: use few different ones.
        public static let shared = AsyncHTTPTransport { SharedClients.client(connectTimeout: $0) }

        /// Uses a client of your own, which you shut down. Its configuration decides the limit on connecting and whether
        /// redirects are followed, which they should not be.
        public init(client: HTTPClient) {
            self.init { _ in client }
        }

        private init(client: @escaping @Sendable (Duration) -> HTTPClient) {
            self.client = client
        }

        public func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
            let deadline = timeouts.response.map { NIODeadline.now() + TimeAmount(min($0, .seconds(1_000_000))) }
            let mapping = ErrorMapping(timeouts: timeouts)
            do {
                let response = try await client(timeouts.connect).execute(
                    HTTPClientRequest(request, body: body), deadline: deadline ?? .distantFuture)
                var head = HTTPResponse(
                    status: .init(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase))
                for (name, value) in response.headers {
                    guard let name = HTTPField.Name(name) else { continue }
                    head.headerFields.append(HTTPField(name: name, value: value))
                }
                let length = head.headerFields[.contentLength].flatMap { Int($0) }
                return HTTPReply(
                    head: head, body: HTTPBody(stream: Chunks(base: response.body, mapping: mapping), length: length))
            } catch {
                throw mapping.map(error)
            }
        }
    }

    /// One client for each limit on connecting, because AsyncHTTPClient has that limit in its configuration.
    private enum SharedClients {
        private static let clients = Mutex<[Duration: HTTPClient]>([:])

        static func client(connectTimeout: Duration) -> HTTPClient {
            clients.withLock { clients in
                if let client = clients[connectTimeout] { return client }
                let client = make(connectTimeout: connectTimeout)
                clients[connectTimeout] = client
                return client
            }
        }

        private static func make(connectTimeout: Duration) -> HTTPClient {
            var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
            configuration.timeout.connect = TimeAmount(min(connectTimeout, .seconds(1_000_000)))
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100
            // A refused connection is the retry policy's business: it knows how long the call may take.
            configuration.connectionPool.retryConnectionEstablishment = false
            return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        }
    }

    extension HTTPClientRequest {
        fileprivate init(_ request: HTTPRequest, body: HTTPBody) {
            self.init(url: "\(request.scheme ?? "https")://\(request.authority ?? "")\(request.path ?? "/")")
            method = HTTPMethod(rawValue: request.method.rawValue)
            for field in request.headerFields {
                headers.add(name: field.name.rawName, value: field.value)
            }
            if let bytes = body.bytes {
                if !bytes.isEmpty { self.body = .bytes(ByteBuffer(bytes: bytes)) }
            } else {
                let length = body.length.map { HTTPClientRequest.Body.Length.known(Int64($0)) }
                self.body = .stream(body.map { ByteBuffer(bytes: $0) }, length: length ?? .unknown)
            }
        }
    }

    /// A response's body in chunks, with the library's errors.
    private struct Chunks: AsyncSequence, Sendable {
        let base: HTTPClientResponse.Body
        let mapping: ErrorMapping

        func makeAsyncIterator() -> Iterator {
            Iterator(base: base.makeAsyncIterator(), mapping: mapping)
        }

        struct Iterator: AsyncIteratorProtocol {
            var base: HTTPClientResponse.Body.AsyncIterator
            let mapping: ErrorMapping

            mutating func next() async throws -> [UInt8]? {
                do {
                    guard let buffer = try await base.next() else { return nil }
                    return Array(buffer.readableBytesView)
                } catch {
                    throw mapping.map(error)
                }
            }
        }
    }
#endif
