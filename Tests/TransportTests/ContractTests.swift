import HTTPTypes
import Synchronization
import Testing
import TollgateCore
import TollgateTransport

/// What every transport does alike.
@Suite struct ContractTests {
    private static func reply(
        _ status: Int = 200, _ headers: HTTPFields = [:], _ body: HTTPBody = .empty
    ) -> HTTPReply {
        HTTPReply(head: HTTPResponse(status: .init(code: status), headerFields: headers), body: body)
    }

    /// A body whose chunks come when a test sends them.
    private static func pipe() -> (HTTPBody, AsyncStream<[UInt8]>.Continuation) {
        let (chunks, continuation) = AsyncStream<[UInt8]>.makeStream()
        return (HTTPBody(stream: chunks), continuation)
    }

    @Test(arguments: TransportFront.allCases)
    func aRequestArrivesAsItIs(_ front: TransportFront) async throws {
        let seen = Mutex<(HTTPRequest, [UInt8])?>(nil)
        try await front.run { request, body in
            let bytes = try await body.collect(upTo: 1000)
            seen.withLock { $0 = (request, bytes) }
            return Self.reply(201, [.named("X-Answer"): "yes"], HTTPBody("grüß"))
        } _: { peer in
            let request = peer.request(
                .post, "/a%20b/%C3%BC:x?q=a%26b,c&e=",
                [.named("X-Tag"): "t1", .contentType: "text/plain", .cookie: "a=1; b=2", .userAgent: "me"])
            let reply = try await peer.send(request, body: HTTPBody("hällo"))
            #expect(reply.head.status.code == 201)
            #expect(reply.head.headerFields[.named("X-Answer")] == "yes")
            #expect(try await reply.body.collect(upTo: 100) == Array("grüß".utf8))
        }
        let (request, body) = try #require(seen.withLock { $0 })
        #expect(request.method == .post)
        #expect(request.path == "/a%20b/%C3%BC:x?q=a%26b,c&e=")
        #expect(request.headerFields[.named("X-Tag")] == "t1")
        #expect(request.headerFields[.contentType] == "text/plain")
        #expect(request.headerFields[.cookie] == "a=1; b=2")
        #expect(request.headerFields[.userAgent] == "me")
        #expect(body == Array("hällo".utf8))
    }

    @Test(arguments: TransportFront.allCases)
    func everyMethod(_ front: TransportFront) async throws {
        try await front.run { request, _ in
            Self.reply(200, [.named("X-Method"): request.method.rawValue])
        } _: { peer in
            for method in [HTTPRequest.Method.get, .put, .post, .patch, .delete, .options] {
                let reply = try await peer.send(peer.request(method))
                #expect(reply.head.headerFields[.named("X-Method")] == method.rawValue)
                #expect(try await reply.body.collect(upTo: 0).isEmpty)
            }
        }
    }

    @Test(arguments: TransportFront.allCases, [nil, 300_000])
    func aStreamedBodyOfARequest(_ front: TransportFront, _ length: Int?) async throws {
        try await front.run { _, body in
            let bytes = try await body.collect(upTo: 1_000_000)
            return Self.reply(200, [:], HTTPBody("\(bytes.count) \(bytes.reduce(0) { ($0 + Int($1)) % 65_536 })"))
        } _: { peer in
            let chunks = (0..<300).map { [UInt8](repeating: UInt8($0 % 251), count: 1000) }
            let sum = chunks.joined().reduce(0) { ($0 + Int($1)) % 65_536 }
            let stream = AsyncStream { continuation in
                for chunk in chunks { continuation.yield(chunk) }
                continuation.finish()
            }
            let sent = Mutex(0)
            let body = HTTPBody(stream: stream, length: length).reporting { progress in
                #expect(progress.total == length)
                sent.withLock { $0 = progress.bytes }
            }
            let reply = try await peer.send(peer.request(.put), body: body)
            #expect(try await reply.body.collect(upTo: 100) == Array("300000 \(sum)".utf8))
            #expect(sent.withLock { $0 } == 300_000)
        }
    }

    @Test(arguments: TransportFront.allCases)
    func aLongBodyOfAResponse(_ front: TransportFront) async throws {
        let bytes = (0..<1_000_000).map { UInt8($0 % 251) }
        try await front.run { _, _ in
            Self.reply(200, [:], HTTPBody(bytes))
        } _: { peer in
            let reply = try await peer.send()
            #expect(reply.body.length == 1_000_000)
            #expect(try await reply.body.collect(upTo: 1_000_000) == bytes)
        }
    }

    @Test(arguments: TransportFront.allCases)
    func aResponseIsReadAsItComes(_ front: TransportFront) async throws {
        let (body, more) = Self.pipe()
        try await front.run { _, _ in
            more.yield(Array("one ".utf8))
            return Self.reply(200, [:], body)
        } _: { peer in
            var chunks = try await peer.send().body.makeAsyncIterator()
            var text = String(decoding: try await chunks.next() ?? [], as: UTF8.self)
            #expect(text == "one ")
            more.yield(Array("two ".utf8))
            more.yield(Array("three".utf8))
            more.finish()
            while let chunk = try await chunks.next() { text += String(decoding: chunk, as: UTF8.self) }
            #expect(text == "one two three")
        }
    }

