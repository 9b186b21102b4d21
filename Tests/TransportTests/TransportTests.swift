import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import TollgateCore
import TollgateTransport

/// The default transport against a server on the loopback interface.
@Suite struct TransportTests {
    private let transport = DefaultTransport.shared

    @Test func aRequestArrivesAsItIs() async throws {
        try await LoopbackServer.run { _ in
            [LoopbackServer.response("201 Created", ["X-A: 1", "X-A: 2", "Content-Type: text/plain"], body: "grüß")]
        } _: { server in
            let reply = try await transport.send(
                server.request(
                    .post, "/a%20b/%C3%BC:x?q=a%26b,c&e=", [.named("X-Tag"): "t1", .contentType: "text/plain"]),
                body: HTTPBody("hällo"), timeouts: HTTPTimeouts())
            #expect(reply.head.status == .created)
            #expect(reply.head.headerFields[.named("X-A")] == "1, 2")
            #expect(reply.body.length == 6)
            #expect(try await reply.body.collect(upTo: 100) == Array("grüß".utf8))
            let seen = try #require(server.requests.first)
            #expect(seen.hasPrefix("POST /a%20b/%C3%BC:x?q=a%26b,c&e= HTTP/1.1\r\n"))
            #expect(seen.hasSuffix("\r\n\r\nhällo"))
            let lower = seen.lowercased()
            for line in ["x-tag: t1", "content-type: text/plain", "content-length: 6", "host: \(server.authority)"] {
                #expect(lower.contains("\r\n\(line)\r\n"), "\(line)")
            }
        }
    }

    @Test func aStreamedRequestBody() async throws {
        try await LoopbackServer.run { _ in
            [LoopbackServer.response("200 OK")]
        } _: { server in
            for length in [nil, 5] {
                let chunks = AsyncStream<[UInt8]> { continuation in
                    for chunk in ["ab", "cde"] { continuation.yield(Array(chunk.utf8)) }
                    continuation.finish()
                }
                let body = HTTPBody(stream: chunks, length: length)
                let reply = try await transport.send(server.request(.put), body: body, timeouts: HTTPTimeouts())
                #expect(try await reply.body.collect(upTo: 0).isEmpty)
            }
            let lower = server.requests.map { $0.lowercased() }
            #expect(lower.count == 2)
            #expect(lower.allSatisfy { $0.hasPrefix("put / http/1.1\r\n") })
            #expect(lower.last?.contains("content-length: 5\r\n") == true)
            #expect(lower.last?.hasSuffix("\r\n\r\nabcde") == true)
        }
    }

