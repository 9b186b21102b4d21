import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateTogo

/// togo billing behind its routes.
final class TogoSimulation: MockService {
    let state: Mutex<TogoState>
    let clock: MockClock
    let routes = TogoSimulation.allRoutes
    let schemas = TogoSimulation.allSchemas
    let prefixes = ["/api/billing/"]

    private static let allRoutes = MockRoutes.togo()
    private static let allSchemas = MockSchemas.togo()

    init(clock: MockClock, seed: UInt64) {
        self.clock = clock
        state = Mutex(TogoState(seed: seed))
    }

    func reset(seed: UInt64) {
        state.withLock { $0 = TogoState(seed: seed) }
    }

    func answer(_ call: MockCall) -> MockReply {
        state.withLock { state in
            do throws(TogoFailure) {
                return try state.answer(call)
            } catch {
                return error.reply
            }
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        var reply = TogoFailure(problem).reply
        problem.addHeaders(to: &reply)
        return reply
    }
}

/// Why the simulated togo billing does not do what it is asked.
struct TogoFailure: Error, Sendable {
    let status: Int
    let text: String

    init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }

    init(_ problem: MockProblem) {
        let complaints = problem.violations.map { violation in
            "\(violation.pointer.dropFirst().replacing("/", with: ".")): \(violation.message)"
        }
        self.init(problem.status, complaints.isEmpty ? problem.message : complaints.joined(separator: "; "))
    }

    fileprivate var reply: MockReply {
        MockReply(status: status, json: TogoBilling.Failure(text: text))
    }
}

// MARK: - One call

extension TogoState {
    fileprivate mutating func answer(_ call: MockCall) throws(TogoFailure) -> MockReply {
        let authorization = call.header(.authorization) ?? ""
        let secret = authorization.hasPrefix("Bearer ") ? String(authorization.dropFirst(7)) : nil
        // Nobody is refused because of a key: one that does not count says nothing.
        let owner = secret.flatMap { authenticate($0, at: call.now) }?.userID
        let caller = owner ?? call.header(.userID).flatMap { $0.isEmpty ? nil : $0 }
        let named = call.query("user_id").last
        let body = try call.checked()
        switch TogoBillingOperation(rawValue: call.operation.key) {
        case .createKey: return try createKey(body, caller: caller ?? named, call)
        case .listKeys:
            return MockReply(json: keys(of: try Self.actor(caller, named)))
        case .getUsage:
            return MockReply(json: consumption(of: try Self.actor(caller, named)))
        case .revokeKey:
            let user = try Self.actor(caller, nil, else: named)
            let isOwn = named == nil || named == user
            guard isOwn, revokeKey(call.pathParameters["id"] ?? "", of: user, at: call.now) else {
                throw TogoFailure(404, "no such key")
            }
            return MockReply(status: 204)
        case nil:
            throw TogoFailure(.notFound)
        }
    }

    private mutating func createKey(
        _ body: JSONElement?, caller: String?, _ call: MockCall
    ) throws(TogoFailure) -> MockReply {
        guard let request = body.flatMap({ try? TogoBilling.CreateKeyRequest(json: $0) }) else {
            throw TogoFailure(.bodyMissing)
        }
        let user = try Self.actor(caller, request.userID)
        let key = issueKey(
            userID: user, name: request.name, scopes: request.scopes ?? [], quota: request.quota, at: call.now)
        return MockReply(status: 201, json: key)
    }

    /// The user who acts, and whom a call is about.
    /// - Parameters:
    ///   - caller: Who is known to act, if somebody is.
    ///   - named: Whom the call names; it acts if nobody else does.
    ///   - fallback: Who acts if nobody else does.
    /// - Returns: The user who acts.
    /// - Throws: ``TogoFailure`` if nobody acts, or if the call is about somebody else.
    private static func actor(
        _ caller: String?, _ named: String?, else fallback: String? = nil
    ) throws(TogoFailure) -> String {
        guard let actor = caller ?? named ?? fallback else { throw TogoFailure(401, "an API key is required") }
        guard named == nil || named == actor else { throw TogoFailure(403, "user_id names another user") }
        return actor
    }
}

extension MockCall {
    fileprivate func checked() throws(TogoFailure) -> JSONElement? {
        do {
            return try checkedBody()
        } catch {
            throw TogoFailure(error)
        }
    }
}
