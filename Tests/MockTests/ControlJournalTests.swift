import Foundation
import Testing
import TollgateCore
import TollgateMockClient

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct ControlJournalTests {
    @Test func anExchangeHasRequestAndAnswer() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.report("images")
        let exchange = try #require(mock.exchanges.last)
        #expect(exchange.operation == .stoa.createEvent)
        #expect(exchange.headers[.authorization] == "Bearer \(mock.stoa.apiKey)")
        #expect(String(decoding: exchange.body, as: UTF8.self).contains(#""metric_name": "images""#))
        #expect(exchange.status == answer.status)
        #expect(exchange.responseBody == answer.bytes)
        #expect(exchange.responseHeaders[.contentType] == "application/json")
    }

    @Test func verificationShowsNearMisses() async throws {
        let mock = MockServer.frozen()
        try await mock.report("images")
        try await mock.report("sounds")
        try mock.verify(.stoa.createEvent, times: 1, where: .body("/payload/metric_name", "images"))
        try mock.verify(.stoa.createEvent, times: 2..., where: .body("/payload/value", 1))
        try mock.verify(.stoa.createEvent, times: ...2)
        let error = #expect(throws: MockVerificationError.self) {
            try mock.verify(
                .stoa.createEvent, times: 2, where: .body("/payload/metric_name", "images"), .body("/payload/value", 1))
        }
        let message = try #require(error?.description)
        #expect(
            message.hasPrefix(
                """
                stoa.createEvent: expected 2 requests where body /payload/metric_name is "images" and body /payload/value is 1, \
                got 1. Near misses:
                  2. POST
                """))
        #expect(message.hasSuffix(#"body /payload/metric_name is "sounds""#))
    }

    @Test func waitingEndsWithTheRequest() async throws {
        let mock = MockServer.frozen()
        async let waited: Void = mock.wait(
            for: .stoa.createEvent, times: 2, where: .body("/payload/metric_name", "images"), within: .seconds(60))
        for model in ["images", "sounds", "images"] { try await mock.report(model) }
        try await waited
        await #expect(throws: MockVerificationError.self) {
            try await mock.wait(for: .stoa.createEvent, times: 9, within: .milliseconds(20))
        }
    }

    @Test func theJournalIsAskedOverHTTP() async throws {
        try await withMock { mock, levers in
            try await mock.ask()
            try await mock.report("images")
            try await mock.report("sounds")
            let all = try await levers.journal.query()
            #expect(all.entries.map(\.number) == [1, 2, 3] && all.first == 1 && all.last == 3)
            let events = try await levers.journal.query(operation: "stoa.createEvent", after: 2)
            let entry = try #require(events.entries.first)
            #expect(events.entries.count == 1 && entry.service == "stoa")
            #expect(entry.request.headers.contains { $0.value == "Bearer [masked]" })
            #expect(!entry.request.headers.contains { $0.value.contains(mock.stoa.apiKey) })
            #expect(entry.request.body.contains("sounds"))
            #expect(entry.response?.body.isEmpty == false)
            #expect(try await levers.journal.query(status: 599).entries.isEmpty)
            #expect(try await levers.journal.query(path: "/v1/install/*").entries.map(\.number) == [1])
            try await levers.journal.clear()
            let none = try await levers.journal.query()
            #expect(none.entries.isEmpty && none.last == 0)
        }
    }

    @Test func aQueryWaitsForTheNextExchange() async throws {
        try await withMock { mock, levers in
            async let page = levers.journal.query(after: 0, waitSeconds: 50)
            try await mock.ask()
            #expect(try await page.entries.map(\.number) == [1])
            // A number that was never reached means that the journal was cleared: the answer comes at once.
            #expect(try await levers.journal.query(after: 9, waitSeconds: 50).last == 1)
        }
    }

    @Test func expectationsAreVerifiedAndWaitedForOverHTTP() async throws {
        try await withMock { mock, levers in
            async let waited = levers.journal.wait(
                operation: "stoa.createEvent", times: 2, where: .init(body: ["/payload/metric_name": "images"]),
                seconds: 50)
            for model in ["images", "sounds", "images"] { try await mock.report(model) }
            let verification = try await waited
            #expect(verification.satisfied && verification.count == 2)
            let once = try await levers.journal.verify(
                operation: "stoa.createEvent", times: 1, where: .init(body: ["/payload/metric_name": "images"]))
            #expect(!once.satisfied && once.count == 2)
            #expect(once.nearMisses.map(\.number) == [2])
            #expect(once.nearMisses.first?.differences == [#"body /payload/metric_name is "sounds""#])
            let over = try await levers.journal.wait(operation: "stoa.getPublicKey", seconds: 0.01)
            #expect(!over.satisfied)
        }
    }

    @Test func theJournalIsBoundedInEntriesAndBytes() {
        let journal = MockJournal()
        let body = [UInt8](repeating: 1, count: 2 * MockJournal.bodyLimit)
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        for _ in 0..<1_000 {
            journal.record(
                MockExchange(MockRequest(head: head, body: body), operation: nil, at: .start, reply: nil))
        }
        let kept = journal.exchanges
        #expect(kept.reduce(0) { $0 + $1.size } <= MockJournal.byteLimit)
        #expect(kept.count > 100 && kept.last?.number == 1_000 && kept.first?.number == journal.first)
        #expect(kept.allSatisfy { $0.body.count == MockJournal.bodyLimit && $0.bodyLength == body.count })
    }

    @Test func operationsAreListed() async throws {
        try await withMock { _, levers in
            let operations = try await levers.operations.list().operations
            #expect(operations.contains { $0.operation == "vluna.authorize" && $0.service == "vluna" })
            #expect(!operations.contains { $0.service == "mock" })
        }
    }
}
