import Foundation
import HTTPTypes
import Synchronization
import Testing
import TollgateCore
import TollgateTransport

@testable import TollgateMock
@testable import TollgateMockServer

/// What passes through the proxy passes as it is.
@Suite struct RecordProxyTests {
    private let folder = TemporaryFolder()

    @Test func headerFieldsOfTheConnectionStayBehind() async throws {
        let seen = Mutex<HTTPRequest?>(nil)
        let canned = CannedService { request, _ in
            seen.withLock { $0 = request }
            return HTTPReply(
                head: HTTPResponse(
                    status: .ok,
                    headerFields: [
                        .connection: "close, X-Hop", .named("X-Hop"): "1", .transferEncoding: "chunked",
                        .named("X-Kept"): "2", .setCookie: "a=b",
                    ]))
        }
        let url = try #require(URL(string: "https://www.example.com:8443/api/"))
        let proxy = try MockProxy.inProcess(to: url, over: canned)
        let answer = try await proxy.transport.answer(
            .get, "/v1/x?a=%20b",
            [
                .connection: "keep-alive, X-Mine", .named("X-Mine"): "1", .named("Keep-Alive"): "5", .te: "trailers",
                .acceptEncoding: "gzip", .named("X-Kept"): "3", .authorization: "Bearer x",
            ])
        let request = try #require(seen.withLock { $0 })
        #expect(request.scheme == "https")
        #expect(request.authority == "www.example.com:8443")
        #expect(request.path == "/api/v1/x?a=%20b")
        #expect(request.headerFields == [.named("X-Kept"): "3", .authorization: "Bearer x"])
        #expect(answer.headers == [.named("X-Kept"): "2", .setCookie: "a=b"])
    }

    @Test func aPathThatTheAddressHasIsNotRepeated() async throws {
        let paths = Mutex<[String?]>([])
        let canned = CannedService { request, _ in
            paths.withLock { $0.append(request.path) }
            return HTTPReply(head: HTTPResponse(status: .ok))
        }
        let url = try #require(URL(string: "https://example.com/mgt/v1"))
        let proxy = try MockProxy.inProcess(to: url, over: canned)
        _ = try await proxy.transport.answer(.get, "/mgt/v1/budgets")
        _ = try await proxy.transport.answer(.get, "/mgt/v10")
        #expect(paths.withLock { $0 } == ["/mgt/v1/budgets", "/mgt/v1/mgt/v10"])
    }

    @Test func longBodiesAreRefused() async throws {
        let canned = CannedService { _, _ in HTTPReply(head: HTTPResponse(status: .ok)) }
        let url = try #require(URL(string: "https://example.com"))
        let proxy = try MockProxy.inProcess(to: url, over: canned, recordingInto: folder.url)
        let chunks = AsyncStream<[UInt8]> { stream in
            for _ in 0..<33 { stream.yield([UInt8](repeating: 1, count: 1 << 20)) }
            stream.finish()
        }
        let request = HTTPRequest(method: .post, scheme: "http", authority: "proxy", path: "/v1/x")
        let reply = try await proxy.transport.send(request, body: HTTPBody(stream: chunks), timeouts: HTTPTimeouts())
        #expect(reply.head.status.code == 413)
    }

    @Test func chunksPassOneByOne() async throws {
        let (source, feed) = AsyncStream<[UInt8]>.makeStream()
        let canned = CannedService { _, _ in
            HTTPReply(
                head: HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"]),
                body: HTTPBody(stream: source))
        }
        let url = try #require(URL(string: "https://example.com"))
        let proxy = try await MockProxy.start(to: url, over: canned, recordingInto: folder.url, watching: true)
        let request = HTTPRequest(method: .get, url: proxy.url.appending(path: "v1/x"))
        let reply = try await DefaultTransport.default.send(request, body: .empty, timeouts: HTTPTimeouts())
        #expect(reply.head.headerFields[.contentType] == "text/event-stream")
        var iterator = reply.body.makeAsyncIterator()
        for number in 0..<3 {
            // The next one is sent when this one has come.
            let text = "data: \(number)\n\n"
            feed.yield(Array(text.utf8))
            #expect(try await iterator.next().map { String(decoding: $0, as: UTF8.self) } == text)
        }
        feed.finish()
        #expect(try await iterator.next() == nil)
        let fixture = try #require(try MockFixture.all(in: folder.url).first)
        #expect(fixture.response.body == "data: 0\n\ndata: 1\n\ndata: 2\n\n")
        await proxy.stop()
    }

    @Test func theWholeWayOverSockets() async throws {
        let mock = try await MockServer.start()
        let proxy = try await MockProxy.start(to: mock.url, recordingInto: folder.url, watching: true)
        let names = proxy.environment(of: "stoa")
        #expect(names.map(\.name) == ["STOA_BASE_URL"])
        #expect(names.first?.value == proxy.url.absoluteString)
        let request = HTTPRequest(
            method: .get, url: proxy.url.appending(path: "v1/install/public-key"),
            headerFields: [.authorization: "Bearer \(mock.stoa.apiKey)"])
        let reply = try await DefaultTransport.default.send(request, body: .empty, timeouts: HTTPTimeouts())
        #expect(reply.head.status == .ok)
        let bytes = try await reply.body.collect(upTo: 1 << 20)
        let fixture = try #require(try MockFixture.all(in: folder.url).first)
        #expect(fixture.response.body == (try JSONValue(jsonBytes: bytes)))
        #expect(proxy.violations == [])
        await proxy.stop()
        await mock.stop()
    }

    @Test func aServiceThatIsNotThereIsABadGateway() async throws {
        let canned = CannedService { _, _ in throw ConnectionError(.refused, mayHaveBeenApplied: false) }
        let url = try #require(URL(string: "http://example.com"))
        let proxy = try await MockProxy.start(to: url, over: canned)
        let request = HTTPRequest(method: .get, url: proxy.url.appending(path: "v1/x"))
        let reply = try await DefaultTransport.default.send(request, body: .empty, timeouts: HTTPTimeouts())
        #expect(reply.head.status.code == 502)
        #expect(reply.head.headerFields[.contentType] == "application/problem+json")
        _ = try await reply.body.collect(upTo: 1 << 20)
        await proxy.stop()
    }

    @Test func anUnknownServiceIsSaid() throws {
        let url = try #require(URL(string: "https://example.com"))
        let error = #expect(throws: MockProxy.UnknownService.self) {
            try MockProxy.inProcess(to: url, service: "stoaa")
        }
        #expect(error?.description.hasPrefix("there is no service \"stoaa\"; there are stoa, vluna, togo") == true)
    }
}