    @Test(arguments: TransportFront.allCases, [301, 302, 307])
    func redirectsAreNotFollowed(_ front: TransportFront, _ status: Int) async throws {
        let count = Mutex(0)
        try await front.run { _, _ in
            count.withLock { $0 += 1 }
            return Self.reply(status, [.location: "/elsewhere"])
        } _: { peer in
            let reply = try await peer.send()
            #expect(reply.head.status.code == status)
            #expect(reply.head.headerFields[.location] == "/elsewhere")
        }
        #expect(count.withLock { $0 } == 1)
    }

    @Test(arguments: TransportFront.allCases, [204, 404, 503])
    func statusesAreNotInterpreted(_ front: TransportFront, _ status: Int) async throws {
        try await front.run { _, _ in
            Self.reply(status, [:], status == 204 ? .empty : HTTPBody("why"))
        } _: { peer in
            let reply = try await peer.send()
            #expect(reply.head.status.code == status)
            #expect(try await reply.body.collect(upTo: 3).count == (status == 204 ? 0 : 3))
        }
    }

    @Test(arguments: TransportFront.allCases)
    func manyAtOnce(_ front: TransportFront) async throws {
        try await front.run { request, _ in
            await Task.yield()
            return Self.reply(200, [:], HTTPBody(request.path ?? ""))
        } _: { peer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let reply = try await peer.send(peer.request(.get, "/\(number)"))
                        #expect(try await reply.body.collect(upTo: 10) == Array("/\(number)".utf8))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: TransportFront.allCases)
    func cancellationBeforeTheResponse(_ front: TransportFront) async throws {
        let (never, hold) = AsyncStream<Never>.makeStream()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await front.run { _, _ in
            arrival.yield()
            for await _ in never {}
            return Self.reply()
        } _: { peer in
            let task = Task {
                defer { arrival.finish() }
                return try await peer.send()
            }
            for await _ in arrivals { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        hold.finish()
    }

    @Test(arguments: TransportFront.allCases.filter(\.isNetwork))
    func cancellationInTheBody(_ front: TransportFront) async throws {
        let (body, more) = Self.pipe()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await front.run { _, _ in
            more.yield([1])
            return Self.reply(200, [:], body)
        } _: { peer in
            let task = Task {
                defer { arrival.finish() }
                var count = 0
                for try await chunk in try await peer.send().body {
                    count += chunk.count
                    arrival.yield()
                }
                // A stream may end rather than throw when its task is cancelled.
                try Task.checkCancellation()
                return count
            }
            for await _ in arrivals { break }
            task.cancel()
            await #expect(throws: (any Error).self) { try await task.value }
        }
        more.finish()
    }

    @Test(arguments: TransportFront.allCases.filter(\.isNetwork))
    func theLimitOnTheResponse(_ front: TransportFront) async throws {
        let (never, hold) = AsyncStream<Never>.makeStream()
        try await front.run { request, _ in
            if request.path == "/slow" { for await _ in never {} }
            return Self.reply()
        } _: { peer in
            _ = try await peer.send().body.collect(upTo: 0)
            let limit = Duration.milliseconds(100)
            let error = await #expect(throws: TimeoutError.self) {
                _ = try await peer.send(peer.request(.get, "/slow"), response: limit)
            }
            #expect(error?.limit == .call)
            #expect(error?.duration == limit)
            #expect(error?.mayHaveBeenApplied == true)
        }
        hold.finish()
    }

    @Test(arguments: TransportFront.allCases)
    func aConnectionThatIsClosedInTheBody(_ front: TransportFront) async throws {
        struct Broken: Error {}
        try await front.run { _, _ in
            let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield([1, 2, 3])
                continuation.finish(throwing: Broken())
            }
            return Self.reply(200, [:], HTTPBody(stream: chunks, length: 10))
        } _: { peer in
            await #expect(throws: (any Error).self) {
                try await peer.send().body.collect(upTo: 100)
            }
        }
    }

    @Test(arguments: TransportFront.allCases.filter(\.pushesBack))
    func aBodyThatNobodyReadsStopsItsSender(_ front: TransportFront) async throws {
        let sent = Mutex(0)
        let chunk = [UInt8](repeating: 7, count: 64 << 10)
        try await front.run { _, _ in
            // 2 GiB, if it were all sent.
            let endless = AsyncStream<[UInt8]>(unfolding: {
                sent.withLock { sent -> [UInt8]? in
                    sent += 1
                    return sent > 32_768 ? nil : chunk
                }
            })
            return Self.reply(200, [:], HTTPBody(stream: endless))
        } _: { peer in
            let reply = try await peer.send()
            var chunks = reply.body.makeAsyncIterator()
            #expect(try await chunks.next() != nil)
            // Until no more is taken, however often the others get their turn.
            var (before, quiet) = (-1, 0)
            while quiet < 10_000 {
                await Task.yield()
                let now = sent.withLock { $0 }
                quiet = now == before ? quiet + 1 : 0
                before = now
            }
            // Buffers of the system and of both sides, and what a busy machine lets the sender run ahead.
            #expect(before < 16_384, "\(before) chunks of 64 KiB were taken")
        }
    }
}
