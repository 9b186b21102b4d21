import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// Grant programs and their assignments: when they issue grants, and which.
@Suite struct VlunaRegistryGrantTests {
    private let mock = MockServer.frozen()
    private let principal = "org_granted"

    private func program(
        _ cadence: Vluna.GrantCadence, _ window: Vluna.GrantWindowKind,
        anchor: Vluna.GrantIssueAnchor = .bindingStart, mode: Vluna.GrantIssuanceMode = .eager, seconds: Int64? = nil,
        accrual: Vluna.GrantAccrualMode? = nil
    ) async throws -> Vluna.GrantProgram {
        try await mock.vluna().billing.grantPrograms.create(
            Vluna.GrantProgramCreateRequest(
                programCode: "credit", cadence: cadence, issueAnchor: anchor, amountXUSD: 31_000, windowKind: window,
                issuanceMode: mode, windowDefaultSeconds: seconds, priority: 3, accrualMode: accrual))
    }

    private var account: UUID {
        get throws { try #require(UUID(uuidString: mock.vluna.accountID(of: principal))) }
    }

    @discardableResult
    private func assign(
        _ program: Vluna.GrantProgram, from start: Date = .start, until end: Date? = nil, reference: String = "t-1"
    ) async throws -> Vluna.GrantAssignment {
        try await mock.vluna().billing.grantAssignments.create(
            billingAccountID: account, programID: program.programID, source: .opsManual, sourceRef: reference,
            windowStart: start, windowEnd: end)
    }

    /// The windows of the grants that programs have issued, oldest first, after a look at the balance.
    private func windows(needed: Bool = false) async throws -> [(start: Date?, end: Date?)] {
        let vluna = try mock.vluna(principal)
        _ = try await vluna.billing.wallet.balance(refreshGrants: needed)
        let grants = try await vluna.billing.grants.list(billingAccountID: account).data.items
        return grants.filter { $0.programID != nil }.map { ($0.windowStart, $0.windowEnd) }
            .sorted { ($0.start ?? .distantPast) < ($1.start ?? .distantPast) }
    }

    private func day(_ text: String) throws -> Date {
        try Date(jsonText: "\"\(text)T00:00:00Z\"")
    }

    @Test func anEagerGrantIsThereAtOnce() async throws {
        let program = try await program(.once, .relativeDuration, seconds: 3_600)
        let assignment = try await assign(program)
        #expect(assignment.grantProgramCode == "credit")
        let grant = try #require(
            await mock.vluna().billing.grants.list(programID: program.programID).data.items.first)
        #expect(grant.amountXUSD == 31_000)
        #expect(grant.assignmentID == assignment.assignmentID)
        #expect(grant.grantProgramCode == "credit")
        #expect(grant.priority == 3)
        #expect(grant.windowEnd == .start + 3_600)
        #expect(mock.vluna.balance(of: principal) == 100_031_000)
        mock.clock.advance(by: .seconds(3_600))
        #expect(mock.vluna.balance(of: principal) == 100_000_000)
        #expect(try await windows().count == 1, "once is once")
    }

    @Test func theSameSourceIsTheSameAssignment() async throws {
        let program = try await program(.once, .forever)
        let first = try await assign(program)
        let again = try await assign(program)
        #expect(again.assignmentID == first.assignmentID)
        try await assign(program, reference: "t-2")
        #expect(mock.requests(of: .vluna.createGrantAssignment).map(\.status) == [201, 200, 201])
        #expect(mock.vluna.balance(of: principal) == 100_062_000)
    }

    @Test func aMonthlyGrantComesEachMonth() async throws {
        mock.clock.set(try day("2026-01-31"))
        try await assign(program(.monthly, .period), from: day("2026-01-31"))
        mock.clock.set(try day("2026-03-05"))
        let windows = try await windows()
        #expect(windows.map(\.start) == [try day("2026-01-31"), try day("2026-02-28")])
        #expect(windows.map(\.end) == [try day("2026-02-28"), try day("2026-03-31")])
        #expect(mock.vluna.balance(of: principal) == 100_031_000, "January's is over")
    }

    @Test func monthsOfTheCalendarBeginOnTheFirst() async throws {
        let calendar = try await program(.quarterly, .period, anchor: .calendarStart)
        try await assign(calendar, from: .start)
        let quarter = try #require(await windows().first)
        #expect(quarter.start == .start, "not before the account had the program")
        #expect(try quarter.end == day("2026-04-01"))
        let grant = try #require(await mock.vluna().billing.grants.list(programID: calendar.programID).data.items.first)
        #expect(try grant.periodStart == day("2026-01-01"))
    }

