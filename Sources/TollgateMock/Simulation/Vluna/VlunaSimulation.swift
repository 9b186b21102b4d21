import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateVluna

/// Vluna behind its routes: one realm, whose state every request sees and changes alone.
final class VlunaSimulation: MockService {
    /// Everything that a request may change.
    struct World: Sendable {
        var state: VlunaState
        var access: VlunaAccess
        var answers = AnswerStore()
        /// Apart from the state's, so that a failed call does not change the ids that come after it.
        var traces: SeededGenerator
    }

    let world: Mutex<World>
    let clock: MockClock
    let routes = VlunaSimulation.allRoutes
    let schemas = VlunaSimulation.allSchemas
    let prefixes = ["/mgt/v1/", "/api/v1/"]

    // They never change, and reading a schema for the first time takes a while.
    private static let allRoutes = MockRoutes.vluna()
    private static let allSchemas = MockSchemas.vluna()

    init(clock: MockClock, seed: UInt64, settings: MockSettings) {
        self.clock = clock
        var access = VlunaAccess(realmID: MockVluna.realmID)
        let key = MockVluna.defaultServiceKey
        access.keys[key.id] = key
        world = Mutex(
            World(
                state: VlunaState(settings: settings, seed: seed), access: access,
                traces: SeededGenerator(seed: seed, stream: "vluna.traces")))
    }

    func answer(_ call: MockCall) -> MockReply {
        world.withLock { world in
            let trace = Trace(of: call.request, random: &world.traces)
            do throws(VlunaFailure) {
                var reply = try world.answer(call, trace)
                trace.addHeaders(to: &reply)
                return reply
            } catch {
                return error.reply(trace)
            }
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        world.withLock { world in
            var reply = VlunaFailure(problem).reply(Trace(of: request, random: &world.traces))
            problem.addHeaders(to: &reply)
            return reply
        }
    }
}

extension VlunaSimulation.World {
    /// Makes a platform token for a user of a principal, whose account is made if there is none.
    mutating func issueToken(principalID: String, userID: String, lifetime: Duration, at now: Date) -> String {
        _ = state.account(of: principalID)
        let token = "vpt_\(state.random.token(40))"
        access.tokens[token] = VlunaAccess.Token(
            principalID: principalID, userID: userID, expiresAt: now.addingTimeInterval(lifetime / .seconds(1)))
        return token
    }
}

// MARK: - One call

extension VlunaSimulation.World {
    fileprivate mutating func answer(_ call: MockCall, _ trace: Trace) throws(VlunaFailure) -> MockReply {
        let caller = try access.identify(call)
        let account = try account(of: caller, call)
        let key = try idempotencyKey(of: call, account: account)
        do {
            try call.checkedBody()
        } catch {
            throw VlunaFailure(error)
        }
        if let key, let stored = try answers.find(key, body: call.request.body, at: call.now) { return stored }
        let reply = try perform(call, caller, account)
        if let key { answers.store(reply, for: key, body: call.request.body, at: call.now) }
        return reply
    }

    /// The account that a call is about.
    /// - Throws: ``VlunaFailure`` if it names none although it has to, or two that are not the same.
    private mutating func account(
        of caller: VlunaAccess.Caller, _ call: MockCall
    ) throws(VlunaFailure) -> VlunaState.Account? {
        let mayNameNone = VlunaOperation.realmWide.contains(call.operation.key)
        let principal = caller.principalID.map { state.account(of: $0) }
        guard let id = caller.billingAccountID?.lowercased() else {
            if principal == nil, !mayNameNone {
                throw .unauthorized(
                    "AUTH.MISSING_SERVICE_BINDINGS", "X-Principal-Id or X-Billing-Account-Id is required")
            }
            return principal
        }
        guard let account = state.accounts[id], principal == nil || principal?.id == id else {
            throw .forbidden("AUTH.SERVICE_BINDINGS_INVALID", "principal and billing account do not agree")
        }
        return account
    }

    /// The key under which the answer is kept; nil for operations that keep none.
    private func idempotencyKey(
        of call: MockCall, account: VlunaState.Account?
    ) throws(VlunaFailure) -> AnswerStore.Key? {
        let needsKey = call.route.parameters.contains { $0.name == "Idempotency-Key" && $0.isRequired }
        guard needsKey else { return nil }
        guard let key = call.header(.idempotencyKey), !key.isEmpty else {
            throw VlunaFailure(status: 400, code: "missing_idempotency_key", message: "Idempotency-Key is required")
        }
        return AnswerStore.Key(account: account?.id ?? "", operation: call.operation.key, key: key)
    }

    private mutating func perform(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: VlunaState.Account?
    ) throws(VlunaFailure) -> MockReply {
        guard let operation = VlunaOperation(rawValue: call.operation.key) else { throw VlunaFailure(.notFound) }
        guard let account else {
            guard caller.isRealmAdmin else {
                throw .forbidden(
                    "AUTH.INSUFFICIENT_SCOPE", "X-Realm-Admin is required for a report about the whole realm")
            }
            return try operation == .queryUsageReport
                ? state.usageReport(call, of: nil) : state.settlementReport(call, of: nil)
        }
        switch operation {
        case .authorize: return try state.authorize(call, account)
        case .commit: return try state.commit(call, account)
        case .batchCommit: return try state.batchCommit(call, account)
        case .ingest: return try state.ingest(call, account)
        case .cancel: return try state.cancel(call, account)
        case .listFeatureLimits: return try state.listFeatureLimits(call, account)
        case .listMeterLimits: return try state.listMeterLimits(call, account)
        case .listSeats: return try state.listSeats(call, account)
        case .revokeSeat: return try state.revokeSeat(call, account)
        case .restoreSeat: return try state.restoreSeat(call, account)
        case .queryUsageReport: return try state.usageReport(call, of: caller.isRealmAdmin ? nil : account.id)
        case .queryOwnUsageReport: return try state.usageReport(call, of: account.id)
        case .querySettlementReport:
            return try state.settlementReport(call, of: caller.isRealmAdmin ? nil : account.id)
        case .queryOwnSettlementReport: return try state.settlementReport(call, of: account.id)
        }
    }
}
