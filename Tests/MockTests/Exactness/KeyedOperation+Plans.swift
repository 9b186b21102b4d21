import Foundation
import Testing
import TollgateVluna

@testable import TollgateMock

// MARK: - Plans

extension KeyedOperation {
    static let plans = [
        setUp("vluna.upsertPlan", "/mgt/v1/billing-plans") { _ in
            Sample(
                body: #"{"kind":"base","name":"acme-pro","plan_code":"acme-pro","priority":10}"#,
                other: #"{"kind":"base","name":"acme-max","plan_code":"acme-pro","priority":10}"#)
        },
        setUp("vluna.updatePlan", "/mgt/v1/billing-plans/{plan_id}", .patch) { mock in
            let plan = try await addPlan(to: mock)
            return Sample(
                body: #"{"name":"Max","priority":20}"#, other: #"{"name":"Max","priority":21}"#,
                path: "/mgt/v1/billing-plans/\(plan)")
        },
        setUp("vluna.createPlanAssignment", "/mgt/v1/billing-plan-assignments") { mock in
            let plan = try await addPlan(to: mock)
            let body = { (reference: String) in
                #"{"billing_account_id":"\#(mock.vluna.accountID(of: "org_acme"))","plan_id":"\#(plan)","#
                    + #""source_kind":"ops.manual","source_ref":"\#(reference)","#
                    + #""window_start":"2026-01-01T00:00:00Z"}"#
            }
            return Sample(body: body("ticket-1"), other: body("ticket-2"))
        },
        setUp("vluna.updatePlanAssignment", "/mgt/v1/billing-plan-assignments/{assignment_id}", .patch) { mock in
            let plan = try await addPlan(to: mock)
            let assignment = try await mock.vluna().billing.planAssignments.create(
                Vluna.PlanAssignmentCreateRequest(
                    billingAccountID: mock.vluna.accountID(of: "org_acme"), planID: plan, source: .opsManual,
                    sourceRef: "ticket-1", windowStart: .start))
            return Sample(
                body: #"{"status":"paused"}"#, other: #"{"status":"canceled"}"#,
                path: "/mgt/v1/billing-plan-assignments/\(assignment.assignmentID)")
        },
    ]

    static let entitlements = [
        setUp("vluna.upsertPlanEntitlements", "/mgt/v1/billing-plans/{plan_id}/entitlements") { mock in
            let plan = try await addPlan(to: mock)
            let body = { (effect: String) in
                #"{"mode":"append","items":[{"feature_code":"openai.gpt5.2","effect":"\#(effect)"}]}"#
            }
            return Sample(
                body: body("allow"), other: body("deny"), path: "/mgt/v1/billing-plans/\(plan)/entitlements")
        },
        setUp(
            "vluna.deletePlanEntitlement", "/mgt/v1/billing-plans/{plan_id}/entitlements/{bpe_id}", .delete
        ) { mock in
            let plan = try await addPlan(to: mock)
            let entitlements = try await mock.vluna().billing.plans.upsertEntitlements(
                planID: plan, mode: .append, items: [.init(featureCode: "openai.gpt5.2", effect: .allow)])
            let entitlement = try #require(entitlements.items.first).entitlementID
            // It has no body, so there is no other one.
            return Sample(other: nil, path: "/mgt/v1/billing-plans/\(plan)/entitlements/\(entitlement)")
        },
    ]

    private static func addPlan(to mock: MockServer) async throws -> String {
        try await mock.vluna().billing.plans.upsert(planCode: "acme-pro", name: "Pro", kind: .base).planID
    }
}

// MARK: - Grants

extension KeyedOperation {
    static let grants = [
        setUp("vluna.createGrantProgram", "/mgt/v1/grant-programs") { _ in
            let body = { (amount: Int) in
                #"{"program_code":"credit","cadence":"once","issue_anchor":"binding_start","#
                    + #""amount_xusd":"\#(amount)","window_kind":"forever","issuance_mode":"eager"}"#
            }
            return Sample(body: body(31_000), other: body(32_000))
        },
        setUp("vluna.updateGrantProgram", "/mgt/v1/grant-programs/{program_id}", .patch) { mock in
            let program = try await addProgram(to: mock)
            return Sample(
                body: #"{"amount_xusd":"25000"}"#, other: #"{"amount_xusd":"26000"}"#,
                path: "/mgt/v1/grant-programs/\(program)")
        },
        setUp("vluna.createGrantAssignment", "/mgt/v1/grant-assignments") { mock in
            let program = try await addProgram(to: mock)
            let body = { (reference: String) in
                #"{"billing_account_id":"\#(mock.vluna.accountID(of: "org_acme"))","program_id":"\#(program)","#
                    + #""source_kind":"ops.manual","source_ref":"\#(reference)","#
                    + #""window_start":"2026-01-01T00:00:00Z"}"#
            }
            return Sample(body: body("ticket-1"), other: body("ticket-2"))
        },
        setUp("vluna.updateGrantAssignment", "/mgt/v1/grant-assignments/{assignment_id}", .patch) { mock in
            let account = try #require(UUID(uuidString: mock.vluna.accountID(of: "org_acme")))
            let assignment = try await mock.vluna().billing.grantAssignments.create(
                billingAccountID: account, programID: addProgram(to: mock), source: .opsManual, sourceRef: "ticket-1",
                windowStart: .start)
            return Sample(
                body: #"{"status":"paused"}"#, other: #"{"status":"canceled"}"#,
                path: "/mgt/v1/grant-assignments/\(assignment.assignmentID)")
        },
    ]

    private static func addProgram(to mock: MockServer) async throws -> String {
        try await mock.vluna().billing.grantPrograms.create(
            Vluna.GrantProgramCreateRequest(
                programCode: "credit", cadence: .once, issueAnchor: .bindingStart, amountXUSD: 31_000,
                windowKind: .forever, issuanceMode: .eager)
        ).programID
    }
}
