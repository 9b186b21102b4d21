import TollgateMockServer
import TollgateVluna

extension VlunaRegistry {
    /// The operations that need not be about one account.
    static let realmWide: Set<VlunaOperation> = [
        .issuePlatformToken, .listBillingAccounts, .updateBillingAccountBillingDetails, .listReconciliations,
        .listBillingContracts, .upsertBillingContract, .getBillingContract, .updateBillingContract,
        .listContractTerms, .upsertContractTerm,
        .listEventRatingPolicies, .upsertEventRatingPolicy, .getEventRatingPolicy, .updateEventRatingPolicy,
        .listEventRatingPolicyVersions, .createEventRatingPolicyVersion, .getEventRatingPolicyVersion,
        .validateEventRatingPolicyVersion,
        .listFeatureFamilies, .upsertFeatureFamily, .getFeatureFamily, .updateFeatureFamily,
        .listFeatures, .upsertFeature, .getFeature, .updateFeature,
        .listMeters, .upsertMeter, .getMeter, .updateMeter,
        .listPlans, .upsertPlan, .getPlan, .updatePlan,
        .listPlanEntitlements, .upsertPlanEntitlements, .deletePlanEntitlement,
        .listPlanAssignments, .createPlanAssignment, .updatePlanAssignment,
        .listGrantPrograms, .createGrantProgram, .getGrantProgram, .updateGrantProgram,
        .listGrantAssignments, .createGrantAssignment, .getGrantAssignment, .updateGrantAssignment,
    ]
}

extension VlunaSimulation.World {
    /// Does what an operation of the registry asks.
    /// - Returns: Nil if the operation is none of the registry's.
    mutating func answerRegistry(
        _ operation: VlunaOperation, _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: VlunaState.Account?
    ) throws(VlunaFailure) -> MockReply? {
        if operation == .issuePlatformToken { return try issuePlatformToken(call) }
        if operation == .createGrantProgram { return try state.createGrantProgram(call, realm: access.realmID) }
        if let reply = try state.answerAboutAccounts(operation, call, caller, account) { return reply }
        if let reply = try state.answerAboutPolicies(operation, call) { return reply }
        if let reply = try state.answerAboutFeatures(operation, call) { return reply }
        if let reply = try state.answerAboutPlans(operation, call) { return reply }
        return try state.answerAboutGrantPrograms(operation, call)
    }
}

extension VlunaState {
    fileprivate mutating func answerAboutAccounts(
        _ operation: VlunaOperation, _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply? {
        switch operation {
        case .recordBillingEvent, .recordBillingEventBatch:
            guard let account else { throw .missingAccount }
            return try operation == .recordBillingEvent
                ? recordBillingEvent(call, account) : recordBillingEventBatch(call, account)
        case .listBillingAccounts: return try listBillingAccounts(call)
        case .updateBillingAccountBillingDetails: return try updateBillingDetails(call)
        case .listReconciliations: return try listReconciliations(call)
        case .listBillingContracts: return try listContracts(call, caller, account)
        case .upsertBillingContract: return try upsertContract(call, account)
        case .getBillingContract: return try getContract(call, caller, account)
        case .updateBillingContract: return try updateContract(call, caller, account)
        case .listContractTerms: return try listContractTerms(call, caller, account)
        case .upsertContractTerm: return try upsertContractTerm(call, caller, account)
        default: return nil
        }
    }

    fileprivate mutating func answerAboutPolicies(
        _ operation: VlunaOperation, _ call: MockCall
    ) throws(VlunaFailure) -> MockReply? {
        switch operation {
        case .listEventRatingPolicies: try listRatingPolicies(call)
        case .upsertEventRatingPolicy: try upsertRatingPolicy(call)
        case .getEventRatingPolicy: try getRatingPolicy(call)
        case .updateEventRatingPolicy: try updateRatingPolicy(call)
        case .listEventRatingPolicyVersions: try listRatingPolicyVersions(call)
        case .createEventRatingPolicyVersion: try createRatingPolicyVersion(call)
        case .getEventRatingPolicyVersion: try getRatingPolicyVersion(call)
        case .validateEventRatingPolicyVersion: try validateRatingPolicyVersion(call)
        default: nil
        }
    }

    fileprivate mutating func answerAboutFeatures(
        _ operation: VlunaOperation, _ call: MockCall
    ) throws(VlunaFailure) -> MockReply? {
        switch operation {
        case .listFeatureFamilies: try listFeatureFamilies(call)
        case .upsertFeatureFamily: try upsertFeatureFamily(call)
        case .getFeatureFamily: try getFeatureFamily(call)
        case .updateFeatureFamily: try updateFeatureFamily(call)
        case .listFeatures: try listFeatures(call)
        case .upsertFeature: try upsertFeature(call)
        case .getFeature: try getFeature(call)
        case .updateFeature: try updateFeature(call)
        case .listMeters: try listMeters(call)
        case .upsertMeter: try upsertMeter(call)
        case .getMeter: try getMeter(call)
        case .updateMeter: try updateMeter(call)
        default: nil
        }
    }

    fileprivate mutating func answerAboutPlans(
        _ operation: VlunaOperation, _ call: MockCall
    ) throws(VlunaFailure) -> MockReply? {
        switch operation {
        case .listPlans: try listPlans(call)
        case .upsertPlan: try upsertPlan(call)
        case .getPlan: try getPlan(call)
        case .updatePlan: try updatePlan(call)
        case .listPlanEntitlements: try listPlanEntitlements(call)
        case .upsertPlanEntitlements: try upsertPlanEntitlements(call)
        case .deletePlanEntitlement: try deletePlanEntitlement(call)
        case .listPlanAssignments: try listPlanAssignments(call)
        case .createPlanAssignment: try createPlanAssignment(call)
        case .updatePlanAssignment: try updatePlanAssignment(call)
        default: nil
        }
    }

    fileprivate mutating func answerAboutGrantPrograms(
        _ operation: VlunaOperation, _ call: MockCall
    ) throws(VlunaFailure) -> MockReply? {
        switch operation {
        case .listGrantPrograms: try listGrantPrograms(call)
        case .getGrantProgram: try getGrantProgram(call)
        case .updateGrantProgram: try updateGrantProgram(call)
        case .listGrantAssignments: try listGrantAssignments(call)
        case .createGrantAssignment: try createGrantAssignment(call)
        case .getGrantAssignment: try getGrantAssignment(call)
        case .updateGrantAssignment: try updateGrantAssignment(call)
        default: nil
        }
    }
}
