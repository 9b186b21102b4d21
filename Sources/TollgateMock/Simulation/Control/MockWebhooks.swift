import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateTransport

/// A service that tells others what happens.
protocol WebhookSource: Sendable {
    /// Lets something happen.
    /// - Parameters:
    ///   - event: What happens, as the service calls it.
    ///   - data: Whom and what it is about.
    ///   - now: When it happens.
    /// - Returns: What the service tells of it.
    /// - Throws: ``ControlFailure`` if there is no such event, or if the data do not say enough.
    func webhookBody(_ event: String, data: [String: JSONValue], at now: Date) throws(ControlFailure) -> [UInt8]

    /// The header fields of a request with this body, the signature among them.
    func webhookHeaders(signing body: [UInt8], at now: Date) -> HTTPFields
}

/// What services tell others: each event on its way to its receiver.
final class MockWebhooks: Sendable {
    private struct Entry {
        var delivery: MockDelivery
        let source: any WebhookSource
        /// Waits for the delivery's time.
        var timer: Task<Void, Never>?
    }

    private struct State {
        var count = 0
        var entries: [Entry] = []
        var targets: [String: URL] = [:]
        var transport: any HTTPTransport = .default
    }

    /// How many deliveries are remembered.
    private static let limit = 200
    /// How long a receiver may take, by the machine's clock.
    private static let timeout = Duration.seconds(10)

    private let state = Mutex(State())
    private let clock: MockClock

    init(clock: MockClock) {
        self.clock = clock
    }

    deinit {
        state.withLock { $0.entries.forEach { $0.timer?.cancel() } }
    }

    var targets: [String: URL] { state.withLock { $0.targets } }

    func setTarget(_ url: URL, of service: String) {
        state.withLock { $0.targets[service] = url }
    }

    /// How deliveries travel from now on.
    func setTransport(_ transport: any HTTPTransport) {
        state.withLock { $0.transport = transport }
    }

    /// The oldest first.
    var deliveries: [MockDelivery] { state.withLock { $0.entries.map(\.delivery) } }

    /// Forgets all deliveries; what waits is not sent. Targets stay.
    func clear() {
        state.withLock { state in
            state.entries.forEach { $0.timer?.cancel() }
            state.entries = []
        }
    }

    /// Forgets all deliveries, and counts from 1 again.
    func reset() {
        clear()
        state.withLock { $0.count = 0 }
    }

    /// Enters deliveries of one event, which wait for their time, or until they are sent by their ids.
    func add(
        _ body: [UInt8], of event: String, from source: any WebhookSource, named service: String, to url: URL,
        after delay: Duration, copies: Int, hold: Bool
    ) -> [MockDelivery] {
        let due = clock.now.addingTimeInterval(delay / .seconds(1))
        return state.withLock { state in
            (0..<copies).map { _ in
                state.count += 1
                let delivery = MockDelivery(
                    id: state.count, service: service, event: event, url: url, body: body, due: due,
                    state: hold ? .held : .waiting)
                let timer = !hold && delay > .zero ? self.timer(of: delivery) : nil
                state.entries.append(Entry(delivery: delivery, source: source, timer: timer))
                if state.entries.count > Self.limit { state.entries.removeFirst().timer?.cancel() }
                return delivery
            }
        }
    }

    /// Does not keep the webhooks of a server alive that nobody uses any more.
    private func timer(of delivery: MockDelivery) -> Task<Void, Never> {
        Task { [clock, weak self] in
            do {
                try await clock.wait(until: delivery.due)
            } catch {
                return
            }
            await self?.send(delivery.id, timed: true)
        }
    }

    /// Sends a delivery now.
    /// - Returns: The delivery with the receiver's answer; nil if there is no such delivery.
    @discardableResult
    func send(_ id: Int, timed: Bool = false) async -> MockDelivery? {
        let now = clock.now
        let found = state.withLock { state -> (Entry, any HTTPTransport)? in
            guard let index = state.entries.firstIndex(where: { $0.delivery.id == id }) else { return nil }
            // Whoever waited for its time was overtaken if it was sent meanwhile.
            if timed, state.entries[index].delivery.state != .waiting { return nil }
            if !timed { state.entries[index].timer?.cancel() }
            state.entries[index].timer = nil
            return (state.entries[index], state.transport)
        }
        guard let (entry, transport) = found else { return nil }
        let headers = entry.source.webhookHeaders(signing: entry.delivery.body, at: now)
        var attempt = MockDelivery.Attempt(time: now, headers: headers)
        do {
            attempt.status = try await Self.send(entry.delivery, headers, through: transport)
        } catch {
            attempt.error = "\(error)"
        }
        return state.withLock { state in
            var delivery = entry.delivery
            let index = state.entries.firstIndex { $0.delivery.id == id }
            if let index { delivery = state.entries[index].delivery }
            delivery.attempts.append(attempt)
            delivery.state = attempt.status.map { $0 < 300 } == true ? .delivered : .failed
            if let index { state.entries[index].delivery = delivery }
            return delivery
        }
    }

    private static func send(
        _ delivery: MockDelivery, _ headers: HTTPFields, through transport: any HTTPTransport
    ) async throws -> Int {
        var request = HTTPRequest(method: .post, url: delivery.url)
        request.headerFields.append(contentsOf: headers)
        let reply = try await transport.send(
            request, body: HTTPBody(delivery.body), timeouts: HTTPTimeouts(response: timeout, idle: timeout))
        // A connection is free for others once its answer has been read.
        _ = try await reply.body.collect(upTo: 1 << 20)
        return reply.head.status.code
    }
}

/// One event on its way to one receiver.
public struct MockDelivery: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        /// It is sent when its time has come.
        case waiting
        /// It is sent when somebody says so.
        case held
        /// The receiver has taken it.
        case delivered
        /// The receiver has not answered, or not with success.
        case failed
    }

    /// One request to the receiver.
    public struct Attempt: Sendable, Hashable {
        /// By the mock's clock.
        public let time: Date
        /// The signature is among them.
        public let headers: HTTPFields
        /// What the receiver has answered; nil if it has not.
        public internal(set) var status: Int?
        /// Why there is no answer.
        public internal(set) var error: String?
    }

    /// 1 for the first delivery of a server.
    public let id: Int
    /// The service that tells it: `stoa`.
    public let service: String
    /// What has happened, as the service calls it.
    public let event: String
    /// The receiver.
    public let url: URL
    /// JSON.
    public let body: [UInt8]
    /// When it is to be sent, by the mock's clock.
    public let due: Date
    public internal(set) var state: State
    /// Each time that it was sent.
    public internal(set) var attempts: [Attempt] = []
}
