import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMetering
import TollgateMock
import TollgateStoa
import TollgateStripe

/// A service that fails in every way there is, while uses are recorded: lost 0, billed twice 0.
@Suite struct FaultyServiceTests {
    private let usage = Usage.chatCompletion(model: "gpt-4o-mini", inputTokens: 1, outputTokens: 0)

    @Test(arguments: OutboxKind.allCases, 0..<3)
    func billsEachUseOnceWhateverFails(_ kind: OutboxKind, seed: Int) async throws {
        try await kind.with { outbox in
            let mock = MockServer.inProcess()
            for user in 0..<3 { try mock.stoa.setBalance("1000000", of: "user_\(user)") }
            let transport = UnreliableTransport(base: mock.transport, seed: seed)
            var stoa = Stoa(apiKey: MockStoa.apiKey, baseURL: mock.stoa.baseURL, transport: transport)
            stoa.client.timeout = .milliseconds(300)
            let meter = Meter(outbox: outbox, sink: .stoa(stoa), lease: .seconds(30), logger: .collecting())
            let ids = try await record(300, with: meter)
            transport.heal()
            try await flush(meter)
            let billed = (0..<3).flatMap { mock.stoa.events(of: "user_\($0)") }.map(\.eventID)
            #expect(billed.count == 300)
            #expect(Set(billed) == ids)
            #expect(await meter.status.setAside == 0)
        }
    }

    @Test(arguments: OutboxKind.allCases, 0..<3)
    func sumsUpEachUseOnceWhateverFails(_ kind: OutboxKind, seed: Int) async throws {
        try await kind.with { outbox in
            let mock = MockServer.inProcess()
            let transport = UnreliableTransport(base: mock.transport, seed: seed)
            var stripe = Stripe(
                secretKey: MockStripe.secretKey, baseURL: mock.stripe.baseURL, transport: transport)
            stripe.client.timeout = .milliseconds(300)
            let meter = Meter(
                outbox: outbox, sink: .stripe(stripe, meter: "api_tokens"), lease: .seconds(30), logger: .collecting())
            _ = try await record(300, with: meter)
            transport.heal()
            try await flush(meter)
            #expect(mock.stripe.sum(of: "api_tokens") == 300)
            #expect(await meter.status.setAside == 0)
        }
    }

    /// Records from several tasks while the meter sends.
    private func record(_ count: Int, with meter: Meter) async throws -> Set<UUID> {
        try await withThrowingTaskGroup(of: Set<UUID>.self) { group in
            for task in 0..<6 {
                group.addTask {
                    var ids: Set<UUID> = []
                    for _ in 0..<count / 6 {
                        ids.insert(try await meter.record(userID: "user_\(task % 3)", usage))
                        await Task.yield()
                    }
                    return ids
                }
            }
            group.addTask {
                for _ in 0..<12 { try await meter.flush() }
                return []
            }
            return try await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    private func flush(_ meter: Meter) async throws {
        let deadline = ContinuousClock.now + .seconds(600)
        while try await meter.flush().waiting > 0 {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test(arguments: OutboxKind.durable)
    func aClockThatIsSetBackHoldsNothingUp(_ kind: OutboxKind) async throws {
        try await kind.withLocation { location in
            let mock = MockServer.inProcess()
            try mock.stoa.setBalance("1000000", of: "user_0")
            let before = try kind.open(location)
            let meter = Meter(outbox: before, sink: .stoa(mock.stoa.client()))
            try await meter.record(userID: "user_0", usage)
            // One is claimed by somebody who will not come back, one waits for another try, one is new.
            _ = try await before.claim(1, .event, for: .seconds(60))
            try await meter.record(userID: "user_0", usage)
            let second = try await before.claim(1, .event, for: .seconds(60))
            try await before.settle([
                OutboxOutcome(second[0], .putBack(after: .seconds(60), mayHaveArrived: true, reason: "lost"))
            ])
            try await meter.record(userID: "user_0", usage)
            let after = Meter(
                outbox: try kind.open(location, clockShiftedBy: -3600), sink: .stoa(mock.stoa.client()))
            try await after.record(userID: "user_0", usage)
            #expect(try await after.flush() == OutboxCounts(waiting: 0, setAside: 0))
            #expect(mock.stoa.events(of: "user_0").count == 4)
        }
    }
}

/// Loses requests and answers, is slow, overloaded and broken; all by a seed.
final class UnreliableTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let state: Mutex<(state: UInt64, isWell: Bool)>

    init(base: any HTTPTransport, seed: Int) {
        self.base = base
        state = Mutex((UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1, false))
    }

    func heal() {
        state.withLock { $0.isWell = true }
    }

    private func next() -> Int {
        state.withLock { state in
            guard !state.isWell else { return 99 }
            state.state ^= state.state << 13
            state.state ^= state.state >> 7
            state.state ^= state.state << 17
            return Int(state.state % 16)
        }
    }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let chance = next()
        switch chance {
        case 0: throw ConnectionError(.refused, mayHaveBeenApplied: false)
        case 1: return Self.reply(429, ("Retry-After", "1"))
        case 2: return Self.reply(500)
        case 3: return Self.reply(503)
        case 4: return Self.reply(502)
        default: break
        }
        let reply = try await base.send(request, body: body, timeouts: timeouts)
        switch chance {
        case 5, 6: throw ConnectionError(.reset, mayHaveBeenApplied: true)
        case 7: return Self.reply(500)
        case 8: return Self.reply(504)
        case 9: return HTTPReply(head: reply.head, body: HTTPBody(Array("{\"accep".utf8)))
        case 10:
            // Longer than the caller waits.
            try await Task.sleep(for: .seconds(5))
            return reply
        default: return reply
        }
    }

    private static func reply(_ status: Int, _ field: (String, String)? = nil) -> HTTPReply {
        var head = HTTPResponse(status: .init(code: status))
        if let field, let name = HTTPField.Name(field.0) { head.headerFields[name] = field.1 }
        return HTTPReply(head: head, body: HTTPBody(Array("{}".utf8)))
    }
}
