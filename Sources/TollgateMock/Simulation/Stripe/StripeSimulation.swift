import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStripe

/// Stripe behind its routes: one account in test mode.
final class StripeSimulation: MockService {
    let state: Mutex<StripeState>
    let clock: MockClock
    let routes = StripeSimulation.allRoutes
    let schemas = StripeSimulation.allSchemas
    let prefixes = ["/v1/billing/"]

    private static let allRoutes = MockRoutes.stripe()
    private static let allSchemas = MockSchemas.stripe()

    init(clock: MockClock, seed: UInt64) {
        self.clock = clock
        state = Mutex(StripeState(seed: seed))
    }

    func reset(seed: UInt64) {
        state.withLock { $0 = StripeState(seed: seed) }
    }

    func answer(_ call: MockCall) -> MockReply {
        state.withLock { state in
            var reply: MockReply
            do throws(StripeFailure) {
                reply = try state.answer(call)
            } catch {
                reply = error.reply
            }
            state.addHeaders(to: &reply, for: call.request)
            return reply
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        state.withLock { state in
            var reply = StripeFailure(problem, request).reply
            problem.addHeaders(to: &reply)
            state.addHeaders(to: &reply, for: request)
            return reply
        }
    }
}

extension StripeState {
    fileprivate mutating func addHeaders(to reply: inout MockReply, for request: MockRequest) {
        reply.headers[.stripeRequestID] = "req_\(random.token(14))"
        reply.headers[.stripeVersion] = request.headers[.stripeVersion] ?? Stripe.version
        reply.headers[.idempotencyKey] = request.headers[.idempotencyKey]
    }
}

// MARK: - One call

extension StripeState {
    fileprivate mutating func answer(_ call: MockCall) throws(StripeFailure) -> MockReply {
        try Self.checkKey(call)
        let key = call.header(.idempotencyKey)
        if let answer = key.flatMap({ answers[$0] }), call.now < answer.time + Self.memory {
            guard answer.parameters == call.request.body else {
                throw StripeFailure(
                    400, .idempotencyError,
                    "Keys for idempotent requests can only be used with the same parameters they were first used with.")
            }
            var reply = answer.reply
            reply.headers[.idempotentReplayed] = "true"
            return reply
        }
        guard StripeOperation(rawValue: call.operation.key) == .createMeterEvent else {
            throw StripeFailure(.notFound, call.request)
        }
        let reply = MockReply(json: try take(call.read(), at: call.now))
        if let key { answers[key] = (call.request.body, reply, call.now) }
        return reply
    }

    private static func checkKey(_ call: MockCall) throws(StripeFailure) {
        guard let authorization = call.header(.authorization), authorization.hasPrefix("Bearer ") else {
            throw StripeFailure(
                401, .invalidRequestError,
                "You did not provide an API key. Provide it in the Authorization header, using Bearer auth.")
        }
        let key = authorization.dropFirst(7)
        guard key == MockStripe.secretKey else {
            let shown = "\(key.prefix(8))\(String(repeating: "*", count: 4))\(key.dropFirst(8).suffix(4))"
            throw StripeFailure(401, .invalidRequestError, "Invalid API Key provided: \(shown)")
        }
    }
}

extension MockCall {
    private static let parameters: Set = ["event_name", "payload", "identifier", "timestamp", "expand"]

    fileprivate func read() throws(StripeFailure) -> Stripe.CreateMeterEventRequest {
        do {
            let body: JSONValue = try body()
            if let unknown = body.members.keys.filter({ !Self.parameters.contains($0) }).min() {
                throw StripeFailure(
                    parameter: unknown, "Received unknown parameter: \(unknown)", code: "parameter_unknown")
            }
            return try self.body()
        } catch let problem as MockProblem {
            throw StripeFailure(problem, request)
        } catch let failure as StripeFailure {
            throw failure
        } catch {
            throw StripeFailure(500, .apiError, "An unknown error occurred.")
        }
    }
}

// MARK: - Failures

extension StripeFailure {
    fileprivate var reply: MockReply {
        MockReply(status: status, json: Stripe.Failure(detail: detail))
    }

    /// A problem with the request in Stripe's words.
    init(_ problem: MockProblem, _ request: MockRequest) {
        switch problem {
        case .invalid(let violations):
            self.init(violations[0])
        case .bodyMissing:
            self.init(missing: "event_name")
        case .notFound, .methodNotAllowed:
            self.init(404, .invalidRequestError, "Unrecognized request URL (\(request.method): \(request.path)).")
        case .fault(429):
            self.init(429, .invalidRequestError, problem.message, code: "rate_limit")
        case .fault(409):
            self.init(409, .idempotencyError, problem.message, code: "idempotency_key_in_use")
        default:
            self.init(problem.status, problem.status < 500 ? .invalidRequestError : .apiError, problem.message)
        }
    }

    private init(_ violation: Violation) {
        let names = violation.pointer.split(separator: "/")
        let name = names.dropFirst().reduce(String(names.first ?? "")) { "\($0)[\($1)]" }
        switch violation.message {
        case "is required":
            self.init(missing: name)
        case let message where message.hasPrefix("must be an integer"):
            self.init(parameter: name, "Invalid integer: \(name) \(message)", code: "parameter_invalid_integer")
        case "must have at least 1 character":
            self.init(
                parameter: name, "You passed an empty string for '\(name)'.", code: "parameter_invalid_empty")
        case let message:
            self.init(parameter: name, "Invalid \(name): \(message)")
        }
    }

    private init(missing parameter: String) {
        self.init(parameter: parameter, "Missing required param: \(parameter).", code: "parameter_missing")
    }
}

extension HTTPField.Name {
    fileprivate static let stripeRequestID = Self.named("Request-Id")
    fileprivate static let stripeVersion = Self.named("Stripe-Version")
    fileprivate static let idempotentReplayed = Self.named("Idempotent-Replayed")
}
