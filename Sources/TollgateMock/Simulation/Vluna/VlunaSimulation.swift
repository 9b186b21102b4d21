import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateMockServer
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

        init(seed: UInt64, settings: MockSettings) {
            state = VlunaState(settings: settings, seed: seed)
            access = VlunaAccess(realmID: MockVluna.realmID)
            let key = MockVluna.defaultServiceKey
            access.keys[key.id] = key
            traces = SeededGenerator(seed: seed, stream: "vluna.traces")
        }
    }

    let world: Mutex<World>
    let clock: MockClock
    private let settings: MockSettings
    let routes = VlunaSimulation.allRoutes
    let schemas = VlunaSimulation.allSchemas
    let prefixes = ["/mgt/v1/", "/api/v1/"]

    // They never change, and reading a schema for the first time takes a while.
    private static let allRoutes = MockRoutes.vluna()
    private static let allSchemas = MockSchemas.vluna()

    init(clock: MockClock, seed: UInt64, settings: MockSettings) {
        self.clock = clock
        self.settings = settings
        world = Mutex(World(seed: seed, settings: settings))
    }

    func reset(seed: UInt64) {
        world.withLock { $0 = World(seed: seed, settings: settings) }
    }

    func answer(_ call: MockCall) -> MockReply {
        // The signature is checked before the world has to stand still.
        let access = world.withLock { $0.access }
        let caller = Result { () throws(VlunaFailure) in try access.identify(call) }
        return world.withLock { world in
            var call = call
            call.now = clock.now
            let trace = Trace(of: call.request, random: &world.traces)
            do throws(VlunaFailure) {
                var reply = try world.answer(call, of: caller.get())
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

// MARK: - One call

extension VlunaSimulation.World {
    fileprivate mutating func answer(
        _ call: MockCall, of caller: VlunaAccess.Caller
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(of: caller, call)
        let key = try idempotencyKey(of: call, account: account)
        do {
            try call.checkedBody()
        } catch {
            throw call.operation == .vluna.issuePlatformToken
                ? VlunaFailure(tokenRequest: error) : VlunaFailure(error)
        }
        guard let operation = VlunaOperation(rawValue: call.operation.key) else { throw VlunaFailure(.notFound) }
        if let key, let stored = try answers.find(key, body: call.request.body, at: call.now) {
            return state.answerAgain(operation, call, account, stored)
        }
        let reply = try perform(operation, call, caller, account)
        if let key { answers.store(reply, for: key, body: call.request.body, at: call.now) }
        return reply
    }

    /// The account that a call is about.
    /// - Throws: ``VlunaFailure`` if it names none although it has to, or two that are not the same.
    private mutating func account(
        of caller: VlunaAccess.Caller, _ call: MockCall
    ) throws(VlunaFailure) -> VlunaState.Account? {
        let principal = caller.principalID.map { state.account(of: $0, at: call.now) }
        guard let id = caller.billingAccountID?.lowercased() else {
            let mayNameNone = VlunaOperation(rawValue: call.operation.key)?.isRealmWide ?? true
            guard principal != nil || mayNameNone else { throw .missingAccount }
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
        return AnswerStore.Key(
            account: account?.id ?? "", operation: call.operation.key,
            path: call.pathParameters.sorted { $0.key < $1.key }.map(\.value), key: key,
            isKeptForGood: [VlunaOperation.consumeWallet, .adjustWallet].contains {
                $0.rawValue == call.operation.key
            })
    }

    private mutating func perform(
        _ operation: VlunaOperation, _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: VlunaState.Account?
    ) throws(VlunaFailure) -> MockReply {
        if let account {
            state.issueDueGrants(of: account.id, isNeeded: operation.takesFromGrants, at: call.now)
        }
        if let reply = try answerRegistry(operation, call, caller, account) { return reply }
        if let reply = try state.answerRealm(operation, call, caller, account) { return reply }
        guard let account else { throw .missingAccount }
        return try state.answerAccount(operation, call, account)
    }
}

extension VlunaOperation {
    /// Whether it need not be about one account, or names it in its own way.
    fileprivate var isRealmWide: Bool {
        switch self {
        case .queryUsageReport, .querySettlementReport, .listCatalogProducts, .listCatalogPrices,
            .createCheckoutSession, .createPortalSession, .listInvoices, .getInvoice, .listSubscriptions,
            .getSubscription, .listPayments, .getPayment, .listGrants, .getGrant:
            true
        default:
            VlunaRegistry.realmWide.contains(self)
        }
    }

    /// Whether grants that come into being when they are needed are needed for it.
    fileprivate var takesFromGrants: Bool {
        switch self {
        case .authorize, .commit, .batchCommit, .ingest, .consumeWallet: true
        default: false
        }
    }
}

extension VlunaState {
    /// Does what an operation asks that need not be about one account.
    /// - Returns: Nil if the operation is another one.
    fileprivate mutating func answerRealm(
        _ operation: VlunaOperation, _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply? {
        switch operation {
        case .queryUsageReport: try usageReport(call, of: reportedAccount(caller, account))
        case .querySettlementReport: try settlementReport(call, of: reportedAccount(caller, account))
        case .listCatalogProducts: try listCatalogProducts(call, caller, account)
        case .listCatalogPrices: try listCatalogPrices(call, caller, account)
        case .createCheckoutSession: try createCheckoutSession(call, caller, account)
        case .createPortalSession: try createPortalSession(call, caller, account)
        case .listInvoices: try listInvoices(call, caller, account)
        case .getInvoice: try getInvoice(call, caller, account)
        case .listSubscriptions: try listSubscriptions(call, caller, account)
        case .getSubscription: try getSubscription(call, caller, account)
        case .listPayments: try listPayments(call, caller, account)
        case .getPayment: try getPayment(call, caller, account)
        case .listGrants: try listGrants(call)
        case .getGrant: try getGrant(call)
        default: nil
        }
    }

    /// The account that a report is about; nil for the whole realm.
    private func reportedAccount(
        _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> String? {
        if caller.isRealmAdmin { return nil }
        guard let account else {
            throw .forbidden(
                "AUTH.INSUFFICIENT_SCOPE", "X-Realm-Admin is required for a report about the whole realm")
        }
        return account.id
    }

    /// Does what an operation asks that is about one account.
    fileprivate mutating func answerAccount(
        _ operation: VlunaOperation, _ call: MockCall, _ account: Account
    ) throws(VlunaFailure) -> MockReply {
        switch operation {
        case .authorize: return try authorize(call, account)
        case .commit: return try commit(call, account)
        case .batchCommit: return try batchCommit(call, account)
        case .ingest: return try ingest(call, account)
        case .cancel: return try cancel(call, account)
        case .listFeatureLimits: return try listFeatureLimits(call, account)
        case .listMeterLimits: return try listMeterLimits(call, account)
        case .listSeats: return try listSeats(call, account)
        case .revokeSeat: return try revokeSeat(call, account)
        case .restoreSeat: return try restoreSeat(call, account)
        case .queryOwnUsageReport: return try usageReport(call, of: account.id)
        case .queryOwnSettlementReport: return try settlementReport(call, of: account.id)
        case .getWalletBalance: return walletBalance(call, account)
        case .consumeWallet: return try consumeWallet(call, account)
        case .adjustWallet: return try adjustWallet(call, account)
        case .listBudgets: return try listBudgets(call, account)
        case .createBudget: return try createBudget(call, account)
        case .getBudget: return try getBudget(call, account)
        case .closeBudget: return try closeBudget(call, account)
        default: throw VlunaFailure(.notFound)
        }
    }
}
