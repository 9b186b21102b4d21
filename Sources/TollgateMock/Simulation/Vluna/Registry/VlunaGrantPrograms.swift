import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    func listGrantPrograms(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let programs = registry.programs.filter { program in
            call.accepts("active", program.active) && call.accepts("cadence", program.cadence.rawValue)
                && call.accepts("issuance_mode", program.issuanceMode.rawValue)
                && call.isAbsent("program_code", or: program.programCode)
                && call.isAbsent("campaign_id", or: program.metadata?["campaign_id"]?.text)
        }
        .sorted { $0.programCode < $1.programCode }
        let page = try call.page(of: programs) { $0.programID }
        return MockReply(envelopeOf: Vluna.GrantProgramList(items: page.items), meta: page.meta)
    }

    func getGrantProgram(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: registry.programs[try placeOfProgram(call)])
    }

    mutating func createGrantProgram(_ call: MockCall, realm: String) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.GrantProgramCreateRequest.self)
        let known = registry.programs.first { $0.programCode == request.programCode }
        let program = Vluna.GrantProgram(
            programID: known?.programID ?? String(registry.lastProgram + 1), realmID: realm,
            programCode: request.programCode, name: request.name, active: request.active, cadence: request.cadence,
            issueAnchor: request.issueAnchor, amountXUSD: request.amountXUSD, windowKind: request.windowKind,
            windowDefaultSeconds: request.windowDefaultSeconds, priority: request.priority,
            onLedger: request.onLedger, issuanceMode: request.issuanceMode,
            periodicAccounting: request.periodicAccounting, accrualMode: request.accrualMode ?? .fullAtPeriodStart,
            eligibilityKind: request.eligibilityKind,
            eligibilityPayload: request.eligibilityPayload ?? Vluna.GrantProgramEligibility(),
            metadata: request.metadata ?? [:], createdAt: known?.createdAt ?? call.now,
            updatedAt: known?.updatedAt ?? call.now)
        if let known {
            guard known.jsonBytes() == program.jsonBytes() else {
                throw .conflict("program_code is used by a program that says something else")
            }
            return MockReply(envelopeOf: known)
        }
        try Self.check(program)
        registry.lastProgram += 1
        registry.programs.append(program)
        return MockReply(envelopeOf: program, status: 201)
    }

    mutating func updateGrantProgram(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let place = try placeOfProgram(call)
        let request = try call.read(Vluna.GrantProgramUpdateRequest.self)
        var program = registry.programs[place]
        program.name = request.name ?? program.name
        program.active = request.active ?? program.active
        program.amountXUSD = request.amountXUSD ?? program.amountXUSD
        program.windowKind = request.windowKind ?? program.windowKind
        program.windowDefaultSeconds = request.windowDefaultSeconds ?? program.windowDefaultSeconds
        program.priority = request.priority ?? program.priority
        program.onLedger = request.onLedger ?? program.onLedger
        program.issuanceMode = request.issuanceMode ?? program.issuanceMode
        program.periodicAccounting = request.periodicAccounting ?? program.periodicAccounting
        program.accrualMode = request.accrualMode ?? program.accrualMode
        program.eligibilityKind = request.eligibilityKind ?? program.eligibilityKind
        program.eligibilityPayload = request.eligibilityPayload ?? program.eligibilityPayload
        program.metadata = request.metadata ?? program.metadata
        program.updatedAt = call.now
        try Self.check(program)
        registry.programs[place] = program
        return MockReply(envelopeOf: program)
    }

    private static func check(_ program: Vluna.GrantProgram) throws(VlunaFailure) {
        guard program.amountXUSD >= 0 else { throw .invalid("amount_xusd must not be negative") }
    }

    private func placeOfProgram(_ call: MockCall) throws(VlunaFailure) -> Int {
        let id = call.pathParameters["program_id"]
        guard let place = registry.programs.firstIndex(where: { $0.programID == id }) else {
            throw .missing("grant program")
        }
        return place
    }
}
