import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

// MARK: - What the gate sees of plans

extension VlunaState {
    /// The plans that an account has at a time, with the assignments that gave them; those that count most first.
    private func plans(
        of account: String, at now: Date
    ) -> [(plan: Vluna.Plan, assignment: Vluna.PlanAssignment)] {
        registry.planAssignments
            .filter { $0.billingAccountID == account && $0.holds(at: now) }
            .compactMap { assignment in
                let plan = registry.plans.first { $0.planID == assignment.planID && $0.active }
                return plan.map { ($0, assignment) }
            }
            .sorted { ($0.plan.priority, $0.assignment.createdAt) > ($1.plan.priority, $1.assignment.createdAt) }
    }

    /// What an account may use, and what it may not, by its plans.
    func entitlements(of account: Account, at now: Date) -> [Entitlement] {
        let byPlans = plans(of: account.id, at: now).flatMap { plan, _ in
            entitlements(ofPlan: plan.planID).map { entitlement in
                Entitlement(
                    target: entitlement.target, allows: entitlement.effect == .allow, priority: plan.priority)
            }
        }
        return account.entitlements + byPlans
    }

    /// How an account pays: as its assignments say, else as its plans do, else as was set for it.
    func billingMode(of account: Account, at now: Date) -> MockBillingMode {
        let plans = plans(of: account.id, at: now)
        let settings =
            plans.map(\.assignment.metadata.billing?.period)
            + plans.map(\.plan.metadata.billingDefaults?.period)
        let modes = settings.compactMap { $0?.billingMode.flatMap(MockBillingMode.init(named:)) }
        return modes.first ?? account.mode
    }

    /// The key of the policy bundle that an account has by its plans.
    func bundle(of account: Account, at now: Date) -> String? {
        plans(of: account.id, at: now).lazy
            .compactMap { plan, assignment in assignment.metadata.gateBundleKey ?? plan.metadata.gateBundleKey }
            .first
    }
}

extension MockBillingMode {
    fileprivate init?(named name: String) {
        switch name {
        case "prepaid": self = .prepaid
        case "postpaid": self = .postpaid
        case "hybrid": self = .hybrid
        default: return nil
        }
    }
}

extension Vluna.AssignmentStatus {
    /// An active assignment has expired when its window is over.
    func at(_ now: Date, until end: Date?) -> Vluna.AssignmentStatus {
        if self == .active, let end, end <= now { return .expired }
        return self
    }
}

extension Vluna.PlanAssignment {
    fileprivate func holds(at now: Date) -> Bool {
        windowStart <= now && status.at(now, until: windowEnd) == .active
    }

    fileprivate func view(at now: Date) -> Vluna.PlanAssignment {
        var view = self
        view.status = status.at(now, until: windowEnd)
        return view
    }
}

// MARK: - Operations

extension VlunaState {
    func listPlanAssignments(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let found = registry.planAssignments.reversed().map { $0.view(at: call.now) }.filter { assignment in
            call.isAbsent("billing_account_id", or: assignment.billingAccountID, ignoresCase: true)
                && call.isAbsent("plan_id", or: assignment.planID)
                && call.isAbsent("plan_code", or: assignment.planCode)
                && call.isAbsent("subscription_item_id", or: assignment.subscriptionItemID)
                && call.accepts("status", assignment.status.rawValue)
                && call.accepts("source_kind", assignment.source.rawValue)
                && fits(assignment, windowOf: call) && fits(assignment, originOf: call)
        }
        let page = try call.page(of: found) { $0.assignmentID }
        return MockReply(envelopeOf: Vluna.PlanAssignmentList(items: page.items, nextCursor: page.nextCursor))
    }

    private func fits(_ assignment: Vluna.PlanAssignment, windowOf call: MockCall) -> Bool {
        let (start, end) = (call.date("window_start"), call.date("window_end"))
        return (start.map { $0 < assignment.windowEnd ?? .distantFuture } ?? true)
            && (end.map { assignment.windowStart < $0 } ?? true)
    }

    /// What comes from a payment provider or a campaign says so by its source or in its metadata.
    private func fits(_ assignment: Vluna.PlanAssignment, originOf call: MockCall) -> Bool {
        func isOf(_ name: String, _ source: Vluna.PlanAssignmentSource?) -> Bool {
            call.isAbsent(name, or: assignment.metadata.additionalProperties[name]?.text)
                || (assignment.source == source && call.text(name) == assignment.sourceRef)
        }
        let plan = registry.plans.first { $0.planID == assignment.planID }
        let programs = registry.programs.filter { plan?.programCodes.contains($0.programCode) ?? false }
        return isOf("provider", nil) && isOf("provider_price_id", nil) && isOf("campaign_id", .opsCampaign)
            && isOf("provider_subscription_id", .providerSubscription)
            && (call.text("grant_program_id").map { id in programs.contains { $0.programID == id } } ?? true)
            && (call.text("grant_program_code").map { plan?.programCodes.contains($0) ?? false } ?? true)
    }

