#if !canImport(Darwin)
    import AsyncHTTPClient
    import HTTPTypes
    import NIOCore
    import NIOHTTP1
    import TollgateCore

    /// Sends requests with AsyncHTTPClient, over HTTP/1.1, or HTTP/2 where a server speaks it.
    ///
    /// Redirects are not followed. Only so many requests to one host are under way at a time, streams included; the others
    /// wait in line, as long as their calls may take.
    public struct AsyncHTTPTransport: HTTPTransport {
        let pool: ClientPool

        /// Shared by all users. Its connections are kept for the life of the program.
        public static let shared = AsyncHTTPTransport()

        /// A transport with connections of its own, which are closed when the last copy is gone, or by ``shutdown()``.
        public init(_ configuration: TransportConfiguration = TransportConfiguration()) {
            pool = ClientPool(configuration)
        }

        /// Uses a client of your own, which you shut down. Its configuration decides the limits on connecting and on the
        /// number of connections, whether redirects are followed, which they should not be, and whether the client makes
        /// spans of its own, which have whole URLs in them.
        public init(client: HTTPClient) {
            pool = ClientPool(client)
        }

        /// Closes all connections; calls that are under way fail, and so do those that are made after this. A transport
        /// that shares its connections (``shared``, or one with a client of your own) goes on.
        public func shutdown() async {
            await pool.shutdown()
        }

        public func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
            let deadline = timeouts.response.map { NIODeadline.now() + TimeAmount(min($0, .seconds(1_000_000))) }
            let mapping = ErrorMapping(timeouts: timeouts)
            let client = try pool.client(connectTimeout: timeouts.connect)
            let place = try await pool.line(for: request)?.join()
            do {
                let response = try await client.execute(
                    HTTPClientRequest(request, body: body), deadline: deadline ?? .distantFuture)
                var head = HTTPResponse(
                    status: .init(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase))
                for (name, value) in response.headers {
                    guard let name = HTTPField.Name(name) else { continue }
                    head.headerFields.append(HTTPField(name: name, value: value))
                }
                let length = head.headerFields[.contentLength].flatMap { Int($0) }
                let chunks = Chunks(base: response.body, mapping: mapping, place: place)
                return HTTPReply(head: head, body: HTTPBody(stream: chunks, length: length))
            } catch {
                throw mapping.map(error)
            }
        }
    }

    extension HTTPClientRequest {
        fileprivate init(_ request: HTTPRequest, body: HTTPBody) {
            self.init(url: "\(request.scheme ?? "https")://\(request.authority ?? "")\(request.path ?? "/")")
            method = HTTPMethod(rawValue: request.method.rawValue)
            for field in request.headerFields where field.name != .cookie {
                headers.add(name: field.name.rawName, value: field.value)
            }
            // HTTP/1.1 has one field for all cookies.
            if let cookies = request.headerFields[.cookie] { headers.add(name: "Cookie", value: cookies) }
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
        let place: WaitingLine.Place?

        func makeAsyncIterator() -> Iterator {
            Iterator(base: base.makeAsyncIterator(), mapping: mapping, place: place)
        }

        struct Iterator: AsyncIteratorProtocol {
            var base: HTTPClientResponse.Body.AsyncIterator
            let mapping: ErrorMapping
            let place: WaitingLine.Place?

            mutating func next() async throws -> [UInt8]? {
                do {
                    guard let buffer = try await base.next() else {
                        place?.leave()
                        return nil
                    }
                    return Array(buffer.readableBytesView)
                } catch {
                    place?.leave()
                    throw mapping.map(error)
                }
            }
        }
    }
#endif
