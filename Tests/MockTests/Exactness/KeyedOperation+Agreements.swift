import Foundation
import TollgateCore
import TollgateVluna

@testable import TollgateMock

// MARK: - Contracts, accounts and tokens

extension KeyedOperation {
    static let agreements = [
        setUp("vluna.upsertBillingContract", "/mgt/v1/contracts") { _ in
            Sample(
                body: #"{"effective_at":"2026-01-01T00:00:00Z","name":"Acme 2026"}"#,
                other: #"{"effective_at":"2026-01-01T00:00:00Z","name":"Acme 2027"}"#)
        },
        setUp("vluna.updateBillingContract", "/mgt/v1/contracts/{contract_id}") { mock in
            let contract = try await addContract(to: mock)
            return Sample(
                body: #"{"name":"Acme"}"#, other: #"{"name":"Other"}"#, path: "/mgt/v1/contracts/\(contract)")
        },
        setUp("vluna.upsertContractTerm", "/mgt/v1/contracts/{contract_id}/terms") { mock in
            let contract = try await addContract(to: mock)
            let body = { (price: Int) in
                #"{"kind":"pricing","term_key":"openai.gpt5.2","effective_at":"2026-01-01T00:00:00Z","#
                    + #""value_json":{"unit_price_xusd":"\#(price)"}}"#
            }
            return Sample(body: body(1_800), other: body(1_700), path: "/mgt/v1/contracts/\(contract)/terms")
        },
        setUp(
            "vluna.updateBillingAccountBillingDetails", "/mgt/v1/billing-accounts/{billing_account_id}/billing-details",
            .patch
        ) { mock in
            let account = mock.vluna.accountID(of: "org_acme")
            return Sample(
                body: #"{"legal_name":"Acme Ltd"}"#, other: #"{"legal_name":"Acme Inc"}"#,
                path: "/mgt/v1/billing-accounts/\(account)/billing-details")
        },
        setUp("vluna.issuePlatformToken", "/mgt/v1/token/issue") { _ in
            Sample(
                body: #"{"principal_id":"org_acme","user_id":"u_1","scopes":["portal"],"session_ttl_sec":60}"#,
                other: #"{"principal_id":"org_acme","user_id":"u_2","scopes":["portal"],"session_ttl_sec":60}"#)
        },
    ]

    private static func addContract(to mock: MockServer) async throws -> String {
        let contracts = try mock.vluna().billing.contracts
        return try await contracts.upsert(effectiveAt: .start).contractID.uuidString.lowercased()
    }
}

// MARK: - Rating policies

extension KeyedOperation {
    static let policies = [
        setUp("vluna.upsertEventRatingPolicy", "/mgt/v1/event-rating-policies") { _ in
            Sample(
                body: #"{"policy_id":"jobs","name":"Jobs"}"#, other: #"{"policy_id":"jobs","name":"Pages"}"#)
        },
        setUp("vluna.updateEventRatingPolicy", "/mgt/v1/event-rating-policies/{policy_id}") { mock in
            try await addPolicy(to: mock)
            return Sample(
                body: #"{"status":"disabled"}"#, other: #"{"status":"active"}"#,
                path: "/mgt/v1/event-rating-policies/jobs")
        },
        setUp("vluna.createEventRatingPolicyVersion", "/mgt/v1/event-rating-policies/{policy_id}/versions") { mock in
            try await addPolicy(to: mock)
            let body = { (status: String) in
                #"{"policy_version":"v1","status":"\#(status)","effective_at":"2026-01-01T00:00:00Z","#
                    + #""dsl_json":\#(rules)}"#
            }
            return Sample(
                body: body("draft"), other: body("active"), path: "/mgt/v1/event-rating-policies/jobs/versions")
        },
        // It changes nothing, so its key may be left out and is not kept: other rules are another question.
        fixed(
            "vluna.validateEventRatingPolicyVersion", "/mgt/v1/event-rating-policies/versions:validate",
            #"{"dsl_json":\#(rules)}"#, nil),
    ]

    private static let rules = #"{"rules":[{"event_type":"outcome.done","amount_xusd":"250000"}]}"#

    private static func addPolicy(to mock: MockServer) async throws {
        _ = try await mock.vluna().billing.ratingPolicies.upsert(policyID: "jobs", name: "Jobs")
    }
}