    mutating func createPlanAssignment(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.PlanAssignmentCreateRequest.self)
        let account = request.billingAccountID.lowercased()
        guard accounts[account] != nil else { throw .notFound("billing account") }
        guard let plan = registry.plans.first(where: { $0.planID == request.planID }) else {
            throw .notFound("billing plan")
        }
        try Self.checkWindow(from: request.windowStart, to: request.windowEnd)
        let assignment = Vluna.PlanAssignment(
            assignmentID: random.uuid(), billingAccountID: account, planID: plan.planID, planCode: plan.planCode,
            subscriptionItemID: request.subscriptionItemID, source: request.source, sourceRef: request.sourceRef,
            windowStart: request.windowStart, windowEnd: request.windowEnd, status: request.status ?? .active,
            metadata: request.metadata ?? Vluna.PlanAssignmentMetadata(), createdAt: call.now, updatedAt: call.now)
        add(assignment, at: call.now)
        return MockReply(envelopeOf: assignment.view(at: call.now), status: 201)
    }

    mutating func updatePlanAssignment(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let id = call.pathParameters["assignment_id"]
        guard let place = registry.planAssignments.firstIndex(where: { $0.assignmentID == id }) else {
            throw .missing("billing plan assignment")
        }
        let request = try call.read(Vluna.PlanAssignmentUpdateRequest.self)
        var assignment = registry.planAssignments[place]
        assignment.status = request.status ?? assignment.status
        assignment.windowStart = request.windowStart ?? assignment.windowStart
        assignment.windowEnd = request.windowEnd.applied(to: assignment.windowEnd)
        assignment.subscriptionItemID = request.subscriptionItemID.applied(to: assignment.subscriptionItemID)
        assignment.metadata = request.metadata ?? assignment.metadata
        assignment.updatedAt = call.now
        try Self.checkWindow(from: assignment.windowStart, to: assignment.windowEnd)
        registry.planAssignments[place] = assignment
        followGrants(of: assignment, at: call.now)
        return MockReply(envelopeOf: assignment.view(at: call.now))
    }

    static func checkWindow(from start: Date, to end: Date?) throws(VlunaFailure) {
        if let end, end < start { throw .invalid("window_end is before window_start") }
    }

    /// Stores an assignment and gives its account the grant programs of the plan.
    mutating func add(_ assignment: Vluna.PlanAssignment, at now: Date) {
        registry.planAssignments.append(assignment)
        let plan = registry.plans.first { $0.planID == assignment.planID }
        for program in registry.programs where plan?.programCodes.contains(program.programCode) ?? false {
            add(
                program, to: assignment.billingAccountID, source: assignment.source.grantSource,
                reference: assignment.sourceRef, planAssignment: assignment.assignmentID, at: now)
        }
        followGrants(of: assignment, at: now)
    }

    /// Lets the grant assignments that a plan has brought hold when, and as long as, the plan's does.
    private mutating func followGrants(of assignment: Vluna.PlanAssignment, at now: Date) {
        for place in registry.grantAssignments.indices
        where registry.grantAssignments[place].planAssignment == assignment.assignmentID {
            registry.grantAssignments[place].assignment.status = assignment.status
            registry.grantAssignments[place].assignment.windowStart = assignment.windowStart
            registry.grantAssignments[place].assignment.windowEnd = assignment.windowEnd
            registry.grantAssignments[place].assignment.updatedAt = now
        }
        issueDueGrants(of: assignment.billingAccountID, isNeeded: false, at: now)
    }
}

extension Vluna.PlanAssignmentSource {
    /// The source of grants that come with a plan from this source.
    fileprivate var grantSource: Vluna.GrantSource {
        switch self {
        case .signupDefault: .internalCatalog
        case .providerSubscriptionItem: .providerSubscriptionItem
        case .providerSubscription: .providerSubscription
        case .opsManual, .opsCampaign, .unrecognized: .opsManual
        }
    }
}

// MARK: - Purchases

extension VlunaState {
    /// Gives an account the plan that it has bought.
    mutating func assignPlan(_ code: String, to account: String, subscriptionItem: String, at now: Date) {
        guard let plan = registry.plans.first(where: { $0.planCode == code }) else { return }
        add(
            Vluna.PlanAssignment(
                assignmentID: random.uuid(), billingAccountID: account, planID: plan.planID, planCode: code,
                subscriptionItemID: subscriptionItem, source: .providerSubscriptionItem, sourceRef: subscriptionItem,
                windowStart: now, status: .active, metadata: Vluna.PlanAssignmentMetadata(), createdAt: now,
                updatedAt: now),
            at: now)
    }

    /// Gives an account the grants of a program that it has bought.
    mutating func assignProgram(_ code: String, to account: String, subscriptionItem: String, at now: Date) {
        guard let program = registry.programs.first(where: { $0.programCode == code }) else { return }
        add(program, to: account, source: .providerSubscriptionItem, reference: subscriptionItem, at: now)
        issueDueGrants(of: account, isNeeded: false, at: now)
    }

    /// Ends what an account had by a subscription.
    mutating func endAssignments(ofSubscriptionItem item: String, at now: Date) {
        for place in registry.planAssignments.indices
        where registry.planAssignments[place].subscriptionItemID == item {
            registry.planAssignments[place].status = .canceled
            registry.planAssignments[place].windowEnd = now
            registry.planAssignments[place].updatedAt = now
        }
        for place in registry.grantAssignments.indices
        where registry.grantAssignments[place].assignment.source == .providerSubscriptionItem
            && registry.grantAssignments[place].assignment.sourceRef == item
        {
            registry.grantAssignments[place].assignment.status = .canceled
            registry.grantAssignments[place].assignment.windowEnd = now
            registry.grantAssignments[place].assignment.updatedAt = now
        }
    }
}
