import Foundation
import HTTPTypes
import TollgateCore

/// Answers requests, wherever they come from: the socket and the in-process transport share it.
///
/// The story of a request: it is matched with a route and entered into the journal; a fault may take its place; else
/// the service identifies the caller, checks the request, looks whether it has answered it before, and does what it asks.
package final class MockHandler: Sendable {
    /// The longest request body that is taken, in bytes.
    static let bodyLimit = 8 << 20

    package let services: MockServices
    private let router: Router
    /// The levers, if there are any.
    private let control: (any MockControl)?

    init(_ services: MockServices) {
        self.services = services
        var router = Router()
        for (index, service) in services.all.enumerated() {
            for route in service.routes.routes {
                router.add(route, service: index)
            }
        }
        self.router = router
        control = services.all.lazy.compactMap { $0 as? any MockControl }.first
    }

    private var engine: MockEngine { services.engine }

    /// Does what a request asks. It never waits: what becomes of the answer on its way is said in the reply.
    package func handle(_ request: MockRequest) -> MockOutcome {
        let outcome = router.find(method: request.method, path: request.path)
        control?.runDueScripts()
        if let control, control.prefixes.contains(where: { request.path.hasPrefix($0) }) {
            return .reply(answer(request, outcome, at: engine.clock.now))
        }
        let now = engine.clock.now
        let operation = outcome.match?.target.route.operation
        engine.scripts.count(operation)
        let met = engine.faults.next(for: operation, path: request.path)
        let reply = answer(request, outcome, at: now, met: met?.fault)
        engine.journal.record(
            MockExchange(
                request, operation: operation, at: now, reply: reply, fault: met?.fault, injection: met?.injection))
        return reply.map { .reply($0) } ?? .reset
    }

    /// Refuses a request whose body is longer than ``bodyLimit``.
    func refuseBody(of request: MockRequest) -> MockReply {
        let outcome = router.find(method: request.method, path: request.path)
        let reply = refuse(request, outcome, because: .bodyTooLarge(limit: Self.bodyLimit))
        engine.journal.record(MockExchange(request, operation: nil, at: engine.clock.now, reply: reply))
        return reply
    }

    /// Nil if the connection is to end without an answer.
    private func answer(
        _ request: MockRequest, _ outcome: Router.Outcome, at now: Date, met fault: MockFault?
    ) -> MockReply? {
        switch fault {
        case .status(let status, let retryAfter, let body, let contentType):
            var refusal = refuse(request, outcome, because: .fault(status: status))
            if let body {
                refusal = MockReply(status: status, headers: [.contentType: contentType], body: Array(body.utf8))
            }
            retryAfter?.write(to: &refusal.headers, now: now)
            return refusal
        case .redirect(let place, let status):
            return MockReply(status: status, headers: [.location: place])
        case .reset(.beforeApplied):
            return nil
        case .reset(.afterApplied):
            _ = answer(request, outcome, at: now)
            return nil
        case let fault?:
            var reply = answer(request, outcome, at: now)
            reply.suffer(fault)
            return reply
        case nil:
            return answer(request, outcome, at: now)
        }
    }

    private func answer(_ request: MockRequest, _ outcome: Router.Outcome, at now: Date) -> MockReply {
        switch outcome {
        case .match(let match):
            let service = services.all[match.target.service]
            return service.answer(
                MockCall(
                    request: request, route: match.target.route, pathParameters: match.parameters,
                    schemas: service.schemas, now: now))
        case .otherMethods(let allowed, _):
            return refuse(request, outcome, because: .methodNotAllowed(allowed: allowed))
        case .nothing:
            return refuse(request, outcome, because: .notFound)
        }
    }

    private func refuse(_ request: MockRequest, _ outcome: Router.Outcome, because problem: MockProblem) -> MockReply {
        let service = outcome.service.map { services.all[$0] } ?? nearestService(to: request.path)
        return service?.refuse(request, because: problem) ?? problem.reply
    }

    /// Where nothing stands at a path, the service that most of the path belongs to.
    private func nearestService(to path: Substring) -> (any MockService)? {
        var nearest: (service: any MockService, length: Int)?
        for service in services.all {
            for prefix in service.prefixes where path.hasPrefix(prefix) && prefix.utf8.count > nearest?.length ?? 0 {
                nearest = (service, prefix.utf8.count)
            }
        }
        return nearest?.service
    }
}

extension Router.Outcome {
    fileprivate var match: Router.Match? {
        if case .match(let match) = self { match } else { nil }
    }

    /// The service that the path leads to.
    fileprivate var service: Int? {
        switch self {
        case .match(let match): match.target.service
        case .otherMethods(_, let service): service
        case .nothing: nil
        }
    }
}
