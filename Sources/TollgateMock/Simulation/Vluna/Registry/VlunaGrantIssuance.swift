import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// Issues the grants of an account that are due: eager ones, and those that come into being when they are needed
    /// if `isNeeded`.
    mutating func issueDueGrants(of account: String, isNeeded: Bool, at now: Date) {
        for place in registry.grantAssignments.indices where registry.grantAssignments[place].account == account {
            let assigned = registry.grantAssignments[place]
            let program = registry.programs.first { $0.programID == assigned.assignment.programID }
            guard let program, program.active, program.amountXUSD > 0, assigned.holds(at: now),
                isNeeded || program.issuanceMode != .lazy
            else { continue }
            let begin = assigned.firstUse ?? max(assigned.assignment.windowStart, now)
            if program.issueAnchor == .firstUse { registry.grantAssignments[place].firstUse = begin }
            issueGrants(of: program, toAssignmentAt: place, at: now)
        }
    }

    /// Issues what a program has for the periods up to now. A period that came and went while nobody needed its grant
    /// has none.
    private mutating func issueGrants(of program: Vluna.GrantProgram, toAssignmentAt place: Int, at now: Date) {
        let assigned = registry.grantAssignments[place]
        let periods = GrantPeriods(of: program, begin: assigned.firstUse ?? assigned.assignment.windowStart)
        var index = assigned.nextPeriod
        while let period = periods[index], period.lowerBound <= now {
            let isOver = period.upperBound <= now
            if !isOver || program.issuanceMode != .lazy {
                for part in program.parts(of: period, until: now) {
                    issue(part, of: program, period: period, toAssignmentAt: place, at: now)
                }
            }
            guard isOver else { break }
            index += 1
        }
        registry.grantAssignments[place].nextPeriod = index
    }

    private mutating func issue(
        _ part: GrantPart, of program: Vluna.GrantProgram, period: Range<Date>, toAssignmentAt place: Int, at now: Date
    ) {
        let assigned = registry.grantAssignments[place]
        let assignment = assigned.assignment
        let key = "assignment:\(assignment.assignmentID):\(period.lowerBound.text):\(part.number)"
        let start = max(part.start, assignment.windowStart)
        let end = program.end(of: period, startingAt: start, assignment)
        guard part.amount > 0, end.map({ now < $0 }) ?? true, !assigned.issued.contains(key) else { return }
        registry.grantAssignments[place].issued.insert(key)
        let name = GrantProgramName(id: program.programID, code: program.programCode, name: program.name)
        issueGrant(
            GrantTerms(
                account: assigned.account, amount: part.amount, kind: assignment.source == .walletCash ? .cash : .grant,
                priority: program.priority, start: start, end: end, sourceKind: assignment.source.rawValue,
                sourceReference: assignment.sourceRef, origin: assignment.source.origin, program: name,
                assignment: assignment.assignmentID, period: program.cadence == .once ? nil : period,
                sequence: part.number, key: key, isOnLedger: program.onLedger, label: program.name),
            at: now)
    }
}

extension Vluna.GrantSource {
    /// What the wallet says that credit from this source comes from.
    fileprivate var origin: String {
        switch self {
        case .providerSubscription, .providerSubscriptionItem: "subscription"
        case .providerOneTime, .walletCash: "topup"
        case .opsManual, .internalCatalog: "bonus"
        case .unrecognized: "other"
        }
    }
}

/// What becomes usable of a period's grant at one time.
private struct GrantPart {
    /// From 1.
    let number: Int
    let start: Date
    let amount: Int64
}

extension Vluna.GrantProgram {
    /// The parts of a period's grant that are due: the whole, or one a day.
    fileprivate func parts(of period: Range<Date>, until now: Date) -> [GrantPart] {
        let amount = amountXUSD.millionths
        let day = 86_400.0
        let days = Int64((period.upperBound.timeIntervalSince(period.lowerBound) / day).rounded(.up))
        guard accrualMode == .earnDaily, cadence != .once, days > 1 else {
            return [GrantPart(number: 1, start: period.lowerBound, amount: amount)]
        }
        func earned(_ days: Int64, of all: Int64) -> Int64 { Int64(Int128(amount) * Int128(days) / Int128(all)) }
        return (0..<days).map { index in
            GrantPart(
                number: Int(index) + 1, start: period.lowerBound.addingTimeInterval(Double(index) * day),
                amount: earned(index + 1, of: days) - earned(index, of: days))
        }
        .filter { $0.start <= now }
    }

    /// Until when a grant may be used; nil for ever.
    fileprivate func end(of period: Range<Date>, startingAt start: Date, _ assignment: Vluna.GrantAssignment) -> Date? {
        switch windowKind {
        case .period: cadence == .once ? assignment.windowEnd : period.upperBound
        case .fixed: assignment.windowEnd
        case .relativeDuration: windowDefaultSeconds.map { start.addingTimeInterval(Double($0)) }
        case .forever, .unrecognized: nil
        }
    }
}

/// The periods of a program for one account, which follow on each other without a gap.
private struct GrantPeriods {
    /// Where the first one begins.
    private let begin: Date
    /// How long they are; nil for a single one that does not end.
    private let length: (component: Calendar.Component, count: Int)?

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        return calendar
    }()

    init(of program: Vluna.GrantProgram, begin: Date) {
        length =
            switch program.cadence {
            case .once, .unrecognized: nil
            case .daily: (.day, 1)
            case .weekly: (.weekOfYear, 1)
            // Chosen for billing periods: an account that bought nothing has months.
            case .monthly, .billingPeriod: (.month, 1)
            case .quarterly: (.month, 3)
            case .yearly: (.year, 1)
            }
        let isByCalendar = program.issueAnchor == .calendarStart
        self.begin = isByCalendar ? Self.calendarStart(of: program.cadence, at: begin) : begin
    }

    /// The period at a place; nil for a second one where there is only one.
    subscript(index: Int) -> Range<Date>? {
        guard let length else { return index == 0 ? begin..<Date.distantFuture : nil }
        let calendar = Self.calendar
        // From the very begin, so that a period from the 31st on comes back to the 31st after February.
        let start = calendar.date(byAdding: length.component, value: index * length.count, to: begin)
        let end = calendar.date(byAdding: length.component, value: (index + 1) * length.count, to: begin)
        guard let start, let end, start < end else { return nil }
        return start..<end
    }

    private static func calendarStart(of cadence: Vluna.GrantCadence, at time: Date) -> Date {
        func start(_ component: Calendar.Component) -> Date {
            calendar.dateInterval(of: component, for: time)?.start ?? time
        }
        switch cadence {
        case .daily: return start(.day)
        case .weekly: return start(.weekOfYear)
        case .monthly, .billingPeriod: return start(.month)
        case .quarterly:
            let month = calendar.component(.month, from: time)
            return calendar.date(byAdding: .month, value: -((month - 1) % 3), to: start(.month)) ?? time
        case .yearly: return start(.year)
        case .once, .unrecognized: return time
        }
    }
}
