import Foundation
import TollgateCore
import TollgateVluna

/// What the owner of the realm has set up, apart from features and meters: families, plans, programs, contracts,
/// policies; and what was reported to the realm.
struct VlunaRegistry: Sendable {
    /// The families of features, by code.
    var families: [String: Vluna.FeatureFamily] = [:]

    // All in the order in which they were added.
    var plans: [Vluna.Plan] = []
    var entitlements: [Vluna.PlanEntitlement] = []
    var planAssignments: [Vluna.PlanAssignment] = []
    var programs: [Vluna.GrantProgram] = []
    var grantAssignments: [GrantAssignment] = []
    var contracts: [Vluna.Contract] = []
    var terms: [Vluna.ContractTerm] = []
    var policies: [Vluna.RatingPolicy] = []
    var policyVersions: [Vluna.RatingPolicyVersion] = []
    var events: [Event] = []
    var reconciliations: [Vluna.Reconciliation] = []

    /// The places of events in ``events``, by the names of their content.
    var eventsByHash: [String: Int] = [:]
    /// What invoices of an account need to know, by the account's id.
    var billingDetails: [String: BillingDetails] = [:]
    /// Programs and grant assignments are numbered.
    var lastProgram = 0
    var lastGrantAssignment = 0
}
