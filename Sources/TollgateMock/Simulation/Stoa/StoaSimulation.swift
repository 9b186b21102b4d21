import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStoa

/// Stoa behind its routes: one application, whose state every request sees and changes alone.
final class StoaSimulation: MockService {
    struct World: Sendable {
        var state: StoaState
        /// Apart from the state's, so that a failed call does not change the ids that come after it.
        var requestIDs: SeededGenerator

        init(seed: UInt64, settings: MockSettings) {
            state = StoaState(seed: seed, openingBalance: settings.stoaBalance)
            requestIDs = SeededGenerator(seed: seed, stream: "stoa.requests")
        }
    }

    let world: Mutex<World>
    let clock: MockClock
    private let settings: MockSettings
    let routes = StoaSimulation.allRoutes
    let schemas = StoaSimulation.allSchemas
    let prefixes = ["/v1/"]

    // They never change, and reading a schema for the first time takes a while.
    private static let allRoutes = MockRoutes.stoa()
    private static let allSchemas = MockSchemas.stoa()

    init(clock: MockClock, seed: UInt64, settings: MockSettings) {
        self.clock = clock
        self.settings = settings
        world = Mutex(World(seed: seed, settings: settings))
    }

    func reset(seed: UInt64) {
        world.withLock { $0 = World(seed: seed, settings: settings) }
    }

    func answer(_ call: MockCall) -> MockReply {
        world.withLock { world in
            let requestID = world.requestID(of: call.request)
            var reply: MockReply
            do throws(StoaFailure) {
                reply = try world.state.answer(call)
            } catch {
                reply = error.reply(requestID: requestID)
            }
            reply.headers[.requestID] = requestID
            return reply
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        let requestID = world.withLock { $0.requestID(of: request) }
        var reply = StoaFailure(problem).reply(requestID: requestID)
        reply.headers[.requestID] = requestID
        problem.addHeaders(to: &reply)
        return reply
    }
}

extension StoaSimulation.World {
    /// The caller's id of the request, or else one of the service's own.
    fileprivate mutating func requestID(of request: MockRequest) -> String {
        request.headers[.requestID] ?? "req_\(requestIDs.hex(bytes: 6))"
    }
}

// MARK: - One call

extension StoaState {
    fileprivate mutating func answer(_ call: MockCall) throws(StoaFailure) -> MockReply {
        guard call.header(.authorization) == "Bearer \(MockStoa.apiKey)" else {
            throw StoaFailure(401, .invalidAPIKey, "The API key is missing or unknown.")
        }
        guard let operation = StoaOperation(rawValue: call.operation.key) else { throw StoaFailure(.notFound) }
        switch operation {
        case .getPublicKey:
            return MockReply(payload: Stoa.InstallPublicKey(publicKey: tokens.publicKeyPEM, algorithm: "EdDSA"))
        case .exchangeInstallToken:
            return MockReply(payload: try exchange(call.content(), at: call.now))
        case .upsertMembership:
            let request: Stoa.UpsertMembershipRequest = try call.content()
            let membership = try register(request, at: call.now)
            return MockReply(payload: Stoa.Membership(membershipID: membership, userID: request.userID))
        case .identifyUser:
            return MockReply(json: identify(try call.content()))
        case .createTopUpLink:
            return MockReply(payload: try topUpLink(call.content()))
        case .createPayment:
            return MockReply(payload: try createPayment(call.content(), at: call.now))
        case .reportUsage:
            let (charged, balance) = try charge(call.content())
            return MockReply(json: Stoa.UsageReportReceipt(charged: charged, balance: balance))
        case .createEvent:
            return MockReply(json: try record(call.content(), at: call.now).receipt)
        case .batchCreateEvents:
            let batch: Stoa.UsageEventBatch = try call.content()
            let results = try record(batch.events, at: call.now)
            return MockReply(json: Stoa.EventBatchResult(results))
        }
    }
}

extension MockCall {
    fileprivate func content<Body: JSONConvertible>(_ type: Body.Type = Body.self) throws(StoaFailure) -> Body {
        do {
            return try body(as: type)
        } catch {
            throw StoaFailure(error)
        }
    }
}

extension Stoa.EventBatchResult {
    fileprivate init(_ results: [Stoa.EventResult]) {
        self.init(
            accepted: results.count { $0.status == .accepted }, duplicates: results.count { $0.status == .duplicate },
            rejected: results.count { $0.status == .rejected }, results: results)
    }
}

extension MockReply {
    /// A success of Stoa with its payload in an envelope.
    fileprivate init(payload: some JSONConvertible) {
        var json = JSONWriter()
        json.writeObject { json in json.write("data", payload) }
        self.init(status: 200, headers: [.contentType: "application/json"], body: json.finish())
    }
}

// MARK: - Failures

extension StoaFailure {
    fileprivate func reply(requestID: String) -> MockReply {
        let detail = Stoa.FailureDetail(
            code: code, message: message, requestID: requestID,
            violations: violations.isEmpty
                ? nil : violations.map { Stoa.Violation(pointer: $0.pointer, message: $0.message) })
        guard let shortage else { return MockReply(status: status, json: Stoa.Failure(detail: detail)) }
        return MockReply(
            status: status,
            json: Stoa.InsufficientBalance(
                topUpURL: shortage.topUpURL, balance: shortage.balance, required: shortage.required, detail: detail))
    }

    /// A problem with the request in Stoa's words.
    init(_ problem: MockProblem) {
        switch problem {
        case .invalid(let violations):
            let count = violations.count
            self.init(400, .invalidRequest, "The request body has \(count) violation\(count == 1 ? "" : "s").")
            self.violations = violations
        case .wrongContentType:
            self.init(400, .invalidRequest, problem.message)
        default:
            self.init(problem.status, Self.code(for: problem.status), problem.message)
        }
    }

    private static func code(for status: Int) -> Stoa.ErrorCode {
        switch status {
        case 401: .invalidAPIKey
        case 403: .permissionDenied
        case 429: .rateLimited
        case 503: .unavailable
        case 404, 405: .unrecognized("not_found")
        case 500...: .internalError
        default: .invalidRequest
        }
    }
}
