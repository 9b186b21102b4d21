import Foundation
import HTTPTypes
import TollgateCore

/// Answers requests, wherever they come from: the socket and the in-process transport share it.
///
/// The story of a request: it is matched with a route and entered into the journal; a fault may take its place; else
/// the service identifies the caller, checks the request, looks whether it has answered it before, and does what it asks.
final class MockHandler: Sendable {
    /// The longest request body that is taken, in bytes.
    static let bodyLimit = 8 << 20

    let clock: MockClock
    let journal = MockJournal()
    let faults = MockFaults()
    private let services: [any MockService]
    private let router: Router

    init(clock: MockClock, services: [any MockService]) {
        self.clock = clock
        self.services = services
        var router = Router()
        for (index, service) in services.enumerated() {
            for route in service.routes.routes {
                router.add(route, service: index)
            }
        }
        self.router = router
    }

    func handle(_ request: MockRequest) -> MockOutcome {
        let now = clock.now
        let outcome = router.find(method: request.method, path: request.path)
        var operation: MockOperation?
        if case .match(let match) = outcome { operation = match.target.route.operation }
        let fault = faults.next(for: operation)

        let reply: MockReply?
        switch fault {
        case .status(let status, let retryAfter):
            reply = refuse(request, because: .fault(status: status, retryAfter: retryAfter))
        case .reset(.beforeApplied):
            reply = nil
        case .reset(.afterApplied), nil:
            reply = answer(request, outcome, at: now)
        }
        var sent = reply
        if case .reset = fault { sent = nil }
        journal.record(request, operation: operation, at: now, status: sent?.status)
        return sent.map { .reply($0) } ?? .reset
    }

    /// Refuses a request whose body is longer than ``bodyLimit``.
    func refuseBody(of request: MockRequest) -> MockReply {
        let reply = refuse(request, because: .bodyTooLarge(limit: Self.bodyLimit))
        journal.record(request, operation: nil, at: clock.now, status: reply.status)
        return reply
    }

    private func answer(_ request: MockRequest, _ outcome: Router.Outcome, at now: Date) -> MockReply {
        switch outcome {
        case .match(let match):
            let service = services[match.target.service]
            return service.answer(
                MockCall(
                    request: request, route: match.target.route, pathParameters: match.parameters,
                    schemas: service.schemas, now: now))
        case .otherMethods(let allowed):
            return refuse(request, because: .methodNotAllowed(allowed: allowed))
        case .nothing:
            return refuse(request, because: .notFound)
        }
    }

    private func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        let service = services.first { $0.prefixes.contains { request.path.hasPrefix($0) } }
        return service?.refuse(request, because: problem) ?? problem.reply
    }
}
