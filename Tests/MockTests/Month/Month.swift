import Foundation
import Synchronization
import TollgateCore
import TollgateStoa
import TollgateVluna

@testable import TollgateMock

/// A month of mixed traffic over all services, and books of it that are kept without asking the services for sums.
///
/// The script calls the services through their clients, moves the clock on, and foretells every answer from its books.
struct Month: Sendable {
    static let days = 30
    static let actionsADay = 240
    static let day: TimeInterval = 86_400
    /// 2026-04-01T00:00:00Z.
    static let start = Date(timeIntervalSince1970: 1_775_001_600)
    static let end = start + Double(days) * day

    let mock: MockServer
    let wire: Wire
    var random: SeededGenerator
    /// How many names were made up.
    private var names = 0
    /// What was answered otherwise than the books had it.
    private(set) var surprises: [String] = []
    /// How often which refusal was foretold.
    private(set) var refusals: [String: Int] = [:]
    /// What the month's calls were answered; whoever looks at the month later calls through the same wire.
    private(set) var answers = Wire.Answers()

    var accounts: [VlunaAccount] = []
    var gate = GateBook()
    var store = StoreBook()
    var stoa: StoaBook
    var togo: TogoBook
    var kit: KitBook
    var meters: MeterBook

    init(seed: UInt64) throws {
        var settings = MockSettings()
        settings.vlunaBalance = 5_000_000
        mock = MockServer.inProcess(seed: seed, settings: settings)
        mock.clock.set(Self.start)
        wire = Wire(mock.transport)
        random = SeededGenerator(seed: seed, stream: "month")
        stoa = StoaBook(client: wire.count(mock.stoa.client()))
        togo = TogoBook(mock, wire)
        kit = KitBook(mock, wire)
        meters = MeterBook(client: wire.count(mock.stripe.client()))
    }

    /// Lives through a whole month.
    static func lived(seed: UInt64, days: Int = Month.days) async throws -> Month {
        var month = try Month(seed: seed)
        try await month.open()
        for number in 0..<days {
            try await month.live(day: number)
        }
        // The last second: with the next one, another month's credit would begin.
        month.mock.clock.set(start + Double(days) * day - 1)
        month.answers = month.wire.answers
        return month
    }

    private mutating func open() async throws {
        try await openVluna()
        try await openStoa()
        try await openTogo()
        openKit()
    }

    private mutating func live(day: Int) async throws {
        let morning = Self.start + Double(day) * Self.day
        mock.clock.set(morning)
        try await beginVluna(day: day)
        try await beginOthers(day: day)
        for action in 0..<Self.actionsADay {
            mock.clock.set(morning + 300 + Double(action * 350 + draw(300)))
            try await act()
        }
        mock.clock.set(morning + Self.day - 1)
        try await checkVluna()
    }

    private mutating func act() async throws {
        switch draw(100) {
        case ..<52: try await actAtVluna()
        case ..<76: try await actAtStoa()
        case ..<88: try await actWithModel()
        case ..<92: try await actAtTogo()
        case ..<95: try await actAtKit()
        default: try await actAtStripe()
        }
    }

    // MARK: - What the script is made of

    var now: Date { mock.clock.now }

    /// A number from 0 up to a limit.
    mutating func draw(_ limit: Int) -> Int {
        Int(random.next() % UInt64(limit))
    }

    mutating func draw(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(random.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[draw(elements.count)]
    }

    /// A name that was not used before.
    mutating func name(_ kind: String) -> String {
        names += 1
        return "\(kind)-\(names)"
    }

    /// Notes what is not as the books have it.
    mutating func expect<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String) {
        guard actual != expected else { return }
        surprises.append("\(now.formatted(.iso8601)) \(what): \(actual), not \(expected)")
    }

    /// Notes it if a call is refused for another reason than the books have, or for none.
    mutating func expect<Value>(_ outcome: Outcome<Value>, refusedWith expected: String?, _ what: String) {
        if let expected { refusals[expected, default: 0] += 1 }
        expect(outcome.refusal, expected, what)
    }
}

/// Counts the calls, and remembers what was answered.
final class Wire: HTTPTransport {
    private struct State {
        var calls = 0
        var answers = Hasher()
    }

    private let transport: any HTTPTransport
    private let state = Mutex(State())

    init(_ transport: any HTTPTransport) {
        self.transport = transport
    }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let reply = try await transport.send(request, body: body, timeouts: timeouts)
        state.withLock { state in
            state.calls += 1
            state.answers.combine(reply.head.status.code)
            reply.body.bytes?.withUnsafeBytes { state.answers.combine(bytes: $0) }
        }
        return reply
    }

    /// A client whose calls are counted, and not tried again.
    func count<Service: APIService>(_ service: Service) -> Service {
        var service = service.with(retry: .never)
        service.client.transport = self
        return service
    }

    struct Answers: Hashable {
        var count = 0
        /// The same, within a process, for the same answers in the same order.
        var digest = 0
    }

    var answers: Answers { state.withLock { Answers(count: $0.calls, digest: $0.answers.finalize()) } }
}
