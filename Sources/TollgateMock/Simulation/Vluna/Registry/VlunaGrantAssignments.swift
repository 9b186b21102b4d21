import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaRegistry {
    struct GrantAssignment: Sendable {
        var assignment: Vluna.GrantAssignment
        /// The plan assignment that has brought it, if one has.
        var planAssignment: String?
        /// When a program that begins with the first use began for the account.
        var firstUse: Date?
        /// The first period that grants may still be issued for.
        var nextPeriod = 0
        /// The keys of the grants that were issued for it.
        var issued: Set<String> = []

        var account: String { assignment.billingAccountID.text }

        func holds(at now: Date) -> Bool {
            assignment.windowStart <= now && assignment.status.at(now, until: assignment.windowEnd) == .active
        }

        /// As it is shown now.
        func view(at now: Date) -> Vluna.GrantAssignment {
            var view = assignment
            view.status = assignment.status.at(now, until: assignment.windowEnd)
            return view
        }
    }
}

extension VlunaState {
    /// Gives an account a program.
    @discardableResult
    mutating func add(
        _ program: Vluna.GrantProgram, to account: String, source: Vluna.GrantSource, reference: String,
        from start: Date? = nil, until end: Date? = nil,
        metadata: Vluna.GrantAssignmentMetadata = Vluna.GrantAssignmentMetadata(), planAssignment: String? = nil,
        at now: Date
    ) -> VlunaRegistry.GrantAssignment {
        registry.lastGrantAssignment += 1
        let added = VlunaRegistry.GrantAssignment(
            assignment: Vluna.GrantAssignment(
                assignmentID: String(registry.lastGrantAssignment), billingAccountID: UUID(made: account),
                programID: program.programID, grantProgramCode: program.programCode, source: source,
                sourceRef: reference, windowStart: start ?? now, windowEnd: end, status: .active, metadata: metadata,
                createdAt: now, updatedAt: now),
            planAssignment: planAssignment)
        registry.grantAssignments.append(added)
        return added
    }

    func listGrantAssignments(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let (latest, earliest) = (call.date("window_end_before"), call.date("window_end_after"))
        let found = registry.grantAssignments.reversed().map { $0.view(at: call.now) }.filter { assignment in
            let end = assignment.windowEnd ?? .distantFuture
            return call.isAbsent("billing_account_id", or: assignment.billingAccountID.text, ignoresCase: true)
                && call.isAbsent("program_id", or: assignment.programID)
                && call.isAbsent("grant_program_code", or: assignment.grantProgramCode)
                && call.isAbsent("campaign_id", or: assignment.metadata?.additionalProperties["campaign_id"]?.text)
                && call.accepts("status", assignment.status.rawValue)
                && call.accepts("source_kind", assignment.source.rawValue)
                && call.isAbsent("source_ref", or: assignment.sourceRef)
                && (latest.map { end < $0 } ?? true) && (earliest.map { $0 < end } ?? true)
        }
        let page = try call.page(of: found) { $0.assignmentID }
        return MockReply(envelopeOf: Vluna.GrantAssignmentList(items: page.items), meta: page.meta)
    }

    func getGrantAssignment(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: registry.grantAssignments[try placeOfGrantAssignment(call)].view(at: call.now))
    }

    mutating func createGrantAssignment(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.GrantAssignmentCreateRequest.self)
        let account = request.billingAccountID.text
        guard accounts[account] != nil else { throw .notFound("billing account") }
        guard let program = registry.programs.first(where: { $0.programID == request.programID }) else {
            throw .notFound("grant program")
        }
        let known = registry.grantAssignments.first { known in
            let assignment = known.assignment
            return known.account == account && assignment.programID == request.programID
                && assignment.source == request.source && assignment.sourceRef == request.sourceRef
        }
        if let known { return MockReply(envelopeOf: known.view(at: call.now)) }
        try Self.checkWindow(from: request.windowStart, to: request.windowEnd)
        let added = add(
            program, to: account, source: request.source, reference: request.sourceRef, from: request.windowStart,
            until: request.windowEnd, metadata: request.metadata ?? Vluna.GrantAssignmentMetadata(), at: call.now)
        issueDueGrants(of: account, isNeeded: false, at: call.now)
        return MockReply(envelopeOf: added.view(at: call.now), status: 201)
    }

    mutating func updateGrantAssignment(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let place = try placeOfGrantAssignment(call)
        let request = try call.read(Vluna.GrantAssignmentUpdateRequest.self)
        var assignment = registry.grantAssignments[place].assignment
        assignment.status = request.status ?? assignment.status
        assignment.windowEnd = request.windowEnd.applied(to: assignment.windowEnd)
        assignment.metadata = request.metadata ?? assignment.metadata
        assignment.updatedAt = call.now
        try Self.checkWindow(from: assignment.windowStart, to: assignment.windowEnd)
        registry.grantAssignments[place].assignment = assignment
        issueDueGrants(of: assignment.billingAccountID.text, isNeeded: false, at: call.now)
        return MockReply(envelopeOf: registry.grantAssignments[place].view(at: call.now))
    }

    private func placeOfGrantAssignment(_ call: MockCall) throws(VlunaFailure) -> Int {
        let id = call.pathParameters["assignment_id"]
        let place = registry.grantAssignments.firstIndex { $0.assignment.assignmentID == id }
        guard let place else { throw .missing("grant assignment") }
        return place
    }
}
