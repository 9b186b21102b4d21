import Foundation
import HTTPTypes
import Synchronization
import TollgateAIKit
import TollgateCore
import TollgateMockServer
import TollgateStripe

/// The AI Kit's billing layer behind its routes.
final class AIKitSimulation: MockService {
    let state = Mutex(AIKitState.initial)
    let clock: MockClock
    let routes = AIKitSimulation.allRoutes
    let schemas = AIKitSimulation.allSchemas
    let prefixes = ["/v1/usage", "/v1/webhooks/"]

    private static let allRoutes = MockRoutes.aikit()
    private static let allSchemas = MockSchemas.aikit()

    init(clock: MockClock) {
        self.clock = clock
    }

    func reset(seed: UInt64) {
        state.withLock { $0 = .initial }
    }

    func answer(_ call: MockCall) -> MockReply {
        state.withLock { state in
            do throws(AIKitFailure) {
                return try state.answer(call)
            } catch {
                return error.reply
            }
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        var reply = AIKitFailure(problem).reply
        problem.addHeaders(to: &reply)
        return reply
    }
}

/// Why the simulated AI Kit does not do what it is asked.
struct AIKitFailure: Error, Sendable {
    let status: Int
    let detail: AIKit.Failure.Detail

    init(_ status: Int, _ detail: AIKit.Failure.Detail) {
        self.status = status
        self.detail = detail
    }

    init(_ status: Int, _ text: String) {
        self.init(status, .text(text))
    }

    /// A problem with the request in FastAPI's words.
    init(_ problem: MockProblem) {
        switch problem {
        case .invalid(let violations):
            self.init(422, .violations(violations.map(AIKit.Violation.init)))
        case .bodyMissing:
            self.init(MockProblem.invalid([Violation(source: .body, pointer: "", message: "is required")]))
        case .notFound:
            self.init(404, "Not Found")
        case .methodNotAllowed:
            self.init(405, "Method Not Allowed")
        default:
            self.init(problem.status, problem.message)
        }
    }

    fileprivate var reply: MockReply {
        MockReply(status: status, json: AIKit.Failure(detail: detail))
    }
}

extension AIKit.Violation {
    fileprivate init(_ violation: Violation) {
        let names = violation.pointer.split(separator: "/").map { name in
            Int(name).map { JSONScalar.number(JSONNumber($0)) } ?? .string(String(name))
        }
        let isMissing = violation.message == "is required"
        self.init(
            type: isMissing ? "missing" : "value_error", location: [.string(violation.source.rawValue)] + names,
            message: isMissing ? "Field required" : "Value error, \(violation.message)")
    }
}

// MARK: - One call

extension AIKitState {
    fileprivate mutating func answer(_ call: MockCall) throws(AIKitFailure) -> MockReply {
        switch AIKitOperation(rawValue: call.operation.key) {
        case .getUsage:
            guard let key = call.header(.apiKey), keys[key] != nil else { throw AIKitFailure(401, "Invalid API key") }
            return MockReply(json: summary(of: key, in: try call.usageTime(), at: call.now))
        case .receiveStripeEvent:
            // The signature comes first: nothing of what anybody could have sent is read.
            let signature = call.header(.stripeSignature) ?? ""
            guard
                StripeSignatures.isValid(
                    signature, of: call.request.body, secret: MockStripe.webhookSecret, at: call.now)
            else { throw AIKitFailure(400, "Invalid signature") }
            guard let event: AIKit.StripeEvent = try? call.body() else { throw AIKitFailure(400, "Invalid payload") }
            take(event)
            return MockReply(json: AIKit.WebhookReceipt(received: true))
        case nil:
            throw AIKitFailure(.notFound)
        }
    }
}

extension MockCall {
    fileprivate func usageTime() throws(AIKitFailure) -> UsageTime {
        do {
            try checkedBody()
        } catch {
            throw AIKitFailure(error)
        }
        let period = query("period").last.map(AIKit.UsagePeriod.init)
        let start = query("start").last.flatMap(CalendarDate.init)
        let end = query("end").last.flatMap(CalendarDate.init)
        switch (period, start, end) {
        case (let period, nil, nil):
            return .period(period ?? .currentMonth)
        case (nil, let start?, let end?):
            guard start <= end else { throw AIKitFailure(422, "start must not be after end.") }
            return .days(from: start, to: end)
        case (nil, _, _):
            throw AIKitFailure(422, "Give both start and end.")
        default:
            throw AIKitFailure(422, "Give either period, or start and end.")
        }
    }
}
