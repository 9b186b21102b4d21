#if !canImport(Darwin)
    import Foundation
    import HTTPTypes
    import Synchronization
    import Testing
    import TollgateCore

    @testable import TollgateTransport

    /// What can be set on a transport with connections of its own.
    @Suite struct AsyncHTTPTransportTests {
        private static let empty: ContractServer.Answer = { _, _ in HTTPReply(head: HTTPResponse(status: .ok)) }

        private func error(
            from transport: any HTTPTransport, _ url: String
        ) async -> (any Error)? {
            let parts = URLComponents(string: url)
            let authority = "\(parts?.host ?? ""):\(parts?.port ?? 0)"
            let request = HTTPRequest(
                method: .post, scheme: parts?.scheme, authority: authority, path: "/?key=s3cret-key")
            do {
                _ = try await transport.send(
                    request, body: HTTPBody("x"), timeouts: HTTPTimeouts(connect: .seconds(60)))
                return nil
            } catch {
                return error
            }
        }

        @Test func aCertificateThatNobodyVouchesFor() async throws {
            try await ContractServer.run(tls: try Identity(), answer: Self.empty) { server in
                let error =
                    await error(from: AsyncHTTPTransport(), "https://127.0.0.1:\(server.port)") as? ConnectionError
                #expect(error?.kind == .tls)
                #expect(error?.mayHaveBeenApplied == false)
                #expect(error?.description.contains("s3cret") == false)
            }
        }

        @Test func aCertificateOfSomebodyElse() async throws {
            let identity = try Identity(address: [127, 0, 0, 2])
            var configuration = TransportConfiguration()
            configuration.trustRoots = .pem(identity.certificate)
            let transport = AsyncHTTPTransport(configuration)
            try await ContractServer.run(tls: identity, answer: Self.empty) { server in
                let error = await error(from: transport, "https://127.0.0.1:\(server.port)") as? ConnectionError
                #expect(error?.kind == .tls)
                #expect(error?.mayHaveBeenApplied == false)
            }
        }

        @Test func trustRootsFromAFile() async throws {
            let identity = try Identity()
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
            try identity.certificate.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            var configuration = TransportConfiguration()
            configuration.trustRoots = .file(file.path())
            configuration.httpVersion = .http1
            let transport = AsyncHTTPTransport(configuration)
            try await ContractServer.run(tls: identity, http2: true, answer: Self.empty) { server in
                #expect(await error(from: transport, "https://127.0.0.1:\(server.port)") == nil)
                #expect(server.multiplexed == 0)
            }
            configuration.trustRoots = .file("/no/such/file.pem")
            let missing = await error(from: AsyncHTTPTransport(configuration), "https://127.0.0.1:1")
            #expect((missing as? ConfigurationError)?.description.hasPrefix("The trust roots cannot be read") == true)
        }

        @Test func onlySoManyRequestsAreUnderWay() async throws {
            let (opened, open) = AsyncStream<Void>.makeStream()
            let running = Mutex((now: 0, most: 0))
            var configuration = TransportConfiguration()
            configuration.requestsPerHost = 3
            let transport = AsyncHTTPTransport(configuration)
            try await ContractServer.run { _, _ in
                running.withLock { running in
                    running.now += 1
                    running.most = max(running.most, running.now)
                }
                for await _ in opened { break }
                running.withLock { $0.now -= 1 }
                return HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody("x"))
            } _: { server in
                let url = "http://127.0.0.1:\(server.port)"
                let tasks = (0..<12).map { _ in Task { await error(from: transport, url) } }
                while running.withLock({ $0.now }) < 3 { await Task.yield() }
                let impatient = Task { await error(from: transport, url) }
                impatient.cancel()
                #expect(await impatient.value is CancellationError)
                for _ in 0..<12 { open.yield() }
                for task in tasks { #expect(await task.value == nil) }
                #expect(running.withLock { $0.most } == 3)
            }
        }

        @Test func aStreamKeepsItsPlaceUntilItIsReadOrDropped() async throws {
            var configuration = TransportConfiguration()
            configuration.requestsPerHost = 1
            let transport = AsyncHTTPTransport(configuration)
            try await ContractServer.run { _, _ in
                HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody("music"))
            } _: { server in
                let request = HTTPRequest(
                    method: .get, scheme: "http", authority: "127.0.0.1:\(server.port)", path: "/")
                let line = try #require(transport.pool.line(for: request))
                for isRead in [true, false] {
                    var reply: HTTPReply? = try await transport.send(request, body: .empty, timeouts: HTTPTimeouts())
                    #expect(line.free == 0)
                    if isRead { #expect(try await reply?.body.collect(upTo: 5).count == 5) }
                    reply = nil
                    #expect(line.free == 1)
                }
            }
        }

        @Test func aTransportThatWasShutDown() async throws {
            try await ContractServer.run(answer: Self.empty) { server in
                let transport = AsyncHTTPTransport()
                let url = "http://127.0.0.1:\(server.port)"
                #expect(await error(from: transport, url) == nil)
                await transport.shutdown()
                await transport.shutdown()
                #expect(await error(from: transport, url) is ConfigurationError)
                // The shared one is everybody's.
                await AsyncHTTPTransport.shared.shutdown()
                #expect(await error(from: AsyncHTTPTransport.shared, url) == nil)
            }
        }

        @Test func transportsThatComeAndGo() async throws {
            try await ContractServer.run(answer: Self.empty) { server in
                for _ in 0..<50 {
                    #expect(await error(from: AsyncHTTPTransport(), "http://127.0.0.1:\(server.port)") == nil)
                }
            }
        }

        @Test func aProxyIsAsked() async throws {
            try await LoopbackServer.run { _ in
                [LoopbackServer.response("407 Proxy Authentication Required"), .close]
            } _: { proxy in
                var configuration = TransportConfiguration()
                configuration.proxy = .http(host: "127.0.0.1", port: proxy.port, username: "me", password: "s3cret-pw")
                #expect(!"\(configuration)".contains("s3cret"))
                let error =
                    await error(from: AsyncHTTPTransport(configuration), "https://far.test:443") as? ConnectionError
                #expect(error?.kind == .unreachable)
                #expect(error?.mayHaveBeenApplied == false)
                let request = try #require(proxy.requests.first)
                #expect(request.hasPrefix("CONNECT far.test:443 HTTP/1.1\r\n"))
                let proof = Data("me:s3cret-pw".utf8).base64EncodedString()
                #expect(request.lowercased().contains("proxy-authorization: basic \(proof.lowercased())"))
                #expect(!request.contains("s3cret-key"))
            }
        }

        @Test func aHostWithoutAnAddress() async throws {
            let error =
                await error(from: AsyncHTTPTransport.shared, "http://no-such-host.invalid:80") as? ConnectionError
            #expect(error?.kind == .dns)
            #expect(error?.mayHaveBeenApplied == false)
        }
    }
#endif
