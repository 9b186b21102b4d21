import Crypto
import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// The policy as it is shown now.
    private func view(of policy: Vluna.RatingPolicy, at now: Date) -> Vluna.RatingPolicy {
        var policy = policy
        policy.activeVersion =
            registry.policyVersions.filter {
                $0.policyID == policy.policyID && $0.status == .active && $0.effectiveAt <= now
            }
            .max { $0.effectiveAt < $1.effectiveAt }?.version
        return policy
    }

    /// Stores a policy as the one that was changed last.
    private mutating func store(_ policy: Vluna.RatingPolicy) {
        registry.policies.removeAll { $0.policyID == policy.policyID }
        registry.policies.append(policy)
    }

    private func namedPolicy(_ call: MockCall) throws(VlunaFailure) -> Vluna.RatingPolicy {
        let id = call.pathParameters["policy_id"]
        guard let policy = registry.policies.first(where: { $0.policyID == id }) else {
            throw .missing("event rating policy")
        }
        return policy
    }

    func listRatingPolicies(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let page = try call.page(of: registry.policies.reversed()) { $0.policyID }
        let items = page.items.map { view(of: $0, at: call.now) }
        return MockReply(envelopeOf: Vluna.RatingPolicyList(items: items, nextCursor: page.nextCursor))
    }

    func getRatingPolicy(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: view(of: try namedPolicy(call), at: call.now))
    }

    mutating func upsertRatingPolicy(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.RatingPolicyRequest.self)
        let known = registry.policies.first { $0.policyID == request.policyID }
        let policy = Vluna.RatingPolicy(
            policyID: request.policyID, name: request.name, status: request.status,
            createdAt: known?.createdAt ?? call.now, updatedAt: call.now)
        store(policy)
        return MockReply(envelopeOf: view(of: policy, at: call.now), status: known == nil ? 201 : 200)
    }

    mutating func updateRatingPolicy(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        var policy = try namedPolicy(call)
        let request = try call.read(Vluna.RatingPolicyUpdate.self)
        policy.name = request.name ?? policy.name
        policy.status = request.status ?? policy.status
        policy.updatedAt = call.now
        store(policy)
        return MockReply(envelopeOf: view(of: policy, at: call.now))
    }
}

// MARK: - Versions

extension VlunaState {
    /// Unlike other cursors, this one is the time from when on the last version of the page holds.
    func listRatingPolicyVersions(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let policy = try namedPolicy(call)
        let end = call.date("cursor")
        if call.text("cursor") != nil, end == nil { throw .invalid("cursor is invalid") }
        let versions = registry.policyVersions
            .filter { version in version.policyID == policy.policyID && end.map { version.effectiveAt < $0 } ?? true }
            .sorted { ($0.effectiveAt, $0.version) > ($1.effectiveAt, $1.version) }
        let page = versions.prefix(call.text("limit").flatMap { Int($0) } ?? 50)
        let next = page.count < versions.count ? page.last?.effectiveAt.text : nil
        return MockReply(envelopeOf: Vluna.RatingPolicyVersionList(items: Array(page), nextCursor: next))
    }

    func getRatingPolicyVersion(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let name = call.pathParameters["policy_version"]
        let policy = try namedPolicy(call)
        let version = registry.policyVersions.first { $0.policyID == policy.policyID && $0.version == name }
        guard let version else { throw .missing("event rating policy version") }
        return MockReply(envelopeOf: version)
    }

    mutating func createRatingPolicyVersion(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let policy = try namedPolicy(call)
        let request = try call.read(Vluna.RatingPolicyVersionRequest.self)
        guard RatingRules(request.rules).problems.isEmpty else { throw .invalid("dsl_json is invalid") }
        let place = registry.policyVersions.firstIndex {
            $0.policyID == policy.policyID && $0.version == request.version
        }
        let known = place.map { registry.policyVersions[$0] }
        if let known, known.status != .draft {
            let isSame = (known.status, known.effectiveAt) == (request.status, request.effectiveAt)
            guard isSame, known.rules == request.rules else { throw .conflict("only draft versions can be changed") }
            return MockReply(envelopeOf: known)
        }
        if request.status == .active, policy.status != .active { throw .invalid("policy is disabled") }
        let version = Vluna.RatingPolicyVersion(
            policyID: policy.policyID, version: request.version, status: request.status,
            effectiveAt: request.effectiveAt, rules: request.rules, rulesHash: RatingRules(request.rules).hash,
            createdAt: known?.createdAt ?? call.now, updatedAt: call.now)
        if let place {
            registry.policyVersions[place] = version
        } else {
            registry.policyVersions.append(version)
        }
        return MockReply(envelopeOf: version, status: known == nil ? 201 : 200)
    }

    func validateRatingPolicyVersion(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let rules = RatingRules(try call.read(Vluna.RatingPolicyValidationRequest.self).rules)
        let problems = rules.problems
        return MockReply(
            envelopeOf: Vluna.RatingPolicyValidation(
                isValid: problems.isEmpty, rulesHash: rules.hash, summary: problems.isEmpty ? rules.summary : nil,
                errors: problems))
    }
}

/// The rules of a version. Their language is the service's own: all that is known here is what the service's examples
/// show, a list of `rules` with an amount each. Anything else passes.
private struct RatingRules {
    let json: [String: JSONValue]

    init(_ json: [String: JSONValue]) {
        self.json = json
    }

    /// SHA-256 over the JSON without spaces and with sorted members, in URL-safe base64.
    var hash: String {
        Data(SHA256.hash(data: JSONValue.object(json).jsonBytes())).base64URL
    }

    var summary: [String: JSONValue] {
        json["rules"]?.elements.map { ["rules": .number(JSONNumber($0.count))] } ?? [:]
    }

    var problems: [Vluna.Problem] {
        guard let list = json["rules"] else { return [] }
        guard let rules = list.elements else { return [problem("rules is not a list", at: "rules")] }
        return rules.enumerated().compactMap { place, rule in
            let amount = rule["amount_xusd"]?.text
            let isAmount = amount.flatMap { Int64($0) } != nil
            return isAmount ? nil : problem("a rule has no amount", at: "rules[\(place)]")
        }
    }

    private func problem(_ message: String, at path: String) -> Vluna.Problem {
        Vluna.Problem(code: "dsl_invalid", message: message, details: ["path": .string(path)])
    }
}

extension Date {
    /// As JSON writes it, without the quotation marks.
    var text: String {
        String(jsonText().dropFirst().dropLast())
    }
}
