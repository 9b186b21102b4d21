import Synchronization
import Testing

@testable import TollgateCore

/// Whole responses, bytes, pages and bodies.
@Suite struct ClientCallTests {
    @Test func theWholeResponseOfACall() async throws {
        let transport = ScriptedTransport(.reply(503), .reply(201, [.requestID: "rq-1", .eTag: "e"], cog))
        let shop = Shop(transport)
        let full = try await shop.response { try await $0.order() }
        #expect(full.payload.size == 3)
        #expect(full.status == 201)
        #expect(full.headers[.eTag] == "e")
        #expect(full.requestID == "rq-1")
        #expect(full.body == Array(cog.utf8))
        #expect(full.call.tries == 2)
        #expect(full.call.end == .succeeded)
        #expect(
            "\(full)"
                == "shop.order: status 201, 23 bytes (POST https://shop.test/api/widgets; 2 tries in 0.5 s; request id rq-1)"
        )
    }

    @MainActor @Test func theWholeResponseFromAnActor() async throws {
        let shop = Shop(ScriptedTransport(.reply(200, [:], cog)))
        var seen = 0
        let full = try await shop.response { shop in
            seen += 1
            return try await shop.read()
        }
        #expect(full.status == 200)
        #expect(seen == 1)
    }

    @Test func aClosureThatCallsNothingIsAMistake() async throws {
        let shop = Shop(ScriptedTransport(.reply(200, [:], cog)))
        let error = await #expect(throws: ConfigurationError.self) { try await shop.response { _ in 1 } }
        #expect(error?.description.contains("response { }") == true)
    }

    @Test func errorsPassThroughResponse() async throws {
        let shop = Shop(ScriptedTransport(.reply(402, [:], #"{"left":0}"#)))
        let error = await #expect(throws: Shop.OutOfStock.self) { try await shop.response { try await $0.order() } }
        #expect(error?.left == 0)
    }

    @Test func bytesAndNothing() async throws {
        let transport = ScriptedTransport(
            .reply(200, [:], "\u{0}\u{1}jpeg"), .reply(204, [:], ""), .reply(200, [:], "<html>"))
        let client = Shop(transport).client
        #expect(try await client.send(APIRequest(Shop.picture)).collect(upTo: .max) == Array("\u{0}\u{1}jpeg".utf8))
        try await client.send(APIRequest(Shop.orderOnce))
        try await client.send(APIRequest(Shop.orderOnce))
        #expect(
            transport.sent.map { $0.request.headerFields[.accept] } == ["*/*", "application/json", "application/json"])
    }

    struct Page: Sendable {
        var items: [Int]
        var next: String?
    }

    /// Serves pages by their cursors, and keeps the cursors it was asked for.
    final class Book: Sendable {
        private let pages: [String: Page]
        private let asked = Mutex<[String]>([])

        init(_ pages: [String: Page]) { self.pages = pages }

        var cursors: [String] { asked.withLock { $0 } }

        func sequence(startingAt cursor: String? = nil) -> PageSequence<Page, Int> {
            PageSequence(startingAt: cursor) { [self] cursor in
                asked.withLock { $0.append(cursor ?? "first") }
                guard let page = pages[cursor ?? "first"] else { throw ConfigurationError("no page \(cursor ?? "")") }
                return page
            } items: {
                $0.items
            } next: {
                $0.next
            }
        }
    }

    @Test(arguments: [
        (
            ["first": Page(items: [1, 2], next: "a"), "a": Page(items: [], next: "b"), "b": Page(items: [3])],
            [1, 2, 3], 3
        ),
        (["first": Page(items: [1], next: "")], [1], 1),
        (["first": Page(items: [])], [], 1),
        (["first": Page(items: [1], next: "a"), "a": Page(items: [2], next: "a")], [1, 2], 2),
        (
            [
                "first": Page(items: [1], next: "a"), "a": Page(items: [2], next: "b"),
                "b": Page(items: [3], next: "a"),
            ], [1, 2, 3], 3
        ),
    ])
    func pagesEnd(_ pages: [String: Page], _ items: [Int], _ fetches: Int) async throws {
        let book = Book(pages)
        var found: [Int] = []
        for try await item in book.sequence() { found.append(item) }
        #expect(found == items)
        #expect(book.cursors.count == fetches)
        var count = 0
        for try await _ in book.sequence().pages { count += 1 }
        #expect(count == fetches)
    }

    @Test func pagesAreFetchedWhenTheyAreNeeded() async throws {
        let book = Book(["first": Page(items: [1, 2], next: "a"), "b": Page(items: [9])])
        for try await item in book.sequence() where item == 2 { break }
        #expect(book.cursors == ["first"])
        await #expect(throws: ConfigurationError.self) {
            for try await _ in book.sequence() {}
        }
        #expect(book.cursors == ["first", "first", "a"])
        var found: [Int] = []
        for try await item in book.sequence(startingAt: "b") { found.append(item) }
        #expect(found == [9])
    }

    @Test func bodies() async throws {
        let stream = AsyncStream<[UInt8]> { continuation in
            for chunk in [[1, 2], [], [3]] as [[UInt8]] { continuation.yield(chunk) }
            continuation.finish()
        }
        let body = HTTPBody(stream: stream, length: 3)
        #expect(body.bytes == nil && body.length == 3 && !body.isReplayable)
        #expect(try await body.collect(upTo: 3) == [1, 2, 3])
        await #expect(throws: HTTPBody.AlreadyRead.self) { try await body.collect(upTo: 3) }

        let inMemory = HTTPBody("abc")
        #expect(inMemory.bytes == Array("abc".utf8) && inMemory.length == 3 && inMemory.isReplayable)
        for _ in 0..<2 { #expect(try await inMemory.collect(upTo: 3) == Array("abc".utf8)) }
        await #expect(throws: HTTPBody.TooLarge(limit: 2)) { try await inMemory.collect(upTo: 2) }
        await #expect(throws: HTTPBody.TooLarge(limit: 2)) {
            let long = AsyncStream<[UInt8]> { $0.yield([1, 2, 3]) }
            _ = try await HTTPBody(stream: long).collect(upTo: 2)
        }
        var chunks = 0
        for try await chunk in HTTPBody.empty { chunks += chunk.count }
        #expect(chunks == 0)
        #expect("\(inMemory)" == "HTTPBody(3 bytes)")
    }
}