    @Test func aLazyGrantWaitsUntilItIsNeeded() async throws {
        try await assign(program(.monthly, .period, mode: .lazy))
        #expect(try await windows().isEmpty)
        #expect(try await windows(needed: true).count == 1)
        #expect(try await windows(needed: true).count == 1)

        mock.clock.advance(by: .seconds(100 * 86_400))
        _ = try await mock.vluna(principal).gate.authorize(featureCode: "openai.gpt5.2")
        #expect(try await windows().count == 2, "months in which nobody needed it have none")
    }

    @Test func grantsForEverAddUp() async throws {
        try await assign(program(.daily, .forever))
        mock.clock.advance(by: .seconds(3 * 86_400))
        #expect(try await windows().count == 4)
        #expect(mock.vluna.balance(of: principal) == 100_124_000)
    }

    @Test func aPartIsEarnedEachDay() async throws {
        mock.clock.set(try day("2026-01-01"))
        try await assign(
            program(.monthly, .period, anchor: .calendarStart, accrual: .earnDaily), from: day("2026-01-01"))
        #expect(mock.vluna.balance(of: principal) == 100_001_000)
        mock.clock.set(try day("2026-01-10"))
        #expect(try await windows().count == 10)
        #expect(mock.vluna.balance(of: principal) == 100_010_000)
    }

    @Test func theFirstUseBeginsThePeriod() async throws {
        let program = try await program(.once, .relativeDuration, anchor: .firstUse, mode: .lazy, seconds: 60)
        try await assign(program)
        mock.clock.advance(by: .seconds(3_600))
        #expect(try await windows(needed: true).map(\.start) == [.start + 3_600])
    }

    @Test func whatDoesNotHoldIssuesNothing() async throws {
        let daily = try await program(.daily, .forever)
        let assignment = try await assign(daily, until: .start + 5 * 86_400)
        let assignments = try mock.vluna().billing.grantAssignments
        _ = try await assignments.update(assignmentID: assignment.assignmentID, status: .paused)
        mock.clock.advance(by: .seconds(86_400))
        #expect(try await windows().count == 1)
        _ = try await assignments.update(assignmentID: assignment.assignmentID, status: .active)
        #expect(try await windows().count == 2)
        _ = try await mock.vluna().billing.grantPrograms.update(
            programID: daily.programID, Vluna.GrantProgramUpdateRequest(active: false))
        mock.clock.advance(by: .seconds(86_400))
        #expect(try await windows().count == 2)
        let ended = try await assignments.update(assignmentID: assignment.assignmentID, windowEnd: .value(.start + 60))
        #expect(ended.status == .expired)
        let open = try await assignments.update(assignmentID: assignment.assignmentID, windowEnd: .null)
        #expect(open.status == .active)
        #expect(open.windowEnd == nil)
    }

    @Test func aPlanBringsItsPrograms() async throws {
        _ = try await program(.once, .forever)
        let vluna = try mock.vluna()
        let plan = try await vluna.billing.plans.upsert(
            planCode: "pro", name: "Pro", kind: .base,
            metadata: Vluna.PlanMetadata(grants: [Vluna.PlanGrantBinding(programCode: "credit")]))
        let given = try await vluna.billing.planAssignments.create(
            Vluna.PlanAssignmentCreateRequest(
                billingAccountID: account.uuidString, planID: plan.planID, source: .signupDefault, sourceRef: "s",
                windowStart: .start))
        #expect(mock.vluna.balance(of: principal) == 100_031_000)
        let brought = try await vluna.billing.grantAssignments.list(billingAccountID: account).data.items
        #expect(brought.map(\.source) == [.internalCatalog])
        #expect(try await vluna.billing.planAssignments.list(grantProgramCode: "credit").items.count == 1)
        _ = try await vluna.billing.planAssignments.update(assignmentID: given.assignmentID, status: .canceled)
        let canceled = try await vluna.billing.grantAssignments.list(billingAccountID: account, status: [.canceled])
        #expect(canceled.data.items.count == 1)
    }

    @Test func aCodeStandsForOneContent() async throws {
        let first = try await program(.once, .forever)
        #expect(try await program(.once, .forever).programID == first.programID)
        #expect(try #require(await refusal { try await program(.daily, .forever) }) == (409, "CONFLICT"))
        #expect(mock.requests(of: .vluna.createGrantProgram).map(\.status) == [201, 200, 409])
    }
}
