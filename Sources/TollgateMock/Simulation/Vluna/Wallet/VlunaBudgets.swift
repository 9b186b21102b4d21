import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// A limit on what an account spends by calls that name it.
    struct Budget: Sendable {
        /// A UUID.
        let id: String
        let account: String
        let createdAt: Date
        var name: String?
        var scope = Vluna.BudgetScopeKind.global
        var scopePayload: [String: JSONValue]?
        /// Nil for no limit.
        var limit: Int64?
        var start: Date?
        var end: Date?
        var metadata: [String: JSONValue] = [:]
        var consumed: Int64 = 0
        var updatedAt: Date
        var isClosed = false

        /// Nil without a limit.
        var remaining: Int64? { limit.map { max($0 - consumed, 0) } }

        func status(at now: Date) -> Vluna.BudgetStatus {
            if isClosed { return .closed }
            return end.map { $0 <= now } ?? false ? .expired : .active
        }
    }

    /// Gives an account a budget without more conditions than its limit.
    /// - Returns: The budget's id.
    mutating func addBudget(_ limit: Int64, of principalID: String, id: String?, at now: Date) -> String {
        let account = account(of: principalID, at: now)
        let id = id?.lowercased() ?? random.uuid()
        add(Budget(id: id, account: account.id, createdAt: now, limit: limit, updatedAt: now))
        return id
    }

    private mutating func add(_ budget: Budget) {
        if budgets[budget.id] == nil { budgetOrder.append(budget.id) }
        budgets[budget.id] = budget
    }

    /// Closes a budget; one that is closed stays as it is.
    mutating func closeBudget(_ id: String, at now: Date) {
        guard let budget = budgets[id], !budget.isClosed else { return }
        budgets[id]?.isClosed = true
        budgets[id]?.updatedAt = now
    }

    // MARK: - At the gate

    /// The budget, if the account has it and it may be spent.
    func activeBudget(_ id: String, of account: Account, at now: Date) throws(VlunaFailure) -> Budget {
        guard let budget = budgets[id.lowercased()], budget.account == account.id, budget.status(at: now) == .active,
            budget.start.map({ $0 <= now }) ?? true
        else { throw .notFound("budget") }
        return budget
    }

    /// Whether a budget limits the use of a feature. Chosen: a set of features that is only named holds for all.
    func covers(_ budget: Budget, _ feature: Feature) -> Bool {
        switch budget.scope {
        case .feature:
            return budget.scopePayload?["feature_id"]?.string == feature.id
        case .featureSet:
            guard let set = budget.scopePayload?["feature_set"]?.array else { return true }
            return set.contains { $0.string.map(Self.normalized) == feature.code }
        case .global, .unrecognized:
            return true
        }
    }

    /// Takes an amount from a budget. One that was closed after the work began still counts what it has cost.
    /// - Returns: A hint if little is left.
    mutating func spend(_ amount: Int64, from id: String?, of account: String, at now: Date) -> Vluna.Hint? {
        guard let id, var budget = budgets[id], budget.account == account else { return nil }
        let (sum, overflow) = budget.consumed.addingReportingOverflow(amount)
        budget.consumed = overflow ? .max : sum
        budget.updatedAt = now
        budgets[id] = budget
        let threshold = max(1_000, amount.multipliedReportingOverflow(by: 2).partialValue)
        guard let remaining = budget.remaining, remaining <= threshold else { return nil }
        return Vluna.Hint(kind: .budgetLowHeadroom, headroomXUSD: remaining, thresholdXUSD: threshold, budgetID: id)
    }
}

// MARK: - Operations

extension VlunaState {
    func listBudgets(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let found = budgetOrder.reversed().compactMap { budgets[$0] }
            .filter { $0.account == account.id && call.accepts($0) }
        let page = try call.page(of: found, isPlain: true) { $0.id }
        return MockReply(
            envelopeOf: Vluna.BudgetList(
                items: page.items.map { $0.view(at: call.now) }, nextCursor: page.nextCursor))
    }

    mutating func createBudget(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.BudgetCreateRequest.self)
        if let start = request.windowStart, let end = request.windowEnd, end <= start {
            throw .invalid("window_end must be after window_start")
        }
        let scope = request.scopeKind ?? .global
        try checkScope(scope, request.scopePayload)
        let budget = Budget(
            id: random.uuid(), account: account.id, createdAt: call.now, name: request.name, scope: scope,
            scopePayload: scope == .global ? nil : request.scopePayload, limit: request.limitXUSD?.millionths,
            start: request.windowStart, end: request.windowEnd, metadata: request.metadata ?? [:], updatedAt: call.now)
        add(budget)
        return MockReply(envelopeOf: budget.view(at: call.now), status: 201)
    }

    private func checkScope(
        _ scope: Vluna.BudgetScopeKind, _ payload: [String: JSONValue]?
    ) throws(VlunaFailure) {
        switch scope {
        case .feature:
            guard let id = payload?["feature_id"]?.string else {
                throw .invalid("scope_payload.feature_id is required")
            }
            guard features.values.contains(where: { $0.id == id }) else { throw .missing("feature") }
        case .featureSet:
            guard let set = payload?["feature_set"], set != .null else {
                throw .invalid("scope_payload.feature_set is required")
            }
        case .global, .unrecognized:
            break
        }
    }

    func getBudget(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: try namedBudget(call, account).view(at: call.now))
    }

    mutating func closeBudget(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let budget = try namedBudget(call, account)
        closeBudget(budget.id, at: call.now)
        return MockReply(
            envelopeOf: Vluna.BudgetClosure(
                budgetID: budget.id, consumedXUSD: Vluna.XUSD(millionths: budget.consumed),
                remainingXUSD: budget.remaining.map { Vluna.XUSD(millionths: $0) }))
    }

    private func namedBudget(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> Budget {
        let id = call.pathParameters["budget_id"] ?? ""
        guard UUID(uuidString: id) != nil else { throw .invalid("invalid budget_id") }
        guard let budget = budgets[id.lowercased()], budget.account == account.id else { throw .missing("budget") }
        return budget
    }
}

extension VlunaState.Budget {
    fileprivate func view(at now: Date) -> Vluna.Budget {
        Vluna.Budget(
            budgetID: id, billingAccountID: UUID(uuidString: account), name: name, status: status(at: now),
            scopeKind: scope, scopePayload: scopePayload, limitXUSD: limit.map { Vluna.XUSD(millionths: $0) },
            consumedXUSD: Vluna.XUSD(millionths: consumed), windowStart: start, windowEnd: end, metadata: metadata,
            createdAt: createdAt, updatedAt: updatedAt, remainingXUSD: remaining.map { Vluna.XUSD(millionths: $0) })
    }
}

extension MockCall {
    /// Whether all filters let a budget through.
    fileprivate func accepts(_ budget: VlunaState.Budget) -> Bool {
        let feature = text("feature"), name = text("name")
        guard feature == nil || feature == budget.scopePayload?["feature_id"]?.string else { return false }
        guard name == nil || name == budget.name else { return false }
        return accepts("status", budget.status(at: now).rawValue) && accepts("scope_kind", budget.scope.rawValue)
            && lies(budget.start, in: "window_start") && lies(budget.end, in: "window_end")
            && lies(budget.createdAt, in: "created_at")
    }

    /// Whether a time lies between the parameters `…_ge` and `…_le`, as far as they are there.
    private func lies(_ time: Date?, in name: String) -> Bool {
        let start = date("\(name)_ge"), end = date("\(name)_le")
        guard let time else { return start == nil && end == nil }
        return (start.map { time >= $0 } ?? true) && (end.map { time <= $0 } ?? true)
    }
}