    @Test func aResponseIsReadAsItComes() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream()
        try await LoopbackServer.run { _ in
            [
                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none \r\n"),
                .wait { for await _ in signals { break } },
                .write("4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"),
            ]
        } _: { server in
            let reply = try await transport.send(server.request(), body: .empty, timeouts: HTTPTimeouts())
            #expect(reply.body.length == nil)
            var iterator = reply.body.makeAsyncIterator()
            var text = String(decoding: try await iterator.next() ?? [], as: UTF8.self)
            #expect(text == "one ")
            signal.yield()
            while let chunk = try await iterator.next() { text += String(decoding: chunk, as: UTF8.self) }
            #expect(text == "one two three")
        }
    }

    @Test func connectionsAreUsedAgain() async throws {
        try await LoopbackServer.run { _ in
            [LoopbackServer.response("200 OK", body: "x")]
        } _: { server in
            for _ in 0..<3 {
                let reply = try await transport.send(server.request(), body: .empty, timeouts: HTTPTimeouts())
                #expect(try await reply.body.collect(upTo: 1) == [0x78])
            }
            #expect(server.requests.count == 3)
            #expect(server.connectionCount == 1)
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        try await LoopbackServer.run { _ in
            [LoopbackServer.response("302 Found", ["Location: /elsewhere"])]
        } _: { server in
            let reply = try await transport.send(server.request(), body: .empty, timeouts: HTTPTimeouts())
            #expect(reply.head.status.code == 302)
            #expect(server.requests.count == 1)
        }
    }

    @Test func aRefusedConnection() async throws {
        let reserved = try ReservedPort()
        defer { reserved.release() }
        let port = reserved.number
        let request = HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:\(port)", path: "/?token=secret")
        let error = await #expect(throws: ConnectionError.self) {
            try await transport.send(request, body: HTTPBody("x"), timeouts: HTTPTimeouts())
        }
        #expect(error?.kind == .refused)
        #expect(error?.mayHaveBeenApplied == false)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: [
        ([LoopbackServer.Action.close], [ConnectionError.Kind.closed, .reset]),
        ([.reset], [.closed, .reset]),
        ([.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning"), .close], [.closed, .reset]),
        ([.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning"), .reset], [.closed, .reset]),
        ([.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n"), .close], [.closed, .reset]),
        ([.write("220 mail.test ESMTP ready\r\n")], [.malformed]),
        ([.write("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")], [.malformed]),
    ])
    func aConnectionThatBreaks(_ actions: [LoopbackServer.Action], _ kinds: [ConnectionError.Kind]) async throws {
        try await LoopbackServer.run { _ in
            actions
        } _: { server in
            let error = await #expect(throws: ConnectionError.self) {
                let reply = try await transport.send(
                    server.request(.post), body: HTTPBody("{}"), timeouts: HTTPTimeouts())
                _ = try await reply.body.collect(upTo: 1000)
            }
            #expect(error.map { kinds.contains($0.kind) } == true, "\(String(describing: error))")
            #expect(error?.mayHaveBeenApplied == true)
        }
    }

    @Test func aServerWithoutTLS() async throws {
        try await LoopbackServer.run(isComplete: { !$0.isEmpty }) { _ in
            [.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), .close]
        } _: { server in
            var request = server.request()
            request.scheme = "https"
            let sending = request
            let error = await #expect(throws: ConnectionError.self) {
                try await transport.send(sending, body: .empty, timeouts: HTTPTimeouts(connect: .seconds(60)))
            }
            #expect(error?.kind == .tls)
            #expect(error?.mayHaveBeenApplied == false)
        }
    }

    @Test func theLimitOnTheResponse() async throws {
        let (forever, hold) = AsyncStream<Never>.makeStream()
        try await LoopbackServer.run { _ in
            [.wait { for await _ in forever {} }]
        } _: { server in
            let error = await #expect(throws: TimeoutError.self) {
                let timeouts = HTTPTimeouts(response: .milliseconds(20))
                _ = try await transport.send(server.request(), body: .empty, timeouts: timeouts)
            }
            #expect(error?.limit == .call)
            #expect(error?.duration == .milliseconds(20))
            #expect(error?.mayHaveBeenApplied == true)
        }
        hold.finish()
    }

    @Test func cancellation() async throws {
        let (forever, hold) = AsyncStream<Never>.makeStream()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await LoopbackServer.run { _ in
            [
                .wait {
                    arrival.yield()
                    for await _ in forever {}
                }
            ]
        } _: { server in
            let request = server.request()
            let task = Task { try await transport.send(request, body: .empty, timeouts: HTTPTimeouts()) }
            for await _ in arrivals { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        hold.finish()
    }

    @Test func aWholeCall() async throws {
        let count = Mutex(0)
        try await LoopbackServer.run { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number == 1
                ? [LoopbackServer.response("503 Service Unavailable")]
                : [LoopbackServer.response("200 OK", ["X-Request-Id: rq-\(number)"], body: #"{"sum":"0.10"}"#)]
        } _: { server in
            var client = APIClient(
                baseURL: try #require(URL(string: "http://\(server.authority)/api")), transport: .default)
            client.retry.baseDelay = .zero
            var request = APIRequest(Endpoint<JSONValue>("test.add", .post, "/sums", idempotencyKey: .idempotencyKey))
            request.json(["value": 1] as JSONValue)
            #expect(try await client.send(request) == ["sum": "0.10"])
            #expect(server.requests.count == 2)
            #expect(server.requests.allSatisfy { $0.hasPrefix("POST /api/sums HTTP/1.1\r\n") })
        }
    }
}
